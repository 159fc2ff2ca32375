"""Strawberry and broadcaster the usual way: a generator for each subscriber, with a subscription to a channel in it.

As https://strawberry.rocks/docs/general/subscriptions and broadcaster's own README have it. SECRET_KEY and REDIS_URL
are in the environment.
"""

import json
import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
import strawberry
import uvicorn
from broadcaster import Broadcast
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError

KEY = os.environ["SECRET_KEY"]
STAFF = {"OPERATOR", "ADMIN"}
broadcast = Broadcast(os.environ["REDIS_URL"])


@strawberry.type
class Order:
    id: strawberry.ID
    number: str
    status: str
    note: str | None
    version: int


@strawberry.type
class OrderMessage:
    cursor: str
    order: Order | None


@strawberry.type
class Query:
    ok: str = "ok"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def orders_updated(self) -> AsyncGenerator[OrderMessage, None]:
        async for message in follow("orders"):
            yield message

    @strawberry.subscription
    async def order_updated(self, id: strawberry.ID) -> AsyncGenerator[OrderMessage, None]:
        async for message in follow(f"order:{id}"):
            yield message


async def follow(channel: str) -> AsyncGenerator[OrderMessage, None]:
    async with broadcast.subscribe(channel) as published:
        yield OrderMessage(cursor="start", order=None)
        async for event in published:
            message = json.loads(event.message)
            order = message["order"]
            yield OrderMessage(
                cursor=message["cursor"],
                order=Order(
                    id=order["id"],
                    number=order["number"],
                    status=order["status"],
                    note=order["note"],
                    version=order["version"],
                ),
            )


class Endpoint(GraphQL[Any, None]):
    async def on_ws_connect(self, context: Any) -> None:
        """Lets in whoever has brought the token of somebody who may see everybody's orders."""
        token = str(context["connection_params"].get("authorization")).removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="swapshop")
        except jwt.InvalidTokenError:
            raise ConnectionRejectionError from None
        if not STAFF.intersection(claims["roles"]):
            raise ConnectionRejectionError

    async def get_context(self, request: WebSocket, response: WebSocket) -> dict[str, Any]:
        return {"request": request, "response": response}


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Broadcaster with redis-py 8 hears nothing before a second channel is subscribed to, and of those who are the
    first on a channel at the same time all but one hear nothing: so two subscriptions are held from the start."""
    async with broadcast, broadcast.subscribe("held"), broadcast.subscribe("orders"):
        yield


schema = strawberry.Schema(Query, subscription=Subscription)
app = Starlette(routes=[WebSocketRoute("/graphql", Endpoint(schema))], lifespan=lifespan)


def main() -> None:
    # Named as TCP, or asyncio does not set TCP_NODELAY.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        print(f"ready http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
