"""Retention: what a client may resume from, and how long deliveries are kept; the events themselves stay."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.clock import now
from domain.deliveries import DeliveryStatus, WebhookDelivery
from domain.events import START, Event, Place
from domain.ids import earliest_id
from graph.faults import Code, Fault
from graph.following import resumed
from graph.scalars import Cursor, read_cursor, write_cursor
from persistence.database import SqlDatabase
from tests.persistence.hooks import READY, claim, delivered, ended, known, owed, owes, settle
from tests.persistence.shops import everything, following, happen, head, positions, reach
from tests.support.things import ago, make_endpoint, make_event
from tests.support.waiting import until
from worker.retention import AT_ONCE, forget_deliveries, retain

HOUR = timedelta(hours=1)
MADE = iter(range(1, 1_000))


def old(**ago: float) -> Event:
    """An event that happened so long ago; its id begins with its time."""
    earliest = earliest_id(now() - timedelta(**ago))
    return make_event(id=UUID(int=earliest.int | 7 << 76 | 0b10 << 62 | next(MADE)))


async def oldest(database: SqlDatabase) -> Place:
    async with database.reading() as rows:
        return await rows.events.oldest()


async def test_an_empty_log_begins_at_its_start(database: SqlDatabase) -> None:
    assert not await retain(database, kept=HOUR)
    assert await oldest(database) == START


async def test_as_long_as_everything_is_new_all_of_it_is_kept(database: SqlDatabase) -> None:
    await happen(database, old(minutes=59), make_event())
    await retain(database, kept=HOUR)
    assert await oldest(database) == START


async def test_the_log_then_begins_after_the_last_event_that_is_too_old(database: SqlDatabase) -> None:
    events = await happen(database, old(hours=3), old(hours=2), old(minutes=61), old(minutes=59), make_event())
    await retain(database, kept=HOUR)
    assert await oldest(database) == events[2].place


async def test_the_events_stay_for_orders_and_deliveries_to_show(database: SqlDatabase) -> None:
    events = await happen(database, old(hours=3), old(hours=2), make_event())
    await retain(database, kept=HOUR)
    assert await positions(database) == [1, 2, 3]
    async with database.reading() as rows:
        assert await rows.events.read(after=0, upto=3, limit=10) == events


async def test_when_all_is_too_old_the_log_begins_at_its_end(database: SqlDatabase) -> None:
    events = await happen(database, old(hours=3), old(hours=2))
    await retain(database, kept=HOUR)
    assert await oldest(database) == events[-1].place == await head(database)
    [new] = await happen(database, make_event())
    await retain(database, kept=HOUR)
    assert (await oldest(database), await head(database)) == (events[-1].place, new.place)


async def test_it_never_goes_back(database: SqlDatabase) -> None:
    """Neither when more is to be kept from now on, nor when a clock was wrong."""
    events = await happen(database, old(hours=3), old(hours=2), old(minutes=30), make_event())
    await retain(database, kept=timedelta(minutes=10))
    await retain(database, kept=timedelta(hours=2, minutes=30))
    await retain(database, kept=timedelta(days=30))
    assert await oldest(database) == events[2].place


async def test_it_goes_on_with_time(database: SqlDatabase) -> None:
    events = await happen(database, old(hours=3), old(hours=2), old(minutes=30), make_event())
    for kept, place in ((4, START), (2.5, events[0].place), (1, events[1].place), (0.1, events[2].place)):
        await retain(database, kept=timedelta(hours=kept))
        assert await oldest(database) == place


async def test_a_reader_resumes_from_the_oldest_place_and_from_none_before(database: SqlDatabase) -> None:
    events = await happen(database, old(hours=3), old(hours=2), make_event(), make_event())
    async with following(database) as tail:
        await reach(tail, 4)
        assert await resumed(tail, Cursor(write_cursor(events[0].place))) == events[0].place
        await retain(database, kept=HOUR)

        async def knows() -> bool:
            return await tail.oldest() == events[1].place

        await until(knows)
        for place in (START, events[0].place):
            with pytest.raises(Fault) as fault:
                await resumed(tail, Cursor(write_cursor(place)))
            assert fault.value.code is Code.CURSOR_EXPIRED
            there = await resumed(tail, Cursor(fault.value.extensions["oldest"]))
            assert there == read_cursor(fault.value.extensions["oldest"]) == events[1].place
            assert await everything(tail, after=there) == events[2:]
        for event in events[1:]:
            assert await resumed(tail, Cursor(write_cursor(event.place))) == event.place


class TestDeliveries:
    """Those that are settled are kept for a while; what is owed is kept until it is not."""

    @staticmethod
    def over(event: Event, status: DeliveryStatus, **settled: float) -> WebhookDelivery:
        """Settled so long ago."""
        new = delivered(event, make_endpoint())
        return replace(new, status=status, next_attempt_at=None, settled_at=ago(**settled), created_at=ago(days=9))

    @staticmethod
    async def kept(database: SqlDatabase, *made: WebhookDelivery) -> list[bool]:
        async with database.reading() as rows:
            return [await rows.deliveries.get(one.id) is not None for one in made]

    async def test_what_was_settled_long_ago_is_forgotten_with_its_attempts(self, database: SqlDatabase) -> None:
        endpoint = make_endpoint()
        await owed(database, endpoint, 2)
        arrived, waits = await claim(database, {endpoint.id: 8})
        await settle(database, ended(arrived, 200), ended(waits, 500))
        assert not await forget_deliveries(database, kept=HOUR)
        async with database.reading() as rows:
            assert len(await rows.deliveries.attempts(arrived.id)) == 1
        assert not await forget_deliveries(database, kept=timedelta(0))
        async with database.reading() as rows:
            assert await rows.deliveries.get(arrived.id) is None
            assert await rows.deliveries.attempts(arrived.id) == []
            assert await rows.deliveries.get(waits.id), "it is owed"
            assert len(await rows.deliveries.attempts(waits.id)) == 1
            assert await rows.events.by_ids([arrived.event_id]), "and what happened is known for ever"

    async def test_how_it_was_settled_does_not_matter_and_when_does(self, database: SqlDatabase) -> None:
        ends = [DeliveryStatus.SUCCEEDED, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED]
        made = [self.over(make_event(READY), status, hours=hours) for status in ends for hours in (0.9, 1.1)]
        await database.transact(lambda tx: tx.deliveries.add(made))
        await forget_deliveries(database, kept=HOUR)
        assert await self.kept(database, *made) == [True, False] * 3

    async def test_what_was_owed_for_long_is_kept(self, database: SqlDatabase) -> None:
        endpoint = await known(database, make_endpoint())
        [waits] = await owes(database, endpoint, make_event(READY))
        await forget_deliveries(database, kept=timedelta(0))
        assert await self.kept(database, waits) == [True]

    async def test_many_are_forgotten_in_short_steps(self, database: SqlDatabase) -> None:
        made = [self.over(make_event(READY), DeliveryStatus.SUCCEEDED, hours=2 + n) for n in range(AT_ONCE + 2)]
        await database.transact(lambda tx: tx.deliveries.add(made))
        assert await forget_deliveries(database, kept=HOUR)
        assert (await self.kept(database, *made)).count(True) == 2
        assert await self.kept(database, *made[:2]) == [True, True], "the oldest first"
        assert not await forget_deliveries(database, kept=HOUR)
        assert (await self.kept(database, *made)).count(True) == 0
