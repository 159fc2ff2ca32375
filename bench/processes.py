"""Processes that are measured, or that are measured with: started on their core, ready, and ended."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import NotReady, environment
from web.stack import DIES_WITH_US

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`said` is what followed "ready " in the line with which it said that it is."""

    pid: int
    said: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.said.rpartition(":")[2])


@asynccontextmanager
async def running(command: Sequence[str], *, log: Path, settings: Mapping[str, str]) -> AsyncIterator[Running]:
    """The process, ready; killed at the end, since what it does to end well is not measured."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *DIES_WITH_US, *command, cwd=ROOT, env=environment(**settings), stdout=output, stderr=output
        )
    try:
        yield Running(pid=process.pid, said=await _ready(process, log), log=log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(process: asyncio.subprocess.Process, log: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while process.returncode is None and time.monotonic() < deadline:
        if said := _said(log):
            return said
        await asyncio.sleep(0.02)  # between looks at what another process has written
    raise _not_ready(log)


def _said(log: Path) -> str | None:
    lines = (line for line in log.read_text().splitlines() if line.startswith("ready "))
    return next((line.removeprefix("ready ") for line in lines), None)


def _not_ready(log: Path) -> NotReady:
    return NotReady(f"{log.stem} did not become ready. What it said:\n{log.read_text()}")
