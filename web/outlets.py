"""Outlets: how what a subscriber is told gets onto the wire."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from domain.events import Place
from graph.faults import Code
from graph.scalars import write_cursor
from web.wire import EXTENSION

if TYPE_CHECKING:
    from web.handler import Handler

TRY_AGAIN_LATER = 1013
MOST_WAITING = 65_536
GONE = (WebSocketDisconnect, WebSocketDisconnected, RuntimeError)


class Wire(Protocol):
    """A websocket that text in UTF-8 can be written to without waiting."""

    def push(self, text: bytes) -> bool:
        """False, and nothing written, when there is no room."""
        ...

    async def room(self) -> None: ...
    def end(self, code: int, reason: str) -> None:
        """Closes it after all that was pushed; one whose client takes nothing too, if it is the server's own."""
        ...


def wire_of(socket: WebSocket) -> Wire:
    """The server's own, where it offers one; otherwise one that writes through ASGI."""
    offered: Wire | None = socket.scope.get("extensions", {}).get(EXTENSION)
    return offered or AsgiWire(socket)


class AsgiWire:
    """For servers that know nothing of ours: a bounded buffer, and a task while there is something in it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._draining: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    def push(self, text: bytes) -> bool:
        if self._ending:
            return True  # there nobody is to be told again
        if self._size > MOST_WAITING:
            return False
        self._waiting.append(text)
        self._size += len(text)
        if self._empty.is_set():
            self._empty.clear()
            self._draining = asyncio.create_task(self._drain())
        return True

    async def room(self) -> None:
        await self._empty.wait()

    def end(self, code: int, reason: str) -> None:
        self._ending = self._ending or asyncio.create_task(self._end(code, reason))

    async def _end(self, code: int, reason: str) -> None:
        """Last of all: the reason may name a cursor, and whoever resumes from it must have what lies before it."""
        await self._empty.wait()
        with suppress(*GONE):
            await self._socket.close(code, reason)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                text = self._waiting.popleft()
                await self._socket.send_text(text.decode())
                self._size -= len(text)
        except GONE:
            self._waiting.clear()  # its client has gone: nobody misses it
            self._size = 0
        finally:
            self._empty.set()


class SocketOutlet:
    """One operation of graphql-transport-ws."""

    __slots__ = ("_handler", "_head", "_id", "_wire")

    def __init__(self, handler: "Handler", wire: Wire, id: str, head: bytes) -> None:
        """`head` is what a message of this operation begins with, up to its payload."""
        self._handler = handler
        self._wire = wire
        self._id = id
        self._head = head

    def push(self, payload: bytes, place: Place) -> bool:
        return self._wire.push(self._head + payload + b"}")

    async def room(self) -> None:
        await self._wire.room()

    async def fail(self, errors: Sequence[GraphQLError]) -> None:
        await self._handler.fail(self._id, errors)

    def give_up(self, place: Place) -> None:
        self._wire.end(TRY_AGAIN_LATER, f"{Code.SLOW_CONSUMER} {write_cursor(place)}")
