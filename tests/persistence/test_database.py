"""Transactions: all or nothing, whatever becomes of the caller, the lock or the connection."""

import asyncio
import logging
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.events import Event, Place
from domain.ports import Unavailable
from persistence.database import CommitUnknown, SqlDatabase, SqlTransaction
from persistence.migrations import migrate
from tests.persistence.shops import Held, Process, happen, keep, positions
from tests.support.faults import FaultyNetwork, Loss
from tests.support.things import make_event, make_order
from tests.support.waiting import PATIENCE
from web.stack import MariaDB


async def test_a_caller_who_goes_away_does_not_stop_a_transaction_in_the_middle(database: SqlDatabase) -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    order = make_order()

    async def work(tx: SqlTransaction) -> None:
        await tx.orders.add([order])
        tx.events.append(make_event(subject=order))
        begun.set()
        await go.wait()

    told = asyncio.Event()

    async def tell(_events: Sequence[Event]) -> None:
        told.set()

    database.when_committed(tell)
    caller = asyncio.create_task(database.transact(work))
    await begun.wait()
    caller.cancel()
    await asyncio.wait([caller])
    assert caller.cancelled()
    go.set()
    await asyncio.wait_for(told.wait(), 5)
    async with database.reading() as rows:
        assert await rows.orders.get(order.id) == order


async def test_closing_a_database_lets_what_runs_finish(mariadb_database: SqlDatabase, process: Process) -> None:
    other = process(mariadb_database.url)
    begun, go = asyncio.Event(), asyncio.Event()

    async def work(tx: SqlTransaction) -> None:
        tx.events.append(make_event())
        begun.set()
        await go.wait()

    caller = asyncio.create_task(other.transact(work))
    await begun.wait()
    closing = asyncio.create_task(other.close())
    await asyncio.sleep(0)
    assert not closing.done()
    go.set()
    await asyncio.gather(caller, closing)
    assert await positions(mariadb_database) == [1]


async def test_two_who_wait_for_each_other_both_get_through(mariadb_database: SqlDatabase) -> None:
    first, second = make_order(), make_order()
    await keep(mariadb_database, first, second)
    tries: list[int] = []
    both = asyncio.Barrier(2)

    async def lock(tx: SqlTransaction, order: tuple[int, int]) -> None:
        tries.append(1)
        ids = (first.id, second.id)
        await tx.orders.lock(ids[order[0]])
        if len(tries) <= 2:
            await both.wait()
        await tx.orders.lock(ids[order[1]])
        tx.events.append(make_event())

    await asyncio.gather(
        mariadb_database.transact(lambda tx: lock(tx, (0, 1))), mariadb_database.transact(lambda tx: lock(tx, (1, 0)))
    )
    assert len(tries) == 3
    assert await positions(mariadb_database) == [1, 2]


async def test_a_connection_that_was_lost_before_the_commit_is_tried_again(mariadb_database: SqlDatabase) -> None:
    tries: list[int] = []

    async def work(tx: SqlTransaction) -> None:
        tx.events.append(make_event())
        tries.append(1)
        if len(tries) == 1:
            id = await tx.connection.scalar(text("SELECT CONNECTION_ID()"))
            async with mariadb_database.reader.connect() as other:
                await other.execute(text(f"KILL CONNECTION {id}"))
        await tx.orders.add([make_order()])

    await mariadb_database.transact(work)
    assert len(tries) == 2
    assert await positions(mariadb_database) == [1]


async def test_what_a_customer_may_not_do_is_not_tried_again(database: SqlDatabase) -> None:
    order, tries = make_order(), []

    async def work(tx: SqlTransaction) -> None:
        tries.append(1)
        await tx.orders.add([order])

    await database.transact(work)
    with pytest.raises(DBAPIError, match=r"(?i)duplicate|unique"):
        await database.transact(work)
    assert len(tries) == 2


@pytest.mark.parametrize(("loss", "events"), [(Loss.BEFORE, []), (Loss.AFTER, [1])])
async def test_a_connection_lost_during_the_commit_is_said_and_not_tried_again(
    mariadb: MariaDB, process: Process, loss: Loss, events: list[int]
) -> None:
    url, tries = mariadb.create_database("one_test"), []

    async def work(tx: SqlTransaction) -> None:
        tries.append(1)
        tx.events.append(make_event())

    direct = process(url)
    await migrate(direct.writer)
    async with FaultyNetwork(url) as network:
        database = SqlDatabase(network.url)
        network.lose(loss)
        with pytest.raises(CommitUnknown):
            await database.transact(work)
        await database.close()
    assert (len(tries), network.lost) == (1, 1)
    assert await positions(direct) == events


async def test_readers_are_not_kept_waiting_by_a_writer(database: SqlDatabase) -> None:
    kept, changed = make_order(), make_order()
    await keep(database, kept)
    async with Held(database, lambda tx: tx.orders.add([changed])), database.reading() as rows:
        assert await rows.orders.get(kept.id) == kept
        assert await rows.orders.get(changed.id) is None


async def test_a_silence_of_the_network_costs_no_connection_for_ever(mariadb: MariaDB) -> None:
    silent = asyncio.Event()

    async def read(database: SqlDatabase) -> Place:
        async with database.reading() as rows:
            return await rows.events.head()

    async def read_into_the_silence(database: SqlDatabase) -> None:
        async with database.reading() as rows:
            await rows.events.head()
            await silent.wait()  # what is left to say is that it is over

    async with FaultyNetwork(mariadb.create_database("one_test")) as network:
        database = SqlDatabase(network.url, deadline=1)
        await migrate(database.writer)
        for _ in range(3):
            silent.clear()
            readers = [asyncio.create_task(read_into_the_silence(database)) for _ in range(15)]
            await asyncio.wait(readers, timeout=0.3)
            network.fall_silent()
            silent.set()
            writers = [asyncio.create_task(happen(database, make_event())) for _ in range(10)]
            async with asyncio.timeout(PATIENCE):
                outcomes = await asyncio.gather(*readers, *writers, return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} <= {Unavailable, CommitUnknown}
            network.speak()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(read(database) for _ in range(60)))
            await happen(database, make_event())
        await database.close()


async def test_a_listener_that_fails_does_not_undo_a_commit_for_its_caller(
    database: SqlDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(_: object) -> None:
        raise LookupError("the listener's own trouble")

    database.when_committed(stumble)
    assert [event.position for event in await happen(database, make_event())] == [1]
    assert "a listener failed" in caplog.text


@pytest.mark.parametrize(
    ("fault", "is_news"),
    [
        (RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"), False),
        (RuntimeError("something else"), True),
        (OSError("the handler is closed"), True),
    ],
)
def test_a_connection_that_is_closed_already_is_no_news(
    fault: Exception, is_news: bool, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("sqlalchemy.pool.impl.AsyncAdaptedQueuePool").error("Exception closing", exc_info=fault)
    assert bool(caplog.records) == is_news
