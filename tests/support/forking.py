"""`swapshop` processes that are forked instead of started: the same process, without the time that its imports take.

A process of pytest has one zygote (tests/support/zygote.py), which has imported the product and forks a child for
each process that is wanted. A child is as real as a started one: it has its own pid, output and environment, can be
killed and stopped, and its status is known. It dies with the zygote, and that ends when we do.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Zygote:
    """Ends when the socket on which it is asked is closed, also by our death."""

    def __init__(self) -> None:
        self._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.support.zygote", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        weakref.finalize(self, _let_go, self._asking, self._process)

    def fork(
        self, *arguments: str, environment: Mapping[str, str], stdout: int, stderr: int, cwd: Path = ROOT
    ) -> "Forked":
        asked = {"arguments": arguments, "directory": str(cwd), "environment": dict(environment)}
        reading, telling = os.pipe()
        try:
            socket.send_fds(self._asking, [json.dumps(asked).encode()], [stdout, stderr, telling])
        finally:
            os.close(telling)
        return Forked(["swapshop", *arguments], told=reading)


class Forked:
    """A process that the zygote has forked; as much of subprocess.Popen as our tests need."""

    def __init__(self, args: Sequence[str], *, told: int) -> None:
        self.args = args
        self.returncode: int | None = None
        self._told = os.fdopen(told, "rb", buffering=0)
        self.pid = self._number()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and _is_readable(self._told.fileno(), timeout):
            self.returncode = self._number()
            self._told.close()
        return self.returncode

    def _number(self) -> int:
        """Its pid, and, once it has ended, its status: each is a line."""
        line = self._told.readline()
        assert line, "the zygote, which forks the shop's processes, has ended: see what it wrote to stderr"
        return int(line)


@cache
def zygote() -> Zygote:
    """The one of this process."""
    return Zygote()


def _is_readable(descriptor: int, seconds: float | None) -> bool:
    """Not select(2), which knows no descriptor above 1023: some tests have thousands of sockets."""
    asked = select.poll()
    asked.register(descriptor, select.POLLIN)
    return bool(asked.poll(None if seconds is None else seconds * 1000))


def _let_go(asking: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    asking.close()
    process.wait(30)
