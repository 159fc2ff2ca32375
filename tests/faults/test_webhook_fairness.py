"""Many webhooks wait for a receiver that takes ten seconds for each: whoever else is told something notices nothing."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import Response

from domain.users import Role
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.receiver import Received, accepts, receiving
from tests.support.webhook_shops import placed, start_shop
from tests.support.webhooks import listening
from web.settings import Settings

TAKES = 10.0
MOST_P99 = 1.0
"""On a computer that has nothing else to do. A webhook that waits for the slow receiver takes 10."""
ORDERS_A_SECOND = {"embedded": 25, "servers": 50}
"""Fewer than the shop can take with all that follows from them: it is the wait that is measured."""
DEFAULTS = Settings.model_fields
WAITS = DEFAULTS["webhook_schedule"].default
SETTINGS = {"SWAPSHOP_WEBHOOK_SCHEDULE": ",".join(f"{wait.total_seconds()}s" for wait in WAITS)}
"""The only one of webhooks that the tests' shops have otherwise; all are the defaults here."""


class Clock:
    """Accepts at once, and notes how long after its event each webhook came, in seconds."""

    def __init__(self) -> None:
        self.latencies: list[float] = []

    async def __call__(self, received: Received) -> Response:
        happened = datetime.fromisoformat(received.json["timestamp"])
        self.latencies.append((datetime.now(UTC) - happened).total_seconds())
        return await accepts(received)

    @property
    def p99(self) -> float:
        return sorted(self.latencies)[len(self.latencies) * 99 // 100]


async def _slow(received: Received) -> Response:
    await asyncio.sleep(TAKES)  # what the receiver is like
    return await accepts(received)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", STACKS)
async def test_many_webhooks_to_a_slow_receiver_do_not_delay_those_to_a_fast_one(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    slow, fast = (200, 2_000) if full else (30, 100)
    shop = start_shop(kind, request, tmp_path, SETTINGS)
    async with (
        receiving() as receiver,
        await signed_in(shop, Role.SELLER) as seller,
        await signed_in(shop, Role.ADMIN) as admin,
        await Client(shop.url).register() as customer,
    ):
        receiver.behaviours |= {"/slow": _slow, "/fast": (clock := Clock())}
        await listening(seller, receiver.url("/slow"), ["ORDER_CREATED"])
        await placed(seller, slow)
        await receiver.has(8, "/slow")
        await listening(admin, receiver.url("/fast"), ["ORDER_CREATED"])
        await _place_evenly(customer, fast, a_second=ORDERS_A_SECOND[kind])
        await receiver.has(fast, "/fast", seconds=60)
        waiting = slow - len(receiver.at("/slow"))
        print(f"{kind}: p99 of {fast} {clock.p99:.3f} s, while {waiting} of {slow} were waiting")
        assert waiting > 0, "the slow one's were ahead all the time"
        assert len({one.id for one in receiver.at("/fast")}) == fast
        assert clock.p99 < (MOST_P99 if full else TAKES)
    shop.stop()


async def _place_evenly(customer: Client, count: int, *, a_second: int) -> None:
    """So that what is measured is how long each webhook waits, and not how fast all are sent."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))  # its turn
            group.create_task(placed(customer, 1))
