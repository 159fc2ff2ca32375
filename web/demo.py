"""The end-to-end demonstration: orders and a payment by card, each followed to the socket and the signed webhook."""

from statistics import median

import httpx
from rich.console import Console
from rich.table import Table

from web.answers import NoAnswer
from web.demo_receiver import Receiver
from web.demo_shop import Shop
from web.demo_shopping import Run, Shopping
from web.demo_story import Story
from web.demo_updates import PATIENCE

ORDERS = 3


async def run_demo(*, url: str, receiver_url: str, console: Console) -> bool:
    """Whether each order was PROCESSED and its webhook verified; the console shows how, or what failed."""
    story = Story(console)
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            runs = await _runs(Shop(client, url), Receiver(client, receiver_url), story)
    except NoAnswer as failure:
        story.fail(str(failure))
        return False
    console.print(summary(runs))
    return True


async def _runs(shop: Shop, receiver: Receiver, story: Story) -> list[Run]:
    await receiver.greet()
    name = await shop.register()
    story.tell(f"{name} is a new customer of {shop.url}")
    async with shop.orders_updated() as updates:
        story.tell("The socket is open and says where in the log it begins")
        shopping = Shopping(shop=shop, receiver=receiver, updates=updates, story=story)
        runs = [await shopping.order_by_hand() for _ in range(ORDERS)]
        await shopping.buy_an_article()
    return runs


def summary(runs: list[Run]) -> Table:
    table = Table(title=f"Median of {len(runs)} orders by hand")
    table.add_column("From createOrder to")
    table.add_column("ms", justify="right")
    table.add_row("its answer", f"{median(run.answer for run in runs):.1f}")
    table.add_row("PROCESSED over the socket", f"{median(run.socket for run in runs):.1f}")
    table.add_row("the webhook, verified", f"{median(run.receiver for run in runs):.1f}")
    return table
