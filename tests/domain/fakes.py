"""A shop of dictionaries: as much of a transaction as the rules use."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from domain.events import START, Event, Place
from domain.orders import Order, OrderStatus
from domain.ports import Transaction
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


class FakeOrders:
    def __init__(self) -> None:
        self.rows: dict[UUID, Order] = {}

    async def lock(self, id: UUID) -> Order | None:
        return self.rows.get(id)

    async def update(self, order: Order) -> None:
        self.rows[order.id] = order

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
        self.orders = FakeOrders()
        self.events = FakeEvents()
        self.endpoints = FakeEndpoints()
        self.deliveries = FakeDeliveries()
        self.orders.rows |= {order.id: order for order in orders}
        self.endpoints.rows |= {endpoint.id: endpoint for endpoint in endpoints}

    @property
    def tx(self) -> Transaction:
        return cast(Transaction, self)
