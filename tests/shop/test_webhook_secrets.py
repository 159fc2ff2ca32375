"""Secrets of webhooks: replaced without a gap, sealed in the database, and sealed anew with another key."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel
from standardwebhooks import WebhookVerificationError

from domain.users import Role
from persistence.tables import webhook_endpoints
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import WEBHOOK_KEYS, Stack
from tests.support.receiver import Receiver
from tests.support.webhooks import FOUND, PING, ROTATE, UNKNOWN, listening

FIRST, SECOND, THIRD = WEBHOOK_KEYS, f"2:{'6b' * 32}", f"3:{'7c' * 32}"


class TestSecrets:
    async def test_while_the_old_one_is_in_its_grace_both_sign_and_then_the_new_one_alone(
        self, seller: Client, receiver: Receiver
    ) -> None:
        id, old = await listening(seller, receiver.url(), ["ORDER_CREATED"])
        rotated = await seller.run(ROTATE, id=id)
        new = rotated["secret"]
        assert (rotated["endpoint"]["version"], rotated["endpoint"]["secretHint"]) == (2, f"…{new[-4:]}")
        assert new.startswith("whsec_")
        assert new != old
        await seller.order()
        (received,) = await receiver.has(1)
        assert received.verified(old) == received.verified(new)
        assert len(received.headers["webhook-signature"].split()) == 2
        newest = (await seller.run(ROTATE, id=id, grace=0))["secret"]
        await seller.order()
        _, received = await receiver.has(2)
        received.verified(newest)
        for gone in (old, new):
            with pytest.raises(WebhookVerificationError):
                received.verified(gone)

    async def test_a_grace_ends(self, seller: Client, receiver: Receiver) -> None:
        id, old = await listening(seller, receiver.url(), ["ORDER_CREATED"])
        await seller.run(ROTATE, id=id, grace=1)
        await asyncio.sleep(1.1)  # the grace is a second of the real clock; nothing tells of its end
        await seller.order()
        (received,) = await receiver.has(1)
        with pytest.raises(WebhookVerificationError):
            received.verified(old)

    @pytest.mark.parametrize("grace", [-1, 604_801])
    async def test_a_grace_that_cannot_be_changes_nothing(self, seller: Client, receiver: Receiver, grace: int) -> None:
        id, _ = await listening(seller, receiver.url())
        assert await seller.code(ROTATE, id=id, grace=grace) == "BAD_USER_INPUT"
        assert (await seller.run(FOUND, id=id))["version"] == 1

    async def test_the_secret_of_somebody_else_is_not_replaced(
        self, seller: Client, operator: Client, receiver: Receiver
    ) -> None:
        id, _ = await listening(seller, receiver.url())
        for target in (id, UNKNOWN, "garbage"):
            assert (await operator.run(ROTATE, id=target))["__typename"] == "NotFound"
        assert (await seller.run(FOUND, id=id))["version"] == 1

    async def test_no_row_of_the_database_has_a_secret_in_it(
        self, stack: Stack, seller: Client, receiver: Receiver
    ) -> None:
        id, first = await listening(seller, receiver.url(), ["ORDER_CREATED"])
        second = (await seller.run(ROTATE, id=id))["secret"]
        await seller.order()
        await receiver.has(1)
        async with stack.looking() as database, database.reading() as rows:
            for table in SQLModel.metadata.sorted_tables:
                text = repr((await rows.connection.execute(select(table))).all())
                for secret in ("whsec_", first.removeprefix("whsec_"), second.removeprefix("whsec_")):
                    assert secret not in text, table.name
        assert first not in stack.logs()
        assert second not in stack.logs()


def restart(stack: Stack, keys: str) -> None:
    stack.stop()
    for process in stack.processes:
        process.environment["SWAPSHOP_WEBHOOK_KEYS"] = keys
        process.again()


async def kept(stack: Stack) -> list[str]:
    """The keys that the secrets are under, by their ids."""
    async with stack.looking() as database, database.reading() as rows:
        found = (await rows.connection.execute(select(webhook_endpoints))).all()
    return sorted(sealed.partition(".")[0] for row in found for sealed in (row.secret, row.old_secret) if sealed)


async def test_another_key_takes_over_and_the_old_one_is_needed_no_more(own_stack: Stack, receiver: Receiver) -> None:
    async with await signed_in(own_stack, Role.SELLER) as owner:
        id, _ = await listening(owner, receiver.url(), ["ORDER_CREATED"])
        await owner.run(ROTATE, id=id)
        second = (await owner.run(ROTATE, id=id))["secret"]
        assert set(await kept(own_stack)) == {"1"}
        restart(own_stack, f"{SECOND},{FIRST}")
        assert set(await kept(own_stack)) == {"2"}
        restart(own_stack, SECOND)
        await owner.at(own_stack.url).run(PING, id=id)
        (received,) = await receiver.has(1)
        received.verified(second)
    own_stack.stop()
    worker = own_stack.workers[0]
    worker.environment["SWAPSHOP_WEBHOOK_KEYS"] = THIRD
    with pytest.raises(
        AssertionError, match=r"the secret of endpoint .* needs the key '2', which SWAPSHOP_WEBHOOK_KEYS"
    ):
        worker.again()
