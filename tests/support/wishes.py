"""Wishes: what subscribers ask for at random, and which events those are, whatever the shop's filters say."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from domain.events import Event
from domain.orders import Order
from tests.support.client import Client

WORDS = ("for Ana", "for Bea", "gift", "soon")
STATUSES = ("PENDING", "PROCESSED", "COMPLETED", "CANCELLED")
TYPES = ("ORDER_CREATED", "ORDER_UPDATED", "ORDER_READY", "ORDER_COMPLETED", "ORDER_CANCELLED")
INTERNAL = ("SESSION_REVOKED", "USER_CHANGED", "UNKNOWN")

EVENTS = """subscription($after: Cursor, $filter: EventFilter) { found: events(after: $after, filter: $filter) {
  cursor event { ...fact } } } fragment fact on Event { id type version }"""
ORDERS_UPDATED = """subscription($after: Cursor, $filter: OrderFilter) { ordersUpdated(after: $after, filter: $filter) {
  cursor order { version } event { id type version } } }"""
ORDER_UPDATED = """subscription($after: Cursor, $id: ID!) { orderUpdated(after: $after, id: $id) {
  cursor order { version } event { id type version } } }"""
NOTIFICATIONS = """subscription($after: Cursor) { notificationReceived(after: $after) {
  cursor notification { event { id type version } } } }"""


class Fact(NamedTuple):
    """What is compared: an event as it was told, or as it is in the log."""

    id: str
    type: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one subscriber asks for, and which events those are."""

    document: str
    wants: Callable[[Event], bool]
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    client: Client
    staff: bool

    def sees(self, event: Event) -> bool:
        return event.type not in INTERNAL and (self.staff or self.owns(event))

    def owns(self, event: Event) -> bool:
        return str(event.owner_id) == self.client.user["id"]


def any_wish(person: Person, orders: Sequence[str], others: Sequence[Person], rng: random.Random) -> Wish:
    """`orders` are some that the person may see."""
    makers = (_events, _orders, _one_order, _notifications)
    maker = rng.choices(makers, weights=(4, 4, 3, 2))[0]
    return maker(person, orders, others, rng)


def _events(person: Person, orders: Sequence[str], _others: Sequence[Person], rng: random.Random) -> Wish:
    filter: dict[str, list[str]] = {}
    if rng.random() < 0.4:
        filter["types"] = _some(TYPES, rng)
    if rng.random() < 0.2:
        filter["subjectIds"] = _some(orders, rng)
    if rng.random() < 0.3:
        filter["orderStatus"] = _some(STATUSES, rng)

    def wants(event: Event) -> bool:
        types, subjects, statuses = (filter.get(name) for name in ("types", "subjectIds", "orderStatus"))
        return (
            person.sees(event)
            and (types is None or event.type in types)
            and (subjects is None or str(event.subject_id) in subjects)
            and (statuses is None or bool(_statuses(event) & {*statuses}))
        )

    return Wish(document=EVENTS, variables={"filter": filter or None}, wants=wants)


def _orders(person: Person, _orders: Sequence[str], others: Sequence[Person], rng: random.Random) -> Wish:
    filter: dict[str, Any] = {}
    if rng.random() < 0.4:
        filter["status"] = _some(STATUSES, rng)
    if rng.random() < 0.3:
        filter["customerId"] = rng.choice(others).client.user["id"]  # of a customer often somebody else: nothing then
    if rng.random() < 0.3:
        filter["search"] = rng.choice(WORDS).upper()

    def wants(event: Event) -> bool:
        order = event.subject
        return (
            isinstance(order, Order)
            and person.sees(event)
            and ("status" not in filter or bool(_statuses(event) & {*filter["status"]}))
            and ("customerId" not in filter or str(order.customer_id) == filter["customerId"])
            and ("search" not in filter or filter["search"] in (order.note or "").upper())
        )

    return Wish(document=ORDERS_UPDATED, variables={"filter": filter or None}, wants=wants)


def _one_order(_person: Person, orders: Sequence[str], _others: Sequence[Person], rng: random.Random) -> Wish:
    id = rng.choice(orders[-5:])  # a new one, to which something will happen

    def wants(event: Event) -> bool:
        return str(event.subject_id) == id

    return Wish(document=ORDER_UPDATED, variables={"id": id}, wants=wants)


def _notifications(person: Person, _orders: Sequence[str], _others: Sequence[Person], _rng: random.Random) -> Wish:
    def wants(event: Event) -> bool:
        by_others = event.cause.actor.user_id != event.owner_id
        told = ("ORDER_READY", "ORDER_COMPLETED", *(("ORDER_UPDATED", "ORDER_CANCELLED") if by_others else ()))
        return person.owns(event) and event.type in told

    return Wish(document=NOTIFICATIONS, variables={}, wants=wants)


def _some(of: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(list(of), rng.randint(1, min(2, len(of))))


def _statuses(event: Event) -> set[str]:
    """What the order is after the event, and what it was before."""
    return {event.subject.status, event.previous_status or ""} if isinstance(event.subject, Order) else set()
