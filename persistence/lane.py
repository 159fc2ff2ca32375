"""Group commit: calls that arrive while a transaction is in flight leave together in the next one.

There is no timer: a lone call goes at once, and a busy system groups by itself. A group that fails is run one by one,
so that one bad call never fails its neighbours.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

from domain.ports import Unavailable

C = TypeVar("C")
R = TypeVar("R")


class Lane(Generic[C, R]):
    """`flush` takes the calls of one group and returns their results in the same order."""

    def __init__(self, flush: Callable[[Sequence[C]], Awaitable[Sequence[R]]], *, most: int = 64) -> None:
        self._flush = flush
        self._most = most
        self._waiting: deque[tuple[C, asyncio.Future[R]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, call: C) -> R:
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((call, future))
        if self._running is None:
            # A group is not the first caller's own: what it logs must not bear that one request's id.
            self._running = asyncio.create_task(self._drain(), context=Context())
        return await future

    async def close(self) -> None:
        """Returns when everything that was called has been answered."""
        while self._running is not None:
            await asyncio.wait([self._running])

    async def _drain(self) -> None:
        try:
            await asyncio.sleep(0)  # let everybody of this turn of the loop come along
            while self._waiting:
                size = min(self._most, len(self._waiting))
                await self._run([self._waiting.popleft() for _ in range(size)])
        finally:
            self._running = None

    async def _run(self, group: Sequence[tuple[C, asyncio.Future[R]]]) -> None:
        try:
            results = await self._flush([call for call, _ in group])
        except Exception as fault:
            if len(group) > 1 and not isinstance(fault, Unavailable):
                for one in group:
                    await self._run([one])
            else:
                for _, future in (*group, *self._failed_with(fault)):
                    _answer(future, fault)
        else:
            for (_, future), result in zip(group, results, strict=True):
                _answer(future, result)

    def _failed_with(self, fault: Exception) -> list[tuple[C, asyncio.Future[R]]]:
        """An outage is everybody's: whoever waits is told too, and is not tried one group after another."""
        if not isinstance(fault, Unavailable):
            return []
        waiting, self._waiting = list(self._waiting), deque()
        return waiting


def _answer(future: asyncio.Future[R], outcome: R | Exception) -> None:
    if future.done():  # its caller has gone
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
