"""Why the bus has a backend of its own: what the Redis backend that comes with broadcaster loses, and ours does not.

These tests say what is so of the versions that are pinned. When one of those marked `stock` fails, the package may have
been mended: if all of them do, `RedisBackend` of persistence/bus.py could go.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from broadcaster import Broadcast
from redis.asyncio import Redis as Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from persistence.bus import RedisBackend
from tests.persistence.shops import until
from tests.support.waiting import PATIENCE
from web.stack import Redis

CHANNEL = "hot"
STOCK, OURS = "stock", "ours"
AT_ONCE = 50
OUTAGE = 3.0
LONGER = 0.5
"""Seconds after which what was published would have come: it takes one or two thousandths of a second."""

Heard = list[str]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis for one test, which may stop it."""
    with Redis(tmp_path / "redis") as server:
        yield server


@asynccontextmanager
async def stock(server: Redis) -> AsyncIterator[Broadcast]:
    """As the package's documentation has it, and listening.

    With redis-py 8 it does not listen before a second channel was subscribed to; see the test that is about this.
    """
    async with Broadcast(server.url) as broadcast, broadcast.subscribe("one"), broadcast.subscribe("another"):
        yield broadcast


@asynccontextmanager
async def ours(server: Redis) -> AsyncIterator[Broadcast]:
    """With the backend of persistence/bus.py, and listening."""
    joined = asyncio.Event()
    async with AsyncExitStack() as stack:
        retry = Retry(NoBackoff(), 0)
        speaker = await stack.enter_async_context(Connection.from_url(server.url, socket_timeout=0.5, retry=retry))
        listener = await stack.enter_async_context(Connection.from_url(server.url, socket_timeout=None, retry=retry))
        backend = RedisBackend(speaker, listener, CHANNEL, on_gap=joined.set)
        broadcast = await stack.enter_async_context(Broadcast(backend=backend))
        await asyncio.wait_for(joined.wait(), 10)
        yield broadcast


@asynccontextmanager
async def subscribers(broadcast: Broadcast, count: int) -> AsyncIterator[list[Heard]]:
    """So many who subscribe in one go; what each of them hears."""
    heard: list[Heard] = [[] for _ in range(count)]

    async def listen(mine: Heard) -> None:
        async with broadcast.subscribe(CHANNEL) as messages:
            joined.release()
            async for message in messages:  # type: ignore[union-attr]
                mine.append(message.message)  # type: ignore[union-attr]

    joined = asyncio.Semaphore(0)
    listening = [asyncio.create_task(listen(mine)) for mine in heard]
    async with asyncio.timeout(PATIENCE):
        for _ in listening:
            await joined.acquire()
    yield heard
    for one in listening:
        one.cancel()
    await asyncio.gather(*listening, return_exceptions=True)  # of the stock one's, all but one leave with a KeyError


async def said(broadcast: Broadcast, message: str) -> None:
    """Published, however often that takes: the first command after a restart finds its connection dead."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await broadcast.publish(CHANNEL, message)
            except (RedisError, OSError):
                await asyncio.sleep(0.05)  # a client that is refused does not ask again at once
            else:
                return


async def heard_by(broadcast: Broadcast, everybody: list[Heard], message: str, *, expected: int) -> int:
    """How many hear of what is said: when so many have, the others are given a little longer."""

    def count() -> int:
        return sum(message in mine for mine in everybody)

    await said(broadcast, message)
    with suppress(TimeoutError):
        await until(lambda: count() >= expected)
    if expected < len(everybody):
        await asyncio.sleep(LONGER)  # nothing tells that nobody else will hear
    return count()


KINDS = {STOCK: stock, OURS: ours}


@pytest.mark.parametrize(("kind", "hear"), [(STOCK, 1), (OURS, AT_ONCE)])
async def test_of_fifty_who_join_a_channel_together_so_many_hear(redis: Redis, kind: str, hear: int) -> None:
    async with KINDS[kind](redis) as broadcast, subscribers(broadcast, AT_ONCE) as everybody:
        for message in ("at once", "later"):
            assert await heard_by(broadcast, everybody, message, expected=hear) == hear


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "hear"), [(STOCK, 0), (OURS, 1)])
async def test_after_an_outage_of_redis_so_many_hear(own_redis: Redis, kind: str, hear: int) -> None:
    async with KINDS[kind](own_redis) as broadcast, subscribers(broadcast, 1) as everybody:
        assert await heard_by(broadcast, everybody, "before", expected=1) == 1
        await asyncio.to_thread(own_redis.kill)
        await asyncio.sleep(OUTAGE)  # the outage itself: its length is what is tested
        await asyncio.to_thread(own_redis.start)
        assert await heard_at_last(broadcast, everybody) == hear
        async with subscribers(broadcast, 1) as late:
            assert await heard_by(broadcast, late, "to whoever joins now", expected=hear) == hear


async def heard_at_last(broadcast: Broadcast, everybody: list[Heard]) -> int:
    """How many hear anything of what is said for longer than our backend waits before it connects again."""
    for number in range(6):
        if hear := await heard_by(broadcast, everybody, f"after, {number}", expected=0):
            return hear
    return 0


async def test_the_stock_one_hears_nothing_of_its_first_channel_with_this_client_of_redis(redis: Redis) -> None:
    """It begins to listen before it has subscribed, so redis-py 8 has nothing to listen to; and it does not say so."""
    async with Broadcast(redis.url) as broadcast, subscribers(broadcast, 1) as [mine]:
        assert await heard_by(broadcast, [mine], "one channel", expected=0) == 0
        async with broadcast.subscribe("another"):
            await until(lambda: mine == ["one channel"])
