"""The `swapshop` program, as somebody finds it who has just typed it: what it says, refuses and leaves behind."""

import asyncio
import json
import os
import re
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import httpx
import pytest

from tests.support.client import READ, Client
from tests.support.forking import zygote
from tests.support.processes import KEY, PROGRAM, ROOT, Process, Program
from tests.support.waiting import PATIENCE
from web.stack import DIES_WITH_US

SUBSCRIPTION = "subscription { ordersUpdated { cursor } }"
DEBUG = {"x-swapshop-debug": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    status: int
    said: str
    complained: str


async def swapshop(*arguments: str, settings: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Ended:
    """Runs a command to its end, forked; of the environment's settings only those that are given."""
    with TemporaryFile() as said, TemporaryFile() as complained:
        outputs = {"stdout": said.fileno(), "stderr": complained.fileno()}
        process = zygote().fork(*arguments, environment={**plain_environment(), **(settings or {})}, cwd=cwd, **outputs)
        try:
            status = await asyncio.to_thread(process.wait, PATIENCE)
        finally:
            process.kill()  # what should have been refused has started
        return ended(status, written(said), written(complained))


async def installed(*arguments: str) -> Ended:
    """Runs the program as it is installed, which has to import what it needs."""
    process = await asyncio.create_subprocess_exec(
        *DIES_WITH_US,
        *(PROGRAM[0], str(Path(PROGRAM[0]).with_name("swapshop"))),
        *arguments,
        cwd=ROOT,
        env=plain_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        said, complained = await process.communicate()
    assert process.returncode is not None
    return ended(process.returncode, said, complained)


def plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SWAPSHOP_")}


def written(output: IO[bytes]) -> bytes:
    output.seek(0)
    return output.read()


def ended(status: int, said: bytes, complained: bytes) -> Ended:
    assert b"Traceback" not in complained, complained.decode()
    return Ended(status=status, said=said.decode(), complained=complained.decode())


def embedded(data: Path, log: Path, *, port: str = "0", receiver_port: str = "0") -> Process:
    """`swapshop start` as it comes: without a single setting."""
    arguments = ("start", "--port", port, "--receiver-port", receiver_port, "--data", str(data))
    process = Program(*arguments, log=log, environment={})
    for name in [name for name in process.environment if name.startswith("SWAPSHOP_")]:
        process.environment.pop(name)
    return process


def running(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data / "running.json").read_text())
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Path]]:
    """A shop of the default kind, and its folder."""
    folder = tmp_path_factory.mktemp("shop")
    process = embedded(folder / "data", folder / "log").start()
    yield process, folder / "data"
    assert process.stop() == 0


async def test_a_start_says_where_everything_is(shop: tuple[Process, Path]) -> None:
    process, data = shop
    lines = [line for line in process.log.read_text().splitlines() if not line.startswith("{")]  # those are the log's
    assert lines[0] == "Swap Shop"
    assert lines[-1] == f"ready {process.url}"
    told = {line.split()[0]: line.split()[1] for line in lines[1:-1] if line.startswith("  ")}
    assert told["GraphiQL"] == told["API"] == f"{process.url}/graphql"
    assert told["shop"] == f"{process.url}/"
    assert told["data"] == str(data)
    receiver = told["webhooks"]
    sign_ins = [line.split()[1:] for line in lines if line.startswith("sign-in ")]
    assert [role for role, *_ in sign_ins] == ["customer", "seller", "operator", "admin", "seller", "seller"]
    async with Client(process.url) as client:
        for role, email, password in sign_ins:
            await client.login(email, password)
            assert role.upper() in client.user["roles"]
        for address in ("shop", "GraphiQL"):  # which a checkout that nobody has built yet says
            page = await client.http.get(told[address], headers={"accept": "text/html"})
            assert (page.status_code in (200, 503), "Swap Shop" in page.text) == (True, True), page.text
        assert (await client.http.get(receiver)).status_code == 200


async def test_what_it_keeps_is_for_its_owner_only(shop: tuple[Process, Path]) -> None:
    _, data = shop
    assert oct(data.stat().st_mode & 0o777) == "0o700"
    for secret in ("secret.key", "receiver.secret"):
        assert oct((data / secret).stat().st_mode & 0o777) == "0o600"


async def test_a_second_start_on_the_same_folder_is_refused(shop: tuple[Process, Path]) -> None:
    process, data = shop
    second = await swapshop("start", "--port", "0", "--receiver-port", "0", "--data", str(data))
    assert second.status == 1
    for word in (str(data), process.url, str(running(data)["pid"]), "--data"):
        assert word in second.complained
    assert running(data)["url"] == process.url
    async with Client(process.url) as client:
        assert (await client.http.get("/healthz")).text == "ok"


async def test_the_demo_runs_to_its_end(shop: tuple[Process, Path]) -> None:
    _, data = shop
    demo = await swapshop("demo", "--data", str(data))
    assert demo.status == 0, demo
    assert len(re.findall(r"SW-\d+ PROCESSED over the socket", demo.said)) == 4
    assert len(re.findall(r"SW-\d+ webhook received and verified", demo.said)) == 4
    [number] = re.findall(r"(SW-\d+) placed, AWAITING_PAYMENT: one .+ is reserved", demo.said)
    assert f"{number} to be paid with the visa card ending in 4242" in demo.said
    assert f"{number} PAID over the socket: the processor has approved it" in demo.said


async def test_a_shop_on_taken_ports_takes_the_next_free_ones_and_lasts_over_restarts(tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end it with nothing left over; the next start finds everything as it was."""
    data, log = tmp_path / "data", tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = embedded(data, log, port=str(port), receiver_port=str(port)).start()
        said = re.findall(rf"port {port} is taken, using (\d+)", log.read_text())
    first = running(data)
    assert sorted(said) == sorted([process.port, first["receiver"].rpartition(":")[2]])
    assert all(port < int(other) < port + 50 for other in said)
    async with Client(process.url) as client:
        await client.register()
        order = await client.until(lambda found: found["status"] == "PROCESSED", READ, id=(await client.order())["id"])
        async with client.subscribe(SUBSCRIPTION) as following:
            await following.next()
            assert end(process, signal.SIGINT) == 0
    assert_nothing_runs(data)

    process = embedded(data, log)
    process.environment["SWAPSHOP_REDIS_URL"] = "redis://127.0.0.1:1/0"
    process.start()
    assert "note: `start` keeps its own SQLite" in log.read_text()
    second = running(data)
    assert second["receiver"] != first["receiver"]
    assert second["url"] == process.url
    async with Client(process.url) as again:
        again.token = client.token
        reads = [await again.post(READ, DEBUG, id=order["id"]) for _ in range(2)]
        assert [read["data"]["order"] for read in reads] == [order, order]
        assert [read["extensions"]["cache"] for read in reads] == ["miss", "hit"]
        await again.login(client.user["email"])
        await webhook_about((await again.order())["id"], second["receiver"])
    assert end(process, signal.SIGTERM) == 0
    assert_nothing_runs(data)
    assert "Traceback" not in log.read_text()
    gone = await swapshop("demo", "--data", str(data))
    assert gone.status == 1
    assert "./run" in gone.complained


def end(process: Process, number: signal.Signals) -> int:
    assert process.process
    process.process.send_signal(number)
    return process.process.wait(PATIENCE)


def assert_nothing_runs(data: Path) -> None:
    assert not (data / "running.json").exists()
    commands = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists()]
    assert not [command for command in commands if str(data).encode() in command]


async def webhook_about(order_id: str, receiver: str) -> None:
    """Returns when the receiver has verified that the order is ready."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=receiver) as http:
        while True:
            kept = (await http.get("/notifications", params={"orderId": order_id})).json()
            if "order.ready" in [one["type"] for one in kept]:
                return
            await asyncio.sleep(0.02)


async def test_config_shows_every_setting_and_no_secret() -> None:
    secrets = {
        "SWAPSHOP_DATABASE_URL": "mysql+aiomysql://ana:hunter2@localhost/shop",
        "SWAPSHOP_REDIS_URL": "redis://:hunter2@localhost/0",
        "SWAPSHOP_SECRET_KEY": KEY,
        "SWAPSHOP_RECEIVER_SECRETS": "whsec_aHVudGVyMg==,whsec_aHVudGVyMw==",
    }
    shown = await swapshop("config", settings=secrets | {"SWAPSHOP_CURRENCY": "CHF"})
    assert shown.status == 0
    lines = dict(line.split("  # ")[0].split("=", 1) for line in shown.said.splitlines())
    assert {name: lines[name] for name in secrets} == {
        "SWAPSHOP_DATABASE_URL": "********",
        "SWAPSHOP_REDIS_URL": "********",
        "SWAPSHOP_SECRET_KEY": "********",
        "SWAPSHOP_RECEIVER_SECRETS": "********,********",
    }
    assert lines["SWAPSHOP_CURRENCY"] == "CHF"
    assert not any(secret in shown.said for secret in ("hunter2", KEY, "aHVudGVy"))
    assert all("  # " in line for line in shown.said.splitlines())


async def test_settings_that_cannot_be_used_are_all_named_and_not_repeated(tmp_path: Path) -> None:
    wrong = {
        "SWAPSHOP_DATABASE_URL": "postgresql://ana:hunter2@localhost/shop",
        "SWAPSHOP_SECRET_KEY": "hunter2",
        "SWAPSHOP_PROMOTE_AFTER": "soon",
        "SWAPSHOP_WEBHOOK_SCHEDULE": "5s,later",
        "SWAPSHOP_CURRENCY": "Euro",
    }
    refused = await swapshop("start", settings=wrong, cwd=tmp_path)
    assert refused.status == 1
    assert all(f"  {name}: " in refused.complained for name in wrong)
    assert "swapshop config" in refused.complained
    assert "hunter2" not in refused.complained
    assert os.listdir(tmp_path) == []


async def test_without_a_database_or_its_schema_nothing_starts_and_the_next_step_is_named(tmp_path: Path) -> None:
    empty = {"SWAPSHOP_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}", "SWAPSHOP_SECRET_KEY": KEY}
    cases: list[tuple[tuple[str, ...], Mapping[str, str], str]] = [
        (("serve", "--port", "0"), {"SWAPSHOP_SECRET_KEY": KEY}, "SWAPSHOP_DATABASE_URL is not set"),
        (("worker",), {}, "SWAPSHOP_DATABASE_URL is not set"),
        (("serve", "--port", "0"), empty, "swapshop migrate"),
        (("worker",), empty, "swapshop migrate"),
        (("receiver", "--port", "0"), {}, "SWAPSHOP_RECEIVER_SECRETS is not set"),
    ]
    ended = await asyncio.gather(*(swapshop(*arguments, settings=settings) for arguments, settings, _ in cases))
    for (arguments, _, word), end in zip(cases, ended, strict=True):
        assert end.status == 1, arguments
        assert word in end.complained, arguments


async def test_without_a_key_nobody_is_served(tmp_path: Path) -> None:
    database = {"SWAPSHOP_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"}
    assert (await swapshop("migrate", settings=database)).status == 0
    refused = await swapshop("serve", "--port", "0", settings=database)
    assert refused.status == 1
    assert "SWAPSHOP_SECRET_KEY is not set" in refused.complained


async def test_the_schema_that_is_kept_is_the_one_that_is_served(tmp_path: Path) -> None:
    kept = (ROOT / "schema.graphql").read_text()
    (tmp_path / "schema.graphql").write_text(kept.replace("TooManyAttempts", "TooMany"))
    checked, differs = await asyncio.gather(swapshop("schema", "--check"), swapshop("schema", "--check", cwd=tmp_path))
    assert (checked.status, checked.said, checked.complained) == (0, "", "")
    assert differs.status == 1
    assert "swapshop schema --write" in differs.complained


async def test_it_tells_its_version_and_what_it_can_do() -> None:
    told, asked = await asyncio.gather(installed("--version"), installed("--help"))
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", told.said)
    assert all(f" {command} " in asked.said for command in ("start", "serve", "worker", "migrate", "demo", "config"))
