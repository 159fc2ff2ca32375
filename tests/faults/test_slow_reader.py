"""A subscriber that reads a byte a second among many that keep up: it costs little, keeps nobody, and loses nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from persistence.database import SqlDatabase
from tests.support.client import SHIRT, Client
from tests.support.invariants import of_owner, orders_left, whole_log
from tests.support.processes import Process, ServerStack
from tests.support.raw_sockets import ClosedByShop, RawSocket
from tests.support.vitals import gauge, memory_of
from tests.support.waiting import until
from web.stack import MariaDB, Redis

FAST, FAST_FULL = 50, 1_000
HEAVY = 50
"""So many of the fast ones ask for as much as the slow one does, and share its group; the others ask for little."""
NOTE = "x" * 2_000
MUCH = f"""subscription($after: Cursor) {{ ordersUpdated(after: $after) {{
  cursor event {{ id }} order {{ {" ".join(f"n{number}: note" for number in range(20))} }} }} }}"""
LITTLE = "subscription($after: Cursor) { ordersUpdated(after: $after) { cursor event { id } } }"
ORDERS, ORDERS_FULL = 270, 1_000  # two events each, and 40 kB for each event
PASSED = 20_000_000
"""Bytes that each subscriber who asks for much is sent at least. The server may grow by two thirds of that.

It keeps the last events, which are a tenth of what becomes of them, and each connection has a buffer.
"""
BEGINNING = re.compile(rb'"cursor":"([^"]+)","event":(?:null|\{"id":"([^"]+)"\})')
BUFFER = 4_096


class Reader:
    """What a subscriber was told: the ids of the events, and the last cursor."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.ids: list[str] = []
        self.cursor: str | None = None
        self.socket: RawSocket

    async def subscribe(self, document: str, *, buffer: int | None = None) -> "Reader":
        """Returns when it has been told its first cursor."""
        self.socket = await RawSocket.connected(self.url, buffer=buffer)
        await self.socket.upgrade()
        await self.socket.sign_in(self.token)
        await self.socket.subscribe(document, after=self.cursor)
        await self.read()
        return self

    async def read(self) -> None:
        """One message."""
        found = BEGINNING.search(await self.socket.text())
        assert found
        cursor, id = found.groups()
        self.cursor = cursor.decode()
        self.ids += [id.decode()] if id else []

    async def read_on(self) -> None:
        while True:
            await self.read()

    async def has(self, last: str) -> None:
        """Returns when it has been told of an event, and so of all before it."""

        async def come() -> bool:
            return self.ids[-1:] == [last]

        await until(come, seconds=60)


@pytest.fixture
def stack(mariadb: MariaDB, redis: Redis, tmp_path: Path) -> Iterator[ServerStack]:
    settings = {"SWAPSHOP_MOST_SOCKETS": "2000"}
    started = ServerStack(tmp_path, mariadb, redis, settings=settings).start(apis=1, workers=1)
    yield started
    started.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_slow_reader_costs_little_keeps_nobody_and_misses_nothing(stack: ServerStack, full: bool) -> None:
    [api] = stack.apis
    async with (
        await Client(api.url).register() as customer,
        fast_readers(customer, FAST_FULL if full else FAST) as fast,
    ):
        earlier = await happened_of(customer, stack, orders=50)
        slow = await Reader(api.url, str(customer.token)).subscribe(MUCH, buffer=BUFFER)
        memory, received, enough, closed = memory_of(api), fast[0].socket.received, asyncio.Event(), list[str]()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(slowly(slow, enough, closed)),
                group.create_task(enough_when_closed(api, enough, others=len(fast))),
            ]
            happened = await happened_of(customer, stack, orders=ORDERS_FULL if full else ORDERS)
            for reader in fast:
                await reader.has(happened[-1])
            grown, passed = memory_of(api) - memory, fast[0].socket.received - received
            if not full:
                enough.set()
            async with asyncio.timeout(60):
                await enough.wait()
            await slow.has(happened[-1])
            for task in tasks:
                task.cancel()
        slow.socket.reset()
    print(f"{passed:,} bytes to each, the server grew by {grown:,}, the slow one was closed at {closed}")
    assert passed > PASSED
    assert 3 * grown < 2 * passed
    assert all(reader.ids == happened for reader in fast)
    assert slow.ids == happened[len(earlier) :]
    assert len(closed) == 1 or not full


@asynccontextmanager
async def fast_readers(customer: Client, count: int) -> AsyncIterator[list[Reader]]:
    """They read on and on, and a fault of any of them is the test's."""
    readers = [Reader(customer.url, str(customer.token)) for _ in range(count)]
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as group:
        reading = []
        for number, reader in enumerate(readers):
            await reader.subscribe(MUCH if number < HEAVY else LITTLE)
            opened.callback(reader.socket.reset)
            reading.append(group.create_task(reader.read_on()))
        yield readers
        for task in reading:
            task.cancel()


async def happened_of(customer: Client, stack: ServerStack, *, orders: int) -> list[str]:
    """What has happened to the customer's orders, once so many more were placed and promoted."""
    left = iter(range(orders))

    async def place() -> None:
        for _ in left:
            order = await customer.order(items=[SHIRT], note=NOTE)
            assert order["__typename"] == "Order", order

    await asyncio.gather(*(place() for _ in range(16)))
    async with stack.looking() as database:
        await until(lambda: all_promoted(database), seconds=60)
        return of_owner(await whole_log(database), customer.user["id"])[1:]  # the first is that they have registered


async def all_promoted(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0


async def slowly(slow: Reader, enough: asyncio.Event, closed: list[str]) -> None:
    """A byte a second, then as fast as it can; resumes when the shop has closed the socket, and `closed` has where.

    On a busy machine it may come to the close frame too late, when the shop has hung up: it goes on from what it has.
    """
    while True:
        try:
            await slow.socket.trickle(enough)
            await slow.read_on()
        except ClosedByShop as said:
            slow.cursor = cursor_of(said)
        except ConnectionError:
            assert not closed, "only once is it slow"
            enough.set()
        closed.append(str(slow.cursor))
        slow.socket.reset()
        await slow.subscribe(MUCH)


def cursor_of(said: ClosedByShop) -> str:
    """Where the shop says that one may resume from who was too slow."""
    why, _, cursor = said.reason.partition(" ")
    assert (said.code, why) == (1013, "SLOW_CONSUMER"), said
    return cursor


async def enough_when_closed(api: Process, enough: asyncio.Event, *, others: int) -> None:
    """The shop does not wait long for its close frame to be read."""
    while await gauge(api, "swapshop_open_sockets") > others:  # noqa: ASYNC110 (it is another process)
        await asyncio.sleep(0.1)
    enough.set()
