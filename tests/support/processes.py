"""The product as real processes, on either stack: started, stopped, killed and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakSet

from persistence.database import SqlDatabase
from tests.support.databases import template_on
from tests.support.forking import ROOT, Forked, zygote
from web.mosquitto import Mosquitto
from web.stack import DIES_WITH_US, MariaDB, Redis

PROGRAM = (sys.executable, "-m", "web.cli")
KEY = "a-key-for-the-tests-that-is-long-enough"
WEBHOOK_KEYS = f"1:{'5a' * 32}"
QUICK = {
    "SWAPSHOP_SECRET_KEY": KEY,
    "SWAPSHOP_WEBHOOK_KEYS": WEBHOOK_KEYS,
    "SWAPSHOP_WEBHOOK_ALLOW_PRIVATE": "true",
    "SWAPSHOP_SEED": "none",
    "SWAPSHOP_WEBHOOK_SCHEDULE": ",".join(["200ms"] * 8),
    "SWAPSHOP_PROVIDER_DELAY": "20ms",
    "SWAPSHOP_PROVIDER_LATE": "500ms",
}


class Process:
    """One `swapshop` process, forked. After kill or stop, start brings it back with the same arguments."""

    def __init__(self, *arguments: str, log: Path, environment: Mapping[str, str]) -> None:
        self.arguments = arguments
        self.log = log
        self.environment = {**_plain_environment(), **QUICK, **environment}
        self.url = ""
        self.process: Forked | subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 90) -> "Process":
        """Returns when the process says that it is ready."""
        STARTED.add(self)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = self._begin(log.fileno())
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.log.read_text()[begin:].splitlines():
                if line.startswith("ready "):
                    self.url = line.removeprefix("ready ").strip()
                    return self
            time.sleep(0.02)  # between looks at the log of another process, until a deadline
        raise AssertionError(f"{self.arguments} did not become ready:\n{self.log.read_text()[-3000:]}")

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the status that the process ended with."""
        return self._end(signal.SIGTERM)

    def again(self, seconds: float = 90) -> "Process":
        """Starts a killed process once more, on the port it had."""
        if "--port" in self.arguments:
            at = self.arguments.index("--port") + 1
            self.arguments = (*self.arguments[:at], self.port, *self.arguments[at + 1 :])
        return self.start(seconds)

    def _begin(self, log: int) -> "Forked | subprocess.Popen[bytes]":
        return zygote().fork(*self.arguments, environment=self.environment, stdout=log, stderr=log)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        return self.process.wait(60)


STARTED: WeakSet[Process] = WeakSet()
"""Those of this run that somebody still knows: a test that fails shows their logs."""


class Program(Process):
    """The program as it is installed, started: where its start itself, or its whole memory, is what is tested."""

    def _begin(self, log: int) -> "subprocess.Popen[bytes]":
        command = [*DIES_WITH_US, *PROGRAM, *self.arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)


class Stack:
    """A running shop. `apis` and `workers` are processes; `url` is the first API's."""

    database_url: str

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.settings = dict(settings or {})
        self.apis: list[Process] = []
        self.workers: list[Process] = []
        self.others: list[Process] = []

    @property
    def url(self) -> str:
        return self.apis[0].url

    @property
    def processes(self) -> list[Process]:
        return [*dict.fromkeys([*self.apis, *self.workers, *self.others])]

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[SqlDatabase]:
        """The shop's database, opened by the test: to look, and to check invariants."""
        database = SqlDatabase(self.database_url)
        try:
            yield database
        finally:
            await database.close()

    def process(self, *arguments: str, name: str, **environment: str) -> Process:
        return Process(*arguments, log=self.folder / f"{name}.log", environment={**self.settings, **environment})

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def logs(self) -> str:
        return "\n".join(process.log.read_text() for process in self.processes)


class EmbeddedStack(Stack):
    """`swapshop start`: everything in one process on SQLite."""

    def start(self) -> "EmbeddedStack":
        data = ("--data", str(self.folder / "data"))
        everything = self.process("start", "--port", "0", "--receiver-port", "0", *data, name="shop")
        self.apis = self.workers = [everything.start()]
        self.database_url = f"sqlite+aiosqlite:///{self.folder / 'data' / 'shop.db'}"
        return self


class ServerStack(Stack):
    """The processes of production, on MariaDB and Redis, or without Redis.

    With a Mosquitto, which is for this shop alone, the card processor is a process too; without, it is in the worker.
    """

    def __init__(
        self,
        folder: Path,
        mariadb: MariaDB,
        redis: Redis | None,
        *,
        mosquitto: Mosquitto | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, settings=settings)
        self.mariadb = mariadb
        self.database_url = template_on(mariadb).copy(f"shop_{os.urandom(4).hex()}")
        self.settings |= {"SWAPSHOP_DATABASE_URL": self.database_url, "SWAPSHOP_DATA": str(folder / "data")}
        if redis:
            self.redis = redis
            self.settings |= {"SWAPSHOP_REDIS_URL": redis.url}
        if mosquitto:
            self.mosquitto = mosquitto
            self.settings |= {"SWAPSHOP_MQTT_URL": mosquitto.url}
            self.provider = self.process("provider", name="provider")
            self.others.append(self.provider)

    def start(self, *, apis: int = 2, workers: int = 1) -> "ServerStack":
        for other in self.others:
            other.start()
        self.apis = [self.process("serve", "--port", "0", name=f"api{n}").start() for n in range(apis)]
        self.workers = [self.process("worker", name=f"worker{n}").start() for n in range(workers)]
        return self


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SWAPSHOP_")}
