"""`swapshop tail`: follows the event log of a running shop over its public API, and misses nothing on the way."""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from domain.users import Role
from web import demo_data
from web.demo import DemoFailed, expect, graphql_data
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
EVENTS = """
subscription ($after: Cursor) {
  events(after: $after) {
    cursor
    event {
      id type occurredAt subjectId version correlationId
      actor { kind user { name } }
      ... on OrderEvent { previousStatus order { number status total { amount currency } } }
      ... on UserEvent { user { name } }
      ... on WebhookEvent { endpoint { name } }
    }
  }
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


class Watch:
    """Follows the log from `cursor`, which moves on with every message; None begins at the end of the log."""

    def __init__(self, url: str, account: Account, *, cursor: str | None, say: Callable[[str], None]) -> None:
        self.cursor = cursor
        self._url = url.rstrip("/")
        self._account = account
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
                await _send(
                    socket, id="1", type="subscribe", payload={"query": EVENTS, "variables": {"after": self.cursor}}
                )
                while True:
                    if event := self._understood(await _receive(socket)):
                        yield event
        except ConnectionClosed as closed:
            raise _lost(closed) from None
        except (OSError, InvalidStatus) as fault:
            raise Lost(f"the shop does not answer ({fault})") from None
        except WebSocketException as fault:
            raise Stopped(f"{self._url} does not speak graphql-transport-ws ({fault}): is that the shop?") from None

    def _understood(self, message: Json) -> Json | None:
        """The event of a message, if it has one; its cursor is kept in any case."""
        match message["type"]:
            case "next" if not message["payload"].get("errors"):
                said = message["payload"]["data"]["events"]
                self.cursor, self._wait, self._has_followed = said["cursor"], SHORTEST_WAIT, True
                return {**said["event"], "cursor": said["cursor"]} if said["event"] else None
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
        except DemoFailed as refused:
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


def as_line(event: Json) -> str:
    """An event for a person: when, what, about what, by whom."""
    what = event["type"].ljust(16)
    line = f"{event['occurredAt'][11:23]}  {what}  {_subject(event)}  by {_actor(event)}"
    return "".join(character if character.isprintable() else "?" for character in line)


def _subject(event: Json) -> str:
    match event:
        case {"order": order, "previousStatus": before}:
            total = f"{order['total']['amount']} {order['total']['currency']}"
            came = f" (was {before})" if before else ""
            return f"{order['number']} {order['status']}{came}, {total}"
        case {"user": {"name": name}} | {"endpoint": {"name": name}}:
            return str(name)
        case _:
            return str(event["subjectId"])


def _actor(event: Json) -> str:
    user = event["actor"]["user"]
    return str(user["name"] if user else event["actor"]["kind"])


async def run_tail(url: str, account: Account, *, after: str | None, as_json: bool) -> None:
    """Prints events until Ctrl-C or SIGTERM, then where to go on from; raises NotReady when the shop says no."""
    asked_to_stop = stop_signal()
    watch = Watch(url, account, cursor=after, say=_aside)

    async def show() -> None:
        async for event in watch.events():
            print(json.dumps(event) if as_json else as_line(event), flush=True)

    showing, stopping = asyncio.create_task(show()), asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait((showing, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (showing, stopping):
        task.cancel()
    try:
        await showing
    except asyncio.CancelledError:
        pass
    except Stopped as stopped:
        raise NotReady(str(stopped)) from None
    finally:
        if watch.cursor:
            _aside(f"go on from here with: swapshop tail --after {watch.cursor}")


def _aside(words: str) -> None:
    """To stderr: stdout has events and nothing else."""
    print(words, file=sys.stderr, flush=True)


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
