"""docs/operations.md: its settings, commands and metrics are those of the code, and its commands work."""

import asyncio
import re
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import typer
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from domain.users import Role
from tests.clients.programs import program
from tests.deploy.test_nginx import wait_for
from tests.docs.conftest import AsRun
from tests.docs.pages import blocks, code, rows, section
from tests.docs.shell import run_shell
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import ServerStack, Stack
from tests.support.receiver import receiving
from tests.web.test_cli import swapshop
from web import demo_data
from web.checkup import CONNECTIONS
from web.cli import app
from web.settings import Settings
from web.stack import DIES_WITH_US, MariaDB, find

PAGE = "operations"
EVENTS = "query($after: Cursor) { events(first: 1, after: $after) { head } }"


def test_the_settings_and_their_defaults_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {code(row[0])[0]: code(row[1]) for row in rows(section(PAGE, "## Settings"))}
    assert set(told) == {f"SWAPSHOP_{name.upper()}" for name in Settings.model_fields}
    for name, default in told.items():
        if default:
            monkeypatch.setenv(name, default[0])
    read = Settings()
    for name, field in Settings.model_fields.items():
        said = told[f"SWAPSHOP_{name.upper()}"]
        assert getattr(read, name) == field.default, name
        assert bool(said) == (field.default not in (None, [])), name


def test_every_command_is_there_and_no_other() -> None:
    told = [code(row[0])[0] for row in rows(section(PAGE, "## What to run"))]
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert sorted(told) == sorted(f"swapshop {name}" for name in known)


async def test_every_metric_is_there_and_no_other(shop: Stack) -> None:
    told = {code(row[0])[0] for row in rows(section(PAGE, "## Health, metrics, logs"))}
    async with httpx.AsyncClient(base_url=shop.url) as client:
        served = set(re.findall(r"^# TYPE (\w+)", (await client.get("/metrics")).text, re.MULTILINE))
    assert told == {name for name in served if not name.startswith("swapshop_process_")}


def test_a_process_takes_as_many_connections_as_the_page_says() -> None:
    assert f"at most {CONNECTIONS} connections" in section(PAGE, "## Scaling")


async def test_what_was_backed_up_is_restored_and_later_cursors_are_not_of_this_log(
    shop: AsRun, tmp_path: Path
) -> None:
    async with Client(shop.url) as customer:
        await customer.login("customer@swapshop.test", demo_data.PASSWORD)
        kept = await customer.order()
        before = (await customer.run(EVENTS))["head"]
        await run_shell(PAGE, shop)
        await customer.order()
        later = (await customer.run(EVENTS))["head"]
        (tmp_path / "backup").symlink_to(shop.folder / "backup")
        (tmp_path / "data").mkdir()
        [restore] = [block.text for block in blocks(PAGE) if "cp -p backup/* data/" in block.text]
        async with program("bash", "-euc", restore, cwd=tmp_path) as moving:
            await moving.ended()
        restored = AsRun(tmp_path).start()
        try:
            there = customer.at(restored.url)
            assert (await there.read(kept["id"]))["number"] == kept["number"]
            assert (await there.run(EVENTS, after=before))["head"]
            await there.order()
            await there.order()
            assert await there.code(EVENTS, after=later) == "CURSOR_INVALID"
        finally:
            restored.stop()


ONE, TWO = f"1:{'a' * 64}", f"2:{'b' * 64}"
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { secret endpoint { id } } ... on Refusal { message } } }"""
PING = "mutation($id: ID!) { pingWebhookEndpoint(id: $id) { ... on WebhookDelivery { id } } }"
ROTATE = """mutation($id: ID!) { rotateWebhookSecret(endpointId: $id, graceSeconds: 0) {
  ... on WebhookSecretIssued { secret } ... on Refusal { message } } }"""


async def test_keys_are_replaced_and_what_a_lost_one_sealed_is_made_anew_as_the_page_says(
    mariadb: MariaDB, tmp_path: Path
) -> None:
    """The API goes on to seal with the first key; a worker that starts seals with its own first one."""
    shop = ServerStack(tmp_path, mariadb, None, settings={"SWAPSHOP_WEBHOOK_KEYS": f"{ONE},{TWO}"})
    shop.start(apis=1, workers=0)
    async with receiving() as receiver, await signed_in(shop, Role.ADMIN) as admin:
        new = {"name": "Depot", "url": receiver.url(), "types": ["ORDER_READY"]}
        made = await admin.run(CREATE, input=new)
        id, secret = made["endpoint"]["id"], made["secret"]
        for count, keys in enumerate((f"{ONE},{TWO}", f"{TWO},{ONE}", TWO), start=1):
            async with working(shop, keys):
                await admin.run(PING, id=id)
                (await receiver.has(count))[-1].verified(secret)

        refused = await swapshop("worker", settings={**shop.settings, "SWAPSHOP_WEBHOOK_KEYS": ONE})
        assert refused.status == 1
        assert f"the secret of endpoint {id} needs the key '2'" in refused.complained
        anew = (await admin.run(ROTATE, id=id))["secret"]
        async with working(shop, ONE):
            await admin.run(PING, id=id)
            (await receiver.has(4))[-1].verified(anew)
    shop.stop()


@asynccontextmanager
async def working(shop: ServerStack, keys: str) -> AsyncIterator[None]:
    """A worker with these keys, while the test's own loop goes on."""
    worker = shop.process("worker", name="worker", SWAPSHOP_WEBHOOK_KEYS=keys)
    await asyncio.to_thread(worker.start)
    try:
        yield
    finally:
        assert await asyncio.to_thread(worker.stop) == 0


@contextmanager
def nginx_of_the_page(folder: Path, shop: Stack) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port, and what a client needs to trust its certificate."""
    [text] = [block.text for block in blocks(PAGE) if block.language == "nginx"]
    names = ["-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:localhost"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    files = ["-keyout", "shop.example.key", "-out", "shop.example.pem"]
    subprocess.run([*make, *files], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = text.replace("/etc/ssl", str(folder)).replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("server 127.0.0.1:8001;", "").replace("127.0.0.1:8000", shop.url.removeprefix("http://"))
    paths = "".join(
        f"{one}_temp_path {folder}/{one};\n" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = f"user root;\npid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{text}}}\n"
    (folder / "nginx.conf").write_text(conf)
    command = [find("nginx"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    process = subprocess.Popen([*DIES_WITH_US, *command])
    try:
        wait_for(port, process)
        yield port, ssl.create_default_context(cafile=str(folder / "shop.example.pem"))
    finally:
        process.terminate()
        process.wait(15)


async def test_the_nginx_of_the_page_ends_tls_and_lets_websockets_through(shop: Stack, tmp_path: Path) -> None:
    with nginx_of_the_page(tmp_path, shop) as (port, trusting):
        async with httpx.AsyncClient(base_url=f"https://localhost:{port}", verify=trusting) as client:
            assert (await client.get("/healthz")).text == "ok"
            assert (await client.get("/metrics")).status_code == 404
        async with connect(
            f"wss://localhost:{port}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            ssl=trusting,
            proxy=None,
        ) as through:
            await through.send('{"type": "connection_init"}')
            assert await through.recv() == '{"type":"connection_ack"}'
