"""Orders: what one is, and what may happen to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.ids import new_id
from domain.money import MOST_MINOR, Money, minor_units
from domain.ports import Transaction
from domain.refusals import InvalidTransition, Issues, Refused, VersionConflict, not_found
from domain.users import Viewer

MOST_ITEMS, MOST_QUANTITY = 100, 10_000
MOST_PRODUCT, MOST_DETAIL, MOST_NOTE, MOST_KEY = 120, 40, 2_000, 255


class OrderStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSED = "PROCESSED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class PaymentState(StrEnum):
    NOT_REQUIRED = "NOT_REQUIRED"


NEXT = {
    OrderStatus.PENDING: {OrderStatus.PROCESSED, OrderStatus.CANCELLED},
    OrderStatus.PROCESSED: {OrderStatus.COMPLETED, OrderStatus.CANCELLED},
    OrderStatus.COMPLETED: set(),
    OrderStatus.CANCELLED: set(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """What was bought, as it was then."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Money

    @property
    def subtotal(self) -> Money:
        return self.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    id: UUID
    serial: int
    customer_id: UUID
    status: OrderStatus
    payment_state: PaymentState
    currency: str
    items: tuple[OrderItem, ...]
    note: str | None
    created_at: datetime
    updated_at: datetime
    promote_at: datetime
    processed_at: datetime | None
    cancel_reason: str | None
    version: int

    @property
    def owner_id(self) -> UUID:
        return self.customer_id

    @property
    def number(self) -> str:
        """Short number for people."""
        return f"SW-{self.serial:06d}"

    @property
    def total(self) -> Money:
        return Money(minor=sum(item.subtotal.minor for item in self.items), currency=self.currency)

    def processed(self, at: datetime) -> "Order":
        return replace(self._moved(OrderStatus.PROCESSED, at), processed_at=at)

    def cancelled(self, at: datetime, reason: str | None) -> "Order":
        return replace(self._moved(OrderStatus.CANCELLED, at), cancel_reason=reason)

    def _moved(self, to: OrderStatus, at: datetime) -> "Order":
        if to not in NEXT[self.status]:
            raise Refused(InvalidTransition(from_=self.status, to=to))
        return replace(self, status=to, updated_at=at, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomItem:
    """An article described by hand, as it was asked for: nothing in it has been checked."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order that may be placed: checked, and with its id, so that it can be looked for after a lost answer."""

    customer_id: UUID
    items: tuple[OrderItem, ...]
    note: str | None
    idempotency_key: str | None
    cause: Cause
    id: UUID = field(default_factory=new_id)


def draft(
    viewer: Viewer,
    *,
    items: Sequence[CustomItem],
    note: str | None,
    idempotency_key: str | None,
    currency: str,
    cause: Cause,
) -> OrderDraft:
    """Checks what a customer asks for; raises Refused(InvalidInput) naming everything that is wrong."""
    issues = Issues()
    if not 1 <= len(items) <= MOST_ITEMS:
        issues.add(("input", "items"), "COUNT", f"must have 1 to {MOST_ITEMS} items, it has {len(items)}")
    lines = tuple(_line(issues, index, item, currency) for index, item in enumerate(items[:MOST_ITEMS]))
    note = issues.text(("input", "note"), note, most=MOST_NOTE)
    key = issues.text(("input", "idempotencyKey"), idempotency_key, least=1, most=MOST_KEY)
    issues.refuse()
    return OrderDraft(customer_id=viewer.user_id, items=lines, note=note, idempotency_key=key, cause=cause)


def _line(issues: Issues, index: int, item: CustomItem, currency: str) -> OrderItem:
    path = ("input", "items", str(index), "custom")
    if not 1 <= item.quantity <= MOST_QUANTITY:
        issues.add((*path, "quantity"), "RANGE", f"must be 1 to {MOST_QUANTITY}, it is {item.quantity}")
    return OrderItem(
        product=issues.text((*path, "product"), item.product, least=1, most=MOST_PRODUCT) or "",
        size=issues.text((*path, "size"), item.size, most=MOST_DETAIL),
        color=issues.text((*path, "color"), item.color, most=MOST_DETAIL),
        quantity=item.quantity,
        unit_price=Money(minor=_price(issues, (*path, "unitPrice"), item.unit_price), currency=currency),
    )


def _price(issues: Issues, path: tuple[str, ...], price: Decimal) -> int:
    minor = minor_units(price)
    if minor is None:
        issues.add(path, "PRECISION", f"must have at most 2 decimal places, it is {price}")
    elif not 0 < minor <= MOST_MINOR:
        issues.add(path, "RANGE", f"must be 0.01 to {Decimal(MOST_MINOR).scaleb(-2)}, it is {price}")
    return minor or 0


def place(draft: OrderDraft, *, serial: int, promote_after: timedelta) -> tuple[Order, Event]:
    """The order that a draft becomes, and the event that says so."""
    at = now()
    order = Order(
        id=draft.id,
        serial=serial,
        customer_id=draft.customer_id,
        status=OrderStatus.PENDING,
        payment_state=PaymentState.NOT_REQUIRED,
        currency=draft.items[0].unit_price.currency,
        items=draft.items,
        note=draft.note,
        created_at=at,
        updated_at=at,
        promote_at=at + promote_after,
        processed_at=None,
        cancel_reason=None,
        version=1,
    )
    return order, Event(type=EventType.ORDER_CREATED, subject=order, cause=draft.cause, at=at)


async def promote_pending(tx: Transaction, *, cause: Cause, limit: int) -> list[Order]:
    """Moves the orders that are due on. Called by the poller; empty when there is none."""
    at = now()
    due = await tx.orders.claim_due(at, limit)
    promoted = [order.processed(at) for order in due]
    if promoted:
        await tx.orders.promote(promoted)
    for order in promoted:
        tx.events.append(_changed(EventType.ORDER_READY, order, cause, OrderStatus.PENDING))
    return promoted


async def cancel(
    tx: Transaction, viewer: Viewer, id: UUID, *, reason: str | None, expected_version: int | None, cause: Cause
) -> Order:
    """The owner may cancel while the order is PENDING, staff until it is COMPLETED.

    Raises Refused with NotFound, InvalidInput, VersionConflict or InvalidTransition.
    """
    issues = Issues()
    reason = issues.text(("reason",), reason, most=MOST_NOTE)
    issues.refuse()
    order = await _theirs(tx, viewer, id)
    if expected_version is not None and expected_version != order.version:
        raise Refused(VersionConflict(expected=expected_version, actual=order.version))
    if not viewer.is_staff and order.status is not OrderStatus.PENDING:
        raise Refused(InvalidTransition(from_=order.status, to=OrderStatus.CANCELLED))
    cancelled = order.cancelled(now(), reason)
    await tx.orders.update(cancelled)
    tx.events.append(_changed(EventType.ORDER_CANCELLED, cancelled, cause, order.status))
    return cancelled


async def _theirs(tx: Transaction, viewer: Viewer, id: UUID) -> Order:
    order = await tx.orders.lock(id)
    if order is None or not viewer.may_see(order.customer_id):
        raise not_found(id)
    return order


def _changed(type: EventType, order: Order, cause: Cause, previous: OrderStatus) -> Event:
    return Event(type=type, subject=order, cause=cause, previous_status=previous, at=order.updated_at)
