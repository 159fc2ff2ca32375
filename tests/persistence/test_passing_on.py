"""Passing on: what has ended gives its place to the next that its endpoint is owed, in the same transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

import worker.sender
from domain.deliveries import ClaimedDelivery, DeliveryStatus, Outcome
from domain.settling import Ending, settle_and_pass_on
from domain.webhooks import WebhookEndpoint, WebhookOrdering
from persistence.database import SqlDatabase
from persistence.lane import Lane
from tests.persistence.hooks import LEASE, PATIENCE, READY, SCHEDULE, claim, ended, known, owed, owes, read, statuses
from tests.support.receiver import Receiver, holds, receiving
from tests.support.things import make_endpoint, make_event, make_order
from web.outbound import Outbound
from web.reach import Reach
from web.vault import AesVault
from worker.loops import Loop
from worker.sender import Sender


async def pass_on(
    database: SqlDatabase, *outcomes: Outcome, lease: timedelta | None = LEASE
) -> list[ClaimedDelivery | None]:
    endings = [Ending(outcome=one, lease=lease) for one in outcomes]
    return await database.transact(lambda tx: settle_and_pass_on(tx, endings, PATIENCE))


def ids(claimed: list[ClaimedDelivery | None]) -> list[UUID | None]:
    return [one.id if one else None for one in claimed]


async def test_each_place_goes_to_the_next_of_its_endpoint_while_there_is_one(database: SqlDatabase) -> None:
    one, other = make_endpoint(max_in_flight=2), make_endpoint(max_in_flight=2)
    of_one, of_other = await owed(database, one, 5), await owed(database, other, 2)
    flying = await claim(database, {one.id: 2, other.id: 1})
    assert {claimed.id for claimed in flying} == {of_one[0].id, of_one[1].id, of_other[0].id}
    following = await pass_on(database, *(ended(claimed, 200) for claimed in flying))
    assert {(claimed.endpoint_id, claimed.id) for claimed in following if claimed} == {
        (one.id, of_one[2].id),
        (one.id, of_one[3].id),
        (other.id, of_other[1].id),
    }
    assert [next.endpoint_id for next in following if next] == [claimed.endpoint_id for claimed in flying]
    again = await pass_on(database, *(ended(claimed, 200) for claimed in following if claimed))
    assert sorted(ids(again), key=str) == sorted([of_one[4].id, None, None], key=str)
    assert set(await statuses(database, of_one[:4] + of_other)) == {DeliveryStatus.SUCCEEDED}


async def test_what_takes_a_place_is_leased_as_if_it_had_been_claimed(database: SqlDatabase) -> None:
    endpoint = make_endpoint(max_in_flight=1)
    first, second = await owed(database, endpoint, 2)
    [flying] = await claim(database, {endpoint.id: 1})
    assert flying.id == first.id
    [following] = await pass_on(database, ended(flying, 200))
    assert following
    assert (following.id, following.attempt) == (second.id, 1)
    assert (await read(database, second.id)).next_attempt_at == following.leased_until
    assert await claim(database, {endpoint.id: 64}) == []
    assert await pass_on(database, ended(following, 200)) == [None]


async def test_a_place_that_is_not_lent_stays_free(database: SqlDatabase) -> None:
    endpoint = make_endpoint()
    _, second = await owed(database, endpoint, 2)
    [flying] = await claim(database, {endpoint.id: 1})
    assert await pass_on(database, ended(flying, 200), lease=None) == [None]
    assert [one.id for one in await claim(database, {endpoint.id: 1})] == [second.id]


async def test_what_had_to_wait_for_it_follows_at_once(database: SqlDatabase) -> None:
    order = make_order()
    endpoint = await known(database, make_endpoint(ordering=WebhookOrdering.PER_SUBJECT))
    made = await owes(database, endpoint, *(make_event(READY, order) for _ in range(2)))
    [flying] = await claim(database, {endpoint.id: 8})
    assert ids(await pass_on(database, ended(flying, 200))) == [made[1].id]


async def test_nothing_follows_on_a_circuit_that_opens(database: SqlDatabase) -> None:
    endpoint = make_endpoint(max_in_flight=5)
    await owed(database, endpoint, 10)
    flying = await claim(database, {endpoint.id: 5})
    assert await pass_on(database, *(ended(one, 500) for one in flying)) == [None] * 5


async def test_fewer_follow_when_fewer_may_be_sent_at_once(database: SqlDatabase) -> None:
    endpoint = make_endpoint(max_in_flight=4)
    await owed(database, endpoint, 8)
    flying = await claim(database, {endpoint.id: 4})
    await database.transact(lambda tx: tx.endpoints.update(replace(endpoint, max_in_flight=3)))
    following = await pass_on(database, *(ended(one, 200) for one in flying[:2]))
    assert sum(one is not None for one in following) == 1


LONG = 400


class TestSender:
    """A sender at a real receiver."""

    @staticmethod
    @asynccontextmanager
    async def sending(database: SqlDatabase) -> AsyncIterator[tuple[Sender, Loop]]:
        async def settle(endings: list[Ending]) -> list[ClaimedDelivery | None]:
            return await database.transact(lambda tx: settle_and_pass_on(tx, endings, PATIENCE))

        async with Outbound(Reach(private=True)) as outbound:
            sender = Sender(
                database,
                outbound,
                AesVault({"1": bytes(32)}),
                settle=Lane(settle),
                schedule=SCHEDULE,
                timeout=timedelta(seconds=15),
                room_made=lambda: loop.wake(),  # noqa: PLW0108  (there is no loop yet)
            )
            loop = Loop("the sender", sender.step, every=0.2)
            going_on = asyncio.create_task(loop.run())
            try:
                yield sender, loop
            finally:
                loop.stop()
                await going_on
                await sender.finish()

    @staticmethod
    async def owing(database: SqlDatabase, receiver: Receiver, path: str, count: int) -> WebhookEndpoint:
        endpoint = make_endpoint(url=receiver.url(path), max_in_flight=4)
        await owed(database, endpoint, count)
        return endpoint

    async def test_who_has_all_places_does_not_keep_them(
        self, database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker.sender, "TOTAL", 4)
        async with receiving() as receiver:
            await self.owing(database, receiver, "/long", LONG)
            async with self.sending(database):
                await receiver.has(4, "/long")
                await self.owing(database, receiver, "/short", 1)
                await receiver.has(1, "/short")
                told = len(receiver.at("/long"))
                await receiver.has(LONG, "/long")
        assert told < LONG, "it did not wait until all of the other's had gone"

    async def test_the_places_are_shared_by_all_who_wait(
        self, database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker.sender, "TOTAL", 4)
        released = asyncio.Event()
        async with receiving() as receiver:
            for path in ("/one", "/other"):
                receiver.behaviours[path] = holds(released)
                await self.owing(database, receiver, path, 10)
            async with self.sending(database):
                for path in ("/one", "/other"):
                    assert len(await receiver.has(2, path)) == 2
                released.set()
                for path in ("/one", "/other"):
                    await receiver.has(10, path)

    async def test_nothing_new_is_sent_when_it_finishes(self, database: SqlDatabase) -> None:
        released = asyncio.Event()
        async with receiving() as receiver:
            receiver.behaviours["/"] = holds(released)
            endpoint = await self.owing(database, receiver, "/", 8)
            async with self.sending(database) as (sender, loop):
                await receiver.has(4)
                loop.stop()
                finishing = asyncio.create_task(sender.finish())
                await asyncio.sleep(0)  # it has begun to finish
                released.set()
                await finishing
            assert len(receiver.at()) == 4
        async with database.reading() as rows:
            stats = await rows.deliveries.stats(endpoint.id)
        assert (stats.succeeded, stats.pending) == (4, 4)
