"""Server-sent events after graphql-sse, in its distinct connections mode: one response is one operation.

The protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Beyond it, the `id:` of each event is
the cursor of its message, so whoever comes again with `Last-Event-ID`, as browsers do, goes on from there.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from domain.events import Place
from graph.faults import Code
from graph.scalars import write_cursor

HEADERS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no"}
COMPLETE = b"event: complete\ndata:\n\n"
ALIVE = b":\n\n"
HEARTBEAT = 10.0
"""Seconds of silence after which a comment is sent: proxies end what is silent for long."""
MOST_WAITING = 65_536
"""Bytes that wait for a client; beyond them it is one that has fallen behind."""


def next_event(body: bytes, cursor: str | None = None) -> bytes:
    head = b"event: next\n" if cursor is None else b"event: next\nid: %b\n" % cursor.encode()
    return b"%bdata: %b\n\n" % (head, body)


def told_at_once(body: Mapping[str, Any]) -> bytes:
    """The whole stream of an operation that has one result, or was refused."""
    return next_event(json.dumps(body, separators=(",", ":")).encode()) + COMPLETE


class EventStream:
    """A web.hub.Outlet: what a client of one subscription is still to be sent."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def push(self, payload: bytes, place: Place) -> bool:
        if self._size > MOST_WAITING:
            self._room.clear()
            return False
        self._put(next_event(payload, write_cursor(place)))
        return True

    async def room(self) -> None:
        await self._room.wait()

    async def fail(self, errors: Sequence[GraphQLError]) -> None:
        self._end([error.formatted for error in errors])

    def give_up(self, place: Place) -> None:
        cursor = {"code": Code.SLOW_CONSUMER.value, "cursor": write_cursor(place)}
        self._end([{"message": "Nothing was taken for too long. Resume with `after`.", "extensions": cursor}])

    async def end(self, code: Code, reason: str) -> None:
        """From outside: the session has ended, or the token is not good any more."""
        self._end([{"message": reason, "extensions": {"code": code.value}}])

    def chunks(self) -> AsyncIterator[bytes]:
        """Until it has ended; a sign of life when nothing happens."""
        return self._chunks()

    async def _chunks(self) -> AsyncIterator[bytes]:
        while self._waiting or not self._ended:
            if not self._waiting:
                await self._silence()
            chunk = b"".join(self._waiting) or ALIVE
            self._waiting.clear()
            self._size = 0
            self._room.set()
            yield chunk

    async def _silence(self) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(HEARTBEAT):
                await self._news.wait()
        except TimeoutError:
            pass

    def _end(self, errors: Sequence[Mapping[str, Any]]) -> None:
        if not self._ended:
            self._ended = True
            self._put(told_at_once({"errors": errors}))

    def _put(self, chunk: bytes) -> None:
        self._waiting.append(chunk)
        self._size += len(chunk)
        self._news.set()
