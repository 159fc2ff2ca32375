"""Sessions as a client program sees them: a sign-in with both of its tokens, and how to see that it has ended."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed

from tests.support.client import PASSWORD, Client, Socket
from tests.support.processes import Stack
from tests.support.waiting import until

TOKENS = "tokens { accessToken expiresIn refreshToken refreshExpiresIn } user { id email roles }"
LOGIN = f"""mutation($input: LoginInput!) {{ login(input: $input) {{
  __typename ... on SignedIn {{ {TOKENS} }} ... on Refusal {{ message }} }} }}"""
REFRESH = f"""mutation($token: String) {{ refreshTokens(refreshToken: $token) {{
  __typename ... on SignedIn {{ {TOKENS} }} ... on Refusal {{ message }} }} }}"""
CHANGE = f"""mutation($current: String!, $new: String!) {{ changePassword(current: $current, new: $new) {{
  __typename ... on SignedIn {{ {TOKENS} }} ... on Refusal {{ message }}
  ... on InvalidInput {{ issues {{ path code message }} }} }} }}"""
SESSIONS = "{ sessions { id current userAgent createdAt lastUsedAt expiresAt } }"
PROMPTLY = 10.0
"""Seconds. The shop promises one, which --full looks at alone: here other tests take their turns meanwhile."""
ME = "{ me { id roles active } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What one sign-in, or one refresh, has given. Each call goes to the API at `url`, with nothing but this."""

    url: str
    access: str
    refresh: str
    user: dict[str, Any]
    tokens: dict[str, Any]

    @staticmethod
    def of(url: str, answer: dict[str, Any]) -> "SignIn":
        assert answer["__typename"] == "SignedIn", answer
        tokens = answer["tokens"]
        return SignIn(
            url=url, access=tokens["accessToken"], refresh=tokens["refreshToken"], user=answer["user"], tokens=tokens
        )

    def client(self, url: str | None = None) -> Client:
        """Close it."""
        client = Client(url or self.url)
        client.token, client.user = self.access, self.user
        return client

    async def is_let_in(self, url: str | None = None) -> bool:
        """Whether its access token is good at an API."""
        async with httpx.AsyncClient(base_url=url or self.url) as http:
            headers = {"authorization": f"Bearer {self.access}"}
            answer = await http.post("/graphql", json={"query": ME}, headers=headers)
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200


async def sign_in(url: str, email: str, password: str = PASSWORD) -> SignIn:
    return SignIn.of(url, await log_in(url, email, password))


async def log_in(url: str, email: str, password: str = PASSWORD) -> dict[str, Any]:
    """The answer, whatever it is."""
    async with Client(url) as client:
        answer: dict[str, Any] = await client.run(LOGIN, input={"email": email, "password": password})
        return answer


async def refreshed(url: str, token: str | None) -> dict[str, Any]:
    """The answer, whatever it is."""
    async with Client(url) as client:
        answer: dict[str, Any] = await client.run(REFRESH, token=token)
        return answer


async def refresh(url: str, token: str) -> SignIn:
    return SignIn.of(url, await refreshed(url, token))


async def closing_code(socket: Socket) -> int:
    """Reads on until the shop closes the socket, and fails when it tells of an event before.

    How far it has come it may tell at any time.
    """
    try:
        while True:
            message = await socket.receive()
            assert message["type"] in ("error", "complete") or is_progress(message), message
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def is_progress(message: dict[str, Any]) -> bool:
    """Whether a message of a subscription to `events` tells a cursor, and no event."""
    return message["type"] == "next" and message["payload"]["data"]["events"]["event"] is None


async def seconds_until(holds: Callable[[str], Awaitable[bool]], stack: Stack) -> float:
    """How long it takes until something holds at every API."""
    begun = time.monotonic()
    for api in stack.apis:
        await until(lambda api=api: holds(api.url))
    return time.monotonic() - begun


async def seconds_until_refused(one: SignIn, stack: Stack) -> float:
    """How long the access token of a session goes on to be good somewhere."""

    async def is_refused(url: str) -> bool:
        return not await one.is_let_in(url)

    return await seconds_until(is_refused, stack)
