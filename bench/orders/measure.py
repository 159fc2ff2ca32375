"""One run: for some seconds so many customers order, one kind of order."""

import asyncio
import time
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from sqlalchemy import func, select

from bench.machine import cpu_seconds
from bench.orders.customers import Tally, Workload, order_on
from bench.orders.shops import Site
from bench.processes import Running
from persistence.database import SqlDatabase
from persistence.tables import orders, stock_levels

WARM_UP = 0.2
"""Of the seconds of a run, before they count."""


class Lost(Exception):
    """What was placed is not what is in the database; the message has both numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the orders go."""

    api: Running
    database: SqlDatabase
    site: Site


async def measured(place: Place, workload: Workload, *, listed: bool, seconds: float) -> dict[str, Any]:
    """Orders a second, what they cost the API, and how long each took."""
    before, tally = await _counted(place.database), Tally()
    async with asyncio.TaskGroup() as customers:
        for number, token in enumerate(place.site.tokens):
            bodies = workload(number, place.site.articles)
            customers.create_task(order_on(place.api.port, token, bodies, tally))
        await asyncio.sleep(WARM_UP * seconds)
        warm, began, cpu = len(tally.took), time.perf_counter(), cpu_seconds(place.api.pid)
        await asyncio.sleep(seconds)
        took, lasted, used = tally.took[warm:], time.perf_counter() - began, cpu_seconds(place.api.pid) - cpu
        tally.over = True
    await _check(place.database, before, placed=len(tally.took), articles=2 * len(tally.took) if listed else 0)
    cuts = quantiles(took, n=100)
    return {
        "per_s": len(took) / lasted,
        "cpu_us": used / len(took) * 1e6,
        "p50_ms": cuts[49] * 1000,
        "p99_ms": cuts[98] * 1000,
        "cpu_share": used / lasted,
    }


async def _counted(database: SqlDatabase) -> tuple[int, int]:
    """Orders, and articles that are reserved."""
    async with database.reading() as rows:
        placed = await rows.connection.scalar(select(func.count()).select_from(orders))
        reserved = await rows.connection.scalar(select(func.sum(stock_levels.c.reserved)))
    return int(placed or 0), int(reserved or 0)


async def _check(database: SqlDatabase, before: tuple[int, int], *, placed: int, articles: int) -> None:
    now = await _counted(database)
    expected = (before[0] + placed, before[1] + articles)
    if now != expected:
        raise Lost(f"orders and reserved articles should be {expected}, and are {now}")
