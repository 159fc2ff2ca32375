"""Wires: text that is written past the ASGI server, or through it, arrives the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.persistence.shops import until
from web.outlets import TRY_AGAIN_LATER, AsgiWire, Wire, wire_of
from web.serving import Server, bound, url_of
from web.wire import Gate, Inbox, WebSocketProtocol

SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 200_000)
"""Around those at which RFC 6455, 5.2, writes the length in another way."""
CHUNK = b"x" * 10_000
PROTOCOLS: dict[str, tuple[type[WebSocketsSansIOProtocol], type]] = {
    "ours": (WebSocketProtocol, WebSocketProtocol),
    "any": (WebSocketsSansIOProtocol, AsgiWire),
}


@pytest.fixture(params=list(PROTOCOLS))
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Wire, ClientConnection]]:
    """Both ends of a socket: the wire that the server offers, or the one that does without, and a client."""
    protocol, expected = PROTOCOLS[request.param]
    async with serving(protocol) as (url, wires), connect(url, proxy=None, max_size=None) as client:
        wire = await wires.get()
        assert isinstance(wire, expected)
        yield wire, client


@asynccontextmanager
async def serving(protocol: type[WebSocketsSansIOProtocol]) -> AsyncIterator[tuple[str, asyncio.Queue[Wire]]]:
    wires: asyncio.Queue[Wire] = asyncio.Queue()

    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        wires.put_nowait(wire_of(socket))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass

    app, listener = Starlette(routes=[WebSocketRoute("/", endpoint)]), bound(0)
    server = Server(app, listener)
    server.config = uvicorn.Config(app, log_config=None, ws=protocol, ws_per_message_deflate=False)
    async with server:
        yield url_of(listener).replace("http", "ws"), wires


async def test_text_of_every_size_is_read_as_it_was_written(pair: tuple[Wire, ClientConnection]) -> None:
    wire, client = pair
    texts = ["é" * (size // 2) + "e" * (size % 2) for size in SIZES]
    for text in texts:
        await asyncio.wait_for(wire.room(), 10)
        assert wire.push(text.encode())
        assert await asyncio.wait_for(client.recv(), 10) == text


async def test_many_at_once_arrive_in_order(pair: tuple[Wire, ClientConnection]) -> None:
    wire, client = pair
    texts = [f"{number}" for number in range(1_000)]
    assert all(wire.push(text.encode()) for text in texts)
    assert [await asyncio.wait_for(client.recv(), 10) for _ in texts] == texts


async def test_one_without_room_says_so_and_all_that_it_took_arrives(pair: tuple[Wire, ClientConnection]) -> None:
    wire, client = pair
    client.transport.pause_reading()
    taken = await _filled(wire)
    client.transport.resume_reading()
    for number in range(taken):
        text = await asyncio.wait_for(client.recv(), 10)
        assert text == f"{number:06d}" + CHUNK.decode()
    await asyncio.wait_for(wire.room(), 10)
    assert wire.push(b"and on")
    assert await asyncio.wait_for(client.recv(), 10) == "and on"


async def test_it_is_closed_with_a_code_and_a_reason(pair: tuple[Wire, ClientConnection]) -> None:
    wire, client = pair
    assert wire.push(b"the last")
    wire.end(TRY_AGAIN_LATER, "SLOW_CONSUMER cursor")
    assert await asyncio.wait_for(client.recv(), 10) == "the last"
    assert await _closed(client) == (TRY_AGAIN_LATER, "SLOW_CONSUMER cursor")
    assert wire.push(b"nobody is there any more")


async def test_whoever_hears_why_it_was_closed_has_read_all_that_was_taken(
    pair: tuple[Wire, ClientConnection],
) -> None:
    """The reason names a cursor to resume from: what lies before it must have arrived."""
    wire, client = pair
    client.transport.pause_reading()
    taken = await _filled(wire)
    wire.end(TRY_AGAIN_LATER, "SLOW_CONSUMER cursor")
    client.transport.resume_reading()
    for _ in range(taken):
        await asyncio.wait_for(client.recv(), 10)
    assert await _closed(client) == (TRY_AGAIN_LATER, "SLOW_CONSUMER cursor")


async def test_our_own_is_closed_also_when_its_client_takes_nothing() -> None:
    async with serving(WebSocketProtocol) as (url, wires), connect(url, proxy=None, max_size=None) as client:
        wire: Any = await wires.get()
        client.transport.pause_reading()
        await _filled(wire)
        wire.end(TRY_AGAIN_LATER, "SLOW_CONSUMER cursor")
        await until(lambda: wire.disconnected or wire.transport.is_closing())
        client.transport.abort()


async def _filled(wire: Wire) -> int:
    """Writes until there has been no room for a while: the kernel takes some more than once; how many it took."""
    taken = 0
    while True:
        while wire.push(b"%06d" % taken + CHUNK):
            taken += 1
            assert taken < 10_000, "it takes everything"
        try:
            await asyncio.wait_for(wire.room(), 0.2)
        except TimeoutError:
            return taken


async def _closed(client: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(client.recv(), 10)
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


class TestInbox:
    async def test_one_reader_takes_everything_in_order_whether_it_waits_or_not(self) -> None:
        inbox = Inbox()
        waiting = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)  # lets the reader come to wait
        for number in range(3):
            inbox.put_nowait(number)
        assert [await waiting, await inbox.get()] == [0, 1]
        assert not inbox.empty()
        assert await inbox.get() == 2
        assert inbox.empty()

    async def test_a_reader_that_is_cancelled_takes_nothing_with_it(self) -> None:
        inbox = Inbox()
        waiting = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)  # lets the reader come to wait
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        inbox.put_nowait("kept")
        assert await asyncio.wait_for(inbox.get(), 5) == "kept"


async def test_a_gate_lets_all_through_once_it_is_open_again() -> None:
    gate = Gate()
    await gate.wait()
    gate.clear()
    assert not gate.is_set()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)  # lets them come to wait
    assert not any(one.done() for one in waiting)
    gate.clear()
    gate.set()
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert gate.is_set()
