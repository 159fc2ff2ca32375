"""npm's graphql-sse: the client of web pages that cannot have a websocket."""

import json
from pathlib import Path
from typing import Any

from tests.clients.programs import BIN, Program, program
from tests.clients.wire import Wire
from tests.support.client import Client
from tests.support.processes import Stack

EVENTS = "query($after: Cursor) { events(first: 100, after: $after) { edges { node { id } } head } }"
STATUS = "query($id: ID!) { order(id: $id) { status } }"


async def told(running: Program, name: str) -> Any:
    """The value of the next line that has the name."""
    while name not in (said := json.loads(await running.line())):
        pass
    return said[name]


async def placed(customer: Client) -> None:
    """An order, when the poller has been there."""
    order = await customer.order()
    await customer.until(lambda found: found["status"] == "PROCESSED", STATUS, id=order["id"])


async def test_it_asks_and_changes_and_resumes_after_each_loss(stack: Stack, scripts: Path, customer: Client) -> None:
    assert customer.token
    async with (
        Wire(stack.url) as wire,
        program(BIN / "node", "streams.ts", cwd=scripts, SHOP_URL=wire.url, TOKEN=customer.token) as running,
    ):
        assert await told(running, "query") == {"me": {"name": "Ana"}}
        assert await told(running, "mutation") == {"createOrder": {"__typename": "Order"}}
        assert [await told(running, "code") for _ in range(3)] == ["BAD_USER_INPUT", "NOT_FOUND", "CURSOR_INVALID"]
        begin = await told(running, "progress")
        for _ in range(2):
            await placed(customer)
            await told(running, "event")
            wire.cut()
            await placed(customer)
            wire.mend()
            assert await told(running, "connected") is True
        await placed(customer)
        ids = [edge["node"]["id"] for edge in (await customer.run(EVENTS, after=begin))["edges"]]
        while ids[-1] not in running.said[-1]:
            await told(running, "event")
    events = [json.loads(line)["event"] for line in running.said if "event" in json.loads(line)]
    assert events == ids
    assert 10 <= len(ids) <= 11  # the poller may come to the mutation's order before the stream begins, or after
