"""The log: every event has a position, in the order of the commits, and no position is left out."""

import asyncio
import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy.engine import make_url

from domain.events import START, Event, EventType
from domain.ids import new_id
from domain.orders import OrderStatus
from persistence.database import SqlDatabase, SqlTransaction
from persistence.events import SqlEvents
from tests.persistence.shops import Held, Process, following, happen, head, keep, positions, reach
from tests.support.things import make_cause, make_endpoint, make_event, make_item, make_order, make_user


async def test_an_event_is_read_as_it_was_written(database: SqlDatabase) -> None:
    order = make_order(items=(make_item("Lámpara 💡", size=None), make_item("CHAIR")), note="a\nb\t'\"\\")
    ready = make_event(
        EventType.ORDER_READY, order, previous_status=OrderStatus.PENDING, cause=make_cause(order.customer_id)
    )
    registered = make_event(EventType.USER_REGISTERED, make_user())
    ping = make_event(EventType.WEBHOOK_PING, make_endpoint())
    assert await happen(database, ready, registered, ping) == [
        event.at_position(position) for position, event in enumerate((ready, registered, ping), 1)
    ]


async def test_the_log_is_empty_at_first(database: SqlDatabase) -> None:
    assert await head(database) == START
    async with database.reading() as rows:
        assert await rows.events.oldest() == START
        assert await rows.events.place_at(0) == START
        assert await rows.events.place_at(1) is None


async def test_the_log_knows_its_first_place_and_its_last(database: SqlDatabase) -> None:
    events = await happen(database, make_event(), make_event(), make_event())
    assert await head(database) == events[-1].place
    async with database.reading() as rows:
        assert await rows.events.oldest() == START
        assert await rows.events.place_at(2) == events[1].place


async def test_the_log_is_read_between_two_positions_for_everybody_or_for_one_owner(database: SqlDatabase) -> None:
    ana = new_id()
    events = await happen(database, *[make_event(subject=make_order(customer_id=id)) for id in (ana, new_id()) * 3])
    async with database.reading() as rows:
        assert await rows.events.read(after=1, upto=4, limit=10) == events[1:4]
        assert await rows.events.read(after=0, upto=6, limit=2) == events[:2]
        assert await rows.events.read(after=1, upto=6, limit=10, owner_id=ana) == [events[2], events[4]]


async def test_positions_have_no_gaps_however_many_write_at_once(database: SqlDatabase, process: Process) -> None:
    heard: list[int] = []

    async def tell(events: Sequence[Event]) -> None:
        heard.extend(event.position for event in events)

    processes = [database, process(database.url)]
    for one in processes:
        one.when_committed(tell)
    sizes = [size for size in (1, 2, 3) for _ in range(8)]
    await asyncio.gather(
        *(happen(processes[n % 2], *[make_event() for _ in range(size)]) for n, size in enumerate(sizes))
    )
    assert await positions(database) == list(range(1, sum(sizes) + 1))
    assert sorted(heard) == list(range(1, sum(sizes) + 1))


async def test_the_events_of_one_commit_stand_together_in_their_order(database: SqlDatabase) -> None:
    batches = [[make_event() for _ in range(3)] for _ in range(6)]
    written = await asyncio.gather(*(happen(database, *batch) for batch in batches))
    for batch, found in zip(batches, written, strict=True):
        first = found[0].position
        assert [event.position for event in found] == [first, first + 1, first + 2]
        assert [event.id for event in found] == [event.id for event in batch]


async def test_a_transaction_that_was_rolled_back_leaves_no_gap(database: SqlDatabase) -> None:
    class Changed(Exception):
        """The customer thought better of it."""

    async def fail_late(tx: SqlTransaction) -> None:
        tx.events.append(make_event())
        await tx.events.write()  # it has taken its position
        raise Changed

    first = await happen(database, make_event())
    with pytest.raises(Changed):
        await database.transact(fail_late)
    assert await head(database) == first[0].place
    await happen(database, make_event())
    assert await positions(database) == [1, 2]


async def test_rows_and_events_are_committed_together_or_not_at_all(database: SqlDatabase) -> None:
    user = make_user()

    async def fail(tx: SqlTransaction) -> None:
        await tx.users.add(user, password_hash="hashed")
        tx.events.append(make_event(EventType.USER_REGISTERED, user))
        raise LookupError

    with pytest.raises(LookupError):
        await database.transact(fail)
    async with database.reading() as rows:
        assert await rows.users.by_ids([user.id]) == {}
    assert await positions(database) == []


async def test_no_event_is_written_twice(database: SqlDatabase) -> None:
    [event] = await happen(database, make_event())
    with pytest.raises(Exception, match=r"(?i)duplicate|unique"):
        await happen(database, event)
    assert await positions(database) == [1]


async def test_a_commit_is_told_with_its_positions_and_a_rollback_is_not(database: SqlDatabase) -> None:
    told: list[Sequence[Event]] = []

    async def tell(events: Sequence[Event]) -> None:
        told.append(events)

    async def fail(tx: SqlTransaction) -> None:
        tx.events.append(make_event())
        raise LookupError

    database.when_committed(tell)
    first, second = make_event(), make_event()
    await happen(database, first, second)
    with pytest.raises(LookupError):
        await database.transact(fail)
    assert told == [[first.at_position(1), second.at_position(2)]]


class TestOverlapping:
    """The heart of the log: whoever begins first may commit last, and a reader must not pass it by."""

    async def test_who_begins_first_and_commits_last_stands_last(self, mariadb_database: SqlDatabase) -> None:
        early, late = make_event(), make_event()

        async def begin(tx: SqlTransaction) -> None:
            await tx.orders.add([make_order()])
            tx.events.append(early)

        async with following(mariadb_database) as tail:
            async with Held(mariadb_database, begin):
                await happen(mariadb_database, late)
                await reach(tail, 1)
                assert tail.place.mark == late.place.mark  # already past the one that began later
                reader = await tail.page(START, owner_id=None)
                assert [event.id for event in reader.events] == [late.id]
            await reach(tail, 2)
            page = await tail.page(reader.upto, owner_id=None)
            assert [event.id for event in page.events] == [early.id]

    async def test_another_process_that_hears_of_neither_reads_both(
        self, mariadb_database: SqlDatabase, process: Process
    ) -> None:
        early, late = make_event(), make_event()

        async def begin(tx: SqlTransaction) -> None:
            await tx.orders.add([make_order()])
            tx.events.append(early)

        async with following(process(mariadb_database.url), hears=False) as tail:
            async with Held(mariadb_database, begin):
                await happen(mariadb_database, late)
                await reach(tail, 1)
            await reach(tail, 2)
            page = await tail.page(START, owner_id=None)
            assert [event.id for event in page.events] == [late.id, early.id]

    async def test_no_position_is_taken_while_an_earlier_one_is_not_committed(
        self, mariadb_database: SqlDatabase
    ) -> None:
        async def take(tx: SqlTransaction) -> None:
            await SqlEvents(tx.connection)._take(1)  # as `write` does, which then inserts
            tx.events.append(first)

        first, second = make_event(), make_event()
        async with Held(mariadb_database, take):
            waiting = asyncio.create_task(happen(mariadb_database, second))
            done, _ = await asyncio.wait([waiting], timeout=0.3)
            assert not done
            assert await positions(mariadb_database) == []
        assert (await waiting)[0].position == 3  # `take` took one, and `write` another

    async def test_sqlite_lets_the_second_wait_until_the_first_has_committed(
        self, sqlite_database: SqlDatabase
    ) -> None:
        early, late = make_event(), make_event()

        async def begin(tx: SqlTransaction) -> None:
            await tx.orders.add([make_order()])
            tx.events.append(early)

        file = make_url(sqlite_database.url).database
        assert file
        async with Held(sqlite_database, begin):
            waiting = asyncio.create_task(happen(sqlite_database, late))
            other = sqlite3.connect(file, timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()
        assert [event.position for event in await waiting] == [2]
        assert await positions(sqlite_database) == [1, 2]


async def test_two_who_read_before_they_write_both_get_through(database: SqlDatabase, process: Process) -> None:
    async def read_then_write(tx: SqlTransaction) -> None:
        await tx.events.head()
        tx.events.append(make_event())

    async with Held(database, read_then_write):
        second = asyncio.create_task(happen(process(database.url), make_event()))
        await asyncio.wait([second], timeout=0.3)  # it may, or it may have to wait
    await second
    assert await positions(database) == [1, 2]


async def test_an_order_that_is_ready_is_in_the_owners_inbox_with_the_event(database: SqlDatabase) -> None:
    order = make_order(status=OrderStatus.PROCESSED)
    await keep(database, order)
    [event] = await happen(database, make_event(EventType.ORDER_READY, order))
    async with database.reading() as rows:
        told = await rows.notifications.of_event(order.customer_id, event.id)
        assert told
        assert told.title == f"Order {order.number} is ready"
        assert await rows.notifications.unread(order.customer_id) == 1
        assert await rows.notifications.of_event(new_id(), event.id) is None
