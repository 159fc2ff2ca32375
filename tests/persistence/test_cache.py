"""The order cache: only a newer version ever replaces an older one, and a lost Redis is only slower."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis as Connection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from domain.ids import new_id
from domain.orders import Order
from domain.ports import OrderCache
from persistence.cache import BREAK, TTL_MS, MemoryOrderCache, RedisOrderCache
from tests.support.things import make_item, make_order
from tests.support.waiting import PATIENCE
from web.stack import Redis


@asynccontextmanager
async def connected(server: Redis) -> AsyncIterator[Connection]:
    """As patient as the shop is."""
    connection = Connection.from_url(
        server.url,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.05, base=0.01), 1),
    )
    try:
        yield connection
    finally:
        await connection.aclose()


@pytest.fixture(params=("memory", "redis"))
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[OrderCache]:
    if request.param == "memory":
        yield MemoryOrderCache(most=100)
        return
    async with connected(request.getfixturevalue("redis")) as connection:
        yield RedisOrderCache(connection)


def versions(id: UUID, *numbers: int) -> list[Order]:
    return [make_order(id=id, version=number, serial=1, note=f"version {number}") for number in numbers]


async def test_an_order_is_got_as_it_was_put(cache: OrderCache) -> None:
    order = make_order(items=(make_item("Lámpara 💡", size=None), make_item()), note="a\nb\t'\"\\")
    await cache.put([order, make_order()])
    assert await cache.get(order.id) == order
    assert await cache.get(new_id()) is None


async def test_nothing_is_put_without_harm(cache: OrderCache) -> None:
    await cache.put([])


async def test_only_a_newer_version_replaces_an_older_one(cache: OrderCache) -> None:
    one, two, three = versions(new_id(), 1, 2, 10)
    for put, got in ((two, two), (one, two), (three, three), (two, three), (one, three)):
        await cache.put([put])
        assert await cache.get(one.id) == got


async def test_the_same_version_is_not_replaced(cache: OrderCache) -> None:
    order = make_order(version=2)
    await cache.put([order])
    await cache.put([replace(order, note="another story of version 2")])
    assert await cache.get(order.id) == order


async def test_in_one_batch_the_newest_stays(cache: OrderCache) -> None:
    one, two, three = versions(new_id(), 1, 2, 3)
    await cache.put([two, three, one])
    assert await cache.get(one.id) == three


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.permutations(range(1, 7)))
async def test_whatever_the_order_of_the_news_the_newest_stays(cache: OrderCache, order: list[int]) -> None:
    put = versions(new_id(), *order)
    await asyncio.gather(*(cache.put([one]) for one in put))
    found = await cache.get(put[0].id)
    assert found
    assert found.version == 6


async def test_a_slow_reader_cannot_put_an_old_order_over_a_new_one(redis: Redis) -> None:
    old, new = versions(new_id(), 1, 2)
    async with connected(redis) as here, connected(redis) as there:
        reader, writer = RedisOrderCache(here), RedisOrderCache(there)
        assert await reader.get(old.id) is None  # so it reads the database, which still has the old one
        await writer.put([new])
        await reader.put([old])
        assert await reader.get(old.id) == await writer.get(old.id) == new


async def test_an_order_is_kept_for_a_minute_from_its_last_change(redis: Redis) -> None:
    old, new = versions(new_id(), 1, 2)
    async with connected(redis) as connection:
        cache = RedisOrderCache(connection)
        await cache.put([new])
        [key] = [key async for key in connection.scan_iter(match=f"order:*{new.id}")]
        assert 0 < await connection.pttl(key) <= TTL_MS
        await connection.pexpire(key, 10_000)
        await cache.put([old])
        assert await connection.pttl(key) <= 10_000
        await cache.put([replace(new, version=3)])
        assert await connection.pttl(key) > TTL_MS / 2
        assert await connection.exists(key)


async def test_the_memory_has_room_for_so_many_and_lets_the_longest_unchanged_go() -> None:
    cache = MemoryOrderCache(most=3)
    placed = [make_order() for _ in range(4)]
    await cache.put(placed[:3])
    await cache.put([replace(placed[0], version=2)])
    await cache.put([placed[3]])
    assert [bool(await cache.get(order.id)) for order in placed] == [True, False, True, True]


async def test_a_redis_that_is_gone_is_left_alone_and_found_again(
    own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    order = make_order()
    async with connected(own_redis) as connection:
        cache = RedisOrderCache(connection)
        await cache.put([order])
        own_redis.stop()
        started = time.monotonic()
        for _ in range(100):
            assert await cache.get(order.id) is None
            await cache.put([order])
        assert caplog.text.count("does not answer") <= 1 + (time.monotonic() - started) / BREAK
        own_redis.start()
        async with asyncio.timeout(PATIENCE):
            while await cache.get(order.id) != order:
                await cache.put([order])
                await asyncio.sleep(0.02)
