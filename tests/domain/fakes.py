"""A shop of dictionaries: as much of a transaction as the rules use."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import cast
from uuid import UUID

from domain.events import START, Event, Place
from domain.ids import parse_id
from domain.orders import Order, OrderStatus
from domain.ports import Transaction
from domain.sessions import Rotation, Session
from domain.users import User, email_key
from domain.webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint


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

    async def promote(self, orders: Sequence[Order]) -> None:
        self.rows |= {order.id: order for order in orders}


class FakeEvents:
    def __init__(self) -> None:
        self.appended: list[Event] = []
        self.place = START

    def append(self, event: Event) -> None:
        self.appended.append(event)

    async def head(self) -> Place:
        return self.place


class FakeEndpoints:
    def __init__(self) -> None:
        self.rows: dict[UUID, WebhookEndpoint] = {}
        self.secrets: dict[UUID, str] = {}
        self.places: dict[UUID, Place] = {}

    async def add(self, endpoint: WebhookEndpoint, *, secret: str, place: Place) -> None:
        self.rows[endpoint.id] = endpoint
        self.secrets[endpoint.id] = secret
        self.places[endpoint.id] = place

    async def lock(self, id: UUID) -> WebhookEndpoint | None:
        return self.rows.get(id)

    async def count(self, owner_id: UUID) -> int:
        return sum(endpoint.owner_id == owner_id for endpoint in self.rows.values())

    async def delete(self, id: UUID) -> None:
        del self.rows[id]


class FakeDeliveries:
    def __init__(self) -> None:
        self.rows: dict[UUID, WebhookDelivery] = {}

    async def add(self, deliveries: Sequence[WebhookDelivery]) -> None:
        self.rows |= {delivery.id: delivery for delivery in deliveries}

    async def get(self, id: UUID) -> WebhookDelivery | None:
        return self.rows.get(id)

    async def make_due(self, delivery: WebhookDelivery, *, at: datetime) -> WebhookDelivery:
        due = replace(delivery, status=DeliveryStatus.PENDING, next_attempt_at=at, settled_at=None)
        self.rows[delivery.id] = due
        return due


class FakeShop:
    """Look into its rows; hand `tx` to the rules."""

    def __init__(self, *orders: Order, endpoints: Sequence[WebhookEndpoint] = ()) -> None:
        self.users = FakeUsers()
        self.sessions = FakeSessions()
        self.orders = FakeOrders()
        self.events = FakeEvents()
        self.endpoints = FakeEndpoints()
        self.deliveries = FakeDeliveries()
        self.orders.rows |= {order.id: order for order in orders}
        self.endpoints.rows |= {endpoint.id: endpoint for endpoint in endpoints}

    @property
    def tx(self) -> Transaction:
        return cast(Transaction, self)

    def know(self, user: User, *, password_hash: str = "hashed") -> User:
        self.users.rows[email_key(user.email)] = user
        self.users.hashes[user.id] = password_hash
        return user
