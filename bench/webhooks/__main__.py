"""python -m bench.webhooks: deliveries a second, beside a plain loop of httpx. See docs/benchmarks.md."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import uvloop

from bench.machine import NotReady, claim_core, described
from bench.report import Column, Run, interleaved, table
from bench.webhooks import shops
from bench.webhooks.measure import Lost, Plan, by_plain_loop, by_shop
from web.stack import MariaDB, NotInstalled, Redis, StartFailed

PLAIN, IN_TURN = "httpx", "httpx, in turn"
COLUMNS = (
    Column("deliveries/s", ("per_s",), 0, larger_is_better=True),
    Column("CPU µs/delivery", ("cpu_us",), 0),
)
LOADS = (Column("CPU", ("cpu_share",), 2),)


def main() -> None:
    options = _options()
    try:
        claim_core()
        with tempfile.TemporaryDirectory(prefix="bench-webhooks-") as folder:
            _measure(options, Path(folder))
    except (NotReady, NotInstalled, StartFailed, Lost) as fault:
        sys.exit(f"bench.webhooks: {fault}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=5_000, help="in each run (5000)")
    parser.add_argument("--in-flight", type=int, default=32, help="so many at the same time, 64 at most (32)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="100 deliveries, one run: whether it works at all")
    parser.add_argument("--json", type=Path, help="a file for the figures of all runs")
    options = parser.parse_args()
    if options.quick:
        options.deliveries, options.repeats = 100, 1
    return options


def _measure(options: argparse.Namespace, folder: Path) -> None:
    machine = described()
    print(json.dumps(machine), flush=True)
    plan = Plan(folder=folder, deliveries=options.deliveries, in_flight=options.in_flight)
    with MariaDB(folder / "mariadb", buffer_pool="256M") as mariadb, Redis(folder / "redis") as redis:
        runs: dict[str, Run] = {
            "embedded": lambda: uvloop.run(by_shop(shops.embedded(folder), plan)),
            "servers": lambda: uvloop.run(by_shop(shops.on_servers(folder, mariadb, redis), plan)),
            PLAIN: lambda: uvloop.run(by_plain_loop(plan, at_once=plan.in_flight)),
            IN_TURN: lambda: uvloop.run(by_plain_loop(plan, at_once=1)),
        }
        results = interleaved(runs, options.repeats)
    title = f"{plan.deliveries:,}, {plan.in_flight} at once"
    for name in ("embedded", "servers"):
        compared = {one: results[one] for one in (name, PLAIN, IN_TURN)}
        print("\n" + table(title, compared, columns=COLUMNS, others=LOADS, best=name), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
