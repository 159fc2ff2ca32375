"""The order cache: versioned, so that a slow reader can never put an old order over a new one.

A key holds {v, d}: the version and the order. It is only ever replaced by a newer version and never deleted: a
deleted key has nothing to compare with. What a lost Redis forgot to hear is bounded by the time a key lives.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.orders import Order
from persistence import snapshots

log = logging.getLogger(__name__)

TTL_MS = 60_000
BREAK = 1.0

PUT_IF_NEWER = """
local known = redis.call('HGET', KEYS[1], 'v')
if known and tonumber(known) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'd', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


class MemoryOrderCache:
    """For the shop that is one process."""

    def __init__(self, *, most: int) -> None:
        self._orders: OrderedDict[UUID, Order] = OrderedDict()
        self._most = most

    async def get(self, id: UUID) -> Order | None:
        return self._orders.get(id)

    async def put(self, orders: Sequence[Order]) -> None:
        for order in orders:
            known = self._orders.get(order.id)
            if known is None or known.version < order.version:
                self._orders[order.id] = order
                self._orders.move_to_end(order.id)
        while len(self._orders) > self._most:
            self._orders.popitem(last=False)


class RedisOrderCache:
    """Shared by all processes. A Redis that fails is left alone for a second and the database is read."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._put = redis.register_script(PUT_IF_NEWER)
        self._broken_until = 0.0

    async def get(self, id: UUID) -> Order | None:
        if self._broken():
            return None
        try:
            text = await self._redis.hget(_key(id), "d")
        except (RedisError, OSError) as fault:
            self._break(fault)
            return None
        return snapshots.ORDER.decode(text) if text else None

    async def put(self, orders: Sequence[Order]) -> None:
        if self._broken() or not orders:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for order in orders:
                    text = snapshots.ENCODER.encode(order)
                    await self._put(keys=[_key(order.id)], args=[order.version, text, TTL_MS], client=pipeline)
                await pipeline.execute()
        except (RedisError, OSError) as fault:
            self._break(fault)

    def _broken(self) -> bool:
        return time.monotonic() < self._broken_until

    def _break(self, fault: Exception) -> None:
        self._broken_until = time.monotonic() + BREAK
        log.warning("the cache does not answer (%s): reading the database for %s s", fault, BREAK)


def _key(id: UUID) -> str:
    return f"order:{snapshots.VERSION}:{id}"
