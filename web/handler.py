"""The handler of a websocket after graphql-transport-ws: who it is of, and what runs on it."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationType
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    CompleteMessage,
    ConnectionInitMessage,
    PingMessage,
    SubscribeMessage,
)
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.users import Viewer
from graph.context import Context
from graph.faults import Code
from graph.scalars import write_time
from graph.schema import schema
from web.frames import TOO_MANY
from web.operations import Ended, Running, refused
from web.outlets import SocketOutlet, wire_of
from web.requests import GraphQLRequest
from web.subscription import Subscription

if TYPE_CHECKING:
    from web.graphql import GraphQLEndpoint

log = logging.getLogger(__name__)

FORBIDDEN = 4403


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """What one client may have of websockets; times in seconds, `frame` in bytes."""

    init_timeout: float = 5.0
    operations: int = 20
    sockets_of_a_user: int = 20
    messages_a_second: int = 50
    grace: float = 30.0


@dataclass(frozen=True, slots=True)
class Followed:
    """A subscription that the hub has, and what is known of how it goes."""

    subscription: Subscription
    running: Running


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's, but for subscriptions, which are the hub's, and for how long a socket is whose.

    It is its user's as long as their access token is good, and a little longer; a `ping` may bring the next token.
    """

    view: "GraphQLEndpoint"

    async def handle(self) -> None:
        self._followed: dict[str, Followed] = {}
        self._expiry: asyncio.TimerHandle | None = None
        self._wire = wire_of(self.websocket.ws)  # type: ignore[attr-defined]
        with self.view.sockets.entered(self.context, self._end) as self._socket:
            await super().handle()

    async def _end(self, _code: Code, reason: str) -> None:
        await self.websocket.close(FORBIDDEN, reason)

    async def shutdown(self) -> None:
        for id in tuple(self._followed):
            self._forget(id)
        if self._expiry:
            self._expiry.cancel()
        await super().shutdown()

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        self.context.connection_params = {}  # the token has done its duty
        if self.connection_init_timeout_task:
            self.connection_init_timeout_task.cancel()  # it has said who it is, or never will
        viewer = self.context.viewer
        if viewer is None or not self.connection_acknowledged:
            return
        self._expire_with(viewer)
        if len(self.view.sockets.of(viewer.user_id)) > self.view.limits.sockets_of_a_user:
            await self.websocket.close(TOO_MANY, "This user has too many sockets open. Close one first.")

    async def handle_ping(self, message: PingMessage) -> None:
        """With {"authorization": "Bearer …"} it renews the socket: for the same user and session, or not at all."""
        given = (message.get("payload") or {}).get("authorization")
        if given is None:
            await super().handle_ping(message)
            return
        viewer, known = self.view.viewer_of(given), self.context.viewer
        if viewer is None or known is None or _who(viewer) != _who(known):
            await self.websocket.close(FORBIDDEN, "That token is not a good one of this socket's session.")
            return
        self.context.become(viewer)
        self._expire_with(viewer)
        await self.send_message({"type": "pong", "payload": expiry_of(viewer)})

    def _expire_with(self, viewer: Viewer) -> None:
        """Closes the socket when the token has been bad for a while, unless another one comes."""
        if self._expiry:
            self._expiry.cancel()
        self._expiry = self._socket.expire_with(viewer, grace=self.view.limits.grace)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        id, most = message["id"], self.view.limits.operations
        if id in self._followed:
            await self.websocket.close(4409, f"Subscriber for {id} already exists")
        elif len(self.operations) + len(self._followed) >= most and id not in self.operations:
            text = f"This socket has {most} operations, and may not have more. Complete one, or open another socket."
            error = GraphQLError(text, extensions={"code": Code.RATE_LIMITED.value})
            await self.send_message({"id": id, "type": "error", "payload": [error.formatted]})
        elif self.connection_acknowledged and id not in self.operations and self._follow(message):
            pass
        else:
            await super().handle_subscribe(message)

    def _follow(self, message: SubscribeMessage) -> bool:
        """Hands a subscription to the hub; False for any other operation."""
        id, request = message["id"], GraphQLRequest.of(message["payload"])
        document = schema.documents.get(request.query)
        definition = document.operation(request.operation_name)
        if definition is None or definition.operation is not OperationType.SUBSCRIPTION:
            return False
        head = b'{"id":%b,"type":"next","payload":' % json.dumps(id).encode()
        running = self.view.running(request.query, request.operation_name)
        outlet = SocketOutlet(self, self._wire, id, head)
        subscription = self.view.hub.subscribe(request, document, self.context, outlet)
        self._followed[id] = Followed(subscription, running)
        return True

    async def handle_complete(self, message: CompleteMessage) -> None:
        self._forget(message["id"])
        await super().handle_complete(message)

    async def fail(self, id: str, errors: Sequence[GraphQLError]) -> None:
        """Ends a subscription that the hub has, with errors."""
        if id in self._followed:
            self._followed[id].running.outcome = Ended.ERROR
            self._forget(id)
            text = json.dumps({"id": id, "type": "error", "payload": [error.formatted for error in errors]}).encode()
            while not self._wire.push(text):  # the way of all that the subscription was told, and after it
                await self._wire.room()

    def _forget(self, id: str) -> None:
        followed = self._followed.pop(id, None)
        if followed:
            followed.running.end()
            followed.subscription.stop()

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


def expiry_of(viewer: Viewer) -> dict[str, object]:
    """What a client is told of its token: until when the socket is its, but for a little grace."""
    return {"expiresAt": write_time(viewer.expires_at)} if viewer.expires_at else {}


def _who(viewer: Viewer) -> tuple[object, object]:
    return viewer.user_id, viewer.session_id


def _told(result: object) -> object:
    """What was refused before execution, as wrong variables are, is an `error` message and not a `next`."""
    if isinstance(result, ExecutionResult) and result.errors and refused(result):
        return PreExecutionError(data=None, errors=result.errors, extensions=result.extensions)
    return result
