"""Waiting for something to become true, instead of sleeping and hoping."""

import asyncio
from collections.abc import Awaitable, Callable

EVERY = 0.02
PATIENCE = 90.0
"""Seconds after which a test gives up: far longer than anything takes, also on a machine that is busy with others."""


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float = PATIENCE) -> None:
    """Returns when it holds; raises TimeoutError when that does not come about in time."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110  (what is waited for is in another process)
            await asyncio.sleep(EVERY)
