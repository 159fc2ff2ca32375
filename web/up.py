"""`swapshop up`: the shop on servers of its own, as the processes it has in production."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import SecretStr

from persistence.database import SqlDatabase
from persistence.migrations import migrate
from web import demo_data, folder
from web.embedded import welcome
from web.mosquitto import Mosquitto
from web.seed import filling
from web.serving import LOOPBACK, bound, url_of
from web.settings import NotReady, Settings
from web.stack import DIES_WITH_US, MariaDB, Redis
from web.wiring import assembled, opened_shop

STOP_SECONDS = 15


def run(settings: Settings, *, port: int, receiver_port: int, apis: int) -> None:
    """Until Ctrl-C or SIGTERM, or until one of the processes ends by itself."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    data = settings.data.absolute() / folder.UP
    with (
        folder.locked(data),
        MariaDB(data / "mariadb") as mariadb,
        Redis(data / "redis") as redis,
        Mosquitto(data / "mosquitto") as mosquitto,
        ExitStack() as stack,
    ):
        settings = settings.model_copy(
            update={
                "data": data,
                "database_url": SecretStr(mariadb.url),
                "redis_url": SecretStr(redis.url),
                "mqtt_url": SecretStr(mosquitto.url),
                "secret_key": settings.secret_key or SecretStr(folder.secret_key(data)),
                "webhook_keys": settings.webhook_keys or SecretStr(folder.webhook_keys(data)),
                "webhook_allow_private": True,
            }
        )
        ports = [_free(wanted) for wanted in (receiver_port, *(port + n if port else 0 for n in range(apis)))]
        receiver_url, *urls = (f"http://{LOOPBACK}:{one}" for one in ports)
        asyncio.run(_prepare(settings, receiver_url))
        environment = {**os.environ, **variables(settings), "SWAPSHOP_RECEIVER_SECRETS": _secret(data)}
        commands = [
            ["receiver", "--port", str(ports[0])],
            ["provider"],
            ["worker"],
            *(["serve", "--port", str(p)] for p in ports[1:]),
        ]
        processes = [stack.enter_context(child(command, environment)) for command in commands]
        folder.announce(data, url=urls[0], receiver=receiver_url)
        welcome(urls[0], receiver_url, data, seeded=settings.seed == "demo")
        _wait(processes)


SECRETS = ("database_url", "redis_url", "mqtt_url", "secret_key", "webhook_keys")


def variables(settings: Settings) -> dict[str, str]:
    """The settings that the children are given, as their environment."""
    secrets = {name: getattr(settings, name).get_secret_value() for name in SECRETS}
    plain = {"data": str(settings.data), "webhook_allow_private": "true"}
    return {f"SWAPSHOP_{name.upper()}": value for name, value in {**secrets, **plain}.items()}


@contextmanager
def child(arguments: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A `swapshop` process that is ready; it is stopped at the end, and dies when we do."""
    command = [*DIES_WITH_US, sys.executable, "-m", "web.cli", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, process_group=0)
    try:
        _until_ready(process, arguments[0])
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(process: subprocess.Popen[str], name: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if line.startswith("ready "):
            return
        print(line, end="")
    raise NotReady(f"the {name} ended before it was ready (status {process.wait()}); what it said is above")


async def _prepare(settings: Settings, receiver_url: str) -> None:
    assert settings.database_url
    database = SqlDatabase(settings.database_url.get_secret_value())
    await migrate(database.writer)
    await database.close()
    async with assembled(settings) as parts, opened_shop(parts) as shop:
        await filling.begin(parts.database, shop, settings)
        await demo_data.prepare(shop, receiver_url=receiver_url, secret_file=settings.data / "receiver.secret")


def _free(port: int) -> int:
    with bound(port) as listener:
        return int(url_of(listener).rpartition(":")[2])


def _secret(data: Path) -> str:
    return (data / "receiver.secret").read_text()


def _wait(processes: list[subprocess.Popen[str]]) -> None:
    pid, status = os.wait()
    ended = [str(process.args) for process in processes if process.pid == pid]
    raise NotReady(f"{ended or pid} ended by itself with status {os.waitstatus_to_exitcode(status)}")
