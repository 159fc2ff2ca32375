"""Notifications: an inbox for each user, filled in the same commit as the event."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.events import ActorKind, Event, EventType
from domain.ids import new_id
from domain.money import Money
from domain.orders import Order
from domain.payments import Payment
from domain.webhooks import WebhookEndpoint

PAID = {
    EventType.PAYMENT_APPROVED: "Your payment has arrived",
    EventType.PAYMENT_DECLINED: "Your payment was declined",
    EventType.PAYMENT_FAILED: "Your payment failed",
    EventType.PAYMENT_REFUNDED: "You were given your money back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    user_id: UUID
    event_id: UUID
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


def for_event(event: Event) -> Notification | None:
    """What the owner is told of an event; None when it is nothing to tell, or when the owner did it."""
    if event.quiet:
        return None
    match event.subject:
        case Order() as order if event.type is EventType.ORDER_READY:
            title, body = f"Order {order.number} is ready", f"We have processed your order of {_total(order)}."
        case Order() as order if event.type is EventType.ORDER_COMPLETED:
            title, body = f"Order {order.number} is complete", f"You have your order of {_total(order)}. Thank you."
        case Order() as order if event.type is EventType.ORDER_UPDATED and _by_another(event):
            title, body = f"Order {order.number} was changed", f"The shop changed it: it is now {_total(order)}."
        case Order() as order if event.type is EventType.ORDER_CANCELLED and not _by_owner(event):
            title, body = f"Order {order.number} was cancelled", order.cancel_reason or "The shop cancelled it."
        case Payment() as payment if event.type in PAID:
            title, body = PAID[event.type], _about(payment)
        case WebhookEndpoint() as endpoint if event.type is EventType.WEBHOOK_DISABLED:
            title, body = f"Webhook {endpoint.name} was disabled", endpoint.disabled_reason or "The shop disabled it."
        case _:
            return None
    return Notification(user_id=event.owner_id, event_id=event.id, title=title, body=body, created_at=event.at)


def _about(payment: Payment) -> str:
    """How much, from where, and why not."""
    card = f" by {payment.card.brand} …{payment.card.last4}" if payment.card else ""
    because = f": {payment.decline_reason}" if payment.decline_reason else ""
    return f"{_money(payment.amount)}{card}{because}"


def _by_another(event: Event) -> bool:
    """Of the shop's people; what becomes of a payment is told of by itself."""
    return event.cause.actor.kind is ActorKind.USER and not _by_owner(event)


def _by_owner(event: Event) -> bool:
    return event.cause.actor.kind is ActorKind.USER and event.cause.actor.user_id == event.owner_id


def _total(order: Order) -> str:
    return _money(order.total)


def _money(money: Money) -> str:
    return f"{money.amount} {money.currency}"
