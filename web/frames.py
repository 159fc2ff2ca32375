"""Frames of a websocket after graphql-transport-ws: what is not of that shape closes the socket, and breaks nothing.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from starlette.websockets import WebSocketDisconnected as AlreadyClosed
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message, SubscribeMessage
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graph.context import Context
from graph.faults import Code
from web.operations import refused
from web.requests import GraphQLRequest, Refusal, read_json

if TYPE_CHECKING:
    from web.graphql import GraphQLEndpoint

log = logging.getLogger(__name__)

MOST_REASON = 123
"""Bytes of a close reason (RFC 6455, 5.5: 125 with the code)."""
MOST_ID = 128
"""Characters of an operation's id: a UUID has 36."""
MALFORMED = 4400

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


def _told(result: object) -> object:
    """What was refused before execution, as wrong variables are, is an `error` message and not a `next`."""
    if isinstance(result, ExecutionResult) and result.errors and refused(result):
        return PreExecutionError(data=None, errors=result.errors, extensions=result.extensions)
    return result


class Frames(ASGIWebSocketAdapter):
    """The messages of one socket. Whoever sends what is none finds it closed with 4400."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        try:
            while self.ws.application_state == WebSocketState.CONNECTED:
                yield checked(read_json(await self.ws.receive_text(), "The message"))
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


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's, which is among the open sockets while it runs, and tells how each operation ended."""

    view: "GraphQLEndpoint"

    async def handle(self) -> None:
        with self.view.sockets.entered(self.context, self.websocket.close):
            await super().handle()

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        most = self.view.most_operations
        if len(self.operations) >= most and message["id"] not in self.operations:
            text = f"This socket has {most} operations, and may not have more. Complete one, or open another socket."
            error = GraphQLError(text, extensions={"code": Code.RATE_LIMITED.value})
            await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})
        else:
            await super().handle_subscribe(message)

    async def _send_result_stream(self, operation: Operation[Context, None], result_source: StreamResult) -> None:
        with self.view.observed(operation.query, operation.operation_name) as running:

            async def watched() -> AsyncGenerator[Any, None]:
                async for result in result_source:
                    running.saw(result)
                    yield _told(result)

            async with aclosing(watched()) as results:
                await super()._send_result_stream(operation, results)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """None: a document that cannot be run ends its operation, not the socket with all the others."""
        return None

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):  # a client may leave while something is sent to it
            log.error("an operation on a socket failed", exc_info=error)
