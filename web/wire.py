"""The server's side of RFC 6455, where uvicorn's logs a stack trace, or says nothing, for what a client did wrong."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

INVALID_DATA = 1007
EXTENSION = "swapshop.wire"
"""The key in the scope's `extensions` under which a websocket offers to be written to without waiting."""
LAST_WORDS = 1.0
"""Seconds for a close frame to get through to a client that takes nothing."""


class Inbox:
    """As much of asyncio.Queue as one reader needs: that one has three deques and an event, 3 KiB for each socket."""

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, item: Any) -> None:
        self._items.append(item)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def get(self) -> Any:
        while not self._items:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        return self._items.pop(0)

    def empty(self) -> bool:
        return not self._items


class Gate:
    """As much of asyncio.Event as is needed for what is open nearly always."""

    def __init__(self) -> None:
        self._shut: asyncio.Event | None = None

    def is_set(self) -> bool:
        return self._shut is None

    def set(self) -> None:
        if self._shut:
            self._shut.set()
        self._shut = None

    def clear(self) -> None:
        self._shut = self._shut or asyncio.Event()

    async def wait(self) -> None:
        if self._shut:
            await self._shut.wait()


class HttpProtocol(HttpToolsProtocol):
    """It keeps nothing alive of a connection that has become a websocket: the collector seldom comes (serving.py)."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]  # which has us, and which we have


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One frame is one write to the transport: no task, no queue, and `writable` says whether there is room."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.queue = Inbox()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]

    def start_keepalive(self) -> None:
        """The handshake is over: nobody asks for its headers again."""
        self.request = self.response = None  # type: ignore[assignment]
        super().start_keepalive()

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self
        try:
            await super().run_asgi()
        finally:
            del extensions[EXTENSION]  # or the two would keep each other alive until the collector finds them

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.conn.parser.close()  # a generator of the library, which has its owner and is had by it

    def push(self, text: bytes) -> bool:
        """A text frame (RFC 6455, 5.2) past the library's state machine, which has nothing to add to it.

        False, and nothing written, beyond the high-water mark of the transport. To a socket that is closing nothing is
        written either, but there nobody is to be told again.
        """
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return True
        if not self.writable.is_set():
            return False
        self.transport.write(_frame(text))
        return True

    async def room(self) -> None:
        await self.writable.wait()

    def end(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.loop.call_later(LAST_WORDS, self.transport.abort)

    def shutdown(self) -> None:
        """With 1012; again it does nothing."""
        if not self.transport.is_closing():
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_initiated:  # no request for a websocket, e.g. a POST
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not _is_utf8(self.frames):
            self.frames = []
            self.conn.send_close(INVALID_DATA)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()


def _frame(text: bytes) -> bytes:
    size = len(text)
    if size < 126:
        return b"\x81%c%b" % (size, text)
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


def _is_utf8(frames: list[bytes]) -> bool:
    try:
        b"".join(frames).decode()
    except UnicodeDecodeError:
        return False
    return True
