"""The ASGI application: GraphQL over HTTP and websockets, the pages, and whether all is well."""

import logging

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from graph.context import Shop
from web.graphql import GraphQLEndpoint
from web.handler import SocketLimits
from web.logs import RequestIds
from web.metrics import label_of, metrics_route
from web.operations import Operation
from web.pages import BUILT, Pages
from web.pictures.served import picture_route
from web.wiring import Parts

log = logging.getLogger(__name__)


def create_app(parts: Parts, shop: Shop) -> Starlette:
    settings, pages = parts.settings, Pages(parts.settings.pages or BUILT)

    def observe(operation: Operation) -> None:
        """At DEBUG: the metrics count them all, and at INFO a client could fill the log with its mistakes."""
        parts.metrics.operation(operation)
        about = {"type": operation.type, "operation": label_of(operation), "outcome": operation.outcome}
        log.debug("an operation has ended", extra={**about, "ms": round(operation.seconds * 1000, 1)})

    graphql = GraphQLEndpoint(
        shop,
        hub=parts.hub,
        sockets=parts.sockets,
        observe=observe,
        graphiql=pages.graphiql,
        most_body=settings.most_body,
        limits=SocketLimits(
            init_timeout=settings.socket_init_timeout.total_seconds(),
            operations=settings.most_operations,
            sockets_of_a_user=settings.most_sockets,
            messages_a_second=settings.most_messages,
            grace=settings.socket_grace.total_seconds(),
        ),
    )

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        database, redis, *_ = (await parts.health.look()).dependencies
        said = {one.name: one.detail or "ok" for one in (database, redis)}
        ready = database.ok  # without Redis the shop is slower, not closed
        return JSONResponse({"ready": ready, **said}, status_code=200 if ready else 503)

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            metrics_route(parts.metrics, parts.health),
            picture_route(),
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            *pages.routes(),
        ],
        middleware=[Middleware(RequestIds)],
    )
