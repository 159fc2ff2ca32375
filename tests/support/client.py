"""A client of the shop, as a customer's program would be: GraphQL over HTTP and over graphql-transport-ws."""

import asyncio
import json
import os
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.support.waiting import PATIENCE

PASSWORD = "correct horse battery"
REGISTER = """mutation($input: RegisterInput!) { register(input: $input) {
  __typename ... on SignedIn { tokens { accessToken expiresIn } user { id name email roles } }
  ... on Refusal { message } ... on InvalidInput { issues { path code message } } } }"""
LOGIN = """mutation($input: LoginInput!) { login(input: $input) {
  __typename ... on SignedIn { tokens { accessToken expiresIn } user { id roles } } ... on Refusal { message } } }"""
ORDER = """id number status paymentState total { amount currency } note version createdAt updatedAt processedAt
  cancelReason items { product size color quantity unitPrice { amount } subtotal { amount } } customer { id }"""
CREATE = f"""mutation($input: CreateOrderInput!) {{ createOrder(input: $input) {{
  __typename ... on Order {{ {ORDER} }} ... on Refusal {{ message }}
  ... on InvalidInput {{ issues {{ path code message }} }} }} }}"""
CANCEL = f"""mutation($id: ID!, $reason: String, $version: Int) {{
  cancelOrder(id: $id, reason: $reason, expectedVersion: $version) {{
  __typename ... on Order {{ {ORDER} }} ... on Refusal {{ message }} }} }}"""
READ = f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}"
SHIRT = {"product": "camisa", "size": "M", "color": "negro", "quantity": 1, "unitPrice": "10.00"}
TROUSERS = {"product": "pantalon", "size": "L", "color": "azul", "quantity": 1, "unitPrice": "20.00"}

KEPT_OPEN = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2)
"""Shorter than the 5 s after which the shop closes a connection: whoever asks at that very moment gets no answer."""


class Client:
    """Signed in after `register` or `login`. One client, one user."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None
        self.user: dict[str, Any] = {}
        self.http = httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=KEPT_OPEN)
        self._elsewhere: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        for client in (self, *self._elsewhere.values()):
            await client.http.aclose()

    def at(self, url: str) -> "Client":
        """The same user at another API process; closed with this client."""
        other = self._elsewhere.get(url) or self._elsewhere.setdefault(url, Client(url))
        other.token, other.user = self.token, self.user
        return other

    async def post(self, document: str, headers: dict[str, str] | None = None, /, **variables: Any) -> dict[str, Any]:
        """The whole answer: data, errors, extensions."""
        authorization = {"authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": document, "variables": variables}
        answer = await self.http.post("/graphql", json=body, headers={**authorization, **(headers or {})})
        result: dict[str, Any] = answer.json()
        return result

    async def run(self, document: str, /, **variables: Any) -> Any:
        """The one field of the answer; fails on errors."""
        answer = await self.post(document, **variables)
        assert "errors" not in answer, answer
        return next(iter(answer["data"].values()))

    async def code(self, document: str, /, **variables: Any) -> str:
        """The code of the first error; fails when there is none."""
        answer = await self.post(document, **variables)
        assert answer.get("errors"), answer
        code: str = answer["errors"][0]["extensions"]["code"]
        return code

    async def register(self, **given: str) -> Self:
        given = {"name": "Ana", "email": f"{os.urandom(6).hex()}@example.test", "password": PASSWORD, **given}
        signed_in = await self.run(REGISTER, input=given)
        assert signed_in["__typename"] == "SignedIn", signed_in
        return self._known(signed_in)

    async def login(self, email: str, password: str = PASSWORD) -> Self:
        signed_in = await self.run(LOGIN, input={"email": email, "password": password})
        assert signed_in["__typename"] == "SignedIn", signed_in
        return self._known(signed_in)

    async def order(self, *, key: str | None = None, items: list[dict[str, Any]] | None = None, **given: Any) -> Any:
        lines = [{"custom": item} for item in (items if items is not None else [SHIRT, TROUSERS])]
        return await self.run(CREATE, input={"items": lines, "idempotencyKey": key, **given})

    async def read(self, id: str) -> Any:
        return await self.run(READ, id=id)

    async def until(
        self, wanted: Callable[[Any], object], document: str, /, seconds: float = PATIENCE, **variables: Any
    ) -> Any:
        """Asks again and again until the one field of the answer is as wanted."""
        answer: Any = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    answer = await self.run(document, **variables)
                    if wanted(answer):
                        return answer
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"Asked in vain for {seconds:g} s. The last answer: {answer}") from None

    @asynccontextmanager
    async def socket(self) -> AsyncIterator["Socket"]:
        async with connect(
            f"{self.url.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"], proxy=None
        ) as connection:
            socket = Socket(connection)
            payload = {"authorization": f"Bearer {self.token}"} if self.token else {}
            await socket.send({"type": "connection_init", "payload": payload})
            assert (await socket.receive())["type"] == "connection_ack"
            yield socket

    @asynccontextmanager
    async def subscribe(self, document: str, /, **variables: Any) -> AsyncIterator["Subscription"]:
        async with self.socket() as socket:
            yield await socket.subscribe(document, **variables)

    def _known(self, signed_in: dict[str, Any]) -> Self:
        self.token, self.user = signed_in["tokens"]["accessToken"], signed_in["user"]
        return self


class Socket:
    """One websocket for any number of operations; what is not for the one that is read waits for its own."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.count = 0
        self._waiting: dict[str, deque[dict[str, Any]]] = defaultdict(deque)

    async def send(self, message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self, seconds: float = PATIENCE) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            message: dict[str, Any] = json.loads(await self.connection.recv())
            return message

    def unread(self, id: str) -> int:
        """How many messages of an operation have come while another one was read."""
        return len(self._waiting[id])

    async def receive_for(self, id: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next message of one operation."""
        while not self._waiting[id]:
            message = await self.receive(seconds)
            self._waiting[message["id"]].append(message)
        return self._waiting[id].popleft()

    async def subscribe(self, document: str, /, **variables: Any) -> "Subscription":
        self.count += 1
        payload = {"query": document, "variables": variables}
        await self.send({"id": str(self.count), "type": "subscribe", "payload": payload})
        return Subscription(self, str(self.count))

    async def run(self, document: str, /, **variables: Any) -> Any:
        """The one field of the answer to a query or a mutation, which is complete with it."""
        operation = await self.subscribe(document, **variables)
        answer = await operation.next()
        await operation.completed()
        return answer


class Subscription:
    """Messages of one subscription: the value of its one field."""

    def __init__(self, socket: Socket, id: str) -> None:
        self.socket = socket
        self.id = id
        self.cursor: str | None = None

    async def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        message = await self.socket.receive_for(self.id, seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        value: dict[str, Any] = next(iter(message["payload"]["data"].values()))
        self.cursor = value.get("cursor", self.cursor)
        return value

    async def error(self) -> str:
        """The code of the error that the subscription ends with."""
        message = await self.socket.receive_for(self.id)
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        code: str = errors[0]["extensions"]["code"]
        return code

    async def until(self, wanted: Any, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """All messages up to the first for which `wanted` holds."""
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while not seen or not wanted(seen[-1]):
                seen.append(await self.next(seconds))
        return seen

    async def completed(self) -> None:
        """Returns when the shop has said that this was all."""
        message = await self.socket.receive_for(self.id)
        assert message == {"id": self.id, "type": "complete"}, message

    async def stop(self) -> None:
        """Tells the shop that no more is wanted."""
        await self.socket.send({"id": self.id, "type": "complete"})
