"""Frames of a websocket after graphql-transport-ws: what is not of that shape closes the socket, and breaks nothing.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from starlette.websockets import WebSocketDisconnect, WebSocketState
from starlette.websockets import WebSocketDisconnected as AlreadyClosed
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

from web.requests import GraphQLRequest, Refusal, read_json

if TYPE_CHECKING:
    from web.graphql import GraphQLEndpoint

MOST_REASON = 123
"""Bytes of a close reason (RFC 6455, 5.5: 125 with the code)."""
MOST_ID = 128
"""Characters of an operation's id: a UUID has 36."""
MALFORMED, TOO_MANY = 4400, 4429

TYPES = ("connection_init", "ping", "pong", "subscribe", "complete")


class BadFrame(Exception):
    """Not a message of the protocol; the text is the reason that the socket is closed with."""


def checked(frame: object) -> Message:
    """A frame of the shape that its type asks for; raises BadFrame."""
    if not isinstance(frame, dict):
        raise BadFrame("A message is a JSON object.")
    if frame.get("type") not in TYPES:
        raise BadFrame(f"`type` must be one of {', '.join(TYPES)}.")
    if frame["type"] in {"subscribe", "complete"}:
        _check_id(frame.get("id"))
    if frame["type"] == "subscribe":
        _check_request(frame.get("payload"))
    elif frame["type"] != "complete" and not isinstance(frame.setdefault("payload", None), dict | None):
        raise BadFrame("`payload` must be an object or null.")
    if frame["type"] == "connection_init":
        frame["payload"] = frame["payload"] or {}
    return cast("Message", frame)


def _check_id(id: object) -> None:
    if not isinstance(id, str) or not 1 <= len(id) <= MOST_ID:
        raise BadFrame(f"`id` must be text of 1 to {MOST_ID} characters.")


def _check_request(payload: object) -> None:
    try:
        GraphQLRequest.of(payload)
    except Refusal as refused:
        raise BadFrame(f"payload: {refused.message}") from None


class Allowance:
    """So many messages a second, and as many at once after a silence (a token bucket)."""

    def __init__(self, a_second: int) -> None:
        self._a_second = a_second
        self._left = float(a_second)
        self._at = time.monotonic()

    def take(self) -> bool:
        at = time.monotonic()
        self._left = min(self._a_second, self._left + (at - self._at) * self._a_second)
        self._at = at
        self._left -= 1
        return self._left >= 0


class Frames(ASGIWebSocketAdapter):
    """The messages of one socket; it is closed with 4400 for what is none, and with 4429 for too many."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        allowance = Allowance(cast("GraphQLEndpoint", self.view).limits.messages_a_second)
        try:
            while self.ws.application_state == WebSocketState.CONNECTED:
                text = await self.ws.receive_text()
                if not allowance.take():
                    await self.close(TOO_MANY, "Too many messages. Connect again, and send fewer.")
                    return
                yield checked(read_json(text, "The message"))
        except (BadFrame, Refusal) as refused:
            await self.close(MALFORMED, str(refused))
        except KeyError:  # of the server's message about a binary frame
            await self.close(MALFORMED, "A message is text, not binary.")
        except (AlreadyClosed, WebSocketDisconnect):
            pass

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            await super().send_json(message)
        except AlreadyClosed as closed:
            raise WebSocketDisconnected from closed

    async def close(self, code: int, reason: str) -> None:
        """Also when it is closed already, and with a reason that is too long."""
        with suppress(AlreadyClosed, WebSocketDisconnect):
            await self.ws.close(code=code, reason=reason.encode()[:MOST_REASON].decode(errors="ignore"))
