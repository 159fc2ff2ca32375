"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/) and over websockets, at one address."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from domain.users import Viewer
from graph.context import Context, Shop
from graph.documents import Document
from graph.faults import Code
from graph.schema import schema
from web import operations, session_cookie, sse
from web.auth import bearer
from web.frames import Frames
from web.handler import Handler, SocketLimits, expiry_of
from web.hub import Hub
from web.logs import request_id
from web.operations import Observe, Operation, Running
from web.requests import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    JSON,
    GraphQLRequest,
    Refusal,
    accepted_type,
    check_content_type,
    read_json,
)
from web.sockets import Sockets

Page = Callable[[Request], Awaitable[Response]]

METHODS = "GET, HEAD, POST, OPTIONS"
READ_ON = 16
"""A body that is too large is read on, up to so many times the limit: who still sends cannot hear why."""


def nobody(_operation: Operation) -> None:
    """Where no one counts."""


class GraphQLEndpoint(GraphQL[Context, None]):
    """`observe` hears of every operation that has ended; `sockets` are those that are open here."""

    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Frames

    def __init__(
        self,
        shop: Shop,
        *,
        hub: Hub,
        sockets: Sockets | None = None,
        observe: Observe = nobody,
        graphiql: Page | None = None,
        most_body: int = 1_048_576,
        limits: SocketLimits | None = None,
        body_patience: float = 30.0,
    ) -> None:
        """`graphiql` is the page for browsers; `limits` are those of the sockets.

        `most_body` in bytes; `body_patience` in seconds, for a body to come in.
        """
        self.limits = limits or SocketLimits()
        super().__init__(
            schema,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            graphql_ide=None,
            connection_init_wait_timeout=timedelta(seconds=self.limits.init_timeout),
            max_subscriptions_per_connection=None,  # the handler says it, with a code
        )
        self.hub = hub
        self.sockets = Sockets() if sockets is None else sockets
        self._shop = shop
        self._observe = observe
        self._graphiql = graphiql
        self._most_body = most_body
        self._body_patience = body_patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:  # while it sent its body: there is nobody to answer
            return
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket | None = None) -> Context:
        headers = request.headers
        return Context(
            shop=self._shop,
            viewer=self.viewer_of(headers.get("authorization")),
            user_agent=headers.get("user-agent"),
            kept_token=session_cookie.kept_token(request) if isinstance(request, Request) else None,
            debug=headers.get("x-swapshop-debug") == "1",
            correlation_id=request_id(request.scope),
        )

    async def on_ws_connect(self, context: Context) -> Any:
        """`connection_init` carries {"authorization": "Bearer …"}; nothing at all is nobody, who may sign in."""
        given = (context.connection_params or {}).get("authorization")
        if given is not None:
            context.become(self.viewer_of(given))
            if context.viewer is None:
                raise ConnectionRejectionError
        return expiry_of(context.viewer) if context.viewer else UNSET

    def running(self, text: str, name: str | None) -> Running:
        """For whoever ends it, when the operation has ended."""
        return Running(self._observe, schema.documents.get(text).operation(name))

    def observed(self, text: str, name: str | None) -> AbstractContextManager[Running]:
        """Around the execution of an operation, over HTTP or on a socket."""
        return operations.observed(self._observe, schema.documents.get(text).operation(name))

    def viewer_of(self, given: object) -> Viewer | None:
        """Whoever an `authorization` value like "Bearer …" stands for; None when it is not good."""
        token = bearer(given)
        try:
            return self._shop.tokens.verify(token) if token else None
        except RecursionError:  # its header is JSON, nested a thousand levels deep
            return None

    async def _respond(self, request: Request) -> Response:
        try:
            return await self._answer(request, await self.get_context(request))
        except Refusal as refused:
            return _json(refused.body, refused.status, JSON, refused.headers)

    async def _answer(self, request: Request, context: Context) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": METHODS})
        if request.method not in METHODS.split(", "):
            raise Refusal(405, "Use GET for queries, POST for all operations.", headers={"allow": METHODS})
        if context.viewer is None and "authorization" in request.headers:
            raise _unauthenticated()
        if self._graphiql and _is_browser(request):
            return await self._graphiql(request)
        response = await self._operated(request, context)
        session_cookie.write(response, context.kept_token, request)
        return response

    async def _operated(self, request: Request, context: Context) -> Response:
        type = accepted_type(", ".join(request.headers.getlist("accept")))
        asked = await self._read(request)
        if type == EVENT_STREAM:
            return await self._streamed(asked, request, context)
        self._check_operation(asked, request, subscriptions=False)
        with self.observed(asked.query, asked.operation_name) as running:
            result = await self._executed(asked, context)
            running.saw(result)
        refused = bool(result.errors) and operations.refused(result)
        return _json(_body(result, refused=refused), 400 if refused and type == GRAPHQL_RESPONSE else 200, type)

    async def _streamed(self, asked: GraphQLRequest, request: Request, context: Context) -> Response:
        """As server-sent events: whatever becomes of the operation is told in the stream."""
        self._check_operation(asked, request, subscriptions=True)
        document = schema.documents.get(asked.query)
        operation = document.operation(asked.operation_name)
        if operation and operation.operation is OperationType.SUBSCRIPTION:
            self._check_room(context)
            context.last_event_id = request.headers.get("last-event-id")
            return StreamingResponse(self._events(asked, document, context), headers=sse.HEADERS)
        with self.observed(asked.query, asked.operation_name) as running:
            result = await self._executed(asked, context)
            running.saw(result)
        body = _body(result, refused=bool(result.errors) and operations.refused(result))
        return Response(sse.told_at_once(body), headers=sse.HEADERS)

    def _check_room(self, context: Context) -> None:
        """Streams count as sockets do."""
        most = self.limits.sockets_of_a_user
        if context.viewer and len(self.sockets.of(context.viewer.user_id)) >= most:
            raise Refusal(429, f"This user has {most} streams and sockets open. Close one.", code=Code.RATE_LIMITED)

    async def _events(self, asked: GraphQLRequest, document: Document, context: Context) -> AsyncIterator[bytes]:
        stream, viewer = sse.EventStream(), context.viewer
        with self.sockets.entered(context, stream.end) as socket, self.observed(asked.query, asked.operation_name):
            expiry = socket.expire_with(viewer, grace=self.limits.grace) if viewer else None
            subscription = self.hub.subscribe(asked, document, context, stream)
            try:
                async for chunk in stream.chunks():
                    yield chunk
            finally:
                subscription.stop()
                if expiry:
                    expiry.cancel()

    async def _executed(self, asked: GraphQLRequest, context: Context) -> ExecutionResult:
        return await schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
        )

    async def _read(self, request: Request) -> GraphQLRequest:
        if request.method != "POST":
            return GraphQLRequest.of_parameters(request.query_params)
        check_content_type(request.headers.get("content-type", ""))
        try:
            async with asyncio.timeout(self._body_patience):
                body = await self._body(request)
        except TimeoutError:
            raise Refusal(408, f"The body did not come within {self._body_patience:g} seconds.") from None
        return GraphQLRequest.of(read_json(body))

    async def _body(self, request: Request) -> bytes:
        body, size = bytearray(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= self._most_body:
                body += chunk
            elif size > self._most_body * READ_ON:
                break
        if size > self._most_body:
            raise Refusal(413, f"The body has more than {self._most_body:,} bytes.", code=Code.TOO_COMPLEX)
        return bytes(body)

    def _check_operation(self, asked: GraphQLRequest, request: Request, *, subscriptions: bool) -> None:
        definition = schema.documents.get(asked.query).operation(asked.operation_name)
        if definition is None:
            return
        if definition.operation is OperationType.SUBSCRIPTION and not subscriptions:
            text = f"Subscriptions are for `accept: {EVENT_STREAM}`, or for the websocket (graphql-transport-ws) here."
            raise Refusal(400, text)
        if definition.operation is OperationType.MUTATION and request.method != "POST":
            raise Refusal(405, "Mutations are not for GET: use POST.", headers={"allow": "POST"})


def _is_browser(request: Request) -> bool:
    """Somebody opens the page, which asks for what is a query only by POST."""
    accept = request.headers.get("accept", "")
    return request.method != "POST" and "query" not in request.query_params and "text/html" in accept


def _unauthenticated() -> Refusal:
    message = "The access token is not valid, or has expired. Sign in again."
    return Refusal(401, message, code=Code.UNAUTHENTICATED, headers={"www-authenticate": "Bearer"})


def _body(result: ExecutionResult, *, refused: bool) -> dict[str, Any]:
    """Without `data` where nothing was executed."""
    body: dict[str, Any] = {} if refused else {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _json(body: Mapping[str, Any], status: int, type: str, headers: Mapping[str, str] | None = None) -> Response:
    """In ASCII, so that whatever it repeats of the request can be written."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, {**(headers or {}), "content-type": f"{type}; charset=utf-8"})
