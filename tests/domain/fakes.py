"""A shop of dictionaries: as much of a transaction as the rules use."""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar, cast
from uuid import UUID

from domain.circuits import CLOSED, Circuit
from domain.deliveries import DeliveryStatus, Outcome, WebhookDelivery
from domain.events import START, Event, Place
from domain.ids import new_id, parse_id
from domain.orders import Order, OrderStatus
from domain.payments import Payment
from domain.ports import Database, Transaction
from domain.refusals import IdempotencyConflict, Refused
from domain.sessions import Rotation, Session
from domain.users import User, email_key
from domain.webhooks import WebhookEndpoint, WebhookSecrets
from tests.support.things import make_payment

T = TypeVar("T")


class FakeUsers:
    def __init__(self) -> None:
        self.rows: dict[str, User] = {}
        self.hashes: dict[UUID, str] = {}

    async def add(self, user: User, *, password_hash: str) -> bool:
        key = email_key(user.email)
        if key in self.rows:
            return False
        self.rows[key] = user
        self.hashes[user.id] = password_hash
        return True

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, User]:
        return {user.id: user for user in self.rows.values() if user.id in ids}

    async def credentials(self, email: str) -> tuple[User, str] | None:
        user = self.rows.get(email_key(email))
        return (user, self.hashes[user.id]) if user else None

    async def lock(self, id: UUID) -> tuple[User, str] | None:
        found = await self.by_ids([id])
        return (found[id], self.hashes[id]) if found else None

    async def update(self, user: User, *, at: datetime) -> None:
        self.rows[email_key(user.email)] = user

    async def set_password(self, id: UUID, password_hash: str) -> None:
        self.hashes[id] = password_hash


class FakeSessions:
    """`rows` are the sessions, `rotations` what is kept of their refresh tokens."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Session] = {}
        self.rotations: dict[UUID, Rotation] = {}

    async def add(self, session: Session, rotation: Rotation) -> None:
        self.rows[session.id], self.rotations[session.id] = session, rotation

    async def lock(self, id: UUID) -> tuple[Session, Rotation] | None:
        return (self.rows[id], self.rotations[id]) if id in self.rows else None

    async def lock_live(self, user_id: UUID, *, at: datetime) -> list[Session]:
        return [session for session in self.rows.values() if session.user_id == user_id and session.is_live(at)]

    async def update(self, session: Session, rotation: Rotation) -> None:
        await self.add(session, rotation)

    async def revoke(self, sessions: Sequence[Session]) -> None:
        self.rows |= {session.id: session for session in sessions}


class FakeRefreshTokens:
    """Tokens that say whose they are, and after which other token they come."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def first(self, session_id: UUID) -> str:
        return f"{session_id} first {next(self._numbers)}"

    def successor(self, session_id: UUID, digest: bytes) -> str:
        return f"{session_id} after {digest.hex()}"

    def session_of(self, token: str) -> UUID | None:
        return parse_id(token.partition(" ")[0])

    def digest(self, token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()


class FakeOrders:
    def __init__(self) -> None:
        self.rows: dict[UUID, Order] = {}

    async def lock(self, id: UUID) -> Order | None:
        return self.rows.get(id)

    async def update(self, order: Order) -> None:
        self.rows[order.id] = order

    async def replace_items(self, order: Order) -> None:
        self.rows[order.id] = replace(self.rows[order.id], items=order.items)

    async def claim_due(self, at: datetime, limit: int) -> list[Order]:
        due = [order for order in self.rows.values() if order.status is OrderStatus.PENDING and order.promote_at <= at]
        return sorted(due, key=lambda order: order.promote_at)[:limit]

    async def claim_unpaid(self, at: datetime, limit: int) -> list[Order]:
        return [order for order in self.rows.values() if order.pay_until and order.pay_until <= at][:limit]

    async def lock_free(self, ids: Sequence[UUID]) -> list[Order]:
        return [self.rows[id] for id in sorted(ids)]

    async def promote(self, orders: Sequence[Order]) -> None:
        self.rows |= {order.id: order for order in orders}


class FakePayments:
    def __init__(self) -> None:
        self.rows: dict[UUID, Payment] = {}

    async def add(self, payments: Sequence[Payment]) -> None:
        self.rows |= {payment.id: payment for payment in payments}

    async def update(self, payments: Sequence[Payment]) -> None:
        await self.add(payments)

    async def get(self, id: UUID) -> Payment | None:
        return self.rows.get(id)

    async def lock_of(self, order_ids: Sequence[UUID]) -> Mapping[UUID, Payment]:
        return {payment.id: payment for payment in self.rows.values() if payment.order_id in order_ids}

    async def unanswered(self, before: datetime, limit: int) -> list[Payment]:
        found = [one for one in self.rows.values() if one.by_card and one.is_open and one.created_at <= before]
        return found[:limit]


class FakeKeys:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, UUID, str], tuple[tuple[object, ...], UUID]] = {}

    async def claim(self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...]) -> bool:
        mine = new_id()
        return await self.claim_as(operation, user_id, key, asked, result_id=mine) == mine

    async def claim_as(
        self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...], *, result_id: UUID
    ) -> UUID:
        body, id = self.rows.setdefault((operation, user_id, key), (asked, result_id))
        if body != asked:
            raise Refused(IdempotencyConflict(key=key))
        return id


class FakeInbox:
    def __init__(self) -> None:
        self.taken: set[str] = set()

    async def take(self, message_id: str, *, payment_id: UUID, at: datetime) -> bool:
        new = message_id not in self.taken
        self.taken.add(message_id)
        return new


class FakeEvents:
    """`log` is what happened before, `appended` what the rules add to it."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self.appended: list[Event] = []
        self.place = START

    def append(self, event: Event) -> None:
        self.appended.append(event)

    async def head(self) -> Place:
        return self.place

    async def read(self, *, after: int, upto: int, limit: int) -> list[Event]:
        return [event for event in self.log if after < event.position <= upto][:limit]


class FakeEndpoints:
    """`kept_secrets` are as they were stored; `circuits` of which nothing is known are closed."""

    def __init__(self) -> None:
        self.rows: dict[UUID, WebhookEndpoint] = {}
        self.kept_secrets: dict[UUID, WebhookSecrets] = {}
        self.places: dict[UUID, Place] = {}
        self.kept_circuits: dict[UUID, Circuit] = {}

    async def add(self, endpoint: WebhookEndpoint, *, secrets: WebhookSecrets, place: Place) -> None:
        self.rows[endpoint.id] = endpoint
        self.kept_secrets[endpoint.id] = secrets
        self.places[endpoint.id] = place

    async def lock(self, id: UUID) -> WebhookEndpoint | None:
        return self.rows.get(id)

    async def lock_all(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[WebhookEndpoint, Circuit]]:
        return {id: (self.rows[id], self.kept_circuits.get(id, CLOSED)) for id in ids if id in self.rows}

    async def update(self, endpoint: WebhookEndpoint) -> None:
        self.rows[endpoint.id] = endpoint

    async def count(self, owner_id: UUID) -> int:
        return sum(endpoint.owner_id == owner_id for endpoint in self.rows.values())

    async def delete(self, id: UUID) -> None:
        del self.rows[id]

    async def place(self, id: UUID) -> Place | None:
        return self.places.get(id)

    async def set_circuit(self, id: UUID, circuit: Circuit) -> None:
        self.kept_circuits[id] = circuit

    async def secrets(self, id: UUID) -> WebhookSecrets:
        return self.kept_secrets[id]

    async def set_secrets(self, id: UUID, secrets: WebhookSecrets) -> None:
        self.kept_secrets[id] = secrets


class FakeDeliveries:
    """`lost` are the deliveries whose lease is held no more."""

    def __init__(self) -> None:
        self.rows: dict[UUID, WebhookDelivery] = {}
        self.lost: set[UUID] = set()

    async def add(self, deliveries: Sequence[WebhookDelivery]) -> None:
        self.rows |= {delivery.id: delivery for delivery in deliveries}

    async def get(self, id: UUID) -> WebhookDelivery | None:
        return self.rows.get(id)

    async def of_events(self, endpoint_id: UUID, event_ids: Sequence[UUID]) -> Mapping[UUID, WebhookDelivery]:
        its = [one for one in self.rows.values() if one.endpoint_id == endpoint_id and one.event_id in event_ids]
        return {one.event_id: one for one in its}

    async def make_due(self, ids: Sequence[UUID], *, at: datetime) -> None:
        for id in ids:
            was = self.rows[id]
            manual = was.manual or was.next_attempt_at is None
            self.rows[id] = replace(
                was, status=DeliveryStatus.PENDING, next_attempt_at=at, settled_at=None, manual=manual
            )

    async def settle(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        return [outcome for outcome in outcomes if outcome.claimed.id not in self.lost]


class FakeShop:
    """Look into its rows; hand `tx` to the rules."""

    def __init__(self, *orders: Order, endpoints: Sequence[WebhookEndpoint] = ()) -> None:
        self.users = FakeUsers()
        self.sessions = FakeSessions()
        self.orders = FakeOrders()
        self.payments = FakePayments()
        self.inbox = FakeInbox()
        self.keys = FakeKeys()
        self.events = FakeEvents()
        self.endpoints = FakeEndpoints()
        self.deliveries = FakeDeliveries()
        self.orders.rows |= {order.id: order for order in orders}
        self.endpoints.rows |= {endpoint.id: endpoint for endpoint in endpoints}

    @property
    def tx(self) -> Transaction:
        return cast(Transaction, self)

    @property
    def database(self) -> Database:
        return cast(Database, self)

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return await work(self.tx)

    def owe(self, order: Order, **given: Any) -> Payment:
        """The order, and a payment of it."""
        payment = make_payment(order, **given)
        self.orders.rows[order.id], self.payments.rows[payment.id] = order, payment
        return payment

    def know(self, user: User, *, password_hash: str = "hashed") -> User:
        self.users.rows[email_key(user.email)] = user
        self.users.hashes[user.id] = password_hash
        return user
