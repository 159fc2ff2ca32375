"""One run: so many deliveries to a receiver on the other core, by a worker or by the plain loop."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.machine import cpu_seconds, on_server_core
from bench.processes import Running, running
from bench.webhooks import shops
from bench.webhooks.shops import Shop
from domain.webhooks import WebhookEndpoint
from persistence.database import SqlDatabase

MOST_SECONDS = 300.0


class Lost(Exception):
    """The receiver was not sent what it was to be sent, each once; the message has both numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    folder: Path
    deliveries: int
    in_flight: int

    @property
    def posts(self) -> Path:
        """What the shop has sent, for the plain loop to send the same."""
        return self.folder / "posts.jsonl"


async def by_shop(shop: Shop, plan: Plan) -> dict[str, Any]:
    """The figures of one worker; all its bookkeeping is in them."""
    async with sink(plan) as to, shop.database() as database:
        endpoint = await shops.filled(database, url=f"{to.said}/", events=plan.deliveries, in_flight=plan.in_flight)
        async with shop.running() as worker:
            cpu = cpu_seconds(worker.pid)
            await shops.resume(database, endpoint)
            await _settled(database, endpoint, plan)
            used = cpu_seconds(worker.pid) - cpu
        seconds, attempts = await shops.span(database)
        await _check(to, plan, attempts)
        if not plan.posts.exists():
            lines = map(json.dumps, await shops.posts(database))
            plan.posts.write_text("".join(f"{line}\n" for line in lines))
    return _figures(plan, seconds=seconds, cpu=used)


async def by_plain_loop(plan: Plan, *, at_once: int) -> dict[str, Any]:
    """The figures of a process that posts the same, and has nothing else to do."""
    async with sink(plan) as to:
        command = [sys.executable, "-m", "bench.webhooks.plain", f"{to.said}/", str(plan.posts), str(at_once)]
        async with running(on_server_core(command), log=plan.folder / "plain.log", settings={}) as loop:
            told = json.loads(loop.said)
        await _check(to, plan, plan.deliveries)
    return _figures(plan, **told)


@asynccontextmanager
async def sink(plan: Plan) -> AsyncIterator[Running]:
    command = [sys.executable, "-m", "bench.webhooks.sink"]
    async with running(command, log=plan.folder / "sink.log", settings={}) as receiver:
        yield receiver


async def _settled(database: SqlDatabase, endpoint: WebhookEndpoint, plan: Plan) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while left := await shops.owed(database, endpoint, plan.deliveries):
        if time.monotonic() > deadline:
            raise Lost(f"After {MOST_SECONDS:g} s {left} of {plan.deliveries} deliveries are still owed.")
        await asyncio.sleep(0.2)  # it is another process that works; each look costs its database something


async def _check(to: Running, plan: Plan, attempts: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        counted = (await client.get(to.said)).json()
    if counted != {"posts": plan.deliveries, "ids": plan.deliveries} or attempts != plan.deliveries:
        raise Lost(f"{plan.deliveries} deliveries were to be made in one attempt each, {attempts} were; {counted}")


def _figures(plan: Plan, *, seconds: float, cpu: float) -> dict[str, Any]:
    return {"per_s": plan.deliveries / seconds, "cpu_us": cpu / plan.deliveries * 1e6, "cpu_share": cpu / seconds}
