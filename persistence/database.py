"""One way in: `await database.transact(work)`, which commits rows and events together or not at all."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.events import Event
from domain.ports import Unavailable
from persistence.deliveries import SqlDeliveries
from persistence.endpoints import SqlEndpoints
from persistence.events import SqlEvents
from persistence.keys import SqlKeys
from persistence.notifications import SqlNotifications
from persistence.orders import SqlOrders
from persistence.payments import SqlInbox, SqlPayments
from persistence.products import SqlProducts
from persistence.readers import SqlReaders
from persistence.sessions import SqlSessions
from persistence.users import SqlUsers

log = logging.getLogger(__name__)


def _is_news(record: logging.LogRecord) -> bool:
    """A driver that was cancelled closes its connection itself, and the pool cannot say goodbye to it any more."""
    fault = record.exc_info[1] if record.exc_info else None
    return not (isinstance(fault, RuntimeError) and "closed" in str(fault))


logging.getLogger("sqlalchemy.pool.impl.AsyncAdaptedQueuePool").addFilter(_is_news)

T = TypeVar("T")
Committed = Callable[[Sequence[Event]], Awaitable[None]]

TRIES = 4
DEADLINE = 10.0
RECYCLE = 90
LOCK_CODES = {1205, 1213}
LOST_CODES = {2006, 2013, 2055, 1927, 1053}

# The server ends a session whose other end has vanished without a word, and with it the locks of its transaction. The
# comment is MariaDB's alone: MySQL has no limit for idle transactions, only for idle sessions.
SESSION = """SET time_zone = '+00:00', innodb_lock_wait_timeout = 3, wait_timeout = 120
/*M!100300 , idle_write_transaction_timeout = 15 */"""


class CommitUnknown(Unavailable):
    """The connection was lost during COMMIT: the change may or may not have happened. Look before deciding."""


class SqlTransaction:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.users = SqlUsers(connection)
        self.sessions = SqlSessions(connection)
        self.orders = SqlOrders(connection)
        self.payments = SqlPayments(connection)
        self.inbox = SqlInbox(connection)
        self.readers = SqlReaders(connection)
        self.keys = SqlKeys(connection)
        self.products = SqlProducts(connection)
        self.notifications = SqlNotifications(connection)
        self.endpoints = SqlEndpoints(connection)
        self.deliveries = SqlDeliveries(connection)
        self.events = SqlEvents(connection)


class SqlDatabase:
    """`deadline` is in seconds, for one transaction or one reading."""

    def __init__(self, url: str, *, deadline: float = DEADLINE) -> None:
        self.url = url
        self.deadline = deadline
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.writer = _sqlite(url, writes=True) if self.embedded else _mysql(url)
        self.reader = _sqlite(url, writes=False) if self.embedded else self.writer
        self._committed: list[Committed] = []
        self._running: set[asyncio.Task[Any]] = set()

    def when_committed(self, tell: Committed) -> None:
        """`tell` hears of the events of every commit of this process, after the commit."""
        self._committed.append(tell)

    async def transact(self, work: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        """See domain.ports.Database. The caller's cancellation never interrupts a transaction in the middle."""
        task = asyncio.create_task(self._transact(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        with _outages():
            return await asyncio.shield(task)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        with _outages():
            async with self._connected(self.reader) as connection:
                yield SqlTransaction(connection)

    async def close(self) -> None:
        if self._running:
            await asyncio.wait(self._running)
        await self.writer.dispose()
        await self.reader.dispose()

    async def _transact(self, work: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        for left in reversed(range(TRIES)):
            try:
                result, happened = await self._once(work)
                break
            except DBAPIError as fault:
                if not left or not _may_pass(fault):
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05))
        for tell in self._committed if happened else ():
            await _told(tell, happened)
        return result

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection until the deadline, given back without a transaction.

        One that was cancelled is thrown away: nobody knows what it is waiting for, and asking it to roll back may
        take for ever, which the pool would do without listening to a cancellation.
        """
        async with asyncio.timeout(self.deadline):
            connection = await engine.connect()
            try:
                async with _rolled_back(connection):
                    yield connection
            except asyncio.CancelledError:
                await connection.invalidate()
                raise
            finally:
                await connection.close()

    async def _once(self, work: Callable[[SqlTransaction], Awaitable[T]]) -> tuple[T, Sequence[Event]]:
        async with self._connected(self.writer) as connection:
            tx = SqlTransaction(connection)
            result = await work(tx)
            happened = await tx.events.write()
            try:
                await connection.commit()
            except BaseException as fault:  # the deadline's cancellation among them
                await connection.invalidate()
                raise CommitUnknown("the connection was lost during COMMIT") from fault
        return result, happened


@asynccontextmanager
async def _rolled_back(connection: AsyncConnection) -> AsyncIterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        raise
    except BaseException:
        await connection.rollback()
        raise
    await connection.rollback()


async def _told(tell: Committed, events: Sequence[Event]) -> None:
    """Whatever a listener does, the commit has happened and its caller is answered."""
    try:
        await tell(events)
    except Exception:
        log.exception("a listener failed after a commit")


@contextmanager
def _outages() -> Iterator[None]:
    """A database that is away, full or too slow is an outage, and not a bug of the caller's."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, TimeoutError, OSError) as fault:
        raise Unavailable(f"the database does not serve: {type(fault).__name__} {fault}") from fault


def _may_pass(fault: DBAPIError) -> bool:
    """Whether another try may go better: a deadlock, a lock that took too long, a connection that was lost."""
    return fault.connection_invalidated or error_code(fault) in LOCK_CODES | LOST_CODES


def error_code(fault: DBAPIError) -> int | None:
    arguments = getattr(fault.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def _mysql(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error in a log must not carry what a row holds
        pool_size=10,
        max_overflow=5,
        pool_timeout=3,
        pool_recycle=RECYCLE,
        pool_use_lifo=True,
        pool_reset_on_return=None,  # we roll back ourselves, within the deadline
        connect_args={
            "connect_timeout": 3,
            "init_command": SESSION,
        },
    )
    return engine


def _sqlite(url: str, *, writes: bool) -> AsyncEngine:
    """One connection writes, some read: WAL lets them go on beside each other."""
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else 4,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"timeout": 5},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is deferred
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
