"""A network that fails on purpose: a proxy before MariaDB that loses the connection during a COMMIT."""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import Enum, auto
from typing import Self

from sqlalchemy.engine import make_url

COMMIT = b"\x03COMMIT"  # COM_QUERY and its text
HEAD = b"\x03UPDATE log_head"  # what a transaction with events does before it commits
WAIT = 0.3  # how late a slow COMMIT is


class Loss(Enum):
    """What becomes of the COMMIT whose connection is lost."""

    BEFORE = auto()
    """It never reaches the server, which rolls back."""
    AFTER = auto()
    """The server has committed, and its answer is lost."""
    BETWEEN = auto()
    """It reaches the server only after the client has noticed the loss and looked for what became of it."""
    SILENT = auto()
    """The server has committed, its answer is lost, and the connection stays open as if nothing had happened."""


class FaultyNetwork:
    """`url` leads through the proxy. After `lose` the next COMMIT of events loses its connection, once."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._next: list[Loss] = []
        self._pairs: set[asyncio.Task[None]] = set()
        self.lost = 0
        self._speaking = asyncio.Event()
        self._speaking.set()

    @property
    def url(self) -> str:
        return self._to.set(port=self._port).render_as_string(hide_password=False)

    def lose(self, *losses: Loss) -> None:
        """Each of them befalls one COMMIT, in this order."""
        self._next += losses

    def fall_silent(self) -> None:
        """Connections stay open, new ones too, and not a byte comes through in either direction."""
        self._speaking.clear()

    def speak(self) -> None:
        self._speaking.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pair in self._pairs:
            pair.cancel()
        if self._pairs:
            await asyncio.wait(self._pairs)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pair = asyncio.current_task()
        assert pair
        self._pairs.add(pair)
        pair.add_done_callback(self._pairs.discard)
        assert self._to.host
        assert self._to.port
        from_server, to_server = await asyncio.open_connection(self._to.host, self._to.port)
        back = asyncio.create_task(_copy(from_server, writer))
        try:
            await self._forward(reader, to_server, writer, from_server, back)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            back.cancel()
            for end in (writer, to_server):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        from_server: asyncio.StreamReader,
        back: "asyncio.Task[None]",
    ) -> None:
        told = False
        while chunk := await reader.read(65536):
            await self._speaking.wait()
            told = told or HEAD in chunk
            if COMMIT not in chunk or not told or not self._next:
                told = told and COMMIT not in chunk
                to_server.write(chunk)
                await to_server.drain()
                continue
            loss = self._next.pop(0)
            self.lost += 1
            back.cancel()
            await asyncio.wait([back])
            if loss in (Loss.BEFORE, Loss.BETWEEN):
                _reset(client)
            if loss is Loss.BETWEEN:
                await asyncio.sleep(WAIT)
            if loss is not Loss.BEFORE:
                to_server.write(chunk)
                await from_server.read(65536)  # the answer: it is committed
            if loss is Loss.SILENT:
                await reader.read()  # until the client gives up
            _reset(client)
            return


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(65536):
            target.write(chunk)
            await target.drain()
        target.close()


def _reset(end: asyncio.StreamWriter) -> None:
    """As when a cable is pulled and the other side is told: RST, no orderly end."""
    ours = end.get_extra_info("socket")
    with suppress(OSError):
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()
