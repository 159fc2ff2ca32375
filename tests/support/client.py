"""A client of the shop, as a customer's program would be: GraphQL over HTTP and over graphql-transport-ws."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

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


class Client:
    """Signed in after `register` or `login`. One client, one user."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None
        self.user: dict[str, Any] = {}
        self.http = httpx.AsyncClient(base_url=url, timeout=15)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def at(self, url: str) -> "Client":
        """The same user at another API process."""
        other = Client(url)
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
    """One websocket; its subscriptions are read one at a time."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.count = 0

    async def send(self, message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self, seconds: float = 15) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            message: dict[str, Any] = json.loads(await self.connection.recv())
            return message

    async def subscribe(self, document: str, /, **variables: Any) -> "Subscription":
        self.count += 1
        payload = {"query": document, "variables": variables}
        await self.send({"id": str(self.count), "type": "subscribe", "payload": payload})
        return Subscription(self)


class Subscription:
    """Messages of one subscription: the value of its one field."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.cursor: str | None = None

    async def next(self, seconds: float = 15) -> dict[str, Any]:
        message = await self.socket.receive(seconds)
        assert message["type"] == "next" and "errors" not in message["payload"], message
        value: dict[str, Any] = next(iter(message["payload"]["data"].values()))
        self.cursor = value.get("cursor", self.cursor)
        return value

    async def error(self) -> str:
        """The code of the error that the subscription ends with."""
        message = await self.socket.receive()
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        code: str = errors[0]["extensions"]["code"]
        return code

    async def until(self, wanted: Any, seconds: float = 15) -> list[dict[str, Any]]:
        """All messages up to the first for which `wanted` holds."""
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while not seen or not wanted(seen[-1]):
                seen.append(await self.next(seconds))
        return seen
