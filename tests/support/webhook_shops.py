"""Shops for what takes many webhooks: started with settings of their own, and given much to tell."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.receiver import Received

AT_ONCE = 16
RESULT = "__typename ... on Order { id status version note } ... on Refusal { message }"
UPDATE_ORDER = f"mutation($input: UpdateOrderInput!) {{ updateOrder(input: $input) {{ {RESULT} }} }}"
PROCESS = f"mutation($id: ID!) {{ processOrder(id: $id) {{ {RESULT} }} }}"
COMPLETE = f"mutation($id: ID!) {{ completeOrder(id: $id) {{ {RESULT} }} }}"


def start_shop(
    kind: str, request: pytest.FixtureRequest, folder: Path, settings: Mapping[str, str], *, workers: int = 1
) -> Stack:
    """On either stack; on servers with one API."""
    if kind == "embedded":
        return EmbeddedStack(folder, settings=settings).start()
    servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
    return ServerStack(folder, *servers, settings=settings).start(apis=1, workers=workers)


async def placed(customer: Client, count: int) -> list[str]:
    """So many new orders, some at a time; their ids."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> str:
        async with room:
            order = await customer.order()
        assert order["__typename"] == "Order", order
        id: str = order["id"]
        return id

    return await asyncio.gather(*(one() for _ in range(count)))


async def noted(customer: Client, order_id: str, version: int, notes: Sequence[str]) -> None:
    """Each note is put on the order in the place of the one before."""
    for offset, note in enumerate(notes):
        asked = {"id": order_id, "expectedVersion": version + offset, "note": note}
        changed = await customer.run(UPDATE_ORDER, input=asked)
        assert changed["__typename"] == "Order", changed


async def done(staff: Client, document: str, order_id: str) -> None:
    changed = await staff.run(document, id=order_id)
    assert changed["__typename"] == "Order", changed


def order_in(received: Received) -> dict[str, Any]:
    """The order that a body is about, as it was."""
    order: dict[str, Any] = json.loads(received.body)["data"]["order"]
    return order
