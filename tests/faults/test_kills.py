"""kill -9 under load: nothing acknowledged is lost, nothing happens twice, nobody misses anything."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from persistence.database import SqlDatabase
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.follower import Follower
from tests.support.invariants import assert_followed, assert_whole, of_owner, orders_left
from tests.support.processes import EmbeddedStack, Process, ServerStack, Stack
from tests.support.waiting import until

CUSTOMERS = 6
LOST = (httpx.TransportError, ValueError)  # ValueError: half an answer


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", STACKS)
async def test_kill_9_loses_nothing_and_repeats_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng, kills = random.Random(seed), 50 if full else 2
    stack = _started(kind, request, tmp_path)
    urls = [api.url for api in stack.apis]
    async with _customers(urls[0]) as customers:
        followers = [await Follower(customer, urls, rng=rng).joined() for customer in customers]
        stop = asyncio.Event()
        buying = [asyncio.create_task(_buy(customer, urls, stop, rng)) for customer in customers]
        for _ in range(kills):
            await asyncio.sleep(rng.uniform(0.2, 1.2))
            await asyncio.to_thread(_kill_and_start, rng.choice(stack.processes))
        stop.set()
        bought = [id for ids in await asyncio.gather(*buying) for id in ids]
        async with stack.looking() as database:
            await until(lambda: _all_promoted(database), seconds=60)
            log = await assert_whole(database, acknowledged=bought, items=2)
        for customer, follower in zip(customers, followers, strict=True):
            mine = of_owner(log, customer.user["id"])
            await follower.has(mine[-1])
            await follower.stop()
            assert_followed(follower.seen, mine, before=1)  # they joined after they had registered
        print(f"{kills} kills, {len(bought)} orders, {sum(one.connections for one in followers)} connections")
    stack.stop()


def _started(kind: str, request: pytest.FixtureRequest, folder: Path) -> Stack:
    if kind == "embedded":
        return EmbeddedStack(folder).start()
    servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
    return ServerStack(folder, *servers).start(apis=2, workers=2)


@asynccontextmanager
async def _customers(url: str) -> AsyncIterator[list[Client]]:
    customers = [await Client(url).register() for _ in range(CUSTOMERS)]
    yield customers
    for customer in customers:
        await customer.close()


async def _buy(customer: Client, urls: Sequence[str], stop: asyncio.Event, rng: random.Random) -> list[str]:
    """Places orders until told to stop, each tried with its key until it is answered; their ids."""
    clients = [customer.at(url) for url in urls]
    bought: list[str] = []
    while not stop.is_set():
        bought.append(await _insist(clients, f"{customer.user['id']}-{len(bought)}", rng))
        await asyncio.sleep(rng.uniform(0, 0.02))
    return bought


async def _insist(clients: Sequence[Client], key: str, rng: random.Random) -> str:
    async with asyncio.timeout(60):
        while True:
            try:
                order = await rng.choice(clients).order(key=key)
            except LOST:
                await asyncio.sleep(rng.uniform(0.01, 0.1))
            else:
                assert order["__typename"] == "Order", order
                id: str = order["id"]
                return id


def _kill_and_start(process: Process) -> None:
    process.kill()
    process.again()


async def _all_promoted(database: SqlDatabase) -> bool:
    return await orders_left(database) == 0
