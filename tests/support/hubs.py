"""A hub on a real log, without sockets, and outlets that may have no room."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import GraphQLError
from pydantic import SecretStr

from domain.events import Event, Place
from domain.users import Role, Viewer
from graph.context import Context, Shop
from graph.scalars import write_cursor
from graph.schema import schema
from persistence.database import SqlDatabase
from persistence.migrations import migrate
from tests.persistence.shops import happen, until
from tests.support.processes import KEY, WEBHOOK_KEYS
from tests.support.things import make_event, make_order, make_viewer
from web.hub import Hub
from web.requests import GraphQLRequest
from web.settings import Settings
from web.subscription import Subscription
from web.wiring import assembled, opened_shop

EVENTS = """subscription($after: Cursor, $filter: EventFilter) { events(after: $after, filter: $filter) {
  cursor event { id type } } }"""
STAFF = make_viewer(Role.ADMIN)
ANA, BEA = make_viewer(), make_viewer()


class Inbox:
    """An outlet that takes so many messages, or any number, and keeps what it was given."""

    def __init__(self, room: int | None = None) -> None:
        self.left = room
        self.payloads: list[bytes] = []
        self.refused = 0
        self.errors: Sequence[GraphQLError] = ()
        self.given_up_at: Place | None = None
        self.subscription: Subscription
        self._room = asyncio.Event()

    def push(self, payload: bytes, place: Place) -> bool:
        if self.left == 0:
            self.refused += 1
            self._room.clear()
            return False
        self.left = self.left and self.left - 1
        self.payloads.append(payload)
        assert self.messages[-1]["cursor"] == write_cursor(place)
        return True

    async def room(self) -> None:
        await self._room.wait()

    async def fail(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors

    def give_up(self, place: Place) -> None:
        self.given_up_at = place

    def take(self, room: int | None) -> None:
        self.left = room
        if room != 0:
            self._room.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [next(iter(json.loads(payload)["data"].values())) for payload in self.payloads]

    @property
    def events(self) -> list[str]:
        return [message["event"]["id"] for message in self.messages if message["event"]]

    @property
    def live(self) -> bool:
        one = self.subscription
        return one.key is not None and one in one.group.members


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """An API without its sockets."""

    hub: Hub
    shop: Shop
    database: SqlDatabase

    async def subscribe(self, viewer: Viewer, query: str, inbox: Inbox | None = None, **variables: Any) -> Inbox:
        """Returns when it is live."""
        inbox = self.subscribing(viewer, query, inbox, **variables)
        await until(lambda: inbox.live or inbox.errors)
        assert not inbox.errors
        return inbox

    def subscribing(self, viewer: Viewer, query: str, inbox: Inbox | None = None, **variables: Any) -> Inbox:
        inbox, request = inbox or Inbox(), GraphQLRequest(query=query, variables=variables)
        document = schema.documents.get(query)
        assert not document.errors
        context = Context(shop=self.shop, viewer=viewer)
        inbox.subscription = self.hub.subscribe(request, document, context, inbox)
        return inbox

    async def happen(self, count: int = 1, *, owner_id: UUID | None = None, **given: Any) -> list[str]:
        """So many events in one commit; their ids."""
        about = {"customer_id": owner_id} if owner_id else {}
        orders = [make_order(**about) for _ in range(count)]
        return ids(await happen(self.database, *(make_event(subject=order, **given) for order in orders)))

    async def settled(self, *inboxes: Inbox) -> None:
        """Returns when all that happened was told, and these are live."""
        async with self.database.reading() as rows:
            head = (await rows.events.head()).position
        await until(lambda: self.hub.told.position >= head)
        await until(lambda: all(inbox.live for inbox in inboxes))


def ids(events: Sequence[Event]) -> list[str]:
    return [str(event.id) for event in events]


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Process]:
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}"
    new = SqlDatabase(url)
    await migrate(new.writer)
    await new.close()
    given = Settings(database_url=SecretStr(url), secret_key=SecretStr(KEY), webhook_keys=SecretStr(WEBHOOK_KEYS))
    async with assembled(given, embedded=True) as parts, opened_shop(parts) as shop:
        yield Process(hub=parts.hub, shop=shop, database=parts.database)


@asynccontextmanager
async def deaf(process: Process) -> AsyncIterator[None]:
    """The process does not hear of its own commits meanwhile, as it does not of another's when the bus is down."""
    listeners, process.database._committed = process.database._committed, []
    yield
    process.database._committed = listeners
