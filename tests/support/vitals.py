"""What a process of the shop uses of the machine, as the kernel counts it (proc(5))."""

from pathlib import Path

import httpx

from tests.support.processes import Process


def pid_of(process: Process) -> int:
    assert process.process
    return process.process.pid


def memory_of(process: Process) -> int:
    """Resident bytes that are no file's. What it shares since the fork counts in full: writing there is no growth."""
    for line in Path(f"/proc/{pid_of(process)}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel does not tell it")


def descriptors_of(process: Process) -> int:
    return len(list(Path(f"/proc/{pid_of(process)}/fd").iterdir()))


async def gauge(process: Process, name: str) -> float:
    """The value of a metric without labels."""
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"{process.url}/metrics")).text
    for line in text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    raise AssertionError(f"/metrics has no {name}:\n{text}")
