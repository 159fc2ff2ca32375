"""Redis may die, restart or lose its connections: subscribers miss nothing, and mutations do not fail."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis as RedisClient

from domain.users import Role
from tests.support.client import Client
from tests.support.follower import Follower
from tests.support.invariants import assert_followed, of_owner, whole_log
from tests.support.people import signed_in
from tests.support.processes import ServerStack
from tests.support.waiting import PATIENCE, until
from web.stack import MariaDB, Redis

FOLLOW = "subscription($id: ID!) { orderUpdated(id: $id) { cursor order { status } } }"
TIMES, TIMES_FULL = 2, 20
ORDERS = 5


async def _restarted(redis: Redis) -> None:
    await asyncio.to_thread(redis.kill)
    await asyncio.to_thread(redis.start)


async def _gone_for_a_while(redis: Redis) -> None:
    """Longer than a socket's patience."""
    await asyncio.to_thread(redis.kill)
    await asyncio.sleep(1.5)  # the outage itself: its length is what is tested, nothing is waited for
    await asyncio.to_thread(redis.start)


async def _cut_off(redis: Redis) -> None:
    """Its pub/sub connections are closed, and whoever listens has to notice."""
    async with RedisClient.from_url(redis.url) as client:
        await client.client_kill_filter(_type="pubsub")


async def _flushed(redis: Redis) -> None:
    async with RedisClient.from_url(redis.url) as client:
        await client.flushall()


@pytest.fixture
def stack_with_own_redis(mariadb: MariaDB, tmp_path: Path) -> Iterator[ServerStack]:
    with Redis(tmp_path / "redis") as redis:
        stack = ServerStack(tmp_path, mariadb, redis).start(apis=2, workers=1)
        yield stack
        stack.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("happens", [_restarted, _gone_for_a_while, _cut_off, _flushed])
async def test_subscribers_miss_nothing_whatever_redis_does(
    stack_with_own_redis: ServerStack, happens: Callable[[Redis], Awaitable[None]], full: bool
) -> None:
    stack = stack_with_own_redis
    urls = [api.url for api in stack.apis]
    async with await Client(urls[0]).register() as customer:
        followers = [await Follower(customer, [url], rng=random.Random(1)).joined() for url in urls]
        mine: list[str] = []
        for time in range(TIMES_FULL if full else TIMES):
            fault = asyncio.create_task(happens(stack.redis))
            for number in range(ORDERS):
                order = await customer.at(urls[number % 2]).order()
                assert order["__typename"] == "Order", order
            await fault
            mine = await _promoted(stack, customer, orders=(time + 1) * ORDERS)
            for follower in followers:
                await follower.has(mine[-1])
        for follower in followers:
            await follower.stop()
            assert_followed(follower.seen, mine, before=1)
            assert follower.connections == 1, "the socket never noticed"


@pytest.mark.timeout(300)
async def test_reads_are_right_while_redis_is_gone_and_after(stack_with_own_redis: ServerStack) -> None:
    stack = stack_with_own_redis
    async with await Client(stack.apis[0].url).register() as customer, customer.at(stack.apis[1].url) as other:
        order = await customer.order()
        await asyncio.to_thread(stack.redis.kill)
        assert (await other.read(order["id"]))["id"] == order["id"]
        assert (await customer.order())["__typename"] == "Order"
        await asyncio.to_thread(stack.redis.start)
        assert (await other.read(order["id"]))["id"] == order["id"]


@pytest.mark.timeout(300)
async def test_two_shops_on_one_redis_never_hear_each_other(
    stack_with_own_redis: ServerStack, mariadb: MariaDB, tmp_path: Path
) -> None:
    ours = stack_with_own_redis
    theirs = ServerStack(tmp_path / "theirs", mariadb, ours.redis).start(apis=1, workers=1)
    try:
        async with await signed_in(ours, Role.ADMIN) as admin, await signed_in(theirs, Role.ADMIN) as stranger:
            follower = await Follower(admin, [ours.apis[1].url], rng=random.Random(1)).joined()
            for _ in range(3 * ORDERS):
                await stranger.order()  # their log grows past ours
            for _ in range(ORDERS):
                await admin.order()
            happened = await _promoted(ours, admin, orders=ORDERS)
            await follower.has(happened[-1])
            await follower.stop()
            assert_followed(follower.seen, happened, before=1)
    finally:
        theirs.stop()


async def _promoted(stack: ServerStack, customer: Client, *, orders: int) -> list[str]:
    """What has happened to the customer, once so many orders were placed and promoted."""
    mine: list[str] = []

    async def all_there() -> bool:
        async with stack.looking() as database:
            mine[:] = of_owner(await whole_log(database), customer.user["id"])
        return len(mine) == 1 + 2 * orders

    await until(all_there)
    return mine


@pytest.mark.timeout(300)
async def test_without_redis_at_all_nobody_is_shown_what_is_no_longer_so(
    mariadb: MariaDB, redis: Redis, tmp_path: Path
) -> None:
    stack = ServerStack(tmp_path, mariadb, redis)
    del stack.settings["SWAPSHOP_REDIS_URL"]
    stack.start(apis=1, workers=1)
    try:
        async with await Client(stack.url).register() as customer:
            order = await customer.order()

            async def promoted() -> bool:
                return bool((await customer.read(order["id"]))["status"] == "PROCESSED")

            await until(promoted, seconds=PATIENCE)
            async with customer.subscribe(FOLLOW, id=order["id"]) as following:
                seen = await following.until(lambda message: message["order"])
            assert seen[-1]["order"]["status"] == "PROCESSED"
    finally:
        stack.stop()
