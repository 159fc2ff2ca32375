"""A loop: one batch per call, woken by news, and never silent about a failure."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

AFTER_A_FAULT = 1.0


class Loop:
    """Calls `step` while it says that there is more to do; then waits to be woken, or for `every` seconds."""

    def __init__(self, name: str, step: Callable[[], Awaitable[bool]], *, every: float) -> None:
        self.name = name
        self._step = step
        self._every = every
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._news.set()

    def stop(self) -> None:
        """Ends the loop after the batch it is at."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        while not self._stopping:
            self._news.clear()  # before the step, so that a wake-up during it is not lost
            try:
                more = await self._step()
            except Exception:
                log.exception("%s stumbled and goes on in %s s", self.name, AFTER_A_FAULT)
                await self._wait(AFTER_A_FAULT)
                continue
            if not more:
                await self._wait(self._every)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
