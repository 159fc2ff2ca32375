"""The end-to-end demonstration: three orders, each followed from createOrder to socket and webhook."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NoReturn
from uuid import uuid4

import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

PATIENCE = 30.0
POLL_EVERY = 0.02
ORDERS = 3

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

Json = dict[str, Any]


class DemoFailed(Exception):
    """The demonstration cannot go on; the message says what did not come and what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Milliseconds from sending createOrder until each of those who must know, knew."""

    answer: float
    socket: float
    receiver: float


async def run_demo(*, url: str, receiver_url: str, console: Console) -> bool:
    """Whether each order was PROCESSED and its webhook verified; the console shows how, or what failed."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            runs = await _runs(Shop(client, url), Receiver(client, receiver_url), console)
    except DemoFailed as failure:
        console.print(f"[bold red]✗[/] {escape(str(failure))}")
        return False
    console.print(summary(runs))
    return True


async def _runs(shop: "Shop", receiver: "Receiver", console: Console) -> list[Run]:
    await receiver.greet()
    name = await shop.register()
    _say(console, f"{name} is a new customer of {shop.url}")
    async with shop.orders_updated() as updates:
        _say(console, "The socket is open and says where in the log it begins")
        return [await _follow_one(shop, receiver, updates, console) for _ in range(ORDERS)]


async def _follow_one(shop: "Shop", receiver: "Receiver", updates: "Updates", console: Console) -> Run:
    sent, sent_at = time.perf_counter(), time.time()
    order = await shop.create_order()
    answer = _ms(time.perf_counter() - sent)
    number = order["number"]
    _say(console, f"{number} placed, {_money(order['total'])}", answer)
    processed = _ms(await updates.processed(order["id"], number) - sent)
    _say(console, f"{number} PROCESSED over the socket", processed)
    received = _ms(await receiver.ready(order["id"], number) - sent_at)
    _say(console, f"{number} webhook received and verified", received)
    return Run(answer=answer, socket=processed, receiver=received)


def summary(runs: list[Run]) -> Table:
    table = Table(title=f"Median of {len(runs)} orders")
    table.add_column("From createOrder to")
    table.add_column("ms", justify="right")
    table.add_row("its answer", f"{median(run.answer for run in runs):.1f}")
    table.add_row("PROCESSED over the socket", f"{median(run.socket for run in runs):.1f}")
    table.add_row("the webhook, verified", f"{median(run.receiver for run in runs):.1f}")
    return table


def _say(console: Console, what: str, ms: float | None = None) -> None:
    after = "" if ms is None else f" [cyan]{ms:.1f} ms[/]"
    console.print(f"[bold green]✓[/] {escape(what)}{after}", highlight=False)


def _ms(seconds: float) -> float:
    return seconds * 1000


def _money(money: Mapping[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"


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
            raise _unreachable("The shop", self.url, fault) from fault
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
            raise _unreachable("The shop's websocket", self.url, fault) from fault
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
            raise DemoFailed("The first message of ordersUpdated should be a cursor and nothing else.")
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
        raise DemoFailed(
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
            raise DemoFailed(
                f"The shop's websocket sent no {kind} within {PATIENCE:g} s: look at the shop's log."
            ) from None

    async def _next(self, kind: str) -> Json:
        """The next message of that kind; pings are answered on the way."""
        while (message := await self._receive())["type"] != kind:
            if message["type"] == "ping":
                await self._send({"type": "pong"})
            elif message["type"] != "pong":
                raise DemoFailed(f"The shop's websocket sent {_short(message)} where {kind} was due.")
        return message

    async def _receive(self) -> Json:
        try:
            message: Json = json.loads(await self._socket.recv())
        except WebSocketException as fault:
            raise DemoFailed(f"The shop closed the websocket ({fault}): look at its log.") from fault
        return message

    async def _send(self, message: Json) -> None:
        try:
            await self._socket.send(json.dumps(message))
        except WebSocketException as fault:
            raise DemoFailed(f"The shop closed the websocket ({fault}): look at its log.") from fault


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
        raise DemoFailed(
            f"No order.ready webhook about {number} was verified at {self._url} within {PATIENCE:g} s: look "
            "at the endpoint's deliveries in the shop, and whether the receiver has the endpoint's secret."
        )

    async def _get(self, path: str, **query: str) -> Any:
        try:
            response = await self._client.get(self._url + path, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise _unreachable("The webhook receiver", self._url, fault) from fault
        if response.status_code != httpx.codes.OK:
            raise DemoFailed(f"{response.url} answered {response.status_code}: is that the webhook receiver?")
        return response.json()


def graphql_data(response: httpx.Response, field: str) -> Json:
    """The field's value; what stands in the way is told as the shop tells it."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
        raise DemoFailed(f"{response.url} answered {response.status_code} and no GraphQL: is that the shop?")
    return _value(answer, field)


def orders_updated(message: Json) -> Json:
    """The value that a `next` message of the socket carries."""
    return _value(message["payload"], "ordersUpdated")


def _value(answer: Json, field: str) -> Json:
    if answer.get("errors"):
        told = "; ".join(_error(error) for error in answer["errors"])
        raise DemoFailed(f"The shop answered {field} with an error: {told}")
    value: Json = answer["data"][field]
    return value


def _error(error: Json) -> str:
    code = error.get("extensions", {}).get("code")
    return f"{error.get('message')} ({code})" if code else str(error.get("message"))


def expect(kind: str, value: Json) -> Json:
    """The member of the result union that was hoped for; a refusal is told with its issues."""
    if value["__typename"] == kind:
        return value
    issues = [f"{'.'.join(issue['path'])}: {issue['message']}" for issue in value.get("issues", [])]
    raise DemoFailed("; ".join([f"The shop refused ({value['__typename']}): {value.get('message')}", *issues]))


def _unreachable(who: str, url: str, fault: Exception) -> DemoFailed:
    reason = str(fault) or type(fault).__name__
    return DemoFailed(f"{who} does not answer at {url} ({reason}): start it with ./run in another terminal.")


def _short(message: Json) -> str:
    text = json.dumps(message)
    return text if len(text) <= 300 else text[:300] + "…"
