"""Things to make: a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from domain.cards import Card
from domain.charges import Outcome as ChargeOutcome
from domain.charges import Result
from domain.deliveries import Answer, ClaimedDelivery
from domain.drafts import CustomItem, OrderDraft, Terms
from domain.events import Actor, ActorKind, Cause, Event, EventType, Subject
from domain.ids import new_id
from domain.money import Money
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.payments import CardSummary, Payment, PaymentMethod, PaymentStatus
from domain.products import Condition, Product
from domain.sessions import Session
from domain.users import Role, User, Viewer
from domain.webhooks import WebhookEndpoint, WebhookStatus

TERMS = Terms(currency="EUR", regions=("north", "south"))
NOON = datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=UTC)
SERIALS = count(1_000_000)
SECRET = "whsec_c3dhcCBzaG9wIHN3YXAgc2hvcCBzd2Fw"


def make_user(*roles: Role, **given: Any) -> User:
    fields: dict[str, Any] = {
        "id": new_id(),
        "name": "Ana",
        "email": "ana@example.test",
        "roles": roles or (Role.CUSTOMER,),
        "active": True,
        "created_at": NOON,
        "version": 1,
    }
    return User(**{**fields, **given})


def make_viewer(*roles: Role, user_id: UUID | None = None) -> Viewer:
    return Viewer(user_id=user_id or new_id(), session_id=new_id(), roles=frozenset(roles or (Role.CUSTOMER,)))


def make_session(**given: Any) -> Session:
    """A sign-in that is good for 30 days from noon."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "user_id": new_id(),
        "user_agent": "a browser",
        "created_at": NOON,
        "last_used_at": NOON,
        "expires_at": NOON + timedelta(days=30),
        "revoked_at": None,
        "version": 1,
    }
    return Session(**{**fields, **given})


def make_cause(user_id: UUID | None = None) -> Cause:
    """A user's doing when one is named, else the poller's."""
    return Cause(actor=Actor(kind=ActorKind.USER if user_id else ActorKind.POLLER, user_id=user_id))


def make_item(product: str = "COMPLICATED-LAMP", **given: Any) -> OrderItem:
    fields: dict[str, Any] = {
        "size": None,
        "color": "verde",
        "quantity": 2,
        "unit_price": Money(minor=1050, currency="EUR"),
    }
    return OrderItem(product=product, **{**fields, **given})


def make_custom(product: str = "COMPLICATED-LAMP", **given: Any) -> CustomItem:
    """An article as a customer asks for it."""
    fields: dict[str, Any] = {"size": None, "color": "verde", "quantity": 2, "unit_price": Decimal("10.50")}
    return CustomItem(product=product, **{**fields, **given})


def make_order(**given: Any) -> Order:
    fields: dict[str, Any] = {
        "id": new_id(),
        "serial": next(SERIALS),
        "customer_id": new_id(),
        "status": OrderStatus.PENDING,
        "payment_state": PaymentState.NOT_REQUIRED,
        "currency": "EUR",
        "items": (make_item(),),
        "note": None,
        "created_at": NOON,
        "updated_at": NOON,
        "promote_at": NOON,
        "processed_at": None,
        "cancel_reason": None,
        "version": 1,
    }
    return Order(**{**fields, **given})


def make_unpaid(**given: Any) -> Order:
    """An order that waits for its payment."""
    waiting = {"status": OrderStatus.AWAITING_PAYMENT, "payment_state": PaymentState.AWAITING}
    return make_order(**{**waiting, "pay_until": NOON + timedelta(minutes=30), **given})


def make_payment(order: Order | None = None, **given: Any) -> Payment:
    """Of all that an order costs, by a card whose answer is awaited."""
    order = order or make_unpaid()
    fields: dict[str, Any] = {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "method": PaymentMethod.CARD,
        "status": PaymentStatus.REQUESTED,
        "amount": order.total,
        "created_at": NOON,
        "updated_at": NOON,
        "version": 1,
    }
    if given.get("method", PaymentMethod.CARD) is PaymentMethod.CARD:
        fields |= {"token": "tok_approved_0123456789", "card": CardSummary(brand="visa", last4="1111")}
    return Payment(**{**fields, **given})


def make_card(**given: Any) -> Card:
    fields: dict[str, Any] = {
        "number": "4242424242424242",
        "exp_month": 12,
        "exp_year": 2030,
        "cvc": "123",
        "holder": "Ana",
    }
    return Card(**{**fields, **given})


class FakeCardTokens:
    """Tokens and fingerprints that show what they are of."""

    def token(self, scenario: str, *, user_id: UUID, operation: str, key: str | None) -> str:
        return f"tok_{scenario}_1"

    def fingerprint(self, number: str) -> str:
        return f"fingerprint of {number}"


def make_result(payment: Payment, outcome: ChargeOutcome = ChargeOutcome.APPROVED, **given: Any) -> Result:
    """What the processor answers, in a message of its own."""
    fields: dict[str, Any] = {
        "message_id": str(new_id()),
        "payment_id": payment.id,
        "outcome": outcome,
        "transaction_id": f"tx_{payment.id.hex}"
        if outcome in (ChargeOutcome.APPROVED, ChargeOutcome.REFUNDED)
        else None,
        "amount": payment.amount,
        "reason": None,
        "at": NOON,
    }
    return Result(**{**fields, **given})


def make_product(**given: Any) -> Product:
    """An article of which there is nothing yet; each has another SKU."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "seller_id": new_id(),
        "sku": f"LAMP-{next(SERIALS)}",
        "name": "Lámpara verde",
        "description": None,
        "category": "Lamps",
        "condition": Condition.GOOD,
        "size": None,
        "color": "verde",
        "price": Money(minor=1050, currency="EUR"),
        "image_url": None,
        "archived": False,
        "created_at": NOON,
        "version": 1,
    }
    return Product(**{**fields, **given})


def make_draft(**given: Any) -> OrderDraft:
    customer_id = given.pop("customer_id", None) or new_id()
    fields: dict[str, Any] = {
        "customer_id": customer_id,
        "lines": (make_item(),),
        "note": None,
        "region": "north",
        "idempotency_key": None,
        "cause": make_cause(customer_id),
    }
    return OrderDraft(**{**fields, **given})


def make_endpoint(**given: Any) -> WebhookEndpoint:
    fields: dict[str, Any] = {
        "id": new_id(),
        "name": "Warehouse",
        "url": "https://warehouse.example.test/hook",
        "owner_id": new_id(),
        "status": WebhookStatus.ENABLED,
        "disabled_reason": None,
        "types": (EventType.ORDER_READY,),
        "secret_hint": f"…{SECRET[-4:]}",
        "created_at": NOON,
        "version": 1,
    }
    return WebhookEndpoint(**{**fields, **given})


def make_event(type: EventType = EventType.ORDER_CREATED, subject: Subject | None = None, **given: Any) -> Event:
    """About a new order, unless a subject is named."""
    return Event(type=type, subject=subject or make_order(), **{"cause": make_cause(), **given})


def make_claimed(**given: Any) -> ClaimedDelivery:
    fields: dict[str, Any] = {
        "id": new_id(),
        "event_id": new_id(),
        "event_type": EventType.ORDER_READY,
        "attempt": 1,
        "leased_until": NOON,
        "body": "{}",
        "endpoint_id": new_id(),
        "url": "https://warehouse.example.test/hook",
        "secrets": (SECRET,),
        "correlation_id": new_id(),
        "probe": False,
    }
    return ClaimedDelivery(**{**fields, **given})


def make_answer(status: int | None = 200, **given: Any) -> Answer:
    """No status: nothing was answered, so give an `error` too."""
    return Answer(**{"status": status, "error": None, "body": "", "duration_ms": 12, **given})


def ago(**given: float) -> datetime:
    """A moment before now, e.g. ago(seconds=1)."""
    return datetime.now(UTC) - timedelta(**given)
