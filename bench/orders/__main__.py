"""python -m bench.orders: orders a second of listed articles, beside those by hand. See docs/benchmarks.md."""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench.machine import NotReady, claim_core, described
from bench.orders import shops
from bench.orders.customers import Refused, Workload, by_hand, from_the_catalogue
from bench.orders.measure import Lost, Place, measured
from bench.orders.shops import Shop
from bench.report import Column, medians, table
from web.stack import MariaDB, NotInstalled, Redis, StartFailed

LISTED, CASH, PLAIN = "listed, cash", "by hand, cash", "by hand"
WORKLOADS: dict[str, Workload] = {
    LISTED: from_the_catalogue,
    CASH: partial(by_hand, cash=True),
    PLAIN: partial(by_hand, cash=False),
}
COLUMNS = (
    Column("orders/s", ("per_s",), 0, larger_is_better=True),
    Column("CPU µs/order", ("cpu_us",), 0),
    Column("p50 ms", ("p50_ms",), 1),
    Column("p99 ms", ("p99_ms",), 1),
)
LOADS = (Column("CPU", ("cpu_share",), 2),)


def main() -> None:
    options = _options()
    try:
        claim_core()
        with tempfile.TemporaryDirectory(prefix="bench-orders-") as folder:
            _measure(options, Path(folder))
    except* (NotReady, NotInstalled, StartFailed, Lost, Refused) as faults:
        sys.exit(f"bench.orders: {faults.exceptions[0]}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.orders", description=__doc__)
    parser.add_argument("--customers", type=int, default=32, help="who order at the same time (32)")
    parser.add_argument("--seconds", type=float, default=6, help="that a run lasts (6)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="half a second, one run: whether it works at all")
    parser.add_argument("--json", type=Path, help="a file for the figures of all runs")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.repeats = 0.5, 1
    return options


def _measure(options: argparse.Namespace, folder: Path) -> None:
    machine = described(customers=options.customers, seconds=options.seconds)
    print(json.dumps(machine), flush=True)
    results = {}
    with ExitStack() as stack:
        mariadb = stack.enter_context(MariaDB(folder / "mariadb", buffer_pool="256M"))
        redis = stack.enter_context(Redis(folder / "redis"))
        for shop in (shops.embedded(folder), shops.on_servers(folder, mariadb, redis)):
            results[shop.name] = uvloop.run(_compared(shop, options))
            print("\n" + table(shop.name, results[shop.name], columns=COLUMNS, others=LOADS, best=LISTED), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": results}, indent=2) + "\n")


async def _compared(shop: Shop, options: argparse.Namespace) -> dict[str, Any]:
    """All kinds once, then all once more: whatever else the computer does meanwhile, it does to all of them."""
    figures: dict[str, list[dict[str, Any]]] = {name: [] for name in WORKLOADS}
    async with shop.database() as database:
        site = await shops.prepared(database, options.customers)
        async with shop.running() as api:
            place = Place(api=api, database=database, site=site)
            for repeat in range(options.repeats):
                for name, workload in WORKLOADS.items():
                    listed = name == LISTED
                    figures[name].append(await measured(place, workload, listed=listed, seconds=options.seconds))
                    print(f"{shop.name} {repeat + 1}/{options.repeats} {name}", file=sys.stderr, flush=True)
    return {name: {"runs": runs, "median": medians(runs)} for name, runs in figures.items()}


if __name__ == "__main__":
    main()
