"""Whatever is killed, each subscriber receives exactly what its filter leaves of the log: in order, all, nothing twice.

What it must receive is worked out from the log in the database by tests.support.wishes, which shares nothing with the
shop's own filters.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.users import Role
from persistence.database import SqlDatabase
from tests.conftest import STACKS
from tests.support.client import CANCEL, CREATE, SHIRT, Client
from tests.support.invariants import orders_left, whole_log
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, Process, ServerStack, Stack
from tests.support.waiting import until
from tests.support.watcher import Watcher
from tests.support.wishes import WORDS, Person, any_wish
from web.stack import MariaDB, Redis

SETTINGS = {
    "SWAPSHOP_PROMOTE_AFTER": "1s",  # orders are PENDING long enough to be changed and cancelled
    "SWAPSHOP_MOST_SOCKETS": "500",
    "SWAPSHOP_ACCESS_TOKEN_LIFETIME": "2h",
}
UNANSWERED = (httpx.TransportError, ValueError)  # ValueError: half an answer
UPDATE = "mutation($input: UpdateOrderInput!) { updateOrder(input: $input) { __typename ... on Order { version } } }"
BY_STAFF = ("processOrder", "completeOrder", "cancelOrder")


class Trade:
    """Customers place, change and cancel orders, and staff move them on: whatever the shop answers, or nobody."""

    def __init__(self, people: Sequence[Person], urls: Sequence[str], rng: random.Random) -> None:
        self.people = people
        self.urls = urls
        self.rng = rng
        self.over = asyncio.Event()
        self._versions: dict[str, int] = {}
        self._owner: dict[str, Person] = {}

    def orders_of(self, person: Person) -> list[str]:
        return [id for id, owner in self._owner.items() if person.staff or owner is person]

    async def place(self, person: Person, url: str) -> None:
        asked = {"items": [{"custom": SHIRT}], "note": self.rng.choice(WORDS)}
        if order := await _answered(person.client.at(url), CREATE, input=asked):
            self._versions[order["id"]], self._owner[order["id"]] = order["version"], person

    async def go_on(self, person: Person, *, pause: float) -> None:
        while not self.over.is_set():
            with suppress(UNANSWERED):  # the log says what has become of it
                await self._something(person, self.rng.choice(self.urls))
            await asyncio.sleep(self.rng.uniform(0, pause))

    async def _something(self, person: Person, url: str) -> None:
        client, id = person.client.at(url), self.rng.choice(self.orders_of(person)[-10:])
        match self.rng.choices(("place", "update", "cancel", "move"), weights=(3, 5, 1, 2 * person.staff))[0]:
            case "place":
                await self.place(person, url)
            case "update":
                changed = {"id": id, "expectedVersion": self._versions[id], "note": self.rng.choice(WORDS)}
                answer = await _answered(client, UPDATE, input=changed)
                self._versions[id] = answer.get("version", self._versions[id])
            case "cancel":
                await _answered(client, CANCEL, id=id)
            case _:
                field = self.rng.choice(BY_STAFF)
                await _answered(client, f"mutation($id: ID!) {{ {field}(id: $id) {{ __typename }} }}", id=id)


async def _answered(client: Client, document: str, /, **variables: Any) -> dict[str, Any]:
    """The one field; nothing when the shop says that it cannot be done now, and the log knows whether it was."""
    answer = await client.post(document, **variables)
    if "errors" in answer:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"], answer
        return {}
    return next(iter(answer["data"].values())) or {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", STACKS)
async def test_each_subscriber_receives_exactly_its_part_of_the_log(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng, (count, size, kills) = random.Random(seed), (200, 20_000, 60) if full else (12, 160, 2)
    watchers: list[Watcher] = []
    async with _running(kind, request, tmp_path) as (stack, redis), _people(stack, rng) as people:
        urls = [api.url for api in stack.apis]
        trade = Trade(people, urls, rng)
        for person in people:
            await trade.place(person, urls[0])
        async with asyncio.TaskGroup() as group, stack.looking() as database:
            trading = [group.create_task(trade.go_on(person, pause=0.02 if full else 0.05)) for person in people]
            joining = group.create_task(_join(watchers, trade, group, count))
            for fault in _faults(stack, redis, watchers, rng, kills):
                await asyncio.sleep(rng.uniform(0.2, 1.5))  # so that the faults come at any moment
                await asyncio.to_thread(fault)
            await asyncio.wait([joining])
            await until(lambda: _reaches(database, size), seconds=1800)
            trade.over.set()
            await asyncio.wait(trading)
            await until(lambda: _at_rest(database), seconds=60)
            log = await whole_log(database)
            for watcher in watchers:
                await watcher.has_it_all(log)
                watcher.stop()
    assert sum(len(watcher.seen) for watcher in watchers) > size // 10, "they wished for something that happened"
    print(f"{len(log)} events, {kills} faults, {sum(watcher.connections for watcher in watchers)} connections")


@asynccontextmanager
async def _running(
    kind: str, request: pytest.FixtureRequest, folder: Path
) -> AsyncIterator[tuple[Stack, Redis | None]]:
    if kind == "embedded":
        stack: Stack = EmbeddedStack(folder, settings=SETTINGS).start()
        yield stack, None
        stack.stop()
        return
    mariadb: MariaDB = request.getfixturevalue("mariadb")
    with Redis(folder / "redis") as redis:
        stack = ServerStack(folder, mariadb, redis, settings=SETTINGS).start(apis=2, workers=2)
        yield stack, redis
        stack.stop()


@asynccontextmanager
async def _people(stack: Stack, rng: random.Random) -> AsyncIterator[list[Person]]:
    """Six customers and three of the staff."""
    async with AsyncExitStack() as closing:
        customers = [await closing.enter_async_context(await Client(stack.url).register()) for _ in range(6)]
        roles = [rng.choice((Role.OPERATOR, Role.ADMIN)) for _ in range(3)]
        staff = [await closing.enter_async_context(await signed_in(stack, role)) for role in roles]
        yield [Person(client=client, staff=client in staff) for client in (*customers, *staff)]


async def _join(watchers: list[Watcher], trade: Trade, group: asyncio.TaskGroup, count: int) -> None:
    """Half of them at once, the others while everything goes on."""
    rng = trade.rng
    for number in range(count):
        person = rng.choice(trade.people)
        wish = any_wish(person, trade.orders_of(person), trade.people, rng)
        watchers.append(Watcher(person, wish, rng.sample(trade.urls, len(trade.urls))).begin(group))
        if number > count / 2:
            await asyncio.sleep(rng.uniform(0, 10 / count))  # over the time that the faults take


def _faults(
    stack: Stack, redis: Redis | None, watchers: Sequence[Watcher], rng: random.Random, count: int
) -> Iterator[Callable[[], None]]:
    """Each kind as often as the others, in any order."""
    victims = [lambda: _killed(rng.choice(stack.apis)), lambda: _killed(rng.choice(stack.workers))]
    if redis:
        victims.append(lambda: _restarted(redis))
    loop = asyncio.get_running_loop()

    def cut() -> None:
        for watcher in rng.sample(watchers, len(watchers) // 2):
            loop.call_soon_threadsafe(watcher.cut)

    kinds = [*victims, cut]
    chosen = [kinds[number % len(kinds)] for number in range(count)]
    rng.shuffle(chosen)
    yield from chosen


def _killed(process: Process) -> None:
    process.kill()
    process.again()


def _restarted(redis: Redis) -> None:
    redis.kill()
    redis.start()


async def _reaches(database: SqlDatabase, position: int) -> bool:
    async with database.reading() as rows:
        return (await rows.events.head()).position >= position


async def _at_rest(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0
