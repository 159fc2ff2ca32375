"""Snapshots: what was written into the log years ago is still read today."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.events import EventType, Subject
from domain.ids import new_id
from domain.money import Money
from domain.orders import OrderStatus, PaymentState
from domain.payments import CardSummary, Payment, PaymentMethod, PaymentStatus
from domain.products import Condition, Product
from domain.stock import StockLevel
from domain.users import register, registration
from domain.webhooks import WebhookOrdering, WebhookStatus
from persistence import snapshots
from persistence.database import SqlDatabase
from persistence.tables import events
from tests.support.things import (
    NOON,
    SECRET,
    make_endpoint,
    make_item,
    make_order,
    make_payment,
    make_session,
    make_user,
)

FILES = Path(__file__).parent / "snapshots"
ID, OTHER, PRODUCT_ID, PAYMENT_ID = (UUID(f"01997bc9-d45b-7000-8000-00000000000{digit}") for digit in "abcd")
ORDER = make_order(
    id=ID,
    serial=123,
    customer_id=OTHER,
    status=OrderStatus.CANCELLED,
    items=(make_item("Lámpara 💡", size="M"), make_item("CHAIR", color=None, quantity=1)),
    note='say "hello"',
    processed_at=NOON,
    cancel_reason="sold out",
    version=3,
)
UNPAID = replace(
    ORDER,
    status=OrderStatus.AWAITING_PAYMENT,
    payment_state=PaymentState.AWAITING,
    region="north",
    cancel_reason=None,
    processed_at=None,
    pay_until=NOON,
)
PAYMENT = Payment(
    id=PAYMENT_ID,
    order_id=ID,
    customer_id=OTHER,
    method=PaymentMethod.CARD,
    status=PaymentStatus.DECLINED,
    amount=Money(minor=3150, currency="EUR"),
    token="tok_lost_card_0123456789abcdef",
    card=CardSummary(brand="visa", last4="9987"),
    reference=None,
    transaction_id=None,
    decline_reason="lost_card",
    created_at=NOON,
    updated_at=NOON,
    version=2,
)
LISTED = replace(ORDER, region="north", items=(replace(ORDER.items[0], product_id=PRODUCT_ID), *ORDER.items[1:]))
PRODUCT = Product(
    id=ID,
    seller_id=OTHER,
    sku="CAM-017",
    name="Camisa de lino",
    description='Worn "twice" 💡',
    category="camisas",
    condition=Condition.LIKE_NEW,
    size="M",
    color=None,
    price=Money(minor=1000, currency="EUR"),
    image_url="/pictures/cam-017.svg",
    archived=False,
    created_at=NOON,
    version=2,
    stock=(StockLevel(region="north", on_hand=2, reserved=1), StockLevel(region="south")),
)
ENDPOINT = make_endpoint(id=ID, owner_id=OTHER)
SHAPED = make_endpoint(
    id=ID,
    owner_id=OTHER,
    status=WebhookStatus.DISABLED,
    disabled_reason="It answered 410 (Gone).",
    ordering=WebhookOrdering.PER_SUBJECT,
    max_in_flight=1,
    document="subscription { ordersUpdated { order { number } } }",
)
TODAY = [
    ("order.v4", EventType.ORDER_CREATED, UNPAID),
    ("payment.v4", EventType.PAYMENT_DECLINED, PAYMENT),
    ("product.v3", EventType.STOCK_CHANGED, PRODUCT),
    ("user.v1", EventType.USER_REGISTERED, make_user(id=ID)),
    ("session.v1", EventType.SESSION_REVOKED, make_session(id=ID, user_id=OTHER, revoked_at=NOON)),
    ("endpoint.v2", EventType.WEBHOOK_DISABLED, SHAPED),
]
"""By the version in which their kind was last changed."""
KEPT = [
    *TODAY,
    ("order.v1", EventType.ORDER_CANCELLED, ORDER),
    ("order.v3", EventType.ORDER_CANCELLED, LISTED),
    ("endpoint.v1", EventType.WEBHOOK_PING, ENDPOINT),
]


@pytest.mark.parametrize(("name", "type", "subject"), KEPT)
def test_a_snapshot_of_any_version_is_read_for_ever(name: str, type: EventType, subject: Subject) -> None:
    assert snapshots.read(type, (FILES / f"{name}.json").read_bytes()) == subject


@pytest.mark.parametrize(("name", "type", "subject"), TODAY)
def test_today_the_same_is_written(name: str, type: EventType, subject: Subject) -> None:
    """When this fails on purpose, raise the version, keep the old file, and add today's beside it."""
    assert snapshots.VERSION == 4
    assert json.loads(snapshots.write(subject)) == json.loads((FILES / f"{name}.json").read_bytes())


def test_a_field_of_another_version_is_left_out() -> None:
    assert snapshots.read(EventType.ORDER_CANCELLED, (FILES / "order.unknown-fields.json").read_bytes()) == ORDER


@pytest.mark.parametrize("type", [type for type in EventType if type is not EventType.UNKNOWN])
def test_every_event_has_a_snapshot_that_comes_back(type: EventType) -> None:
    subject: Subject
    match type.value.partition("_")[0]:
        case "ORDER":
            subject = make_order()
        case "PAYMENT":
            subject = make_payment()
        case "USER":
            subject = make_user()
        case "SESSION":
            subject = make_session(revoked_at=NOON)
        case "PRODUCT" | "STOCK":
            subject = PRODUCT
        case _:
            subject = make_endpoint()
    assert snapshots.read(type, snapshots.write(subject)) == subject


async def test_the_log_holds_no_password_and_no_secret(database: SqlDatabase) -> None:
    given = registration(name="Ana", email="ana@example.test", password="correct horse battery")
    await database.transact(lambda tx: register(tx, given, password_hash="$argon2id$hashed", correlation_id=new_id()))
    async with database.reader.connect() as connection:
        texts = (await connection.scalars(select(events.c.snapshot))).all()
    assert len(texts) == 1
    for secret in ("correct horse", "argon2", "hashed", "password"):
        assert secret not in texts[0]
    assert SECRET not in snapshots.write(make_endpoint())
