"""The shop's processes as tests start them: forked, and yet like any that somebody has started."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.forking import ROOT
from tests.support.processes import EmbeddedStack, Process, Program
from tests.support.vitals import pid_of

PARENT = """
import sys
from pathlib import Path
from tests.support.processes import EmbeddedStack
[api] = EmbeddedStack(Path(sys.argv[1])).start().apis
print(api.process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Process]:
    stack = EmbeddedStack(tmp_path).start()
    [process] = stack.apis
    yield process
    stack.stop()


def lives(pid: int) -> bool:
    """Not so a zombie, whose status nobody has asked for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def opened(process: Process, folder: Path) -> Counter[str]:
    """Its pipes and sockets, counted, and the names of its files, of which its pool may have any number open."""
    links = [os.readlink(file) for file in Path(f"/proc/{pid_of(process)}/fd").iterdir() if file.is_symlink()]
    files = {link.replace(str(folder), "") for link in links if link.startswith("/") and link != "/dev/null"}
    return Counter([*files, *(link.partition(":")[0] for link in links if not link.startswith("/"))])


async def test_a_process_serves_stops_when_it_is_asked_to_and_dies_when_it_is_killed(shop: Process) -> None:
    first = pid_of(shop)
    assert shop.process
    assert shop.process.poll() is None
    async with Client(shop.url) as client:
        await client.register()
    shop.kill()
    assert shop.process.poll() == -signal.SIGKILL
    assert not lives(first)
    shop.again()
    assert pid_of(shop) != first
    assert shop.stop() == 0
    assert not lives(pid_of(shop))


def test_its_environment_and_its_log_are_its_own(tmp_path: Path) -> None:
    for currency in ("CHF", "EUR"):
        log = tmp_path / currency
        config = Process("config", log=log, environment={"SWAPSHOP_CURRENCY": currency})
        with pytest.raises(AssertionError, match="did not become ready"):
            config.start()
        assert config.stop() == 0
        assert f"SWAPSHOP_CURRENCY={currency} " in log.read_text()


def test_what_it_refuses_is_in_its_status(tmp_path: Path) -> None:
    refused = Process("serve", "--port", "0", log=tmp_path / "log", environment={})
    with pytest.raises(AssertionError, match="SWAPSHOP_DATABASE_URL is not set"):
        refused.start()
    assert refused.stop() == 1


def test_waiting_for_one_that_goes_on_has_an_end(shop: Process) -> None:
    assert shop.process
    with pytest.raises(subprocess.TimeoutExpired):
        shop.process.wait(0.01)


def test_it_has_open_what_the_program_has_open(shop: Process, tmp_path: Path) -> None:
    """A descriptor that it had by accident would keep a file, or another process's pipe, from being closed."""
    folder = tmp_path / "started"
    arguments = ("start", "--port", "0", "--receiver-port", "0", "--data", str(folder / "data"))
    started = Program(*arguments, log=folder / "shop.log", environment={}).start()
    try:
        assert opened(shop, tmp_path) == opened(started, folder)
    finally:
        started.stop()


def test_when_the_tests_are_killed_it_dies_too(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert lives(pid)
        parent.kill()
    while lives(pid):
        time.sleep(0.02)  # between looks
