"""Server-sent events after graphql-sse, read as a browser reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.client import Client
from tests.support.waiting import PATIENCE

EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One event of the stream. `data` is parsed; None where there is none."""

    event: str
    id: str | None = None
    data: Any = None

    @property
    def value(self) -> Any:
        """The one field of the answer; fails on errors."""
        assert self.event == "next", self
        assert "errors" not in self.data, self
        return next(iter(self.data["data"].values()))

    @property
    def code(self) -> str:
        """The code of the first error; fails when there is none."""
        assert self.event == "next", self
        code: str = self.data["errors"][0]["extensions"]["code"]
        return code


class EventStream:
    """`comments` counts the signs of life that came so far."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments = 0
        self._lines = response.aiter_lines()

    async def next(self, seconds: float = PATIENCE) -> Sent:
        fields: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                name, _, value = line.partition(":")
                if line and not name:
                    self.comments += 1
                elif line:
                    assert name not in fields, f"{name} came twice in one event"
                    fields[name] = value.removeprefix(" ")
                elif fields:
                    return _sent(fields)
        raise AssertionError("the stream has ended")

    async def until(self, wanted: Callable[[Sent], object], seconds: float = PATIENCE) -> list[Sent]:
        """All up to the first for which `wanted` holds."""
        seen: list[Sent] = []
        async with asyncio.timeout(seconds):
            while not seen or not wanted(seen[-1]):
                seen.append(await self.next(seconds))
        return seen

    async def rest(self, seconds: float = PATIENCE) -> list[Sent]:
        """All up to `complete`, after which the response must end."""
        seen = await self.until(lambda one: one.event == "complete", seconds)
        async with asyncio.timeout(PATIENCE):
            assert [line async for line in self._lines] == []
        return seen


@asynccontextmanager
async def streamed(
    client: Client, document: str, /, *, last: str | None = None, **variables: Any
) -> AsyncIterator[EventStream]:
    """The answer to an operation, as a stream; `last` is the Last-Event-ID."""
    headers = {"accept": EVENT_STREAM} | ({"last-event-id": last} if last is not None else {})
    headers |= {"authorization": f"Bearer {client.token}"} if client.token else {}
    body = {"query": document, "variables": variables}
    async with client.http.stream("POST", "/graphql", json=body, headers=headers) as response:
        stream = EventStream(response)  # named, or a caller who drops it would end the response
        yield stream


def _sent(fields: dict[str, str]) -> Sent:
    data = json.loads(fields["data"]) if fields.get("data") else None
    return Sent(event=fields["event"], id=fields.get("id"), data=data)
