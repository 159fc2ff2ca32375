"""Deliveries in SQL: each is owed once, sent by one worker at a time, and settled by the last that claimed it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.clock import now
from domain.events import START, Event, EventType, Place
from domain.ids import new_id
from domain.ports import Slice
from domain.users import Role
from domain.webhooks import (
    Answer,
    ClaimedDelivery,
    DeliveryStatus,
    Outcome,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookStatus,
    create,
    delete,
    delivery_of,
    outcome,
    rendered,
)
from persistence.database import SqlDatabase, SqlTransaction
from tests.persistence.shops import Process, happen
from tests.support.things import SECRET, make_endpoint, make_event, make_viewer

LEASE = timedelta(seconds=45)


def delivered(event: Event, endpoint: WebhookEndpoint) -> WebhookDelivery:
    return delivery_of(event, endpoint, rendered(event))


SCHEDULE = [timedelta(minutes=5)]
LATER = timedelta(minutes=1)


async def owed(database: SqlDatabase, endpoint: WebhookEndpoint, count: int = 1) -> list[WebhookDelivery]:
    """Deliveries to a new endpoint, longest due first."""
    deliveries = [delivered(make_event(EventType.ORDER_READY), endpoint) for _ in range(count)]

    async def add(tx: SqlTransaction) -> None:
        await tx.endpoints.add(endpoint, secret=SECRET, place=START)
        await tx.deliveries.add(deliveries)

    await database.transact(add)
    return deliveries


async def claim(
    database: SqlDatabase, room: dict[UUID, int], *, later: timedelta = timedelta(0)
) -> list[ClaimedDelivery]:
    """As a sender does some time later."""
    at = now() + later
    return await database.transact(lambda tx: tx.deliveries.claim(room, at=at, lease_until=at + LEASE))


async def read(database: SqlDatabase, id: UUID) -> WebhookDelivery:
    async with database.reading() as rows:
        found = await rows.deliveries.get(id)
    assert found
    return found


def ended(claimed: ClaimedDelivery, status: int) -> Outcome:
    answer = Answer(status=status, error=None, body="thanks", duration_ms=12)
    return outcome(claimed, answer, started=now(), schedule=SCHEDULE, jitter=1)


async def settle(database: SqlDatabase, *outcomes: Outcome) -> None:
    await database.transact(lambda tx: tx.deliveries.settle(outcomes))


async def test_a_delivery_is_read_as_it_was_written(database: SqlDatabase) -> None:
    endpoint = make_endpoint(types=(EventType.ORDER_READY, EventType.USER_REGISTERED), name="Almacén 👗")
    [delivery] = await owed(database, endpoint)
    assert await read(database, delivery.id) == delivery
    async with database.reading() as rows:
        assert await rows.endpoints.get(endpoint.id) == endpoint
        assert await rows.deliveries.get(new_id()) is None


async def test_an_event_is_owed_to_an_endpoint_once(database: SqlDatabase) -> None:
    endpoint, other = make_endpoint(), make_endpoint()
    [delivery] = await owed(database, endpoint)
    again = delivered(make_event(id=delivery.event_id), endpoint)
    with pytest.raises(Exception, match=r"(?i)duplicate|unique"):
        await database.transact(lambda tx: tx.deliveries.add([again]))
    elsewhere = delivered(make_event(id=delivery.event_id), other)
    await database.transact(lambda tx: tx.deliveries.add([elsewhere]))


async def test_a_claimed_delivery_has_all_that_is_needed_to_send_it(database: SqlDatabase) -> None:
    endpoint = make_endpoint()
    [delivery] = await owed(database, endpoint)
    [claimed] = await claim(database, {endpoint.id: 8})
    assert claimed == ClaimedDelivery(
        id=delivery.id,
        event_id=delivery.event_id,
        event_type=EventType.ORDER_READY,
        attempt=1,
        leased_until=claimed.leased_until,
        body=delivery.body,
        endpoint_id=endpoint.id,
        url=endpoint.url,
        secret=SECRET,
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
    async with database.reading() as rows:
        assert await rows.deliveries.due_endpoints(now()) == [first.id, second.id]
        assert await rows.deliveries.due_endpoints(now() - LATER) == []


async def test_two_senders_never_send_the_same_delivery(database: SqlDatabase, process: Process) -> None:
    endpoint = make_endpoint()
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
        good = ended(claimed, 200)
        await settle(database, good)
        settled = await read(database, claimed.id)
        assert (settled.status, settled.next_attempt_at) == (DeliveryStatus.SUCCEEDED, None)
        assert settled.settled_at == good.attempt.at
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
        await settle(database, ended(slow, 500))
        assert await read(database, slow.id) == before
        await settle(database, ended(quick, 200))
        settled = await read(database, slow.id)
        assert settled.status is DeliveryStatus.SUCCEEDED
        await settle(database, ended(replace(slow, attempt=7), 500))
        assert await read(database, slow.id) == settled

    async def test_many_are_settled_together_each_as_it_went(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint, 4)
        claimed = await claim(database, {endpoint.id: 8})
        statuses = [200, 500, 204, 410]
        await settle(database, *(ended(one, status) for one, status in zip(claimed, statuses, strict=True)))
        assert [(await read(database, one.id)).status for one in claimed] == [
            DeliveryStatus.SUCCEEDED,
            DeliveryStatus.RETRYING,
            DeliveryStatus.SUCCEEDED,
            DeliveryStatus.RETRYING,
        ]

    async def test_a_redelivery_that_was_asked_for_during_an_attempt_is_not_lost(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        [delivery] = await owed(database, endpoint)
        [claimed] = await claim(database, {endpoint.id: 8})
        due = await database.transact(lambda tx: tx.deliveries.make_due(delivery, at=now()))
        await settle(database, ended(claimed, 200))
        assert (await read(database, delivery.id)).next_attempt_at == due.next_attempt_at
        assert len(await claim(database, {endpoint.id: 8})) == 1

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
        settled = await read(database, delivery.id)
        due = await database.transact(lambda tx: tx.deliveries.make_due(settled, at=at))
        assert await read(database, delivery.id) == due
        [again] = await claim(database, {endpoint.id: 8})
        assert (again.body, again.event_id, again.attempt) == (delivery.body, delivery.event_id, 2)


class TestEndpoints:
    async def test_a_new_endpoint_stands_at_the_head_of_the_log(self, database: SqlDatabase) -> None:
        [event] = await happen(database, make_event())
        endpoint = make_endpoint()
        await database.transact(lambda tx: create(tx, endpoint, secret=SECRET))
        async with database.reading() as rows:
            assert await rows.endpoints.place(endpoint.id) == event.place
            assert await rows.endpoints.count(endpoint.owner_id) == 1

    async def test_endpoints_that_are_behind_are_claimed_by_where_they_stand(self, database: SqlDatabase) -> None:
        places = [Place(position=position, mark=b"mark") for position in (1, 1, 2, 3)]
        endpoints = [make_endpoint() for _ in places]
        disabled = make_endpoint(status=WebhookStatus.DISABLED)

        async def add(tx: SqlTransaction) -> None:
            for endpoint, place in zip(endpoints, places, strict=True):
                await tx.endpoints.add(endpoint, secret=SECRET, place=place)
            await tx.endpoints.add(disabled, secret=SECRET, place=START)

        await database.transact(add)
        behind = await database.transact(lambda tx: tx.endpoints.claim_behind(places[3], 10))
        assert {place: ids(found) for place, found in behind.items()} == {
            places[0]: ids(endpoints[:2]),
            places[2]: ids(endpoints[2:3]),
        }
        await database.transact(lambda tx: tx.endpoints.advance([endpoints[0].id, endpoints[2].id], places[3]))
        behind = await database.transact(lambda tx: tx.endpoints.claim_behind(places[3], 10))
        assert {place: ids(found) for place, found in behind.items()} == {places[1]: ids(endpoints[1:2])}

    async def test_a_deleted_endpoint_leaves_nothing_and_its_neighbour_all(self, database: SqlDatabase) -> None:
        endpoint, other = make_endpoint(), make_endpoint()
        [delivery] = await owed(database, endpoint)
        [kept] = await owed(database, other)
        claimed = await claim(database, {endpoint.id: 8, other.id: 8})
        await settle(database, *(ended(one, 200) for one in claimed))
        await database.transact(lambda tx: delete(tx, make_viewer(Role.ADMIN), endpoint.id))
        async with database.reading() as rows:
            assert await rows.endpoints.get(endpoint.id) is None
            assert await rows.deliveries.get(delivery.id) is None
            assert await rows.deliveries.attempts(delivery.id) == []
            assert len(await rows.deliveries.attempts(kept.id)) == 1

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

    async def test_an_endpoint_that_moves_is_another_version_and_one_that_stays_is_not(
        self, database: SqlDatabase
    ) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint)

        async def moved(url: str) -> tuple[str, int]:
            await database.transact(lambda tx: tx.endpoints.move(endpoint.id, url))
            async with database.reading() as rows:
                found = await rows.endpoints.get(endpoint.id)
            assert found
            return found.url, found.version

        assert await moved(endpoint.url) == (endpoint.url, 1)
        assert await moved("https://new.example.test/") == ("https://new.example.test/", 2)
        assert await moved("https://new.example.test/") == ("https://new.example.test/", 2)


def ids(endpoints: Sequence[WebhookEndpoint]) -> set[UUID]:
    return {endpoint.id for endpoint in endpoints}
