"""Programs of other people: started, listened to line by line, and waited for."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.support.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


class Program:
    """One that runs. `said` has the lines that were read of what it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[str] = []

    async def line(self) -> str:
        """The next line; fails with what it complained of when there is none."""
        assert self._process.stdout
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            await self.ended()
            raise AssertionError(f"it ended after {self.said}")
        self.said.append(line.decode().rstrip("\n"))
        return self.said[-1]

    async def ended(self) -> list[str]:
        """All that it said, once it has ended well."""
        async with asyncio.timeout(PATIENCE):
            rest, complaints = await self._process.communicate()
        assert self._process.returncode == 0, complaints.decode()
        self.said += rest.decode().splitlines()
        return self.said


@asynccontextmanager
async def program(*command: str | Path, cwd: Path, **environment: str) -> AsyncIterator[Program]:
    """Running inside; whatever is left of it at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env=_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        process_group=0,
    )
    try:
        yield Program(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Without a proxy of the computer's own: the shop is on this one."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}", **given}
