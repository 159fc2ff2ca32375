"""A follower: a client that keeps its cursor, and goes on from there whenever it loses its connection."""

import asyncio
import random
from collections.abc import Sequence

from websockets.exceptions import WebSocketException

from tests.support.client import Client
from tests.support.waiting import until

EVENTS = "subscription($after: Cursor) { events(after: $after) { cursor event { id cursor type } } }"
LOST = (OSError, WebSocketException, TimeoutError)


class Follower:
    """`seen` has the ids of the events it was told of, without what a reconnect repeated."""

    def __init__(self, client: Client, urls: Sequence[str], *, rng: random.Random) -> None:
        self.client = client
        self.urls = urls
        self.rng = rng
        self.cursor: str | None = None
        self.seen: list[str] = []
        self.connections = 0
        self._following = asyncio.create_task(self._follow())
        self._joined = asyncio.Event()

    async def joined(self) -> "Follower":
        """Returns when it has a cursor: from then on it must miss nothing."""
        await self._joined.wait()
        return self

    async def has(self, id: str, seconds: float = 60) -> None:
        """Returns when it has been told of the event, and so of all before it."""

        async def come() -> bool:
            return id in self.seen[-50:]

        await until(come, seconds=seconds)

    async def stop(self) -> None:
        self._following.cancel()
        await asyncio.wait([self._following])
        if not self._following.cancelled() and (fault := self._following.exception()):
            raise fault

    async def _follow(self) -> None:
        while True:
            try:
                await self._listen(self.client.at(self.rng.choice(self.urls)))
            except LOST:
                await asyncio.sleep(self.rng.uniform(0.02, 0.1))

    async def _listen(self, client: Client) -> None:
        async with client.subscribe(EVENTS, after=self.cursor) as following:
            self.connections += 1
            while True:
                message = await following.next(seconds=60)
                self.cursor = message["cursor"]
                self._joined.set()
                if message["event"] and message["event"]["id"] not in self.seen[-200:]:
                    self.seen.append(message["event"]["id"])
