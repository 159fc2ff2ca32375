"""Endpoints that never answer cost nobody else anything."""

import asyncio
from pathlib import Path

import pytest

from domain.users import Role
from tests.conftest import STACKS
from tests.faults.test_flood import CREATE_ENDPOINT
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.receiver import holds, receiving
from tests.support.webhook_shops import start_shop

DEAD, AT_ONCE, ORDERS = 15, 8, 10
TIMEOUT = 120
"""Seconds that an attempt at a dead one takes: longer than the test has patience with the one that is alive."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", STACKS)
async def test_fifteen_endpoints_that_never_answer_do_not_delay_the_sixteenth(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    shop = start_shop(kind, request, tmp_path, {"SWAPSHOP_WEBHOOK_TIMEOUT": f"{TIMEOUT}s"})
    released = asyncio.Event()
    async with receiving() as receiver, await signed_in(shop, Role.ADMIN) as admin:
        paths = [f"/dead{n}" for n in range(DEAD)]
        for path in paths:
            receiver.behaviours[path] = holds(released)
        for path in [*paths, "/alive"]:
            wanted = {"name": path, "url": receiver.url(path), "types": ["ORDER_CREATED"]}
            assert (await admin.run(CREATE_ENDPOINT, input=wanted))["__typename"] == "WebhookSecretIssued"
        async with await Client(shop.url).register() as customer:
            for _ in range(AT_ONCE):
                await customer.order()
            for path in paths:  # each has all that it is sent at once, and answers none of it
                await receiver.has(AT_ONCE, path)
            for _ in range(ORDERS):
                await customer.order()
        await receiver.has(AT_ONCE + ORDERS, "/alive")
        released.set()
    shop.stop()
