"""Placing: what a draft becomes."""

from dataclasses import dataclass
from datetime import timedelta

from domain.clock import now
from domain.drafts import OrderDraft
from domain.events import Event, EventType
from domain.orders import Order, OrderStatus, PaymentState
from domain.payments import Payment
from domain.reservations import Shelf
from domain.till import requested


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order, the payment of it that is asked for, and the events that say so."""

    order: Order
    payment: Payment | None
    events: tuple[Event, ...]


def place(draft: OrderDraft, shelf: Shelf, *, serial: int, promote_after: timedelta) -> Placed:
    """The order that a draft becomes, with what it lists reserved; PENDING, unless it is to be paid first.

    Raises Refused with NotFound, PriceChanged or OutOfStock, and has reserved nothing.
    """
    at, items, patience = now(), shelf.items(draft.lines), draft.pay_within
    order = Order(
        id=draft.id,
        serial=serial,
        customer_id=draft.customer_id,
        status=OrderStatus.PENDING if patience is None else OrderStatus.AWAITING_PAYMENT,
        payment_state=PaymentState.NOT_REQUIRED if patience is None else PaymentState.AWAITING,
        currency=items[0].unit_price.currency,
        items=items,
        note=draft.note,
        created_at=at,
        updated_at=at,
        promote_at=at + promote_after,
        processed_at=None,
        cancel_reason=None,
        version=1,
        region=draft.region,
        pay_until=None if patience is None else at + patience,
    )
    shelf.reserve(order, draft.cause)
    placed = Event(type=EventType.ORDER_CREATED, subject=order, cause=draft.cause, at=at)
    if draft.payment is None:
        return Placed(order=order, payment=None, events=(placed,))
    payment = requested(order, draft.payment, at)
    asked = Event(type=EventType.PAYMENT_REQUESTED, subject=payment, cause=draft.cause, at=at)
    return Placed(order=order, payment=payment, events=(placed, asked))
