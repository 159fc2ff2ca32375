"""Those who take part in the demonstration: the shop, its socket, and the webhook receiver."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NoReturn
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from web.answers import Json, NoAnswer, expect, graphql_data, orders_updated, short, unreachable

PATIENCE = 30.0
POLL_EVERY = 0.02

REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on SignedIn { tokens { accessToken } user { id name } }
    ... on Refusal { message }
    ... on InvalidInput { issues { path message } }
  }
}
"""
CREATE_ORDER = """
mutation ($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order { id number status total { amount currency } }
    ... on Refusal { message }
    ... on InvalidInput { issues { path message } }
  }
}
"""
ORDERS_UPDATED = """
subscription {
  ordersUpdated { cursor order { id number status total { amount currency } } event { type } }
}
"""
ITEMS = [
    {"custom": {"product": "camisa", "size": "M", "color": "negro", "quantity": 1, "unitPrice": "10.00"}},
    {"custom": {"product": "pantalon", "size": "L", "color": "azul", "quantity": 1, "unitPrice": "20.00"}},
]


class Shop:
    """The shop's GraphQL, as a browser would use it."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self.url = url.rstrip("/")
        self._token = ""

    async def register(self) -> str:
        """The new customer's name; what is asked from now on is asked as this customer."""
        who = {
            "name": "Demo customer",
            "email": f"demo-{secrets.token_hex(6)}@swapshop.test",
            "password": secrets.token_urlsafe(18),
        }
        signed_in = expect("SignedIn", await self._mutate("register", REGISTER, who))
        self._token = signed_in["tokens"]["accessToken"]
        return str(signed_in["user"]["name"])

    async def create_order(self) -> Json:
        order = {"idempotencyKey": str(uuid4()), "items": ITEMS}
        return expect("Order", await self._mutate("createOrder", CREATE_ORDER, order))

    async def _mutate(self, field: str, query: str, given: Mapping[str, object]) -> Json:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            response = await self._client.post(
                f"{self.url}/graphql", json={"query": query, "variables": {"input": given}}, headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable("The shop", self.url, fault) from fault
        return graphql_data(response, field)

    @asynccontextmanager
    async def orders_updated(self) -> AsyncIterator["Updates"]:
        """Open when the first message has come: nothing that happens from then on can be missed."""
        try:
            socket = await connect(
                f"ws{self.url.removeprefix('http')}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
                open_timeout=PATIENCE,
                proxy=None,
            )
        except (OSError, WebSocketException) as fault:
            raise unreachable("The shop's websocket", self.url, fault) from fault
        async with socket:
            updates = Updates(socket)
            await updates.begin(self._token)
            try:
                yield updates
            finally:
                updates.listening.cancel()
                await asyncio.gather(updates.listening, return_exceptions=True)


class Updates:
    """What `ordersUpdated` says, with the moment at which it came."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._arrivals: dict[str, asyncio.Future[float]] = {}
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
            if order is not None and order["status"] == "PROCESSED":
                self._arrived(order["id"])

    async def processed(self, order_id: str, number: str) -> float:
        """When the order was first seen PROCESSED, by time.perf_counter."""
        arrival = self._arrival(order_id)
        await asyncio.wait((arrival, self.listening), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if arrival.done():
            return arrival.result()
        if self.listening.done():
            self.listening.result()
        raise NoAnswer(
            f"{number} was not PROCESSED over the socket within {PATIENCE:g} s: "
            "look at the worker's log, its poller promotes pending orders."
        )

    def _arrival(self, order_id: str) -> asyncio.Future[float]:
        return self._arrivals.setdefault(order_id, asyncio.get_running_loop().create_future())

    def _arrived(self, order_id: str) -> None:
        arrival = self._arrival(order_id)
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


class Receiver:
    """The reference webhook receiver, which lists only what it has verified."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def greet(self) -> None:
        """Found out before anything is ordered: without a receiver the demonstration cannot end well."""
        await self._get("/healthz")

    async def ready(self, order_id: str, number: str) -> float:
        """When the order's order.ready webhook was received, in seconds since 1970."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            notifications = await self._get("/notifications", orderId=order_id)
            received = [found for found in notifications if found["type"] == "order.ready"]
            if received:
                return datetime.fromisoformat(received[0]["receivedAt"]).timestamp()
            await asyncio.sleep(POLL_EVERY)
        raise NoAnswer(
            f"No order.ready webhook about {number} was verified at {self._url} within {PATIENCE:g} s: look "
            "at the endpoint's deliveries in the shop, and whether the receiver has the endpoint's secret."
        )

    async def _get(self, path: str, **query: str) -> Any:
        try:
            response = await self._client.get(self._url + path, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable("The webhook receiver", self._url, fault) from fault
        if response.status_code != httpx.codes.OK:
            raise NoAnswer(f"{response.url} answered {response.status_code}: is that the webhook receiver?")
        return response.json()
