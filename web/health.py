"""Health: one look at all that this process stands on, for /readyz, /metrics and the `system` query."""

import asyncio
import time
from collections.abc import Awaitable, Sized
from dataclasses import dataclass

from redis.asyncio import Redis

from domain.system import Backlog, Dependency, LogReader, SystemState, reader
from persistence.bus import Bus
from persistence.database import SqlDatabase
from persistence.migrations import has_newest
from persistence.tail import Tail
from persistence.vitals import backlog
from web.broker import Broker, ping

PATIENCE = 2.0
"""Seconds. Whoever asks whether all is well does not wait longer than this for what is not."""


class OtherSchema(Exception):
    """The database answers, and does not have the schema of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """See domain.ports.Health. `sockets` are those that are open in this process."""

    database: SqlDatabase
    redis: Redis | None
    bus: Bus
    broker: Broker | None
    tail: Tail
    sockets: Sized

    async def look(self) -> SystemState:
        """Asks everything at once; never raises, and is done within PATIENCE and a little."""
        (database, waiting), redis, broker = await asyncio.gather(self._database(), self._redis(), self._broker())
        return SystemState(
            head=self.tail.place,  # a client may keep it as a cursor: never one that is not known to be on disk
            backlog=waiting,
            dependencies=(database, redis, self._bus(), broker),
            readers=self._readers(waiting),
            open_sockets=len(self.sockets),
        )

    async def _database(self) -> tuple[Dependency, Backlog | None]:
        found: list[Backlog] = []

        async def ask() -> None:
            async with self.database.reading() as rows:
                if not await has_newest(rows.connection):
                    raise OtherSchema
                found.append(await backlog(rows.connection))

        dependency = await asked("database", ask())
        return dependency, found[0] if found and dependency.ok else None

    async def _redis(self) -> Dependency:
        if self.redis is None:
            return Dependency(name="redis", ok=True, detail="not used")
        return await asked("redis", self.redis.ping())

    async def _broker(self) -> Dependency:
        if self.broker is None:
            return Dependency(name="broker", ok=True, detail="not used")
        return await asked("broker", ping(self.broker))

    def _bus(self) -> Dependency:
        if self.bus.connected:
            return Dependency(name="bus", ok=True)
        return Dependency(name="bus", ok=False, detail="not connected: news of other processes comes from the log")

    def _readers(self, waiting: Backlog | None) -> tuple[LogReader, ...]:
        """Without the database nobody knows how far there is to read."""
        if waiting is None:
            return ()
        places = {"tail": self.tail.place, "webhooks": waiting.webhooks, "payments": waiting.payments}
        return tuple(reader(name, place or waiting.head, waiting.head) for name, place in places.items())


async def asked(name: str, answer: Awaitable[object]) -> Dependency:
    """How long an answer took. What went wrong is named, never quoted: a fault may hold an address or a password."""
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await answer
    except OtherSchema:
        return Dependency(name=name, ok=False, detail="its schema is not this version's; run: swapshop migrate")
    except Exception as fault:
        return Dependency(name=name, ok=False, detail=f"does not answer ({type(fault).__name__})")
    return Dependency(name=name, ok=True, latency_ms=(time.perf_counter() - begun) * 1000)
