"""Following the event log of a running shop over its public API, over lost connections too, and missing nothing."""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from domain.users import Role
from web import demo_data
from web.answers import NoAnswer, expect, graphql_data
from web.serving import stop_signal
from web.settings import NotReady

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 5.0
SILENCE = 60.0
"""Seconds. The shop tells of its progress every 15 s: one that says nothing for so long is gone."""
PATIENCE = 15.0
REFUSED = (4400, 4401, 4403)  # close codes of graphql-transport-ws that say no to who we are
LOGIN = """
mutation ($input: LoginInput!) {
  login(input: $input) { __typename ... on SignedIn { tokens { accessToken } } ... on Refusal { message } }
}
"""

Json = dict[str, Any]


class Stopped(Exception):
    """The shop will not have us, and asking again would not change it; the message says why and what to do."""


class Lost(Exception):
    """The connection went away; the log is still there."""


class TokenExpired(Lost):
    """The shop does not know us any more: sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who follows: an e-mail address and its password, or an access token, which ends when it expires."""

    email: str | None = None
    password: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is followed: a subscription to `events` that takes `$after`, and the rest of its variables."""

    document: str
    variables: Mapping[str, object]


class Watch:
    """Follows the log from `cursor`; None begins at its end. The cursor moves on when an event was dealt with."""

    def __init__(
        self, url: str, account: Account, wish: Wish, *, cursor: str | None, say: Callable[[str], None]
    ) -> None:
        self.cursor = cursor
        self._url = url.rstrip("/")
        self._account = account
        self._wish = wish
        self._say = say
        self._token = account.token
        self._wait = SHORTEST_WAIT
        self._has_followed = False

    async def events(self) -> AsyncIterator[Json]:
        """Every event with its `cursor`, over lost connections too; raises Stopped."""
        while True:
            try:
                async for event in self._connection():
                    yield event
            except Lost as lost:
                if isinstance(lost, TokenExpired):
                    self._forget_token()
                if not self._has_followed:
                    raise Stopped(f"{lost}. Is a shop running at {self._url}? Start one with ./run") from None
                self._say(f"{lost}; going on from {self.cursor or 'the end of the log'}")
                await asyncio.sleep(self._wait * random.uniform(0.5, 1.5))
                self._wait = min(self._wait * 2, LONGEST_WAIT)

    def _forget_token(self) -> None:
        if self._account.email is None:
            raise Stopped(
                "The shop does not take the access token (any more). Give a new one, or sign in with --email."
            )
        self._token = None

    async def _connection(self) -> AsyncIterator[Json]:
        token = self._token = self._token or await self._sign_in()
        try:
            async with connect(
                f"ws{self._url.removeprefix('http')}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
                open_timeout=PATIENCE,
                proxy=None,
            ) as socket:
                await _send(socket, type="connection_init", payload={"authorization": f"Bearer {token}"})
                wanted = {
                    "query": self._wish.document,
                    "variables": {**self._wish.variables, "after": self.cursor},
                }
                await _send(socket, id="1", type="subscribe", payload=wanted)
                while True:
                    said = self._understood(await _receive(socket))
                    if said and said["event"]:
                        yield {**said["event"], "cursor": said["cursor"]}
                    if said:
                        self.cursor = said["cursor"]
        except ConnectionClosed as closed:
            raise _lost(closed) from None
        except (OSError, InvalidStatus) as fault:
            raise Lost(f"the shop does not answer ({fault})") from None
        except WebSocketException as fault:
            raise Stopped(f"{self._url} does not speak graphql-transport-ws ({fault}): is that the shop?") from None

    def _understood(self, message: Json) -> Json | None:
        """What a message says of the log, if it does: a cursor, and perhaps an event."""
        match message["type"]:
            case "next" if not message["payload"].get("errors"):
                self._wait, self._has_followed = SHORTEST_WAIT, True
                said: Json = message["payload"]["data"]["events"]
                return said
            case "next" | "error":
                errors = message["payload"]
                raise _refusal(errors["errors"] if isinstance(errors, dict) else errors)
            case "complete":
                raise Lost("the shop ended the subscription")
            case _:
                return None

    async def _sign_in(self) -> str:
        who = {"email": self._account.email, "password": self._account.password}
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
                body = {"query": LOGIN, "variables": {"input": who}}
                signed_in = expect(
                    "SignedIn", graphql_data(await client.post(f"{self._url}/graphql", json=body), "login")
                )
        except NoAnswer as refused:
            raise Stopped(str(refused)) from None
        except httpx.InvalidURL as fault:
            raise Stopped(f"{self._url} is not an address like http://127.0.0.1:8000 ({fault})") from None
        except httpx.HTTPError as fault:
            raise Lost(f"the shop does not answer at {self._url} ({str(fault) or type(fault).__name__})") from None
        return str(signed_in["tokens"]["accessToken"])


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def _receive(socket: ClientConnection) -> Json:
    """The next message; pings are answered on the way."""
    try:
        async with asyncio.timeout(SILENCE):
            message: Json = json.loads(await socket.recv())
    except TimeoutError:
        raise Lost(f"the shop has said nothing for {SILENCE:g} s") from None
    if message["type"] == "ping":
        await _send(socket, type="pong")
    return message


def _lost(closed: ConnectionClosed) -> Lost:
    code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
    told = f"the shop closed the connection ({code} {reason})".replace(" )", ")")
    return TokenExpired(told) if code in REFUSED else Lost(told)


def _refusal(errors: list[Json]) -> Exception:
    code = errors[0].get("extensions", {}).get("code")
    told = f"{errors[0]['message']} ({code})"
    match code:
        case "UNAUTHENTICATED" | "SESSION_REVOKED":
            return TokenExpired(told)
        case "SLOW_CONSUMER" | "UNAVAILABLE" | "TIMEOUT" | "RATE_LIMITED" | "INTERNAL":
            return Lost(told)
        case _:
            return Stopped(told)


async def until_stopped(watch: Watch, deal: Callable[[Json], Awaitable[None]], *, again: str) -> None:
    """Deals with one event after the other until Ctrl-C or SIGTERM, then says where to go on from, with `again`.

    One that was not dealt with to its end comes again there. Raises NotReady when the shop says no.
    """
    asked_to_stop = stop_signal()

    async def follow() -> None:
        async for event in watch.events():
            await deal(event)

    following, stopping = asyncio.create_task(follow()), asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait((following, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (following, stopping):
        task.cancel()
    try:
        await following
    except asyncio.CancelledError:
        pass
    except Stopped as stopped:
        raise NotReady(str(stopped)) from None
    finally:
        if watch.cursor:
            aside(f"go on from here with: {again} --after {watch.cursor}")


def aside(words: str) -> None:
    """To stderr: stdout has events and nothing else."""
    print(words, file=sys.stderr, flush=True)


def printable(line: str) -> str:
    """What others have written must not steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in line)


def account(*, email: str | None, password: str | None, token: str | None, demo: bool) -> Account:
    """Who follows; in a shop of this computer's own, when nobody is named, its demo admin. Raises NotReady."""
    if token:
        return Account(token=token)
    if email and password:
        return Account(email=email, password=password)
    if email:
        raise NotReady("the password is missing: SWAPSHOP_PASSWORD=… in the environment, or --password")
    if demo:
        return Account(email=demo_data.email_of(Role.ADMIN), password=demo_data.PASSWORD)
    raise NotReady("who follows? --email and SWAPSHOP_PASSWORD, or an access token in SWAPSHOP_TOKEN")
