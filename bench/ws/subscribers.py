"""The subscribers: the load client as a process, and what is said to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.ws.ledger import Ledger
from domain.orders import Order
from web.stack import DIES_WITH_US

SETUP_SECONDS = 150.0
DELIVERY_SECONDS = 120.0
SELECTION = "cursor order { id number status note version }"
BROADCAST = f"subscription Board {{ ordersUpdated {{ {SELECTION} }} }}"
TARGETED = f"subscription Follow($id: ID!) {{ orderUpdated(id: $id) {{ {SELECTION} }} }}"


class Lost(Exception):
    """Not every subscriber was told of everything, once and in order."""


class Subscribers:
    """All of one run. `setup` says in how many seconds all had a first message, and what CPU that took the client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.setup: dict[str, float] = {}

    async def told(self, deliveries: int) -> int:
        """When there had been so many deliveries since the start, in nanoseconds of CLOCK_MONOTONIC."""
        answer = await self._asked(f"await {deliveries}")
        if answer["delivered"] != deliveries:
            raise Lost(f"{answer['delivered']} events were delivered where {deliveries} had been published")
        return int(answer["at"])

    async def nap(self, microseconds: int) -> None:
        """0: wake up for each message."""
        await self._asked(f"nap {microseconds}")

    async def report(self) -> dict[str, float]:
        """Latencies in microseconds, and CPU seconds, since the last report."""
        return await self._asked("report")

    async def check(self, events: int) -> None:
        """Raises Lost unless each has been told of all that was for it. What comes twice has ended the client."""
        missing = (await self._asked(f"check {events}"))["missing"]
        if missing:
            raise Lost(f"{missing} deliveries of {events} events are missing")

    async def _asked(self, command: str) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(command.encode() + b"\n")
        return await self.answer(DELIVERY_SECONDS, f"`{command}`")

    async def answer(self, seconds: float, to: str) -> dict[str, Any]:
        assert self._process.stdout
        assert self._process.stderr
        try:
            async with asyncio.timeout(seconds):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise Lost(f"no answer to {to} in {seconds:g} s: what was sent has not reached everybody") from None
        if not line:
            complaint = (await self._process.stderr.read()).decode().strip()
            raise Lost(f"the load client has ended: {complaint}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def subscribed(
    program: Path, *, port: int, token: str, orders: Sequence[Order], targeted: bool, ledger: Ledger
) -> AsyncIterator[Subscribers]:
    """One subscriber for each order, to that order or to all of them; everybody has had a first message."""
    script = ledger.path.with_name("script")
    script.write_text("\n".join([init(token), *(subscribe(order, targeted=targeted) for order in orders)]) + "\n")
    process = await asyncio.create_subprocess_exec(
        *DIES_WITH_US,
        program,
        *map(str, (port, len(orders), script, ledger.path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        subscribers = Subscribers(process)
        subscribers.setup = await subscribers.answer(SETUP_SECONDS, "the setup")
        yield subscribers
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def init(token: str) -> str:
    return json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})


def subscribe(order: Order, *, targeted: bool) -> str:
    """With an id as npm's graphql-ws client makes them."""
    payload = {"query": TARGETED, "variables": {"id": str(order.id)}} if targeted else {"query": BROADCAST}
    return json.dumps({"id": str(uuid4()), "type": "subscribe", "payload": payload})
