"""What the shop asks of the outside world. Adapters are made in one place and passed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from domain.charges import Charge, Refund, Result
    from domain.circuits import Circuit
    from domain.deliveries import (
        Answer,
        ClaimedDelivery,
        DeliveryStats,
        DeliveryStatus,
        Outcome,
        WebhookAttempt,
        WebhookDelivery,
    )
    from domain.drafts import OrderDraft
    from domain.events import Event, Place
    from domain.notifications import Notification
    from domain.order_selection import OrderSelection
    from domain.orders import Order
    from domain.payments import Payment
    from domain.products import Product, ProductSelection
    from domain.sessions import Rotation, Session
    from domain.stock import StockMovement
    from domain.system import SystemState
    from domain.users import Role, User, Viewer
    from domain.webhooks import WebhookEndpoint, WebhookSecrets

T = TypeVar("T")


class Unavailable(Exception):
    """The database, or the broker of payments, cannot be reached, or does not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a list: `size` rows beyond `after` (forwards) or before it (backwards)."""

    size: int
    after: UUID | None = None
    backwards: bool = False


class Users(Protocol):
    async def add(self, user: User, *, password_hash: str) -> bool: ...  # False: the e-mail is taken
    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, User]: ...
    async def credentials(self, email: str) -> tuple[User, str] | None: ...  # with the password's hash
    async def lock(self, id: UUID) -> tuple[User, str] | None: ...  # with the password's hash
    async def update(self, user: User, *, at: datetime) -> None: ...
    async def set_password(self, id: UUID, password_hash: str) -> None: ...
    async def page(self, part: Slice, *, search: str | None, role: Role | None) -> list[User]: ...
    async def changed_since(self, at: datetime) -> list[User]: ...


class Sessions(Protocol):
    async def add(self, session: Session, rotation: Rotation) -> None: ...
    async def lock(self, id: UUID) -> tuple[Session, Rotation] | None: ...
    async def lock_live(self, user_id: UUID, *, at: datetime) -> list[Session]: ...
    async def update(self, session: Session, rotation: Rotation) -> None: ...
    async def revoke(self, sessions: Sequence[Session]) -> None: ...  # all at one moment
    async def live(self, user_id: UUID, *, at: datetime, limit: int) -> list[Session]: ...  # the last used first
    async def revoked_since(self, at: datetime) -> list[Session]: ...


class Orders(Protocol):
    async def get(self, id: UUID) -> Order | None: ...
    async def lock(self, id: UUID) -> Order | None: ...
    async def update(self, order: Order) -> None: ...
    async def replace_items(self, order: Order) -> None: ...
    async def claim_due(self, at: datetime, limit: int) -> list[Order]: ...
    async def promote(self, orders: Sequence[Order]) -> None: ...
    async def claim_unpaid(self, at: datetime, limit: int) -> list[Order]: ...  # whose time to be paid has run out
    async def lock_free(self, ids: Sequence[UUID]) -> list[Order]: ...  # those that nobody else holds
    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, Order]: ...
    async def page(self, part: Slice, selection: OrderSelection) -> list[Order]: ...
    async def count(self, selection: OrderSelection) -> int: ...


class Payments(Protocol):
    async def add(self, payments: Sequence[Payment]) -> None: ...
    async def get(self, id: UUID) -> Payment | None: ...
    async def update(self, payments: Sequence[Payment]) -> None: ...
    async def lock_of(self, order_ids: Sequence[UUID]) -> Mapping[UUID, Payment]: ...  # by their own ids
    async def of(self, order_ids: Sequence[UUID]) -> Sequence[Payment]: ...  # of each order the oldest first
    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, Payment]: ...
    async def unanswered(self, before: datetime, limit: int) -> list[Payment]:
        """By card, requested at that moment or earlier, and still without an answer. They are not locked."""
        ...

    async def still_asked(self, before: datetime, limit: int) -> list[Payment]:
        """What the card processor was asked for at that moment or earlier, and has not answered: refunds as well."""
        ...


class Inbox(Protocol):
    async def take(self, message_id: str, *, payment_id: UUID, at: datetime) -> bool:
        """Whether this message of the processor is taken in for the first time."""
        ...


class Readers(Protocol):
    """Places in the log of whoever has effects elsewhere, each held by one process at a time."""

    async def hold(self, name: str, holder: str, *, at: datetime, until: datetime) -> Place | None:
        """Takes a reader, or holds it for longer; None while somebody else holds it. A new one begins at the start."""
        ...

    async def advance(self, name: str, holder: str, place: Place) -> bool: ...  # False: somebody else holds it


class Keys(Protocol):
    async def claim(self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...]) -> bool:
        """Whether an idempotency key is used for the first time; raises Refused(IdempotencyConflict) for another use.

        `asked` is what tells two requests apart: ids, numbers and text.
        """
        ...

    async def claim_as(
        self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...], *, result_id: UUID
    ) -> UUID:
        """The id of what came of it: `result_id` when the key is used for the first time."""
        ...


class Products(Protocol):
    async def add(self, product: Product) -> bool: ...  # without its stock; False: the seller has that SKU already
    async def get(self, id: UUID) -> Product | None: ...
    async def lock(self, id: UUID) -> Product | None: ...
    async def lock_all(self, ids: Sequence[UUID]) -> Mapping[UUID, Product]: ...
    async def update(self, product: Product) -> None: ...  # but for its stock
    async def move(self, products: Sequence[Product], movements: Sequence[StockMovement]) -> None:
        """Writes the ledger, and the stock that it leaves of products that are locked or new."""
        ...

    async def page(self, part: Slice, selection: ProductSelection) -> list[Product]: ...
    async def count(self, selection: ProductSelection) -> int: ...
    async def movements(self, part: Slice, *, product_id: UUID) -> list[StockMovement]: ...


class Events(Protocol):
    def append(self, event: Event) -> None: ...
    async def head(self) -> Place: ...
    async def read(self, *, after: int, upto: int, limit: int, owner_id: UUID | None = None) -> list[Event]: ...
    async def about(self, subject_ids: Sequence[UUID], *, after: int, upto: int, limit: int) -> list[Event]: ...
    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, Event]: ...
    async def oldest(self) -> Place: ...
    async def expire(self, before: datetime) -> None: ...


class Notifications(Protocol):
    async def page(self, part: Slice, *, user_id: UUID, unread_only: bool) -> list[Notification]: ...
    async def of_event(self, user_id: UUID, event_id: UUID) -> Notification | None: ...
    async def unread(self, user_id: UUID) -> int: ...
    async def mark_read(self, user_id: UUID, ids: Sequence[UUID] | None, *, at: datetime) -> None: ...


class Endpoints(Protocol):
    async def add(self, endpoint: WebhookEndpoint, *, secrets: WebhookSecrets, place: Place) -> None: ...
    async def get(self, id: UUID) -> WebhookEndpoint | None: ...
    async def lock(self, id: UUID) -> WebhookEndpoint | None: ...
    async def lock_all(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[WebhookEndpoint, Circuit]]: ...
    async def update(self, endpoint: WebhookEndpoint) -> None: ...
    async def page(self, part: Slice, *, owner_id: UUID | None) -> list[WebhookEndpoint]: ...
    async def shaped(self) -> list[WebhookEndpoint]: ...  # the enabled ones that have a document
    async def count(self, owner_id: UUID) -> int: ...
    async def delete(self, id: UUID) -> None: ...
    async def place(self, id: UUID) -> Place | None: ...
    async def any_behind(self, head: Place) -> bool: ...
    async def claim_behind(self, head: Place, limit: int) -> Mapping[Place, Sequence[WebhookEndpoint]]: ...
    async def advance(self, ids: Sequence[UUID], place: Place) -> None: ...
    async def set_circuit(self, id: UUID, circuit: Circuit) -> None: ...
    async def secrets(self, id: UUID) -> WebhookSecrets: ...
    async def set_secrets(self, id: UUID, secrets: WebhookSecrets) -> None: ...
    async def all_secrets(self) -> Mapping[UUID, WebhookSecrets]: ...


class Deliveries(Protocol):
    async def add(self, deliveries: Sequence[WebhookDelivery]) -> None: ...
    async def get(self, id: UUID) -> WebhookDelivery | None: ...
    async def of_events(self, endpoint_id: UUID, event_ids: Sequence[UUID]) -> Mapping[UUID, WebhookDelivery]: ...
    async def page(
        self, part: Slice, *, endpoint_id: UUID, statuses: Sequence[DeliveryStatus]
    ) -> list[WebhookDelivery]: ...
    async def about(self, part: Slice, *, subject_ids: Sequence[UUID]) -> list[WebhookDelivery]: ...  # to anybody
    async def changed(
        self, endpoint_id: UUID, *, since: datetime, limit: int
    ) -> list[tuple[datetime, WebhookDelivery]]: ...  # and when each was, in that order
    async def attempts(self, id: UUID) -> list[WebhookAttempt]: ...
    async def stats(self, endpoint_id: UUID) -> DeliveryStats: ...
    async def make_due(self, ids: Sequence[UUID], *, at: datetime) -> None: ...
    async def rooms(self, at: datetime) -> Mapping[UUID, int]:
        """How many more may be sent at once to each endpoint that is owed something now.

        First comes whoever has the fewest on their way, and of those, whoever has waited longest.
        """
        ...

    async def claim(self, room: Mapping[UUID, int], *, at: datetime, lease_until: datetime) -> list[ClaimedDelivery]:
        """Takes at most so many due deliveries of each endpoint, which the transaction has locked."""
        ...

    async def settle(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Keeps each attempt; returns the outcomes whose lease was still held, which are written."""
        ...

    async def forget(self, before: datetime, *, limit: int) -> int: ...  # settled ones; how many


class Transaction(Protocol):
    """The rows of the shop, as one transaction sees them."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def readers(self) -> Readers: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def products(self) -> Products: ...
    @property
    def events(self) -> Events: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def endpoints(self) -> Endpoints: ...
    @property
    def deliveries(self) -> Deliveries: ...


class Database(Protocol):
    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Runs `work` in one transaction, commits it with its events, and tells whoever must know.

        Runs it again after a deadlock or a lost connection, so `work` changes nothing but rows.
        """
        ...

    def reading(self) -> AbstractAsyncContextManager[Transaction]: ...


class OrderDesk(Protocol):
    async def place(self, draft: OrderDraft) -> Order:
        """Places an order once per idempotency key; raises Refused with IdempotencyConflict."""
        ...


class OrderCache(Protocol):
    async def get(self, id: UUID) -> Order | None: ...
    async def put(self, orders: Sequence[Order]) -> None: ...


class Openings(Protocol):
    async def order(self, id: UUID) -> tuple[Order | None, Place]:
        """An order as it is, for a subscription that begins, and a place before which lies all that it tells of."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Events in order, and the place up to which the log was looked through for them."""

    events: Sequence[Event]
    upto: Place


class Log(Protocol):
    """The event log as far as it is known to be on disk. No reader is told of anything beyond it."""

    @property
    def place(self) -> Place: ...
    async def page(self, after: Place, *, owner_id: UUID | None, limit: int = 200) -> LogPage: ...
    async def moved(self, after: Place) -> None: ...
    async def resume(self, place: Place) -> bool:
        """Waits until the log is known up to a place a client has given; False when it was never in this log."""
        ...

    async def oldest(self) -> Place: ...


class Passwords(Protocol):
    """Raises Refused(TooManyAttempts) when too many wait."""

    async def hash(self, password: str) -> str: ...
    async def matches(self, password: str, hashed: str | None) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    text: str
    expires_in: int


class Tokens(Protocol):
    def issue(self, user: User, session_id: UUID) -> AccessToken: ...
    def verify(self, token: str) -> Viewer | None: ...  # None as well when its session was revoked


class RefreshTokens(Protocol):
    """Refresh tokens as text. Of each, only the digest is stored, and its successor follows from the digest."""

    def first(self, session_id: UUID) -> str: ...
    def successor(self, session_id: UUID, digest: bytes) -> str: ...
    def session_of(self, token: str) -> UUID | None: ...  # None for text that the shop has not issued
    def digest(self, token: str) -> bytes: ...


class CardTokens(Protocol):
    """What stands for a card, and for its number where two requests are compared. Neither leads back to the card."""

    def token(self, scenario: str, *, user_id: UUID, operation: str, key: str | None) -> str:
        """The same for the same idempotency key; another one each time without one."""
        ...

    def fingerprint(self, number: str) -> str: ...


class WebhookClient(Protocol):
    async def refusal(self, url: str) -> str | None: ...
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


class PaymentTransport(Protocol):
    """The way to the card processor and back. Each message comes at least once, and in any order."""

    async def open(self, receive: Callable[[Result], Awaitable[None]]) -> None:
        """From now on, through lost connections and until `close`, answers are given to `receive`, one at a time.

        An answer that was given is forgotten by whoever sent it only when `receive` has returned; when it raises, the
        answer comes again. Opening what is open does nothing.
        """
        ...

    async def send(self, requests: Sequence[Charge | Refund]) -> None:
        """Returns when all of them are safe on the other side; raises Unavailable when some may not be."""
        ...

    async def close(self) -> None: ...  # what is being received is finished first


class Vault(Protocol):
    """Keeps the secrets of webhooks from whoever reads the database. `about` is the endpoint: a sealed secret is good
    for no other."""

    def seal(self, secret: str, *, about: UUID) -> str: ...
    def open(self, sealed: str, *, about: UUID) -> str:
        """Raises LookupError when the key is not among ours."""
        ...

    def is_fresh(self, sealed: str) -> bool: ...  # whether sealed with the newest key


class Shape(Protocol):
    """What an endpoint's bodies look like, and which events it has one for."""

    def wants(self, event: Event) -> bool: ...
    def body(self, event: Event) -> str:
        """The same for the same event, whenever it is asked."""
        ...


class Shapes(Protocol):
    async def of(self, document: str | None, viewer: Viewer) -> Shape:
        """Raises Refused(DocumentInvalid) for a document that the viewer's endpoints cannot have."""
        ...


class Health(Protocol):
    async def look(self) -> SystemState:
        """How all that this process stands on is at this moment. Never raises, and does not take long."""
        ...
