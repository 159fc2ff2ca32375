"""A wire between a client and the shop that can be cut, as when a train goes into a tunnel."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

RST_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no seconds


class Wire:
    """`url` leads through it. `connections` counts those that came through so far."""

    def __init__(self, url: str) -> None:
        shop = urlsplit(url)
        self._to = (shop.hostname, shop.port)
        self._open: set[asyncio.Task[None]] = set()
        self._whole = True
        self.connections = 0

    def cut(self) -> None:
        """Every connection is reset, and so is every new one until `mend`."""
        self._whole = False
        for connection in self._open:
            connection.cancel()

    def mend(self) -> None:
        self._whole = True

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        if self._open:
            await asyncio.wait(self._open)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            _reset(writer)
            return
        self.connections += 1
        connection = asyncio.create_task(self._carry(reader, writer))
        self._open.add(connection)
        connection.add_done_callback(self._open.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, to = await asyncio.open_connection(*self._to)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, to))
                both.create_task(_copy(back, writer))
        except asyncio.CancelledError:
            pass
        finally:
            for end in (writer, to):
                _reset(end)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(65_536):
            target.write(chunk)
            await target.drain()
        target.write_eof()


def _reset(end: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_AT_ONCE)
    end.transport.abort()
