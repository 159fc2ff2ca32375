"""What every resolver can reach."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from domain.drafts import Terms
from domain.events import Cause, Event
from domain.ids import new_id, parse_id
from domain.orders import Order
from domain.payments import Payment
from domain.ports import (
    CardTokens,
    Database,
    Health,
    Log,
    Openings,
    OrderCache,
    OrderDesk,
    Passwords,
    RefreshTokens,
    Shapes,
    Tokens,
    Transaction,
    Vault,
    WebhookClient,
)
from domain.refusals import not_found
from domain.users import User, Viewer
from graph.faults import revoked, unauthenticated
from graph.keeping import KeptToken

READS_AT_ONCE = 3
ID_LENGTH = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The parts that one process shares between all requests."""

    database: Database
    log: Log
    desk: OrderDesk
    cache: OrderCache
    openings: Openings
    passwords: Passwords
    tokens: Tokens
    refresh_tokens: RefreshTokens
    card_tokens: CardTokens
    webhooks: WebhookClient
    vault: Vault
    shapes: Shapes
    health: Health
    terms: Terms


@dataclass(slots=True, kw_only=True)
class Context:
    """One request, or one socket."""

    shop: Shop
    viewer: Viewer | None = None
    revoked: bool = False
    user_agent: str | None = None
    kept_token: KeptToken | None = None
    """For a browser that keeps its refresh token in a cookie; None for every other client, which is told it."""
    last_event_id: str | None = None
    """Where a stream of server-sent events is taken up again, whatever its operation says."""
    connection_params: dict[str, object] | None = None
    debug: bool = False
    extensions: dict[str, object] = field(default_factory=dict)
    correlation_id: UUID = field(default_factory=new_id)
    became: Callable[[], None] = lambda: None
    """Called when the viewer has become another one."""
    _turn: asyncio.Semaphore | None = None
    _users: DataLoader[UUID, User] | None = None
    _events: DataLoader[UUID, Event] | None = None
    _orders: DataLoader[UUID, Order] | None = None
    _payments: DataLoader[UUID, list[Payment]] | None = None

    @property
    def on_socket(self) -> bool:
        """Whether it is of a websocket, which has said so with its `connection_init`."""
        return self.connection_params is not None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A look at the database, one of few at a time: no request takes all connections, whatever it asks for."""
        async with self.turn, self.shop.database.reading() as rows:
            yield rows

    # Made when they are asked for: most sockets never do, and there are tens of thousands of them.
    @property
    def turn(self) -> asyncio.Semaphore:
        self._turn = self._turn or asyncio.Semaphore(READS_AT_ONCE)
        return self._turn

    @property
    def users(self) -> DataLoader[UUID, User]:
        self._users = self._users or DataLoader(load_fn=self._load_users, cache=False)
        return self._users

    @property
    def events(self) -> DataLoader[UUID, Event]:
        self._events = self._events or DataLoader(load_fn=self._load_events, cache=False)
        return self._events

    @property
    def orders(self) -> DataLoader[UUID, Order]:
        self._orders = self._orders or DataLoader(load_fn=self._load_orders, cache=False)
        return self._orders

    @property
    def payments(self) -> DataLoader[UUID, list[Payment]]:
        """By their orders."""
        self._payments = self._payments or DataLoader(load_fn=self._load_payments, cache=False)
        return self._payments

    def become(self, viewer: Viewer | None) -> None:
        """From now on this is somebody else's, or theirs with another token."""
        self.viewer = viewer
        self.became()

    async def _load_users(self, ids: Sequence[UUID]) -> list[User]:
        async with self.reading() as rows:
            found = await rows.users.by_ids(ids)
        return [found[id] for id in ids]

    async def _load_events(self, ids: Sequence[UUID]) -> list[Event]:
        async with self.reading() as rows:
            found = await rows.events.by_ids(ids)
        return [found[id] for id in ids]

    async def _load_orders(self, ids: Sequence[UUID]) -> list[Order]:
        async with self.reading() as rows:
            found = await rows.orders.by_ids(ids)
        return [found[id] for id in ids]

    async def _load_payments(self, order_ids: Sequence[UUID]) -> list[list[Payment]]:
        async with self.reading() as rows:
            found = await rows.payments.of(order_ids)
        return [[one for one in found if one.order_id == id] for id in order_ids]


Info = StrawberryInfo[Context, None]


def viewer_of(info: Info) -> Viewer:
    """Whoever is signed in; raises UNAUTHENTICATED when nobody is, SESSION_REVOKED when they no longer are."""
    if info.context.revoked:
        raise revoked()
    if info.context.viewer is None:
        raise unauthenticated()
    return info.context.viewer


def cause_of(info: Info) -> Cause:
    return viewer_of(info).cause(info.context.correlation_id)


def known_id(text: str) -> UUID:
    """Raises Refused(NotFound) for text that is no id: nothing has it."""
    id = parse_id(text)
    if id is None:
        raise not_found(text[:ID_LENGTH])
    return id
