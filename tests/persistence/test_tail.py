"""The tail: a process follows the log, whatever it hears or does not hear of it."""

import asyncio

import pytest
from sqlalchemy import select, update

from domain.events import START, EventType, Place
from domain.ids import new_id
from persistence import snapshots
from persistence.database import SqlDatabase
from persistence.tables import events
from persistence.tail import KEPT, Tail
from tests.persistence.shops import Process, everything, following, happen, reach, until
from tests.support.things import make_event, make_order, make_user
from tests.support.waiting import PATIENCE

NEVER = 3600.0


async def test_a_tail_begins_at_the_head_of_the_log(database: SqlDatabase) -> None:
    happened = await happen(database, make_event(), make_event())
    async with following(database) as tail:
        assert tail.place == happened[-1].place
        assert (await tail.page(tail.place, owner_id=None)).events == ()


async def test_what_is_committed_here_is_known_at_once(database: SqlDatabase) -> None:
    async with following(database) as tail:
        [event] = await happen(database, make_event())
        assert tail.place == event.place
        assert (await tail.page(START, owner_id=None)).events == [event]


async def test_what_only_a_newer_version_understands_is_passed_over(database: SqlDatabase) -> None:
    """During an upgrade of several processes the older ones still hear of all that they know."""
    before, strange, after = await happen(database, make_event(), make_event(), make_event())
    async with database.writer.begin() as connection:
        change = {"type": "BASKET_MERGED", "snapshot": "?", "actor_kind": "ROBOT", "previous_status": "LOST"}
        await connection.execute(update(events).where(events.c.id == strange.id).values(change))
    async with following(database) as tail:
        assert await everything(tail) == [before, after]
        async with database.reading() as rows:
            found = await rows.events.by_ids([strange.id])
        assert (found[strange.id].type, found[strange.id].subject_id) == (EventType.UNKNOWN, strange.subject_id)


async def test_a_state_that_only_a_newer_version_knows_is_passed_over_and_one_of_ours_is_not(
    database: SqlDatabase,
) -> None:
    before, strange, after = await happen(database, make_event(), make_event(), make_event())

    async def rewritten(version: int) -> None:
        async with database.writer.begin() as connection:
            text = (await connection.scalars(select(events.c.snapshot).where(events.c.id == strange.id))).one()
            change = {"snapshot": text.replace('"PENDING"', '"IN_THE_POST"'), "snapshot_version": version}
            await connection.execute(update(events).where(events.c.id == strange.id).values(change))

    await rewritten(snapshots.VERSION + 1)
    async with following(database) as tail:
        assert await everything(tail) == [before, after]
    await rewritten(snapshots.VERSION)
    async with database.reading() as rows:
        with pytest.raises(snapshots.Unreadable):
            await rows.events.by_ids([strange.id])


async def test_a_later_event_waits_for_an_earlier_one(database: SqlDatabase) -> None:
    first, second, third = (make_event().at_position(position) for position in (1, 2, 3))
    async with following(database, hears=False) as tail:
        tail.hear([third])
        tail.hear([second])
        assert tail.place == START
        tail.hear([first])
        assert tail.place == third.place
        assert list((await tail.page(START, owner_id=None)).events) == [first, second, third]


async def test_what_is_heard_before_the_start_makes_no_hole(database: SqlDatabase) -> None:
    tail = Tail(database)
    happened = await happen(database, *(make_event() for _ in range(5)))
    tail.hear(happened[:2])
    tail.hear([make_event().at_position(6)])
    await tail.start()
    assert tail.place.position == 6
    page = await tail.page(START, owner_id=None)
    assert [event.position for event in page.events] == [1, 2, 3, 4, 5]
    await tail.stop()


async def test_an_event_that_is_heard_of_twice_is_told_once(database: SqlDatabase) -> None:
    first, second = make_event().at_position(1), make_event().at_position(2)
    async with following(database, hears=False) as tail:
        for events in ([first], [first, second], [second], [first]):
            tail.hear(events)
        assert tail.place == second.place
        assert list((await tail.page(START, owner_id=None)).events) == [first, second]


async def test_a_hole_in_what_was_heard_is_read_from_the_log(database: SqlDatabase, process: Process) -> None:
    other = process(database.url)
    async with following(database, silence=NEVER) as tail:
        [missed] = await happen(other, make_event())
        assert tail.place == START
        [heard] = await happen(database, make_event())
        await reach(tail, 2)
        assert await everything(tail) == [missed, heard]


async def test_what_was_never_heard_of_is_found_after_a_silence(database: SqlDatabase, process: Process) -> None:
    other = process(database.url)
    async with following(database) as tail:
        events = await happen(other, make_event(), make_event())
        await reach(tail, 2)
        assert await everything(tail) == events


async def test_a_reader_who_was_told_to_look_finds_it_sooner(database: SqlDatabase, process: Process) -> None:
    other = process(database.url)
    async with following(database, silence=NEVER) as tail:
        events = await happen(other, make_event())
        tail.look()
        await reach(tail, 1)
        assert await everything(tail) == events


async def test_a_long_absence_is_read_on_in_parts(database: SqlDatabase, process: Process) -> None:
    other = process(database.url)
    async with following(database, silence=NEVER) as tail:
        events = await happen(other, *[make_event() for _ in range(1_201)])
        tail.look()
        await reach(tail, 1_201)  # in one go, and not a part each time that there was no news for a while
        assert await everything(tail, limit=100) == events


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_a_reader_gets_the_same_from_memory_and_from_the_log(
    database: SqlDatabase, process: Process, limit: int
) -> None:
    ana, ben = new_id(), new_id()
    async with following(database) as remembers:
        for n in range(10):
            subject = make_order(customer_id=(ana, ben)[n % 3 == 0], note="ñ 👗", version=n)
            await happen(database, make_event(subject=subject), make_event(EventType.USER_REGISTERED, make_user()))
        async with following(process(database.url)) as reads:
            assert not reads._kept
            for owner_id in (None, ana, ben, new_id()):
                for position in (0, 1, 7, 19, 20):
                    async with database.reading() as rows:
                        after = await rows.events.place_at(position)
                    assert after
                    found = await everything(remembers, after=after, owner_id=owner_id, limit=limit)
                    assert found == await everything(reads, after=after, owner_id=owner_id, limit=limit)
                    assert all(event.owner_id == owner_id for event in found if owner_id)
            assert len(await everything(reads, owner_id=ana, limit=limit)) == 6


async def test_a_reader_far_behind_is_served_from_the_log(database: SqlDatabase) -> None:
    async with following(database) as tail:
        events = await happen(database, *[make_event() for _ in range(KEPT + 10)])
        await reach(tail, KEPT + 10)
        assert len(tail._kept) == KEPT
        page = await tail.page(events[4].place, owner_id=None, limit=3)
        assert (list(page.events), page.upto) == (events[5:8], events[7].place)
        assert list((await tail.page(events[-3].place, owner_id=None)).events) == events[-2:]


async def test_one_owner_never_gets_anothers_events(database: SqlDatabase) -> None:
    ana = new_id()
    async with following(database) as tail:
        [mine] = await happen(database, make_event(subject=make_order(customer_id=ana)))
        others = await happen(database, make_event(), make_event())
        page = await tail.page(START, owner_id=ana)
        assert (list(page.events), page.upto) == ([mine], others[-1].place)
        page = await tail.page(mine.place, owner_id=ana)
        assert (list(page.events), page.upto) == ([], others[-1].place)


async def test_an_owner_does_not_page_through_the_events_of_others(database: SqlDatabase, process: Process) -> None:
    ana = new_id()
    others = [make_event() for _ in range(20)]
    async with following(database) as remembers:
        mine = await happen(database, *others, *(make_event(subject=make_order(customer_id=ana)) for _ in range(3)))
        async with following(process(database.url)) as reads:
            for tail in (remembers, reads):
                page = await tail.page(START, owner_id=ana, limit=2)
                assert (list(page.events), page.upto) == (mine[20:22], mine[21].place)


class TestResume:
    async def test_a_place_of_this_log_is_good(self, database: SqlDatabase) -> None:
        events = await happen(database, make_event(), make_event())
        async with following(database) as tail:
            assert await tail.resume(START)
            assert await tail.resume(events[0].place)
            assert await tail.resume(events[1].place)

    async def test_a_place_whose_event_is_another_is_of_another_log(self, database: SqlDatabase) -> None:
        [event] = await happen(database, make_event())
        async with following(database) as tail:
            assert not await tail.resume(event.place._replace(mark=b"else"))
            assert not await tail.resume(START._replace(mark=b"else"))

    @pytest.mark.parametrize("position", [2, 1_000, 2**63, 2**64 - 1])
    async def test_a_place_beyond_the_log_was_never_in_it(self, database: SqlDatabase, position: int) -> None:
        await happen(database, make_event())
        async with following(database) as tail:
            assert not await tail.resume(Place(position=position, mark=b"mark"))

    async def test_a_place_that_another_process_gave_is_waited_for(
        self, database: SqlDatabase, process: Process
    ) -> None:
        other = process(database.url)
        async with following(database, silence=NEVER) as tail:
            events = await happen(other, make_event(), make_event())
            async with asyncio.timeout(PATIENCE):
                assert await tail.resume(events[1].place)
            assert tail.place == events[1].place


async def test_all_who_wait_are_woken(database: SqlDatabase) -> None:
    async with following(database) as tail:
        waiting = [asyncio.create_task(tail.moved(START)) for _ in range(20)]
        await happen(database, make_event())
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*waiting)


async def test_a_tail_whose_database_was_away_says_so_and_goes_on(
    database: SqlDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with following(database) as tail:
        await happen(database, make_event())
        async with database.writer.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE log_head RENAME TO log_head_away")
        tail.look()
        await until(lambda: "the log could not be read" in caplog.text)
        async with database.writer.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE log_head_away RENAME TO log_head")
        await happen(database, make_event())
        await reach(tail, 2)
