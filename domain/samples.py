"""Samples: an event of each type as it might happen, to try a document on and to show what a body looks like."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.events import Actor, ActorKind, Cause, Event, EventType, Subject
from domain.money import Money
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.payments import CardSummary, Payment, PaymentMethod, PaymentStatus
from domain.products import Condition, Product
from domain.stock import StockLevel
from domain.users import Role, User
from domain.webhooks import SYSTEM, WebhookEndpoint, WebhookStatus

MORNING = datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)
ORDER, USER, ENDPOINT, EVENT, REQUEST, PRODUCT, PAYMENT = (
    UUID(f"019cea1b-0000-7000-8000-00000000000{n}") for n in range(1, 8)
)
POSITION = 4_217
CURRENCY = "EUR"
STATUSES = {
    EventType.ORDER_CREATED: (None, OrderStatus.PENDING, 1),
    EventType.ORDER_UPDATED: (OrderStatus.PENDING, OrderStatus.PENDING, 2),
    EventType.ORDER_READY: (OrderStatus.PENDING, OrderStatus.PROCESSED, 2),
    EventType.ORDER_COMPLETED: (OrderStatus.PROCESSED, OrderStatus.COMPLETED, 3),
    EventType.ORDER_CANCELLED: (OrderStatus.PENDING, OrderStatus.CANCELLED, 2),
}

PRODUCTS = {EventType.PRODUCT_CREATED: (1, 2), EventType.PRODUCT_UPDATED: (2, 2), EventType.STOCK_CHANGED: (2, 5)}
"""With the version and how many are on hand."""

PAYMENTS = {
    EventType.PAYMENT_REQUESTED: (PaymentStatus.REQUESTED, 1),
    EventType.PAYMENT_APPROVED: (PaymentStatus.APPROVED, 2),
    EventType.PAYMENT_DECLINED: (PaymentStatus.DECLINED, 2),
    EventType.PAYMENT_FAILED: (PaymentStatus.FAILED, 2),
    EventType.PAYMENT_REFUND_REQUESTED: (PaymentStatus.REFUND_REQUESTED, 3),
    EventType.PAYMENT_REFUNDED: (PaymentStatus.REFUNDED, 4),
}
REASONS = {
    EventType.PAYMENT_DECLINED: "insufficient_funds",
    EventType.PAYMENT_FAILED: "The processor of cards has not answered in time.",
}
PAYERS = {
    EventType.PAYMENT_REQUESTED: ActorKind.USER,
    EventType.PAYMENT_REFUND_REQUESTED: ActorKind.USER,
    EventType.PAYMENT_FAILED: ActorKind.SYSTEM,
}
"""Who did it; of the others the provider did."""


def sample(type: EventType, *, owner_id: UUID) -> Event:
    """About something of the owner's; the same each time."""
    if type in STATUSES:
        return _of_order(type, owner_id)
    if type in PAYMENTS:
        return _of_payment(type, owner_id)
    if type in PRODUCTS:
        return _event(type, _product(type, owner_id), Actor(kind=ActorKind.USER, user_id=owner_id))
    if type is EventType.USER_REGISTERED:
        return _event(type, _user(owner_id), Actor(kind=ActorKind.USER, user_id=owner_id))
    by_owner = Actor(kind=ActorKind.USER, user_id=owner_id)
    return _event(type, _endpoint(type, owner_id), by_owner if type is EventType.WEBHOOK_PING else SYSTEM)


def _of_order(type: EventType, owner_id: UUID) -> Event:
    before, status, version = STATUSES[type]
    by_poller = type is EventType.ORDER_READY
    actor = Actor(kind=ActorKind.POLLER) if by_poller else Actor(kind=ActorKind.USER, user_id=owner_id)
    return _event(type, _order(owner_id, status, version), actor, before)


def _of_payment(type: EventType, owner_id: UUID) -> Event:
    kind = PAYERS.get(type, ActorKind.PAYMENT_PROVIDER)
    actor = Actor(kind=kind, user_id=owner_id if kind is ActorKind.USER else None)
    return _event(type, _payment(type, owner_id), actor)


def _event(type: EventType, subject: Subject, actor: Actor, before: OrderStatus | None = None) -> Event:
    return Event(
        type=type,
        subject=subject,
        cause=Cause(actor=actor, correlation_id=REQUEST),
        previous_status=before,
        id=EVENT,
        at=MORNING,
        position=POSITION,
    )


def _order(owner_id: UUID, status: OrderStatus, version: int) -> Order:
    placed = MORNING - timedelta(minutes=5)
    done = status in (OrderStatus.PROCESSED, OrderStatus.COMPLETED)
    return Order(
        id=ORDER,
        serial=123,
        customer_id=owner_id,
        status=status,
        payment_state=PaymentState.NOT_REQUIRED,
        currency=CURRENCY,
        items=(
            OrderItem(product="camisa", size="M", color="negro", quantity=1, unit_price=_euros(10)),
            OrderItem(product="pantalon", size="L", color="azul", quantity=2, unit_price=_euros(20)),
        ),
        note="Ring twice",
        created_at=placed,
        updated_at=MORNING if version > 1 else placed,
        promote_at=placed,
        processed_at=MORNING if done else None,
        cancel_reason="Changed my mind" if status is OrderStatus.CANCELLED else None,
        version=version,
    )


def _payment(type: EventType, owner_id: UUID) -> Payment:
    status, version = PAYMENTS[type]
    asked = MORNING - timedelta(minutes=5 if version > 1 else 0)
    unpaid = (PaymentStatus.REQUESTED, PaymentStatus.DECLINED, PaymentStatus.FAILED)
    return Payment(
        id=PAYMENT,
        order_id=ORDER,
        customer_id=owner_id,
        method=PaymentMethod.CARD,
        status=status,
        amount=_euros(50),
        token="tok_approved_3f2a",  # noqa: S106
        card=CardSummary(brand="visa", last4="4242"),
        transaction_id=None if status in unpaid else "txn_01k1s9",
        decline_reason=REASONS.get(type),
        created_at=asked,
        updated_at=MORNING,
        version=version,
    )


def _product(type: EventType, seller_id: UUID) -> Product:
    version, on_hand = PRODUCTS[type]
    return Product(
        id=PRODUCT,
        seller_id=seller_id,
        sku="CAM-017",
        name="Camisa de lino",
        description="Worn twice.",
        category="camisas",
        condition=Condition.LIKE_NEW,
        size="M",
        color="negro",
        price=_euros(10),
        image_url="/pictures/cam-017.svg",
        archived=False,
        created_at=MORNING - timedelta(days=3 if version > 1 else 0),
        version=version,
        stock=(StockLevel(region="north", on_hand=on_hand),),
    )


def _euros(whole: int) -> Money:
    return Money(minor=whole * 100, currency=CURRENCY)


def _user(id: UUID) -> User:
    return User(
        id=id,
        name="Ana García",
        email="ana@example.com",
        roles=(Role.CUSTOMER,),
        active=True,
        created_at=MORNING,
        version=1,
    )


def _endpoint(type: EventType, owner_id: UUID) -> WebhookEndpoint:
    disabled = type is EventType.WEBHOOK_DISABLED
    return WebhookEndpoint(
        id=ENDPOINT,
        name="Warehouse",
        url="https://warehouse.example.com/hook",
        owner_id=owner_id,
        status=WebhookStatus.DISABLED if disabled else WebhookStatus.ENABLED,
        disabled_reason="It answered 410 (Gone)." if disabled else None,
        types=(EventType.ORDER_READY,),
        secret_hint="…Zm9v",  # noqa: S106
        created_at=MORNING - timedelta(days=30),
        version=2 if disabled else 1,
    )
