"""The computer: which core does what, and what a process has used."""

import os
import platform
import re
import resource
import shutil
import sys
from pathlib import Path

SERVER_CORE, OUR_CORE = 0, 1
OPEN_FILES = 20_000
TICKS = os.sysconf("SC_CLK_TCK")
BIN = Path(sys.executable).parent


class NotReady(Exception):
    """Something that a measurement needs is missing; the message says what, and what to do."""


def claim_core() -> None:
    """From here on this process, and what it starts, runs on the second core, and may open enough files."""
    cores = os.sched_getaffinity(0)
    if not {SERVER_CORE, OUR_CORE} <= cores:
        raise NotReady(f"Two cores are needed: one for the server, one for all else. Here is only {sorted(cores)}.")
    os.sched_setaffinity(0, {OUR_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < OPEN_FILES:
        raise NotReady(f"A process may open {most} files here. Allow it more: ulimit -n {OPEN_FILES}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, most))


def on_server_core(command: list[str]) -> list[str]:
    return [found("taskset", package="util-linux"), "-c", str(SERVER_CORE), *command]


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, in user and kernel mode; in steps of 10 ms (proc(5), /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_kib(pid: int) -> int:
    """The proportional set size of a process."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    match = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    assert match
    return int(match[1])


def environment(**given: str) -> dict[str, str]:
    """Ours, without settings of a shop, and with the programs that were installed beside Python before all others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SWAPSHOP_")}
    return {**kept, "PATH": _path(), **given}


def found(program: str, *, package: str) -> str:
    path = shutil.which(program, path=_path())
    if path is None:
        raise NotReady(f"{program} is not installed: install {package}, e.g. with apt-get.")
    return path


def described(**more: object) -> dict[str, object]:
    """What the figures were measured on."""
    model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        **more,
        "load_average": os.getloadavg()[0],
    }


def _path() -> str:
    return f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
