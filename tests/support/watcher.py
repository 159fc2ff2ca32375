"""Watchers: subscribers of whom each must receive exactly what their wish leaves of the log, whatever is killed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from websockets.exceptions import WebSocketException

from domain.events import Event
from graph.scalars import read_cursor
from tests.support.client import Client, Socket
from tests.support.waiting import PATIENCE, until
from tests.support.wishes import ORDER_UPDATED, Fact, Person, Wish

LOST = (OSError, WebSocketException)


class Watcher:
    """A subscriber that keeps its cursor, and goes on at another process whenever its connection is lost.

    `seen` is all that it was told after `start`; of one order nothing that the opening, version `told`, had told.
    """

    def __init__(self, person: Person, wish: Wish, urls: Sequence[str]) -> None:
        self.person = person
        self.wish = wish
        self.urls = list(urls)
        self.cursor: str | None = None
        self.start = self.at = -1
        self.told = 0
        self.seen: list[Fact] = []
        self.connections = 0
        self.ponged = asyncio.Event()
        self._socket: Socket | None = None
        self._following: asyncio.Task[None]

    def begin(self, group: asyncio.TaskGroup) -> "Watcher":
        """In a group, which ends when a watcher is told what it must not be."""
        self._following = group.create_task(self._follow())
        return self

    def stop(self) -> None:
        self._following.cancel()

    def expected(self, log: Sequence[Event]) -> list[Fact]:
        of_one = self.wish.document is ORDER_UPDATED
        return [
            Fact(str(event.id), event.type, event.version)
            for event in log
            if event.position > self.start and self.wish.wants(event) and not (of_one and event.version <= self.told)
        ]

    def cut(self) -> None:
        if self._socket:
            self._socket.connection.transport.abort()

    async def _follow(self) -> None:
        while True:
            with suppress(LOST):
                await self._listen(self.person.client.at(self.urls[0]))
            self.urls.append(self.urls.pop(0))
            await asyncio.sleep(0.05)  # a client that is refused does not ask again at once

    async def has_it_all(self, log: Sequence[Event]) -> None:
        """Returns when nothing more is on its way to it."""
        expected = self.expected(log)

        async def arrived() -> bool:
            return self.start >= 0 and len(self.seen) >= len(expected)

        try:
            await until(arrived, seconds=PATIENCE)
            await until(self._ponged, seconds=PATIENCE)
        finally:
            assert self.seen == expected, f"{self.wish} of {self.person}, {self.connections} connections"

    async def _ponged(self) -> bool:
        """What was sent before the answer to a ping has come before it."""
        try:
            if self._socket:
                await self._socket.send({"type": "ping"})
        except LOST:
            return False
        return self.ponged.is_set()

    async def _listen(self, client: Client) -> None:
        async with client.socket() as self._socket:
            self.connections += 1
            variables = {**self.wish.variables, "after": self.cursor}
            await self._socket.subscribe(self.wish.document, **variables)
            snapshot = False
            while True:
                message = await self._received(self._socket)
                if message["type"] == "pong":
                    self.ponged.set()
                    continue
                if _is_outage(message):  # on a machine that is busy with starting what was killed
                    return
                assert message["type"] == "next", (message, variables)
                assert "errors" not in message["payload"], message
                snapshot = self._take(*message["payload"]["data"].values(), snapshot=snapshot)

    async def _received(self, socket: Socket) -> dict[str, Any]:
        try:
            return await socket.receive(60)
        except TimeoutError:
            raise AssertionError(f"neither news nor progress for a minute: {self.wish}") from None

    def _take(self, value: dict[str, Any], *, snapshot: bool) -> bool:
        """True from the order as it was at the opening on: this connection tells nothing older."""
        event = (value.get("notification") or value).get("event")
        position = read_cursor(value["cursor"]).position
        assert position >= self.at, "a cursor goes forward"
        self.cursor, before, self.at = value["cursor"], self.at, position
        if self.start < 0:
            self.start = position
        if event is None:
            self.told = max(self.told, (value.get("order") or {}).get("version", 0))
            return snapshot or bool(value.get("order"))
        assert position > before, f"{event} was told twice"
        fact = Fact(**event)
        assert value.get("order", event)["version"] == fact.version, "the order as it was at the event"
        if fact.version > self.told or self.wish.document is not ORDER_UPDATED:
            self.seen.append(fact)
        else:
            assert not snapshot, f"{fact} was in the opening already"
        return snapshot


def _is_outage(message: dict[str, Any]) -> bool:
    """The shop says that it cannot serve now: nothing was left out, and the client goes on from its cursor."""
    return message["type"] == "error" and message["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
