"""The end-to-end demonstration: three orders, each followed from createOrder to socket and webhook."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from web.answers import NoAnswer
from web.demo_clients import PATIENCE, Receiver, Shop, Updates

ORDERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Milliseconds from sending createOrder until each of those who must know, knew."""

    answer: float
    socket: float
    receiver: float


async def run_demo(*, url: str, receiver_url: str, console: Console) -> bool:
    """Whether each order was PROCESSED and its webhook verified; the console shows how, or what failed."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            runs = await _runs(Shop(client, url), Receiver(client, receiver_url), console)
    except NoAnswer as failure:
        console.print(f"[bold red]✗[/] {escape(str(failure))}")
        return False
    console.print(summary(runs))
    return True


async def _runs(shop: Shop, receiver: Receiver, console: Console) -> list[Run]:
    await receiver.greet()
    name = await shop.register()
    _say(console, f"{name} is a new customer of {shop.url}")
    async with shop.orders_updated() as updates:
        _say(console, "The socket is open and says where in the log it begins")
        return [await _follow_one(shop, receiver, updates, console) for _ in range(ORDERS)]


async def _follow_one(shop: Shop, receiver: Receiver, updates: Updates, console: Console) -> Run:
    sent, sent_at = time.perf_counter(), time.time()
    order = await shop.create_order()
    answer = _ms(time.perf_counter() - sent)
    number = order["number"]
    _say(console, f"{number} placed, {_money(order['total'])}", answer)
    processed = _ms(await updates.processed(order["id"], number) - sent)
    _say(console, f"{number} PROCESSED over the socket", processed)
    received = _ms(await receiver.ready(order["id"], number) - sent_at)
    _say(console, f"{number} webhook received and verified", received)
    return Run(answer=answer, socket=processed, receiver=received)


def summary(runs: list[Run]) -> Table:
    table = Table(title=f"Median of {len(runs)} orders")
    table.add_column("From createOrder to")
    table.add_column("ms", justify="right")
    table.add_row("its answer", f"{median(run.answer for run in runs):.1f}")
    table.add_row("PROCESSED over the socket", f"{median(run.socket for run in runs):.1f}")
    table.add_row("the webhook, verified", f"{median(run.receiver for run in runs):.1f}")
    return table


def _say(console: Console, what: str, ms: float | None = None) -> None:
    after = "" if ms is None else f" [cyan]{ms:.1f} ms[/]"
    console.print(f"[bold green]✓[/] {escape(what)}{after}", highlight=False)


def _ms(seconds: float) -> float:
    return seconds * 1000


def _money(money: Mapping[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"
