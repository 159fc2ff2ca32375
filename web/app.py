"""The ASGI application: GraphQL over HTTP and websockets, and whether all is well."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UNSET

from graph.context import Context, Shop
from graph.faults import Code
from graph.schema import schema
from persistence.migrations import is_current
from web.auth import bearer
from web.wiring import Parts

PATIENCE = 2.0


class GraphQLEndpoint(GraphQL[Context, None]):
    """Strawberry's view, with our context; a token that is sent must be good."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(
            schema,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=timedelta(seconds=5),
        )
        self._shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._refuses(Request(scope)):
            await _unauthenticated()(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        token = bearer(request.headers.get("authorization"))
        viewer = self._shop.tokens.verify(token) if token else None
        debug = request.headers.get("x-swapshop-debug") == "1"
        return Context(shop=self._shop, viewer=viewer, debug=debug)

    async def on_ws_connect(self, context: Context) -> Any:
        """`connection_init` carries {"authorization": "Bearer …"}; nothing at all is nobody, who may sign in."""
        given = (context.connection_params or {}).get("authorization")
        if given is not None:
            token = bearer(given)
            context.viewer = self._shop.tokens.verify(token) if token else None
            if context.viewer is None:
                raise ConnectionRejectionError
        return UNSET

    def _refuses(self, request: Request) -> bool:
        given = request.headers.get("authorization")
        token = bearer(given)
        return given is not None and (token is None or self._shop.tokens.verify(token) is None)


def _unauthenticated() -> Response:
    message = "The access token is not valid, or has expired. Sign in again."
    error = {"message": message, "extensions": {"code": Code.UNAUTHENTICATED}}
    return JSONResponse({"errors": [error]}, status_code=401, headers={"www-authenticate": "Bearer"})


def create_app(parts: Parts, shop: Shop) -> Starlette:
    graphql = GraphQLEndpoint(shop)

    async def home(_request: Request) -> Response:
        return RedirectResponse("/graphql")

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        found = {"database": await _state(database()), "redis": await _state(redis())}
        ready = found["database"] == "ok"  # without Redis the shop is slower, not closed
        return JSONResponse({"ready": ready, **found}, status_code=200 if ready else 503)

    async def database() -> str:
        return "ok" if await is_current(parts.database.reader) else "its schema is not this version's"

    async def redis() -> str:
        return "ok" if parts.redis is not None and await parts.redis.ping() else "not used"

    return Starlette(
        routes=[
            Route("/", home),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/graphql", graphql, methods=["GET", "POST", "OPTIONS"]),
            WebSocketRoute("/graphql", graphql),
        ]
    )


async def _state(asked: Any) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return str(await asked)
    except Exception as fault:
        return f"does not answer ({type(fault).__name__})"
