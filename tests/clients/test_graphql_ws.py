"""npm's graphql-ws, over npm's ws and over Node's own WebSocket: the client that most web pages use."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import BIN, Program, program
from tests.clients.wire import Wire
from tests.support.client import PASSWORD, Client
from tests.support.processes import Stack

LOGIN = "mutation($input: LoginInput!) { login(input: $input) { ... on SignedIn { tokens { refreshToken } } } }"
EVENTS = "query($after: Cursor) { events(first: 100, after: $after) { edges { node { id } } head } }"


@pytest.fixture(params=["ws", "node"])
def implementation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def answers(script: str, folder: Path, **environment: str) -> list[dict[str, Any]]:
    async with program(BIN / "node", script, cwd=folder, **environment) as running:
        return [json.loads(line) for line in await running.ended()]


async def told(running: Program, name: str) -> Any:
    """The value of the next line that has the name."""
    while name not in (said := json.loads(await running.line())):
        pass
    return said[name]


async def test_it_asks_changes_and_follows(stack: Stack, scripts: Path, implementation: str) -> None:
    email = f"{os.urandom(6).hex()}@example.test"
    said = await answers("operations.ts", scripts, SHOP_URL=stack.url, EMAIL=email, IMPLEMENTATION=implementation)
    query, mutation, refusal, *rest = said
    assert query == {"query": {"me": {"name": "Ana"}}}
    assert mutation["mutation"]["createOrder"]["total"] == {"amount": "20.00"}
    assert refusal["refusal"]["createOrder"]["__typename"] == "InvalidInput"
    followed = [one["subscription"] for one in rest if "subscription" in one]
    assert followed in ([None, "PENDING", "PROCESSED"], [None, "PROCESSED"])  # the poller may be there first
    assert {one["mistake"]: one["code"] for one in rest if "mistake" in one} == {
        "unknown": "NOT_FOUND",
        "invalid": "BAD_USER_INPUT",
        "unreadable": "BAD_USER_INPUT",
        "forbidden": "FORBIDDEN",
    }


async def test_it_resumes_after_each_loss_and_misses_nothing(
    stack: Stack, scripts: Path, implementation: str, customer: Client
) -> None:
    before = (await customer.run(EVENTS))["head"]
    signed_in = await customer.run(LOGIN, input={"email": customer.user["email"], "password": PASSWORD})
    async with (
        Wire(stack.url) as wire,
        program(
            BIN / "node",
            "resume.ts",
            cwd=scripts,
            SHOP_URL=wire.url,
            IMPLEMENTATION=implementation,
            REFRESH_TOKEN=signed_in["tokens"]["refreshToken"],
        ) as running,
    ):
        await told(running, "progress")
        await customer.order()
        await told(running, "event")
        for _ in range(2):
            wire.cut()
            missed = await customer.order()
            await customer.until(
                lambda order: order["status"] == "PROCESSED",
                "query($id: ID!) { order(id: $id) { status } }",
                id=missed["id"],
            )
            wire.mend()
            await told(running, "connected")
            await customer.order()
        wanted = await customer.until(lambda log: len(log["edges"]) == 10, EVENTS, after=before)
        ids = [edge["node"]["id"] for edge in wanted["edges"]]
        while ids[-1] not in running.said[-1]:
            await told(running, "event")
    said = [json.loads(line) for line in running.said]
    assert [one["event"] for one in said if "event" in one] == ids
    assert sum("connected" in one for one in said) == 3


async def test_a_token_that_is_not_good_closes_with_4403_and_a_new_one_may_follow(
    stack: Stack, scripts: Path, implementation: str, customer: Client
) -> None:
    assert customer.token
    said = await answers("refused.ts", scripts, SHOP_URL=stack.url, TOKEN=customer.token, IMPLEMENTATION=implementation)
    assert said == [
        {"code": 4403, "reason": "Forbidden"},
        {"asked": 0, "data": {"me": {"name": "Ana"}}},
        {"asked": 2},
    ]
