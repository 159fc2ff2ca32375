"""kill -9 of MariaDB under load: nobody was ever told of anything that is gone after it, and all go on without loss."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from domain.events import START, Place
from domain.users import Role
from graph.scalars import read_cursor
from persistence.database import SqlDatabase, SqlTransaction
from persistence.migrations import migrate
from persistence.tables import events, log_proof
from tests.persistence.shops import Held, following, happen, reach
from tests.support.client import CREATE, SHIRT, TROUSERS, Client, Socket
from tests.support.invariants import assert_whole, orders_left
from tests.support.people import signed_in
from tests.support.processes import ServerStack, Stack
from tests.support.things import make_event
from tests.support.waiting import until
from tests.support.watcher import Watcher
from tests.support.wishes import EVENTS, Person, Wish, any_wish
from web.stack import MariaDB, Redis

KILLS, KILLS_FULL = 2, 30
CUSTOMERS, STAFF = 6, 2
ITEMS = [{"custom": SHIRT}, {"custom": TROUSERS}]
UNANSWERED = (httpx.TransportError, ValueError)  # ValueError: half an answer
PULL = """query($after: Cursor) { events(after: $after, first: 100) {
  head pageInfo { endCursor } edges { cursor } } }"""

Cursors = set[Place]


class PatientWatcher(Watcher):
    """Goes on also when the shop said that its database is away; every cursor that it is given is put to the others."""

    def __init__(self, person: Person, wish: Wish, urls: Sequence[str], cursors: Cursors) -> None:
        super().__init__(person, wish, urls)
        self._cursors = cursors

    async def _received(self, socket: Socket) -> dict[str, Any]:
        message = await super()._received(socket)
        if message["type"] == "error" and is_outage(message["payload"]):
            raise ConnectionError("the database is away")
        return message

    def _take(self, value: dict[str, Any], *, snapshot: bool) -> bool:
        self._cursors.add(read_cursor(value["cursor"]))
        return super()._take(value, snapshot=snapshot)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_no_cursor_that_anybody_holds_is_lost_when_mariadb_is_killed(tmp_path: Path, full: bool) -> None:
    """For the last half of the kills without Redis: then a process reads from the log all that others commit."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng, kills = random.Random(seed), KILLS_FULL if full else KILLS
    cursors: Cursors = set()
    async with running(tmp_path, processes=2 if full else 1) as stack, people(stack) as everybody:
        urls, over = [api.url for api in stack.apis], asyncio.Event()
        bought = [await insist(person.client, "the first", urls, rng) for person in everybody]
        async with asyncio.TaskGroup() as group:
            watchers = [
                PatientWatcher(person, wish, rng.sample(urls, len(urls)), cursors).begin(group)
                for person, wish in wishes(everybody, bought, rng)
            ]
            buying = [group.create_task(buy(person.client, urls, over, rng)) for person in everybody]
            pulling = [group.create_task(pull(everybody[-1].client.at(url), cursors, over)) for url in urls]
            for number in range(kills):
                await asyncio.sleep(rng.uniform(0.3, 1.2))  # so that the kills come at any moment
                if number == kills // 2:
                    await asyncio.to_thread(stack.redis.kill)
                await killed_and_started(stack.mariadb, cut=rng.sample(watchers, len(watchers) // 2))
                assert await lost(stack, cursors) == [], f"after kill {number + 1}"
            over.set()
            bought += [id for ids in await asyncio.gather(*buying) for id in ids]
            await asyncio.gather(*pulling)
            async with stack.looking() as database:
                await until(lambda: all_promoted(database), seconds=60)
                log = await assert_whole(database, acknowledged=bought, items=len(ITEMS))
            for watcher in watchers:
                await watcher.has_it_all(log)
                watcher.stop()
        assert await lost(stack, cursors) == []
    connections = sum(watcher.connections for watcher in watchers)
    print(f"{kills} kills, {len(bought)} orders, {len(cursors)} cursors, {connections} connections")


async def test_what_is_only_seen_in_the_log_is_not_told_before_it_is_on_disk(mariadb: MariaDB) -> None:
    """A commit is visible a moment before it is on disk, which a kill rarely meets: here the moment lasts.

    The tail's own durable commit, which is what it waits for, cannot be had while somebody holds its row.
    """
    database = mariadb.create_database("seen_only")
    async with two_processes(database) as (here, there), following(here, hears=False) as tail:
        before = tail.place
        async with Held(there, hold_proof):
            await happen(there, make_event())

            async def held_up_or_told() -> bool:
                return tail.place != before or await somebody_waits(there)

            await until(held_up_or_told)
            assert tail.place == before
        await reach(tail, before.position + 1)


@asynccontextmanager
async def two_processes(url: str) -> AsyncIterator[tuple[SqlDatabase, SqlDatabase]]:
    """A new database, opened twice."""
    here, there = SqlDatabase(url), SqlDatabase(url)
    try:
        await migrate(here.writer)
        yield here, there
    finally:
        await here.close()
        await there.close()


async def hold_proof(tx: SqlTransaction) -> None:
    await tx.connection.execute(select(log_proof).with_for_update())


async def somebody_waits(database: SqlDatabase) -> bool:
    """For a row that somebody else has locked."""
    async with database.reading() as rows:
        status = await rows.connection.execute(text("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"))
        return int(status.one()[1]) > 0


@asynccontextmanager
async def running(folder: Path, *, processes: int) -> AsyncIterator[ServerStack]:
    """So many APIs and workers on servers of their own. MariaDB is as durable as `web.stack` makes it."""
    with MariaDB(folder / "mariadb") as mariadb, Redis(folder / "redis") as redis:
        stack = ServerStack(folder, mariadb, redis, settings={"SWAPSHOP_MOST_SOCKETS": "500"})
        try:
            yield stack.start(apis=processes, workers=processes)
        finally:
            stack.stop()


@asynccontextmanager
async def people(stack: Stack) -> AsyncIterator[list[Person]]:
    """Customers, and after them the staff."""
    async with AsyncExitStack() as closing:
        customers = [await closing.enter_async_context(await Client(stack.url).register()) for _ in range(CUSTOMERS)]
        staff = [await closing.enter_async_context(await signed_in(stack, Role.OPERATOR)) for _ in range(STAFF)]
        yield [Person(client=client, staff=client in staff) for client in (*customers, *staff)]


def wishes(everybody: Sequence[Person], orders: Sequence[str], rng: random.Random) -> list[tuple[Person, Wish]]:
    """All that they may see for each of them, and as much again of any kind. `orders`: one of each person's."""
    whole = [(person, Wish(document=EVENTS, variables={}, wants=person.sees)) for person in everybody]
    owned = zip(everybody, orders, strict=True)
    return whole + [(person, any_wish(person, [order], everybody, rng)) for person, order in owned]


async def buy(client: Client, urls: Sequence[str], over: asyncio.Event, rng: random.Random) -> list[str]:
    """Places orders until told to stop; their ids."""
    bought: list[str] = []
    while not over.is_set():
        bought.append(await insist(client, str(len(bought)), urls, rng))
        await asyncio.sleep(rng.uniform(0, 0.02))
    return bought


async def insist(client: Client, key: str, urls: Sequence[str], rng: random.Random) -> str:
    """Tries with the same key until the order is acknowledged; its id."""
    async with asyncio.timeout(60):
        while True:
            with suppress(*UNANSWERED):
                answer = await client.at(rng.choice(urls)).post(CREATE, input={"items": ITEMS, "idempotencyKey": key})
                if "errors" not in answer:
                    order = answer["data"]["createOrder"]
                    assert order["__typename"] == "Order", order
                    return str(order["id"])
                assert is_outage(answer["errors"]), answer
            await asyncio.sleep(rng.uniform(0.01, 0.1))


async def pull(client: Client, cursors: Cursors, over: asyncio.Event) -> None:
    """Asks one process for the end of the log, as far as it tells of it, again and again."""
    after = None
    while not over.is_set():
        with suppress(*UNANSWERED):
            answer = await client.post(PULL, after=after)
            if "errors" in answer:
                assert is_outage(answer["errors"]), answer
            else:
                page = answer["data"]["events"]
                after = page["pageInfo"]["endCursor"]
                told = (after, page["head"], *(edge["cursor"] for edge in page["edges"]))
                cursors.update(map(read_cursor, told))
        await asyncio.sleep(0.005)  # a client that asks often, and is not the only one


def is_outage(errors: Sequence[Mapping[str, Any]]) -> bool:
    return [error["extensions"]["code"] for error in errors] == ["UNAVAILABLE"]


async def killed_and_started(mariadb: MariaDB, *, cut: Sequence[Watcher]) -> None:
    """Some lose their connections to the shop too, so that they resume from what they were told before."""
    await asyncio.to_thread(mariadb.kill)
    for watcher in cut:
        watcher.cut()
    await asyncio.to_thread(mariadb.start)


async def lost(stack: Stack, cursors: Cursors) -> list[Place]:
    """Those that the log does not have, or has for another event."""
    told = list(cursors)  # first, as the log grows meanwhile
    async with stack.looking() as database, database.reading() as rows:
        found = await rows.connection.execute(select(events.c.position, events.c.id))
        marks = {position: id.bytes[-4:] for position, id in found}
    marks[START.position] = START.mark
    return [place for place in told if marks.get(place.position) != place.mark]


async def all_promoted(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0
