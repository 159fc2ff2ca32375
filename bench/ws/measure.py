"""One run: one server, so many subscribers, and events to all of them or to one each."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.machine import cpu_seconds, memory_kib
from bench.processes import Running
from bench.ws.feeds import Change, Feed
from bench.ws.ledger import EVERYBODY, Ledger
from bench.ws.servers import Server, running
from bench.ws.site import NOTE, Site
from bench.ws.subscribers import Subscribers, subscribed
from domain.orders import Order

BROADCAST, TARGETED = "broadcast", "targeted"
BURST = {BROADCAST: 10, TARGETED: 100}
"""Events that are committed together and published in one message: as a busy shop's group commit does it."""
NAP = 50
"""Microseconds between two looks of the load client at its sockets while there is much to receive."""
SETTLE = 1.0
"""Seconds in which a server may come to rest before its memory is looked at."""
WARM_UP = 0.25
"""Of the seconds of a phase: just-in-time compilers and caches have their time before the clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`seconds` is how long each phase goes on."""

    client: Path
    size: int
    mode: str
    seconds: float


@dataclass(slots=True)
class Publisher:
    """Publishes the events of one run, and waits until everybody has been told."""

    feed: Feed
    ledger: Ledger
    subscribers: Subscribers
    orders: Sequence[Order]
    mode: str
    delivered: int = 0
    _turns: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self._turns = cycle(range(len(self.orders)))

    async def publish(self, events: int) -> float:
        """So many events at once; returns the seconds from their publication to the last delivery."""
        turns = list(islice(self._turns, events))
        numbers = self.ledger.enter([EVERYBODY] * events if self.mode == BROADCAST else turns)
        changes = [Change.of(self.orders[turn], number) for turn, number in zip(turns, numbers, strict=True)]
        self.delivered += events * (len(self.orders) if self.mode == BROADCAST else 1)
        waiting = asyncio.create_task(self.subscribers.told(self.delivered))
        await self.feed.publish(changes)
        return (await waiting - self.ledger.published_at(numbers[0])) / 1e9

    async def probe(self) -> None:
        """Everybody has been told of something."""
        left = 1 if self.mode == BROADCAST else len(self.orders)
        while left:
            events = min(left, BURST[self.mode])
            await self.publish(events)
            left -= events


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A server that runs, with nobody there yet, and what it is to be told."""

    process: Running
    feed: Feed
    ledger: Ledger
    orders: Sequence[Order]
    token: str
    plan: Plan


async def measured(server: Server, site: Site, plan: Plan) -> dict[str, Any]:
    """The figures of one run; raises Lost when a subscriber misses an event or has one twice."""
    async with staged(server, site, plan) as stage:
        pid = stage.process.pid
        await asyncio.sleep(SETTLE)
        idle_kib, cpu = memory_kib(pid), cpu_seconds(pid)
        async with followed(stage) as publisher:
            setup_cpu = cpu_seconds(pid) - cpu
            await publisher.probe()
            await asyncio.sleep(SETTLE)
            connected_kib = memory_kib(pid)
            phases = await phased(publisher, stage)
            setup = publisher.subscribers.setup
    return {
        "setup_per_s": plan.size / setup["seconds"],
        "setup_us": setup_cpu / plan.size * 1e6,
        "setup_client_cpu": setup["cpu_s"] / setup["seconds"],
        "kib_per_connection": (connected_kib - idle_kib) / plan.size,
        "idle_kib": idle_kib,
        **phases,
    }


@asynccontextmanager
async def staged(server: Server, site: Site, plan: Plan, *, note: str = NOTE) -> AsyncIterator[Stage]:
    """`note` is on every order, and part of every message."""
    ledger = Ledger(site.folder / "ledger")
    orders, token = await site.orders(plan.size, note=note), await site.token()
    async with running(server, site) as process:
        feed = await server.feed(site, ledger, plan.mode == TARGETED)
        try:
            yield Stage(process=process, feed=feed, ledger=ledger, orders=orders, token=token, plan=plan)
        finally:
            await feed.close()


@asynccontextmanager
async def followed(stage: Stage) -> AsyncIterator[Publisher]:
    """Everybody has subscribed."""
    plan, ledger, orders = stage.plan, stage.ledger, stage.orders
    async with subscribed(
        plan.client,
        port=stage.process.port,
        token=stage.token,
        orders=orders,
        targeted=plan.mode == TARGETED,
        ledger=ledger,
    ) as subscribers:
        yield Publisher(stage.feed, ledger, subscribers, orders, plan.mode)


async def phased(publisher: Publisher, stage: Stage) -> dict[str, Any]:
    """One event in flight, then bursts; at the end nobody must have missed anything."""
    process, plan = stage.process, stage.plan
    await _warm_up(publisher, plan)
    single = await _phase(publisher, process, events=1, seconds=plan.seconds)
    await publisher.subscribers.nap(NAP)
    burst = await _phase(publisher, process, events=BURST[plan.mode], seconds=plan.seconds)
    await publisher.subscribers.check(stage.ledger.events)
    return {"single": single, "burst": burst}


async def _warm_up(publisher: Publisher, plan: Plan) -> None:
    until = time.monotonic() + plan.seconds * WARM_UP
    while time.monotonic() < until:
        await publisher.publish(BURST[plan.mode])
    await publisher.subscribers.report()


async def _phase(publisher: Publisher, process: Running, *, events: int, seconds: float) -> dict[str, float]:
    """Publishes so many events at once, again and again, and the next only when all have been delivered.

    Deliveries a second are counted over the time from each publication to its last delivery: what the writer does
    before, such as its commit, is on nobody's clock.
    """
    begun, cpu, delivering = time.monotonic(), cpu_seconds(process.pid), 0.0
    while time.monotonic() < begun + seconds:
        delivering += await publisher.publish(events)
    used, report = cpu_seconds(process.pid) - cpu, await publisher.subscribers.report()
    return {
        "deliveries": report["deliveries"],
        "deliveries_per_s": report["deliveries"] / delivering,
        "server_us_per_delivery": used / report["deliveries"] * 1e6,
        "server_cpu": used / delivering,
        "client_cpu": report["cpu_s"] / delivering,
        "p50_ms": report["p50_us"] / 1e3,
        "p99_ms": report["p99_us"] / 1e3,
        "max_ms": report["max_us"] / 1e3,
        "delivering_share": delivering / (time.monotonic() - begun),
    }
