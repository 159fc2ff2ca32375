"""Deliveries in SQL: each is owed once, sent by one worker at a time, and settled by the last that claimed it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.clock import now
from domain.deliveries import ClaimedDelivery, DeliveryStats, DeliveryStatus, Outcome, WebhookDelivery
from domain.ids import new_id
from domain.ports import Slice
from domain.settling import outcome
from domain.users import Role
from domain.webhooks import delete
from persistence.database import SqlDatabase
from tests.persistence.hooks import (
    LEASE,
    READY,
    SCHEDULE,
    claim,
    claim_all,
    delivered,
    ended,
    known,
    owed,
    owes,
    read,
    rooms,
    settle,
    statuses,
)
from tests.persistence.shops import Process
from tests.support.things import NOON, SECRET, make_answer, make_endpoint, make_event, make_viewer

LATER = timedelta(minutes=1)


async def test_a_delivery_is_read_as_it_was_written(database: SqlDatabase) -> None:
    endpoint = make_endpoint()
    [delivery] = await owed(database, endpoint)
    over = replace(
        delivered(make_event(position=7), endpoint),
        status=DeliveryStatus.FAILED,
        attempt=3,
        next_attempt_at=None,
        settled_at=NOON,
        manual=True,
    )
    await database.transact(lambda tx: tx.deliveries.add([over]))
    assert await read(database, delivery.id) == delivery
    assert await read(database, over.id) == over
    async with database.reading() as rows:
        assert await rows.deliveries.get(new_id()) is None
        assert await rows.deliveries.of_events(endpoint.id, [over.event_id, new_id()]) == {over.event_id: over}
        assert await rows.deliveries.of_events(new_id(), [over.event_id]) == {}


async def test_an_event_is_owed_to_an_endpoint_once(database: SqlDatabase) -> None:
    endpoint, other = make_endpoint(), make_endpoint()
    [delivery] = await owed(database, endpoint)
    await known(database, other)
    again = delivered(make_event(id=delivery.event_id), endpoint)
    with pytest.raises(Exception, match=r"(?i)duplicate|unique"):
        await database.transact(lambda tx: tx.deliveries.add([again]))
    elsewhere = delivered(make_event(id=delivery.event_id), other)
    await database.transact(lambda tx: tx.deliveries.add([elsewhere]))


async def test_a_claimed_delivery_has_all_that_is_needed_to_send_it(database: SqlDatabase) -> None:
    endpoint, event = make_endpoint(), make_event(READY)
    await known(database, endpoint)
    [delivery] = await owes(database, endpoint, event)
    [claimed] = await claim(database, {endpoint.id: 8})
    assert claimed == ClaimedDelivery(
        id=delivery.id,
        event_id=event.id,
        event_type=READY,
        correlation_id=event.cause.correlation_id,
        attempt=1,
        leased_until=claimed.leased_until,
        body=delivery.body,
        endpoint_id=endpoint.id,
        url=endpoint.url,
        secrets=(SECRET,),
        probe=False,
    )


async def test_what_is_claimed_is_left_alone_until_the_lease_ends(database: SqlDatabase) -> None:
    endpoint = make_endpoint()
    [delivery] = await owed(database, endpoint)
    room = {endpoint.id: 8}
    assert [one.attempt for one in await claim(database, room)] == [1]
    assert await claim(database, room) == []
    assert await claim(database, room, later=LEASE - timedelta(seconds=10)) == []
    [again] = await claim(database, room, later=LEASE + timedelta(seconds=10))
    assert (again.id, again.attempt, again.body) == (delivery.id, 2, delivery.body)


async def test_each_endpoint_gets_its_room_and_no_more(database: SqlDatabase) -> None:
    slow, quick, full = make_endpoint(), make_endpoint(), make_endpoint()
    first = await owed(database, slow, 5)
    await owed(database, quick, 2)
    await owed(database, full, 2)
    claimed = await claim(database, {slow.id: 3, quick.id: 8})
    assert [one.id for one in claimed if one.endpoint_id == slow.id] == [one.id for one in first[:3]]
    assert sum(one.endpoint_id == quick.id for one in claimed) == 2
    assert len(claimed) == 5


async def test_the_endpoint_that_has_waited_longest_is_named_first(database: SqlDatabase) -> None:
    first, second, idle = make_endpoint(), make_endpoint(), make_endpoint()
    for endpoint in (first, second, idle):
        await owed(database, endpoint)
    await claim(database, {idle.id: 8})
    assert list(await rooms(database)) == [first.id, second.id]
    assert await rooms(database, at=now() - LATER) == {}


async def test_two_senders_never_send_the_same_delivery(database: SqlDatabase, process: Process) -> None:
    endpoint = make_endpoint(max_in_flight=64)
    deliveries = await owed(database, endpoint, 30)

    async def send(sender: SqlDatabase) -> list[UUID]:
        mine: list[UUID] = []
        while some := await claim(sender, {endpoint.id: 4}, later=LATER / 60):
            mine += [one.id for one in some]
        return mine

    first, second = await asyncio.gather(send(database), send(process(database.url)))
    assert sorted(first + second) == sorted(one.id for one in deliveries)


class TestSettle:
    async def test_a_delivery_that_arrived_is_settled_with_its_attempt(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint)
        [claimed] = await claim(database, {endpoint.id: 8})
        good, before = ended(claimed, 200), now()
        await settle(database, good)
        settled = await read(database, claimed.id)
        assert (settled.status, settled.next_attempt_at) == (DeliveryStatus.SUCCEEDED, None)
        assert settled.settled_at
        assert before <= settled.settled_at <= now()
        async with database.reading() as rows:
            assert await rows.deliveries.attempts(claimed.id) == [good.attempt]
        assert await claim(database, {endpoint.id: 8}, later=LEASE * 2) == []

    async def test_a_delivery_that_failed_is_due_after_its_wait_and_fails_for_good_after_the_last(
        self, database: SqlDatabase
    ) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint)
        room = {endpoint.id: 8}
        [claimed] = await claim(database, room)
        failed = ended(claimed, 500)
        await settle(database, failed)
        waiting = await read(database, claimed.id)
        assert (waiting.status, waiting.settled_at) == (DeliveryStatus.RETRYING, None)
        assert waiting.next_attempt_at == failed.next_attempt_at
        assert await claim(database, room, later=SCHEDULE[0] - LATER) == []
        [again] = await claim(database, room, later=SCHEDULE[0] + LATER)
        await settle(database, ended(again, 500))
        over = await read(database, claimed.id)
        assert (over.status, over.next_attempt_at) == (DeliveryStatus.FAILED, None)
        async with database.reading() as rows:
            assert [attempt.number for attempt in await rows.deliveries.attempts(claimed.id)] == [1, 2]

    async def test_a_sender_whose_lease_has_ended_changes_nothing(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint)
        room = {endpoint.id: 8}
        [slow] = await claim(database, room)
        [quick] = await claim(database, room, later=LEASE * 2)
        before = await read(database, slow.id)
        late = ended(slow, 410)
        assert await database.transact(lambda tx: tx.deliveries.settle([late])) == []
        assert await read(database, slow.id) == before
        good = ended(quick, 200)
        assert await database.transact(lambda tx: tx.deliveries.settle([good])) == [good]
        settled = await read(database, slow.id)
        assert settled.status is DeliveryStatus.SUCCEEDED
        other = ended(replace(slow, attempt=7), 500)
        await settle(database, other)
        assert await read(database, slow.id) == settled
        async with database.reading() as rows:
            kept = await rows.deliveries.attempts(slow.id)
            assert kept == [late.attempt, good.attempt, other.attempt], "each is kept"
            assert await rows.endpoints.get(endpoint.id) == endpoint, "and decides nothing"

    async def test_many_are_settled_together_each_as_it_went(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint, 4)
        claimed = await claim(database, {endpoint.id: 8})
        answers = [200, 500, 204, 404]
        await settle(database, *(ended(one, status) for one, status in zip(claimed, answers, strict=True)))
        good, bad = DeliveryStatus.SUCCEEDED, DeliveryStatus.RETRYING
        assert [(await read(database, one.id)).status for one in claimed] == [good, bad, good, bad]

    async def test_a_redelivery_that_was_asked_for_during_an_attempt_is_not_lost(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        [delivery] = await owed(database, endpoint)
        [claimed] = await claim(database, {endpoint.id: 8})
        at = now()
        await database.transact(lambda tx: tx.deliveries.make_due([delivery.id], at=at))
        await settle(database, ended(claimed, 200))
        due = await read(database, delivery.id)
        assert (due.status, due.next_attempt_at, due.manual) == (DeliveryStatus.PENDING, at, False)
        assert await claim_all(database, endpoint) == [delivery.id]

    async def test_an_attempt_that_ends_after_its_endpoint_was_deleted_leaves_nothing(
        self, database: SqlDatabase
    ) -> None:
        endpoint, other = make_endpoint(), make_endpoint()
        await owed(database, endpoint)
        await owed(database, other)
        claimed = await claim(database, {endpoint.id: 8, other.id: 8})
        await database.transact(lambda tx: delete(tx, make_viewer(Role.ADMIN), endpoint.id))
        await settle(database, *(ended(one, 200) for one in claimed))
        async with database.reading() as rows:
            attempts = {one.endpoint_id: len(await rows.deliveries.attempts(one.id)) for one in claimed}
        assert attempts == {endpoint.id: 0, other.id: 1}

    async def test_a_settled_delivery_that_is_sent_again_is_due_with_the_same_bytes(
        self, database: SqlDatabase
    ) -> None:
        endpoint = make_endpoint()
        [delivery] = await owed(database, endpoint)
        [claimed] = await claim(database, {endpoint.id: 8})
        await settle(database, ended(claimed, 200))
        at = now()
        await database.transact(lambda tx: tx.deliveries.make_due([delivery.id], at=at))
        assert await read(database, delivery.id) == replace(delivery, attempt=1, next_attempt_at=at, manual=True)
        [again] = await claim(database, {endpoint.id: 8})
        assert (again.body, again.event_id, again.attempt) == (delivery.body, delivery.event_id, 2)


class TestReading:
    async def test_deliveries_are_listed_newest_first_and_by_status(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        deliveries = await owed(database, endpoint, 4)
        await owed(database, make_endpoint())
        [claimed] = await claim(database, {endpoint.id: 1})
        await settle(database, ended(claimed, 200))
        newest = sorted((one.id for one in deliveries), reverse=True)
        async with database.reading() as rows:
            page = rows.deliveries.page
            assert [one.id for one in await page(Slice(size=9), endpoint_id=endpoint.id, statuses=())] == newest
            after = Slice(size=2, after=newest[1])
            assert [one.id for one in await page(after, endpoint_id=endpoint.id, statuses=())] == newest[2:]
            good = await page(Slice(size=9), endpoint_id=endpoint.id, statuses=[DeliveryStatus.SUCCEEDED])
            assert [one.id for one in good] == [claimed.id]

    async def test_the_stats_count_what_is_kept_and_time_what_was_answered(self, database: SqlDatabase) -> None:
        endpoint, other = make_endpoint(), make_endpoint()
        async with database.reading() as rows:
            assert await rows.deliveries.stats(endpoint.id) == DeliveryStats()
        made = await owed(database, endpoint, 6)
        await owed(database, other)
        for claimed in await claim(database, {other.id: 8}):
            await settle(database, taking(claimed, 200, 9_000))
        claimed = await claim(database, {endpoint.id: 8})
        answers: list[tuple[int | None, int]] = [(200, 10), (200, 50), (200, 20), (500, 40), (None, 8_000), (500, 30)]
        for one, (status, ms) in zip(claimed, answers, strict=True):
            await settle(database, taking(one, status, ms))
        for one in await claim(database, {endpoint.id: 1}, later=SCHEDULE[0] + LATER):
            await settle(database, taking(one, 500, 60))  # its second, which is its last
        made += await owes(database, endpoint, make_event(READY))
        good, bad = [DeliveryStatus.SUCCEEDED] * 3, [DeliveryStatus.RETRYING] * 2
        there = [*good, *bad, DeliveryStatus.FAILED, DeliveryStatus.PENDING]
        assert sorted(await statuses(database, made)) == sorted(there)
        async with database.reading() as rows:
            found = await rows.deliveries.stats(endpoint.id)
        assert found == DeliveryStats(succeeded=3, failed=1, pending=3, p50_ms=40, p99_ms=60, consecutive_failures=4)

    async def test_what_was_changed_is_told_in_the_order_in_which_it_was(self, database: SqlDatabase) -> None:
        endpoint, begin = make_endpoint(), now() - LATER
        first, second, third = await owed(database, endpoint, 3)
        await owed(database, make_endpoint())
        claimed = {one.id: one for one in await claim(database, {endpoint.id: 8})}
        await settle(database, ended(claimed[second.id], 500))
        await settle(database, ended(claimed[first.id], 200))

        async def changed(**given: Any) -> list[tuple[datetime, WebhookDelivery]]:
            async with database.reading() as rows:
                return await rows.deliveries.changed(endpoint.id, **{"since": begin, "limit": 10, **given})

        told = await changed()
        assert [one.id for _, one in told] == [third.id, second.id, first.id]
        assert [one for _, one in told] == [await read(database, one.id) for one in (third, second, first)]
        assert [one.id for _, one in await changed(limit=2)] == [third.id, second.id]
        assert await changed(since=told[1][0]) == told[2:]
        await database.transact(lambda tx: tx.deliveries.make_due([third.id], at=now()))
        assert [one.id for _, one in await changed(since=told[2][0])] == [third.id]


def taking(claimed: ClaimedDelivery, status: int | None, ms: int) -> Outcome:
    answer = make_answer(status, duration_ms=ms, error=None if status else "connection refused")
    return outcome(claimed, answer, started=now(), schedule=SCHEDULE, jitter=1)
