"""An API that is stopped sends its sockets away one after another, and takes no new ones meanwhile."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.client import Client, Socket
from tests.support.processes import EmbeddedStack

SOCKETS = 150
DRAIN = 0.75  # 5 ms each
EVENTS = "subscription { events { cursor event { type } } }"


@pytest.fixture
def roomy(tmp_path: Path) -> Iterator[EmbeddedStack]:
    stack = EmbeddedStack(tmp_path, settings={"SWAPSHOP_MOST_SOCKETS": f"{SOCKETS}"}).start()
    yield stack
    stack.stop()


async def test_sockets_are_told_to_go_spread_over_some_time_and_serve_until_then(roomy: EmbeddedStack) -> None:
    async with await Client(roomy.url).register() as customer, AsyncExitStack() as opened:
        sockets = [await opened.enter_async_context(customer.socket()) for _ in range(SOCKETS)]
        for socket in sockets:
            await (await socket.subscribe(EVENTS)).next()
        await customer.order()
        endings = [asyncio.create_task(until_closed(socket)) for socket in sockets]
        stopping = asyncio.create_task(asyncio.to_thread(roomy.apis[0].stop))
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        with pytest.raises(httpx.TransportError):
            await Client(roomy.url).run("{ me { id } }")
        ended = [await ending for ending in endings]
        assert await stopping == 0
    times = sorted(at for _, _, at in ended)
    assert {code for code, _, _ in ended} == {1012}
    assert all("ORDER_CREATED" in types for _, types, _ in ended)
    assert times[-1] - times[0] > DRAIN / 2
    assert times[3 * SOCKETS // 4] - times[SOCKETS // 4] > DRAIN / 4, "not a crowd and stragglers"


async def until_closed(socket: Socket) -> tuple[int, list[str], float]:
    """The code, what was told before it, and when it came."""
    types = []
    while True:
        try:
            message = await socket.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0, types, time.monotonic()
        event = message["payload"]["data"]["events"]["event"]
        types += [event["type"]] if event else []
