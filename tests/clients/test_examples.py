"""The examples do what they say: follow an order to its end, through a lost connection and an expired token."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import npm_ci
from tests.clients.programs import BIN, ROOT, Program, program
from tests.clients.wire import Wire
from tests.conftest import STACKS
from tests.support.client import PASSWORD, SHIRT, Client
from tests.support.once import shared
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.waiting import until

UPDATE = """mutation($input: UpdateOrderInput!) {
  updateOrder(input: $input) { __typename ... on Order { version status } } }"""
OWN = "{ orders(first: 1) { edges { node { id version status } } } }"
SETTINGS = {"SWAPSHOP_PROMOTE_AFTER": "3s", "SWAPSHOP_ACCESS_TOKEN_LIFETIME": "2s"}


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One where orders stay PENDING for 3 s, and access tokens are good for 1 to 2 s."""
    folder = tmp_path_factory.mktemp("slow")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder, settings=SETTINGS).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers, settings=SETTINGS).start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
async def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as somebody finds it, after `npm ci` in it."""
    with shared(tmp_path_factory, "examples") as (folder, is_new):
        if is_new:
            ours = shutil.ignore_patterns("node_modules")
            shutil.copytree(ROOT / "examples", folder, ignore=ours, dirs_exist_ok=True)
            await npm_ci(folder)
    return folder


@pytest.fixture(params=["follow_order.py", "follow-order.ts"])
def example(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def started(example: str, folder: Path, url: str, customer: Client) -> AbstractAsyncContextManager[Program]:
    command = BIN / ("python" if example.endswith(".py") else "node")
    return program(
        command, example, cwd=folder, SHOP_URL=url, SHOP_EMAIL=customer.user["email"], SHOP_PASSWORD=PASSWORD
    )


async def test_it_places_an_order_and_follows_it(stack: Stack, examples: Path, example: str, customer: Client) -> None:
    async with started(example, examples, stack.url, customer) as running:
        said = await running.ended()
    [number] = {line.split()[0] for line in said}
    assert said == [f"{number} PENDING version 1", f"{number} PROCESSED version 2"]


async def test_it_misses_nothing_while_it_is_cut_off(
    stack: Stack, examples: Path, example: str, customer: Client
) -> None:
    email = customer.user["email"]
    async with Wire(stack.url) as wire, started(example, examples, wire.url, customer) as running:
        assert "PENDING version 1" in await running.line()
        wire.cut()
        order = await own_order(customer, email)
        change = {"id": order["id"], "expectedVersion": 1, "items": [{"custom": SHIRT}] * 2}
        assert await customer.run(UPDATE, input=change) == {"__typename": "Order", "version": 2, "status": "PENDING"}
        await until(lambda: is_processed(customer, email))
        wire.mend()
        said = await running.ended()
    assert [line.partition(" ")[2] for line in said] == [
        "PENDING version 1",
        "PENDING version 2",
        "PROCESSED version 3",
    ]


async def own_order(customer: Client, email: str) -> dict[str, Any]:
    """Asked for with a new token each time: they are good for 1 to 2 s."""
    customer.token = None
    await customer.login(email)
    [edge] = (await customer.run(OWN))["edges"]
    return dict(edge["node"])


async def is_processed(customer: Client, email: str) -> bool:
    return (await own_order(customer, email))["status"] == "PROCESSED"
