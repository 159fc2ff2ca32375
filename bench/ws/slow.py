"""A reader of one byte a second among the others: what it costs them, and what it costs the server."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.ws.feeds import Change
from bench.ws.ledger import NOBODY
from bench.ws.measure import BURST, SETTLE, TARGETED, Plan, Stage, followed, phased, staged
from bench.ws.servers import Server
from bench.ws.site import Site
from bench.ws.subscribers import init, subscribe
from domain.orders import MOST_NOTE

NOTE = "x" * MOST_NOTE
"""Long messages, so that they fill all buffers on the way soon."""
FILL = 2_500
"""Events, of more than 5 MB together: Linux keeps at most 4 MB for a connection (tcp(7), tcp_wmem)."""
BUFFER = 4_096
"""Of the reader's socket, in bytes."""
ESTABLISHED = "01"
"""The state of a TCP connection that is open at both ends, in /proc/net/tcp."""
UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


async def measured(server: Server, site: Site, plan: Plan, *, with_it: bool) -> dict[str, Any]:
    """One run with the slow reader, or without. It is full before the others come."""
    async with staged(server, site, plan, note=NOTE) as stage, _slow_reader(stage, there=with_it) as reader:
        await _fill(stage)
        async with followed(stage) as publisher:
            await publisher.probe()
            phases = await phased(publisher, stage)
        peak = _peak_kib(stage.process.pid) / 1024
        return {**phases, "peak_mib": peak, "closed": int(bool(reader and reader.closed))}


async def _fill(stage: Stage) -> None:
    """Tells of so much that no buffer on the way to a slow reader has room for it. Nobody else is there yet."""
    for _ in range(FILL // BURST[TARGETED]):
        numbers = stage.ledger.enter([NOBODY] * BURST[TARGETED])
        await stage.feed.publish([Change.of(stage.orders[0], number) for number in numbers])
    await asyncio.sleep(SETTLE)


class SlowReader:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    @property
    def closed(self) -> bool:
        """Whether the server has given it up. Here it cannot be seen: what lies before the end has not been read."""
        ours, theirs = (
            f":{address[1]:04X}" for address in (self._connection.getsockname(), self._connection.getpeername())
        )
        for line in Path("/proc/net/tcp").read_text().splitlines():
            _, local, remote, state, *_ = line.split()
            if local.endswith(theirs) and remote.endswith(ours):
                return state != ESTABLISHED
        return True

    async def subscribe(self, stage: Stage) -> None:
        """Until its first message is here."""
        await self._say(UPGRADE.encode(), until=b"\r\n\r\n")
        await self._say(_frame(init(stage.token)), until=b"connection_ack")
        await self._say(_frame(subscribe(stage.orders[0], targeted=False)), until=b'"next"')

    async def read(self) -> None:
        while True:
            await asyncio.get_running_loop().sock_recv(self._connection, 1)
            await asyncio.sleep(1)  # its speed is what is measured; nothing is waited for

    async def _say(self, message: bytes, *, until: bytes) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._connection, message)
        heard = b""
        async with asyncio.timeout(10):
            while until not in heard:
                heard += await loop.sock_recv(self._connection, BUFFER)


@asynccontextmanager
async def _slow_reader(stage: Stage, *, there: bool) -> AsyncIterator[SlowReader | None]:
    if not there:
        yield None
        return
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", stage.process.port))
        reader = SlowReader(connection)
        await reader.subscribe(stage)
        reading = asyncio.create_task(reader.read())
        try:
            yield reader
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


def _frame(text: str) -> bytes:
    """Masked with zeros (RFC 6455, 5.3); of 126 to 65,535 bytes, as what is said here has."""
    payload = text.encode()
    return b"\x81\xfe" + len(payload).to_bytes(2, "big") + bytes(4) + payload


def _peak_kib(pid: int) -> int:
    """The most memory that was resident so far (proc(5), VmHWM)."""
    match = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert match
    return int(match[1])
