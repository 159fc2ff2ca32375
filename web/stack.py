"""Private MariaDB and Redis processes on ports the kernel chose, in a folder of their own.

They are for tests and for `swapshop up`, on Linux. A server dies with the thread that started it, even if
that is killed: start it in the main thread.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import weakref
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

import pymysql

HOST = "127.0.0.1"
NAME = "swapshop"  # of the database and of its user
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
SBIN = "/usr/local/sbin:/usr/sbin"  # where Debian has mariadbd, and a user's PATH does not


class NotInstalled(Exception):
    """A program that is needed is not on this computer."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"{program} is not installed. ./run test installs it on Debian and Ubuntu; elsewhere install MariaDB, Redis"
            " and Mosquitto so that mariadbd, mariadb-install-db, redis-server and mosquitto are on PATH."
        )


class StartFailed(Exception):
    """A server did not start; the message has the end of its log."""

    def __init__(self, program: str, log: Path) -> None:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        super().__init__(
            f"{program} failed. {log} ends with:\n{tail}\n"
            f"Mend what it names and start again; if you need nothing that is in {log.parent}, delete it."
        )


class Server(ABC):
    """One server process. After stop or kill, start brings it back on the same folder and port."""

    program: str
    start_seconds = 60.0
    stop_seconds = 30.0

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.port = self._reserve(port or 0)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def _arguments(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def start(self) -> None:
        """Returns when the server answers; raises StartFailed or NotInstalled. No second one starts."""
        if self._runs():
            return
        self._prepare()
        command = [*DIES_WITH_US, find(self.program), *self._arguments()]
        with self._log.open("ab") as log:
            # A process group of its own: Ctrl-C is for us, and we stop the servers last.
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Lets it finish; one that does not finish is killed."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.program}.log"

    def _reserve(self, port: int) -> int:
        """Holds the port while this object lives: nobody is given it when the server is down.

        A socket that does not listen leaves room, with SO_REUSEADDR, for the server's own.
        """
        with socket.socket() as holder:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind((HOST, port))
            port = holder.getsockname()[1]
            weakref.finalize(self, os.close, holder.detach())
        return port

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while not self._answers():
            if not self._runs() or time.monotonic() > deadline:
                self.kill()
                raise StartFailed(self.program, self._log)
            time.sleep(0.02)  # nothing tells us when a server is ready, so we ask again

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(sign)
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class MariaDB(Server):
    """A MariaDB that loses nothing it has committed. A folder that is stopped may be copied as a template."""

    program = "mariadbd"

    def __init__(self, folder: Path, *, port: int | None = None, buffer_pool: str = "64M") -> None:
        super().__init__(folder, port=port)
        self._buffer_pool = buffer_pool

    @property
    def url(self) -> str:
        return self._url(NAME)

    def create_database(self, name: str) -> str:
        """Makes an empty database, in place of one of that name, and returns its URL."""
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE DATABASE `{name}`")
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"mysql+aiomysql://{NAME}:{self._password()}@{HOST}:{self.port}/{database}?charset=utf8mb4"

    def _password(self) -> str:
        """Made once per folder: copies of a folder share it."""
        file = self.folder / "password"
        if not file.exists():
            write_private(file, secrets.token_hex(16))
        return file.read_text()

    def _connect(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        password = self._password()
        return pymysql.connect(host=HOST, port=self.port, user=NAME, password=password, read_timeout=30)

    def _answers(self) -> bool:
        with contextlib.suppress(pymysql.OperationalError):
            self._connect().close()
            return True
        return False

    def _prepare(self) -> None:
        super()._prepare()
        write_private(self.folder / "init.sql", self._init_sql())
        data = self.folder / "data"
        if not data.exists():
            # Under another name until it is whole: an installation that was killed is begun again.
            unfinished = self.folder / "data.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            self._install(unfinished.name)
            unfinished.rename(data)

    def _init_sql(self) -> str:
        """One statement a line, as --init-file reads it."""
        user = f"'{NAME}'@'{HOST}'"
        return (
            f"CREATE DATABASE IF NOT EXISTS `{NAME}`;\n"
            f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{self._password()}';\n"
            f"GRANT ALL ON *.* TO {user};\n"
        )

    def _install(self, name: str) -> None:
        """Relative to the folder, since mariadb-install-db trips over a space in a path."""
        program = "mariadb-install-db"
        # --skip-test-db leaves out the anonymous user too, who would shadow ours.
        options = ["--no-defaults", f"--datadir=./{name}", "--skip-test-db", *as_root()]
        command = [*DIES_WITH_US, find(program), *options]
        with self._log.open("ab") as log:
            if subprocess.run(
                command, cwd=self.folder, env=self._own_tmp(), stdout=log, stderr=log, check=False
            ).returncode:
                raise StartFailed(program, self._log)

    def _own_tmp(self) -> dict[str, str]:
        """A starting MariaDB deletes what others keep in a temporary folder that they share."""
        tmp = self.folder / "tmp"
        tmp.mkdir(exist_ok=True)
        return {**os.environ, "TMPDIR": str(tmp)}

    def _arguments(self) -> list[str]:
        return [
            "--no-defaults",
            *as_root(),
            f"--tmpdir={self._own_tmp()['TMPDIR']}",
            f"--datadir={self.folder / 'data'}",
            f"--init-file={self.folder / 'init.sql'}",
            f"--bind-address={HOST}",
            f"--port={self.port}",
            "--socket=",  # none: its path may have 107 bytes at most
            "--skip-name-resolve",
            "--skip-log-bin",
            "--max-connections=200",
            "--character-set-server=utf8mb4",
            "--default-time-zone=+00:00",
            "--transaction-isolation=READ-COMMITTED",
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-lock-wait-timeout=3",
            f"--innodb-buffer-pool-size={self._buffer_pool}",
        ]


class Redis(Server):
    """A Redis that keeps nothing: it starts empty."""

    program = "redis-server"

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), timeout=1) as us:
            us.sendall(b"PING\r\n")
            return us.recv(16) == b"+PONG\r\n"
        return False

    def _arguments(self) -> list[str]:
        return ["--bind", HOST, "--port", str(self.port), "--save", "", "--appendonly", "no"]


def find(program: str) -> str:
    path = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:{SBIN}")
    if path is None:
        raise NotInstalled(program)
    return path


def as_root() -> list[str]:
    """MariaDB runs as root only if told to."""
    return ["--user=root"] if os.geteuid() == 0 else []


def write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
