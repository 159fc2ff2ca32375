"""Websockets without a library, for what a library does not do: stop half-way, read a byte a second, be reset.

RFC 6455, and graphql-transport-ws on top: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
import json
import socket
import struct
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

from tests.support.hostile import raw_frame

RST_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no seconds
CHUNK = 262_144
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


class ClosedByShop(Exception):
    """The shop has sent a close frame."""

    def __init__(self, payload: bytes) -> None:
        self.code = int.from_bytes(payload[:2], "big")
        self.reason = payload[2:].decode()
        super().__init__(f"{self.code} {self.reason}")


class RawSocket:
    """A TCP connection that can become a websocket, step by step. `received` counts the bytes that were read of it."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._unread = bytearray()
        self.received = 0

    @classmethod
    async def connected(cls, url: str, *, buffer: int | None = None) -> Self:
        """TCP and no more. `buffer`, in bytes, is how much the kernel may keep of what was not read (socket(7))."""
        end = socket.socket()
        end.setblocking(False)
        if buffer:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        to = urlsplit(url)
        await asyncio.get_running_loop().sock_connect(end, (to.hostname, to.port))
        return cls(end)

    async def upgrade(self) -> None:
        """Returns when it is a websocket."""
        await self._write(UPGRADE.format(host="localhost").encode())
        while b"\r\n\r\n" not in self._unread:
            await self._read()
        answer, _, self._unread = self._unread.partition(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 "), answer

    async def sign_in(self, token: str) -> None:
        """Returns when the shop knows who it is."""
        await self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        message = await self.message()
        assert message["type"] == "connection_ack", message

    async def subscribe(self, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send({"id": "1", "type": "subscribe", "payload": payload})

    async def send(self, message: Any) -> None:
        await self._write(raw_frame(TEXT, json.dumps(message).encode()))

    async def message(self) -> Any:
        return json.loads(await self.text())

    async def text(self) -> bytes:
        """The next message, as it came; pings are answered. Raises ClosedByShop, or ConnectionError without a word."""
        while True:
            opcode, payload = await self._frame()
            if opcode == TEXT:
                return payload
            if opcode == CLOSE:
                raise ClosedByShop(payload)
            assert opcode == PING, opcode
            await self._write(raw_frame(PONG, payload))

    async def trickle(self, stop: asyncio.Event) -> None:
        """Reads one byte a second; they are the first of what is read later."""
        while not stop.is_set():
            await self._read(1)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)

    def reset(self) -> None:
        """RST, as when a process dies or a cable is pulled: no orderly end."""
        with suppress(OSError):
            self._end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_AT_ONCE)
        self._end.close()

    async def _frame(self) -> tuple[int, bytes]:
        """One whole frame of the server's, which are neither masked nor in parts (RFC 6455, 5.2)."""
        first, size = await self._take(2)
        if size >= 126:
            size = int.from_bytes(await self._take(2 if size == 126 else 8), "big")
        return first & 0x0F, await self._take(size)

    async def _take(self, size: int) -> bytes:
        while len(self._unread) < size:
            await self._read()
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    async def _read(self, most: int = CHUNK) -> None:
        some = await asyncio.get_running_loop().sock_recv(self._end, most)
        if not some:
            raise ConnectionError("the shop has hung up")
        self.received += len(some)
        self._unread += some

    async def _write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._end, data)
