"""Retention: the oldest place that a client may resume from moves on with time; the events themselves stay."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.clock import now
from domain.events import START, Event, Place
from domain.ids import earliest_id
from graph.faults import Code, Fault
from graph.following import resumed
from graph.scalars import Cursor, read_cursor, write_cursor
from persistence.database import SqlDatabase
from tests.persistence.shops import everything, following, happen, head, positions, reach
from tests.support.things import make_event
from worker.retention import retain

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
        assert await tail.oldest() == events[1].place
        for place in (START, events[0].place):
            with pytest.raises(Fault) as fault:
                await resumed(tail, Cursor(write_cursor(place)))
            assert fault.value.code is Code.CURSOR_EXPIRED
            there = await resumed(tail, Cursor(fault.value.extensions["oldest"]))
            assert there == read_cursor(fault.value.extensions["oldest"]) == events[1].place
            assert await everything(tail, after=there) == events[2:]
        for event in events[1:]:
            assert await resumed(tail, Cursor(write_cursor(event.place))) == event.place
