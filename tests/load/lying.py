"""A shop that does not keep its word: a proxy before the real one that spoils one kind of answer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from web.serving import Server, bound, url_of

Json = dict[str, Any]
PROTOCOL = "graphql-transport-ws"


class Lies:
    """Tells the truth at once; each lie is a subclass."""

    seconds = 0.0  # before it answers

    def token(self, authorization: str) -> str:
        return authorization

    def answer(self, operation: str, answer: Json) -> Json:
        return answer

    def told(self, message: Json) -> Sequence[Json]:
        """What becomes of one message of the socket."""
        return [message]


class ForgetsWhoAsks(Lies):
    def token(self, authorization: str) -> str:
        return "Bearer of nothing"


class RefusesOrders(Lies):
    """With HTTP status 200, as GraphQL does."""

    def answer(self, operation: str, answer: Json) -> Json:
        return {"data": {"createOrder": {"__typename": "InvalidInput"}}} if operation == "CreateOrder" else answer


class RefusesPayments(Lies):
    def answer(self, operation: str, answer: Json) -> Json:
        return {"data": {"payOrder": {"__typename": "CardRejected"}}} if operation == "PayOrder" else answer


class ChargesMore(Lies):
    """One cent, which the customer has not agreed to."""

    def answer(self, operation: str, answer: Json) -> Json:
        if operation == "PayOrder":
            answer["data"]["payOrder"]["amount"]["amount"] += "1"
        return answer


class ShowsAnotherPrice(Lies):
    def answer(self, operation: str, answer: Json) -> Json:
        for edge in answer["data"]["products"]["edges"] if operation == "Browse" else ():
            edge["node"]["price"]["amount"] = "0.50"
        return answer


class ShowsAnotherOrder(Lies):
    def answer(self, operation: str, answer: Json) -> Json:
        return answer if operation != "ReadOrder" else {"data": {"order": {**answer["data"]["order"], "id": "another"}}}


class HasNoCache(Lies):
    def answer(self, operation: str, answer: Json) -> Json:
        return {"data": answer["data"]}


class IsSlow(Lies):
    seconds = 1.0


class Loses(Lies):
    """The first order that is PROCESSED is never told of."""

    lost = False

    def told(self, message: Json) -> Sequence[Json]:
        if self.lost or not is_processed(message):
            return [message]
        self.lost = True
        return []


class ForgetsToTakeTheMoney(Lies):
    """An order is ready before it is paid."""

    def told(self, message: Json) -> Sequence[Json]:
        if is_processed(message):
            message["payload"]["data"]["ordersUpdated"]["order"]["paymentState"] = "AWAITING"
        return [message]


class Doubles(Lies):
    def told(self, message: Json) -> Sequence[Json]:
        return [message, message] if is_processed(message) else [message]


class ForgetsTheFirstMessage(Lies):
    def told(self, message: Json) -> Sequence[Json]:
        return [message] if message["type"] != "next" or message["payload"]["data"]["ordersUpdated"]["order"] else []


def operation_of(document: str) -> str:
    """Its name: what stands before the first bracket of either kind."""
    return re.split(r"[({]", document)[0].split()[-1]


def is_processed(message: Json) -> bool:
    if message["type"] != "next":
        return False
    order = message["payload"]["data"]["ordersUpdated"]["order"]
    return bool(order) and order["status"] == "PROCESSED"


@asynccontextmanager
async def lying(url: str, lies: Lies) -> AsyncIterator[str]:
    """The URL of the proxy before the shop at `url`."""
    async with httpx.AsyncClient(base_url=url, timeout=15) as shop:

        async def http(request: Request) -> Response:
            headers = {"content-type": "application/json"}
            for name in ("authorization", "x-swapshop-debug"):
                if given := request.headers.get(name):
                    headers[name] = lies.token(given) if name == "authorization" else given
            body = await request.body()
            await asyncio.sleep(lies.seconds)  # a shop that is slow cannot be had otherwise
            answer = await shop.post("/graphql", content=body, headers=headers)
            spoilt = lies.answer(operation_of(json.loads(body)["query"]), answer.json())
            return Response(json.dumps(spoilt), status_code=answer.status_code, media_type="application/json")

        async def websocket(browser: WebSocket) -> None:
            await browser.accept(subprotocol=PROTOCOL)
            address = f"{url.replace('http', 'ws', 1)}/graphql"
            async with connect(address, subprotocols=[PROTOCOL], proxy=None) as upstream:  # type: ignore[list-item]
                answers = asyncio.create_task(forward(upstream.recv, browser.send_text, lies))
                try:
                    while True:
                        await upstream.send(await browser.receive_text())
                except (WebSocketDisconnect, ConnectionClosed):
                    answers.cancel()

        routes = [Route("/graphql", http, methods=["POST"]), WebSocketRoute("/graphql", websocket)]
        listener = bound(0)
        async with Server(Starlette(routes=routes), listener):
            yield url_of(listener)


async def forward(receive: Callable[[], Any], send: Callable[[str], Any], lies: Lies) -> None:
    try:
        while True:
            for message in lies.told(json.loads(await receive())):
                await send(json.dumps(message))
    except (ConnectionClosed, WebSocketDisconnect):
        return
