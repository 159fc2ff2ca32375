"""deploy/nginx.conf in a real nginx, before the API processes of a running shop."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.deploy.compose import NGINX, UPSTREAM
from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.waiting import PATIENCE
from web.stack import DIES_WITH_US, find

SUBSCRIPTION = "subscription { ordersUpdated { cursor order { id status } } }"
NOBODY = "127.0.0.1:1"


@contextmanager
def nginx(folder: Path, addresses: Sequence[str]) -> Iterator[str]:
    """The URL of an nginx with the configuration as it is, but for its addresses and its folder."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = UPSTREAM.sub("".join(f"server {address};" for address in addresses), NGINX.read_text())
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/")
    text = text.replace("/dev/stdout", f"{folder}/access.log").replace("/dev/stderr", f"{folder}/error.log")
    (folder / "nginx.conf").write_text(text)
    # Without its own user the workers of a root's nginx could not write into the folder of the tests.
    own = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command = [find("nginx"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", "nginx.conf", "-g", own]
    process = subprocess.Popen([*DIES_WITH_US, *command])
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()  # open sockets do not keep it
        process.wait(15)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    with socket.socket() as caller:
        while caller.connect_ex(("127.0.0.1", port)) != 0:
            assert process.poll() is None, "nginx ended"
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)  # nothing tells us when it listens


@pytest.fixture(scope="module")
def door(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL before all APIs of the shop, and nginx's folder."""
    folder = tmp_path_factory.mktemp("door") / "nginx"
    with nginx(folder, [api.url.removeprefix("http://") for api in stack.apis]) as url:
        yield url, folder


@pytest.fixture
async def visitor(door: tuple[str, Path]) -> AsyncIterator[Client]:
    """A new customer who knows only nginx."""
    async with Client(door[0]) as client:
        yield await client.register()


async def test_an_order_is_placed_and_watched_through_it(visitor: Client) -> None:
    async with visitor.subscribe(SUBSCRIPTION) as watched:
        assert (await watched.next())["order"] is None
        order = await visitor.order()
        messages = await watched.until(lambda message: message["order"] and message["order"]["status"] == "PROCESSED")
    assert messages[-1]["order"]["id"] == order["id"]
    assert (await visitor.read(order["id"]))["status"] == "PROCESSED"


async def test_no_protocol_is_spoken_but_the_one_of_the_shop(visitor: Client) -> None:
    async with visitor.socket() as socket:
        assert socket.connection.subprotocol == "graphql-transport-ws"


async def test_all_apis_have_their_share(stack: Stack, door: tuple[str, Path], visitor: Client) -> None:
    for _ in range(20):
        await visitor.order()
    lines = [json.loads(line) for line in (door[1] / "access.log").read_text().splitlines()]
    assert {line["api"] for line in lines} == {api.url.removeprefix("http://") for api in stack.apis}


async def test_an_api_that_is_gone_is_passed_over(stack: Stack, customer: Client, tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", [NOBODY, stack.url.removeprefix("http://")]) as url:
        placed = [await customer.at(url).order() for _ in range(6)]
    assert [order["__typename"] for order in placed] == ["Order"] * 6


async def test_when_no_api_answers_it_says_so_as_the_shop_would(tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", [NOBODY]) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.post("/graphql", json={"query": "{ me { id } }"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/json")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_every_answer_has_one_request_id_and_the_log_has_it_too(door: tuple[str, Path]) -> None:
    url, folder = door
    async with httpx.AsyncClient(base_url=url) as client:
        answers = [await client.post("/graphql", json={"query": "{ me { id } }"}), await client.get("/metrics")]
    for answer in answers:
        (id,) = answer.headers.get_list("x-request-id")
        assert id in [json.loads(line)["request_id"] for line in (folder / "access.log").read_text().splitlines()]


async def test_numbers_for_the_operators_are_not_for_the_public(door: tuple[str, Path]) -> None:
    async with httpx.AsyncClient(base_url=door[0]) as client:
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/healthz")).text == "ok"


async def test_a_body_that_nobody_would_send_goes_no_further(door: tuple[str, Path]) -> None:
    async with httpx.AsyncClient(base_url=door[0]) as client:
        refused = await client.post("/graphql", content=b"x" * (2 * 1024 * 1024 + 1))
    assert refused.status_code == 413
