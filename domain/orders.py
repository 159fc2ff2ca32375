"""Orders: what one is, and what may happen to it."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.money import Money
from domain.ports import Transaction
from domain.products import Product
from domain.refusals import InvalidTransition, Issues, Refused, VersionConflict, not_found
from domain.reservations import Shelf, listed, shelf_of
from domain.text import folded
from domain.till import till_of
from domain.users import STAFF, Viewer

if TYPE_CHECKING:
    from domain.drafts import OrderChange

MOST_NOTE = 2_000
UNPAID = "An order that waits for its payment cannot be changed. Pay it, or cancel it and order again."
PAID = "This order has been paid, so what it costs cannot change any more."
NOT_PAID = "It was not paid in time."


class OrderStatus(StrEnum):
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    PENDING = "PENDING"
    PROCESSED = "PROCESSED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class PaymentState(StrEnum):
    NOT_REQUIRED = "NOT_REQUIRED"
    AWAITING = "AWAITING"
    PAID = "PAID"
    REFUNDED = "REFUNDED"


NEXT = {
    OrderStatus.AWAITING_PAYMENT: {OrderStatus.PENDING, OrderStatus.CANCELLED},
    OrderStatus.PENDING: {OrderStatus.PROCESSED, OrderStatus.CANCELLED},
    OrderStatus.PROCESSED: {OrderStatus.COMPLETED, OrderStatus.CANCELLED},
    OrderStatus.COMPLETED: set(),
    OrderStatus.CANCELLED: set(),
}


OWNERS_TO_CANCEL = {OrderStatus.AWAITING_PAYMENT, OrderStatus.PENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """What was bought, as it was then. `product_id` is the article that was listed, if one was."""

    product: str
    size: str | None
    color: str | None
    quantity: int
    unit_price: Money
    product_id: UUID | None = None

    def item(self, _: Mapping[UUID, Product], *, kept: Container[UUID]) -> "OrderItem":
        """As a line of a draft it is what will be bought."""
        return self

    @property
    def subtotal(self) -> Money:
        return self.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`pay_until` is when an order that waits for its payment is given up."""

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
    region: str | None = None
    pay_until: datetime | None = None

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

    @property
    def words(self) -> str:
        """What a search looks through, folded."""
        return "\n".join(folded(text) for text in (self.note or "", *(item.product for item in self.items)))

    def processed(self, at: datetime) -> "Order":
        return replace(self._moved(OrderStatus.PROCESSED, at), processed_at=at)

    def completed(self, at: datetime) -> "Order":
        return self._moved(OrderStatus.COMPLETED, at)

    def cancelled(self, at: datetime, reason: str | None) -> "Order":
        """It waits for no payment any more; what was paid is given back."""
        awaits = self.payment_state is PaymentState.AWAITING
        state = PaymentState.NOT_REQUIRED if awaits else self.payment_state
        moved = self._moved(OrderStatus.CANCELLED, at)
        return replace(moved, cancel_reason=reason, payment_state=state, pay_until=None)

    def takes(self, amount: Money) -> bool:
        """Whether this is the money that it waits for."""
        unpaid = self.payment_state in (PaymentState.NOT_REQUIRED, PaymentState.AWAITING)
        return unpaid and self.status is not OrderStatus.CANCELLED and amount == self.total

    def paid(self, at: datetime) -> "Order":
        return replace(self._confirmed(at), payment_state=PaymentState.PAID)

    def to_be_paid_later(self, at: datetime) -> "Order":
        """In cash, when it is picked up."""
        return replace(self._confirmed(at), payment_state=PaymentState.NOT_REQUIRED)

    def refunded(self) -> "Order":
        """All that was paid for it has been given back."""
        paid = self.payment_state is PaymentState.PAID
        return replace(self, payment_state=PaymentState.REFUNDED) if paid else self

    def _confirmed(self, at: datetime) -> "Order":
        """It waits for its payment no longer, and is PENDING for as long as others are when they are placed."""
        if self.status is not OrderStatus.AWAITING_PAYMENT:
            return self
        promote_at = at + (self.promote_at - self.created_at)
        return replace(self, status=OrderStatus.PENDING, promote_at=promote_at, pay_until=None)

    def _moved(self, to: OrderStatus, at: datetime) -> "Order":
        if to not in NEXT[self.status]:
            raise Refused(InvalidTransition(from_=self.status, to=to))
        return replace(self, status=to, updated_at=at, version=self.version + 1)


async def promote_pending(tx: Transaction, *, cause: Cause, limit: int) -> list[Order]:
    """Moves the orders that are due on. Called by the poller; empty when there is none."""
    at = now()
    due = await tx.orders.claim_due(at, limit)
    promoted = [order.processed(at) for order in due]
    if promoted:
        await tx.orders.promote(promoted)
    shelf = await shelf_of(tx, promoted)
    for order in promoted:
        shelf.sell(order, cause)
        tx.events.append(_changed(EventType.ORDER_READY, order, cause, OrderStatus.PENDING))
    await shelf.write(tx)
    return promoted


async def update(
    tx: Transaction, viewer: Viewer, id: UUID, change: "OrderChange", *, expected_version: int, cause: Cause
) -> Order:
    """Other items or another note while the order is PENDING, by its owner or by staff.

    Raises Refused with NotFound, VersionConflict, InvalidTransition, PriceChanged or OutOfStock. A change that changes
    nothing is no event. What has been paid keeps its price; what is to be paid in cash is asked for anew.
    """
    order = await theirs(tx, viewer, id, expected_version)
    if order.status is not OrderStatus.PENDING:
        because = UNPAID if order.status is OrderStatus.AWAITING_PAYMENT else None
        raise Refused(InvalidTransition(from_=order.status, to=order.status, because=because))
    till = await till_of(tx, [order])
    shelf = await shelf_of(tx, [order], change.lines or ())
    items = order.items if change.lines is None else shelf.items(change.lines, kept=listed(order))
    region = order.region or (change.region if change.lines else None)
    changed = replace(order, items=items, region=region, **change.fields)
    if changed == order:
        return order
    if changed.total != order.total and order.payment_state is not PaymentState.NOT_REQUIRED:
        raise Refused(InvalidTransition(from_=order.status, to=order.status, because=PAID))
    at = now()
    changed = replace(changed, updated_at=at, version=order.version + 1)
    till.follow(changed, at)
    await tx.orders.update(changed)
    await tx.orders.replace_items(changed)
    shelf.reserve_instead(order, changed, cause)
    tx.events.append(_changed(EventType.ORDER_UPDATED, changed, cause, order.status))
    await till.write(tx, cause)
    await shelf.write(tx)
    return changed


async def touched(tx: Transaction, before: Order, after: Order, cause: Cause, *, at: datetime) -> None:
    """An order whose payments have changed is a newer version of it; their own events say what happened."""
    newer = replace(after, updated_at=at, version=before.version + 1)
    await tx.orders.update(newer)
    tx.events.append(replace(_changed(EventType.ORDER_UPDATED, newer, cause, before.status), quiet=True))


async def process(tx: Transaction, viewer: Viewer, id: UUID, *, expected_version: int | None, cause: Cause) -> Order:
    """What the poller does by itself, by hand; for staff.

    Raises Refused with NotAllowed, NotFound, VersionConflict or InvalidTransition, as `complete` does.
    """
    order = await _for_staff(tx, viewer, id, expected_version)
    return await _moved(tx, EventType.ORDER_READY, order, order.processed(now()), cause, Shelf.sell)


async def complete(tx: Transaction, viewer: Viewer, id: UUID, *, expected_version: int | None, cause: Cause) -> Order:
    """The customer has it; for staff."""
    order = await _for_staff(tx, viewer, id, expected_version)
    return await _moved(tx, EventType.ORDER_COMPLETED, order, order.completed(now()), cause)


async def cancel(
    tx: Transaction, viewer: Viewer, id: UUID, *, reason: str | None, expected_version: int | None, cause: Cause
) -> Order:
    """The owner may cancel until the order is PROCESSED, staff until it is COMPLETED. What was paid is owed back.

    Raises Refused with NotFound, InvalidInput, VersionConflict or InvalidTransition.
    """
    issues = Issues()
    reason = issues.text(("reason",), reason, most=MOST_NOTE)
    issues.refuse()
    order = await theirs(tx, viewer, id, expected_version)
    if not viewer.is_staff and order.status not in OWNERS_TO_CANCEL:
        raise Refused(InvalidTransition(from_=order.status, to=OrderStatus.CANCELLED))
    at = now()
    after, till = order.cancelled(at, reason), await till_of(tx, [order])
    till.cancel(after, at)
    give_back = Shelf.take_back if order.processed_at else Shelf.release
    await _moved(tx, EventType.ORDER_CANCELLED, order, after, cause, give_back)
    await till.write(tx, cause)
    return after


async def cancel_unpaid(tx: Transaction, *, cause: Cause, limit: int) -> list[Order]:
    """Gives up orders that were not paid in time, and what they have reserved; empty when there is none."""
    at = now()
    unpaid = await tx.orders.claim_unpaid(at, limit)
    given_up = [order.cancelled(at, NOT_PAID) for order in unpaid]
    till, shelf = await till_of(tx, unpaid), await shelf_of(tx, unpaid)
    for before, after in zip(unpaid, given_up, strict=True):
        await tx.orders.update(after)
        tx.events.append(_changed(EventType.ORDER_CANCELLED, after, cause, before.status))
        till.cancel(after, at)
        shelf.release(after, cause)
    await till.write(tx, cause)
    await shelf.write(tx)
    return given_up


async def _moved(
    tx: Transaction,
    type: EventType,
    before: Order,
    after: Order,
    cause: Cause,
    stock: Callable[[Shelf, Order, Cause], None] | None = None,
) -> Order:
    await tx.orders.update(after)
    tx.events.append(_changed(type, after, cause, before.status))
    if stock:
        shelf = await shelf_of(tx, [after])
        stock(shelf, after, cause)
        await shelf.write(tx)
    return after


async def _for_staff(tx: Transaction, viewer: Viewer, id: UUID, expected_version: int | None) -> Order:
    viewer.must_have(*STAFF)
    return await theirs(tx, viewer, id, expected_version)


async def theirs(tx: Transaction, viewer: Viewer, id: UUID, expected_version: int | None) -> Order:
    """Locks an order that the viewer may see, and has seen in its newest version."""
    order = await tx.orders.lock(id)
    if order is None or not viewer.may_see(order.customer_id):
        raise not_found(id)
    if expected_version is not None and expected_version != order.version:
        raise Refused(VersionConflict(expected=expected_version, actual=order.version))
    return order


def _changed(type: EventType, order: Order, cause: Cause, previous: OrderStatus) -> Event:
    return Event(type=type, subject=order, cause=cause, previous_status=previous, at=order.updated_at)
