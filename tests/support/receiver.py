"""Another company's webhook receiver: keeps what it was sent, and answers as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tests.support.waiting import PATIENCE
from web.serving import Server, bound, url_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One attempt as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> str:
        """The type of the event, as the signed body says it."""
        return str(self.json["type"])

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """The body, if the Standard Webhooks library finds that it was signed with the secret; raises otherwise."""
        return Webhook(secret).verify(self.body, dict(self.headers))


Behaviour = Callable[[Received], Awaitable[Response]]


async def accepts(_: Received) -> Response:
    return Response("thank you")


async def fails(_: Received) -> Response:
    return Response("not today", status_code=500)


def fails_first(times: int) -> Behaviour:
    """Answers 500 so many times, and then accepts."""
    left = iter(range(times))

    async def answer(received: Received) -> Response:
        return await (accepts(received) if next(left, None) is None else fails(received))

    return answer


def answers(status: int) -> Behaviour:
    async def answer(_: Received) -> Response:
        return Response("as it was told to", status_code=status)

    return answer


def redirects(url: str) -> Behaviour:
    async def answer(_: Received) -> Response:
        return RedirectResponse(url)

    return answer


def holds(released: asyncio.Event) -> Behaviour:
    """Does not answer before it is released."""

    async def answer(received: Received) -> Response:
        await released.wait()
        return await accepts(received)

    return answer


class Receiver:
    """Each path is a receiver of its own; `behaviours` says how it answers, and it accepts otherwise."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._received: list[Received] = []
        self._news = asyncio.Condition()
        self.behaviours: dict[str, Behaviour] = {}

    def url(self, path: str = "/") -> str:
        return self._url + path

    def at(self, path: str = "/") -> list[Received]:
        return [one for one in self._received if one.path == path]

    async def has(self, count: int, path: str = "/", seconds: float = PATIENCE) -> Sequence[Received]:
        """What has come, once there are as many."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(self.at(path)) >= count)
            return self.at(path)

    async def take(self, request: Request) -> Response:
        received = Received(path=request.url.path, headers=dict(request.headers), body=await request.body())
        async with self._news:
            self._received.append(received)
            self._news.notify_all()
        return await self.behaviours.get(received.path, accepts)(received)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    listener = bound(0)
    receiver = Receiver(url_of(listener))
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["GET", "POST"])])
    async with Server(app, listener):
        yield receiver
