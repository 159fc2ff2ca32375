"""The socket of the demonstration: what `ordersUpdated` says, and when."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from web.answers import Json, NoAnswer, orders_updated, short, unreachable

PATIENCE = 30.0

ORDERS_UPDATED = """
subscription {
  ordersUpdated { cursor order { id number status paymentState } event { type } }
}
"""


class Updates:
    """What `ordersUpdated` says, with the moment at which it came."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._arrivals: dict[tuple[str, str], asyncio.Future[float]] = {}
        self.listening: asyncio.Task[NoReturn]

    async def begin(self, token: str) -> None:
        await self._send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        await self._expect("connection_ack")
        await self._send({"type": "subscribe", "id": "1", "payload": {"query": ORDERS_UPDATED}})
        first = orders_updated(await self._expect("next"))
        if not first["cursor"] or first["order"] is not None:
            raise NoAnswer("The first message of ordersUpdated should be a cursor and nothing else.")
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> NoReturn:
        """Listens all the time: PROCESSED may come before the answer to createOrder has."""
        while True:
            order = orders_updated(await self._next("next"))["order"]
            for state in (order["status"], order["paymentState"]) if order else ():
                self._arrived(order["id"], state)

    async def seen(self, order_id: str, number: str, state: str) -> float:
        """When the order was first seen in a state, such as PROCESSED or PAID, by time.perf_counter."""
        arrival = self._arrival(order_id, state)
        await asyncio.wait((arrival, self.listening), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if arrival.done():
            return arrival.result()
        if self.listening.done():
            self.listening.result()
        raise NoAnswer(
            f"{number} was not {state} over the socket within {PATIENCE:g} s: look at the log of the worker, "
            "whose poller promotes pending orders, and whose bridge hears from the processor of cards."
        )

    def _arrival(self, order_id: str, state: str) -> asyncio.Future[float]:
        return self._arrivals.setdefault((order_id, state), asyncio.get_running_loop().create_future())

    def _arrived(self, order_id: str, state: str) -> None:
        arrival = self._arrival(order_id, state)
        if not arrival.done():
            arrival.set_result(time.perf_counter())

    async def _expect(self, kind: str) -> Json:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._next(kind)
        except TimeoutError:
            raise NoAnswer(
                f"The shop's websocket sent no {kind} within {PATIENCE:g} s: look at the shop's log."
            ) from None

    async def _next(self, kind: str) -> Json:
        """The next message of that kind; pings are answered on the way."""
        while (message := await self._receive())["type"] != kind:
            if message["type"] == "ping":
                await self._send({"type": "pong"})
            elif message["type"] != "pong":
                raise NoAnswer(f"The shop's websocket sent {short(message)} where {kind} was due.")
        return message

    async def _receive(self) -> Json:
        try:
            message: Json = json.loads(await self._socket.recv())
        except WebSocketException as fault:
            raise NoAnswer(f"The shop closed the websocket ({fault}): look at its log.") from fault
        return message

    async def _send(self, message: Json) -> None:
        try:
            await self._socket.send(json.dumps(message))
        except WebSocketException as fault:
            raise NoAnswer(f"The shop closed the websocket ({fault}): look at its log.") from fault


@asynccontextmanager
async def following(url: str, token: str) -> AsyncIterator[Updates]:
    """Open when the first message has come: nothing that happens from then on can be missed."""
    try:
        socket = await connect(
            f"ws{url.removeprefix('http')}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            open_timeout=PATIENCE,
            proxy=None,
        )
    except (OSError, WebSocketException) as fault:
        raise unreachable("The shop's websocket", url, fault) from fault
    async with socket:
        updates = Updates(socket)
        await updates.begin(token)
        try:
            yield updates
        finally:
            updates.listening.cancel()
            await asyncio.gather(updates.listening, return_exceptions=True)
