"""python -m bench.ws: subscriptions over websockets, measured side by side with peers. See docs/benchmarks.md."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import uvloop

from bench.machine import NotReady, claim_core, described
from bench.report import Run, interleaved, table
from bench.ws import measure, slow
from bench.ws.machine import compiled_client, install_peers, node_version
from bench.ws.measure import BROADCAST, TARGETED, Plan
from bench.ws.report import COLUMNS, LOADS, SLOW_COLUMNS, SLOW_LOADS
from bench.ws.servers import SERVERS, SHOP
from bench.ws.site import Site, prepared, servers
from bench.ws.subscribers import Lost
from web.stack import NotInstalled, StartFailed


def main() -> None:
    options = _options()
    try:
        claim_core()
        if set(options.only) != {SHOP.name}:
            install_peers()
        with tempfile.TemporaryDirectory(prefix="bench-ws-") as folder:
            _measure(options, Path(folder))
    except (NotReady, NotInstalled, StartFailed, Lost) as fault:
        sys.exit(f"bench.ws: {fault}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ws", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000, help="how many subscribers (1000)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts (3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each phase of a run (3)")
    parser.add_argument("--only", type=_names(SERVERS), default=[*SERVERS], help=f"some of {','.join(SERVERS)}")
    parser.add_argument("--modes", type=_names((BROADCAST, TARGETED)), default=[BROADCAST, TARGETED], help="or one")
    parser.add_argument("--slow-reader", action="store_true", help="measure what one that hardly reads costs others")
    parser.add_argument("--quick", action="store_true", help="50 subscribers, one short run: whether it works at all")
    parser.add_argument("--json", type=Path, help="a file for the figures of all runs")
    options = parser.parse_args()
    if options.quick:
        options.size, options.repeats, options.seconds = 50, 1, 0.3
    return options


def _names(known: Sequence[str] | Mapping[str, object]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is not one of {', '.join(known)}")
        return chosen

    return names


def _measure(options: argparse.Namespace, folder: Path) -> None:
    client, machine = compiled_client(folder), described(node=node_version())
    print(json.dumps(machine), flush=True)
    with servers(folder) as (mariadb, redis):
        site = uvloop.run(prepared(folder, mariadb, redis))
        compare = _slow_reader if options.slow_reader else _side_by_side
        results = compare(options, site, client)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": results}, indent=2) + "\n")


def _side_by_side(options: argparse.Namespace, site: Site, client: Path) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for mode in options.modes:
        plan = Plan(client=client, size=options.size, mode=mode, seconds=options.seconds)
        runs = {name: _run_of(name, site, plan) for name in options.only}
        results[mode] = interleaved(runs, options.repeats)
        title = f"{options.size:,} {mode}"
        print("\n" + table(title, results[mode], columns=COLUMNS, others=LOADS, best=SHOP.name), flush=True)
    return results


def _run_of(name: str, site: Site, plan: Plan) -> Run:
    return lambda: uvloop.run(measure.measured(SERVERS[name], site, plan))


def _slow_reader(options: argparse.Namespace, site: Site, client: Path) -> dict[str, Any]:
    plan = Plan(client=client, size=options.size - 1, mode=BROADCAST, seconds=options.seconds)
    results: dict[str, Any] = {}
    for name in options.only:
        runs = {
            "without": _slow_run(name, site, plan, with_it=False),
            "with": _slow_run(name, site, plan, with_it=True),
        }
        results[name] = interleaved(runs, options.repeats)
        title = f"{name}, {options.size:,}"
        print("\n" + table(title, results[name], columns=SLOW_COLUMNS, others=SLOW_LOADS, best="with"), flush=True)
    return results


def _slow_run(name: str, site: Site, plan: Plan, *, with_it: bool) -> Run:
    return lambda: uvloop.run(slow.measured(SERVERS[name], site, plan, with_it=with_it))


if __name__ == "__main__":
    main()
