"""The tables, and nothing but the tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Computed, ForeignKey, Index, Table
from sqlmodel import Field, SQLModel

from persistence.types import Id, Moment, code, exact, exact_text, long_text, raw


def id_field(*, primary_key: bool = False, nullable: bool = False, references: str | None = None) -> Any:
    foreign = [ForeignKey(references)] if references else []
    return Field(primary_key=primary_key, nullable=nullable, sa_type=Id, sa_column_args=foreign)


def counter(**given: Any) -> Any:
    """A number or a flag that came to a table later: processes of before write rows without it."""
    return Field(default=0, sa_column_kwargs={"server_default": "0"}, **given)


def moment(*, nullable: bool = False) -> Any:
    return Field(default=None, nullable=nullable, sa_type=Moment)


class LogHeadRow(SQLModel, table=True):
    """The one row whose lock puts commits in order. `log_id` tells this shop's log from every other.

    `tail` is the oldest place that a client may resume from.
    """

    __tablename__ = "log_head"
    one: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_type=BigInteger)
    log_id: UUID = id_field()
    tail: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class LogProofRow(SQLModel, table=True):
    """Committing a change of this row proves that all commits seen before it are on disk."""

    __tablename__ = "log_proof"
    one: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    commits: int = Field(sa_type=BigInteger)


class EventRow(SQLModel, table=True):
    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_owner", "owner_id", "position"),
        Index("ix_events_subject", "subject_id", "position"),
    )
    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    id: UUID = Field(unique=True, sa_type=Id)
    type: str = Field(sa_type=code(40))
    at: datetime = moment()
    subject_id: UUID = id_field()
    version: int
    owner_id: UUID = id_field()
    actor_kind: str = Field(sa_type=code(20))
    actor_id: UUID | None = id_field(nullable=True)
    correlation_id: UUID = id_field()
    previous_status: str | None = Field(default=None, sa_type=code(20))
    snapshot_version: int
    snapshot: str = Field(sa_type=long_text())


class UserRow(SQLModel, table=True):
    """`changed_at` is when an admin last changed what the user may do."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_changed", "changed_at"),)
    id: UUID = id_field(primary_key=True)
    name: str = Field(max_length=120)
    email: str = Field(max_length=254)
    email_key: str = Field(unique=True, sa_type=exact(254))
    password_hash: str = Field(sa_type=code(255))
    roles: str = Field(sa_type=code(80))
    active: bool
    created_at: datetime = moment()
    version: int
    changed_at: datetime | None = moment(nullable=True)


class SessionRow(SQLModel, table=True):
    """`newest` and `previous` are digests of refresh tokens: of the good one and of the one it replaced."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user", "user_id", "revoked_at"),
        Index("ix_sessions_revoked", "revoked_at"),
    )
    id: UUID = id_field(primary_key=True)
    user_id: UUID = id_field()
    user_agent: str | None = Field(default=None, max_length=255)
    created_at: datetime = moment()
    last_used_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
    version: int
    newest: bytes = Field(sa_type=raw(32))
    previous: bytes | None = Field(default=None, nullable=True, sa_type=raw(32))
    rotated_at: datetime = moment()


class OrderRow(SQLModel, table=True):
    """`words` is what a search looks through."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_due", "status", "promote_at"),
        Index("ix_orders_status", "status", "id"),
        Index("ix_orders_customer", "customer_id", "id"),
        Index("ix_orders_customer_status", "customer_id", "status", "id"),
        Index("ix_orders_unpaid", "pay_until"),
    )
    id: UUID = id_field(primary_key=True)
    serial: int = Field(unique=True, sa_type=BigInteger)
    customer_id: UUID = id_field()
    status: str = Field(sa_type=code(20))
    payment_state: str = Field(sa_type=code(20))
    currency: str = Field(sa_type=code(3))
    note: str | None = Field(default=None, sa_type=long_text())
    created_at: datetime = moment()
    updated_at: datetime = moment()
    promote_at: datetime = moment()
    processed_at: datetime | None = moment(nullable=True)
    cancel_reason: str | None = Field(default=None, sa_type=long_text())
    version: int
    words: str | None = Field(default=None, sa_type=exact_text())
    region: str | None = Field(default=None, sa_type=exact(40))
    pay_until: datetime | None = moment(nullable=True)


class OrderItemRow(SQLModel, table=True):
    __tablename__ = "order_items"
    order_id: UUID = id_field(primary_key=True, references="orders.id")
    line: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    product: str = Field(max_length=120)
    size: str | None = Field(default=None, max_length=40)
    color: str | None = Field(default=None, max_length=40)
    quantity: int
    unit_price: int = Field(sa_type=BigInteger)
    product_id: UUID | None = id_field(nullable=True)


class OrderSerialRow(SQLModel, table=True):
    """Order numbers are taken from here in blocks; a block that is not used up leaves a gap."""

    __tablename__ = "order_serials"
    one: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int = Field(sa_type=BigInteger)


class PaymentRow(SQLModel, table=True):
    """`open_order_id` is the order while the answer is awaited: one at a time. `unanswered_since` is for cards only."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("ix_payments_order", "order_id", "id"),
        Index("ux_payments_open", "open_order_id", unique=True),
        Index("ix_payments_unanswered", "unanswered_since"),
    )
    id: UUID = id_field(primary_key=True)
    order_id: UUID = id_field()
    customer_id: UUID = id_field()
    method: str = Field(sa_type=code(20))
    status: str = Field(sa_type=code(20))
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=code(3))
    token: str | None = Field(default=None, sa_type=code(80))
    card_brand: str | None = Field(default=None, sa_type=code(20))
    card_last4: str | None = Field(default=None, sa_type=code(4))
    reference: str | None = Field(default=None, max_length=140)
    transaction_id: str | None = Field(default=None, max_length=100)
    decline_reason: str | None = Field(default=None, max_length=200)
    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int
    open_order_id: UUID | None = id_field(nullable=True)
    unanswered_since: datetime | None = moment(nullable=True)


class PaymentInboxRow(SQLModel, table=True):
    """Messages of the payment processor that were taken in: none is taken in twice."""

    __tablename__ = "payment_inbox"
    message_id: str = Field(primary_key=True, sa_type=code(100))
    payment_id: UUID = id_field()
    at: datetime = moment()


class ReaderRow(SQLModel, table=True):
    """A place in the log, and which process holds it until when."""

    __tablename__ = "readers"
    name: str = Field(primary_key=True, sa_type=code(40))
    position: int = Field(sa_type=BigInteger)
    mark: bytes = Field(sa_type=raw(4))
    holder: str | None = Field(default=None, sa_type=code(64))
    held_until: datetime | None = moment(nullable=True)


class IdempotencyKeyRow(SQLModel, table=True):
    """`id` is the digest of user, operation and key; `body` the digest of what was asked for."""

    __tablename__ = "idempotency_keys"
    id: bytes = Field(primary_key=True, sa_type=raw(32))
    body: bytes = Field(sa_type=raw(32))
    result_id: UUID = id_field()
    created_at: datetime = moment()


class ProductRow(SQLModel, table=True):
    """`sku_key` is what two spellings of a SKU have in common."""

    __tablename__ = "products"
    __table_args__ = (
        Index("ux_products_sku", "seller_id", "sku_key", unique=True),
        Index("ix_products_listed", "archived", "id"),
        Index("ix_products_seller", "seller_id", "id"),
        Index("ix_products_price", "archived", "price"),
        Index("ix_products_condition", "condition", "id"),
    )
    id: UUID = id_field(primary_key=True)
    seller_id: UUID = id_field()
    sku: str = Field(max_length=64)
    sku_key: str = Field(sa_type=exact(128))
    name: str = Field(max_length=120)
    description: str | None = Field(default=None, sa_type=long_text())
    category: str = Field(max_length=60)
    condition: str = Field(sa_type=code(20))
    size: str | None = Field(default=None, max_length=40)
    color: str | None = Field(default=None, max_length=40)
    price: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=code(3))
    image_url: str | None = Field(default=None, max_length=500)
    archived: bool
    created_at: datetime = moment()
    version: int


class ProductTermRow(SQLModel, table=True):
    """What articles are found by: see domain.products.Product.terms."""

    __tablename__ = "product_terms"
    __table_args__ = (Index("ix_product_terms_product", "product_id"),)
    term: str = Field(primary_key=True, sa_type=exact(120))
    product_id: UUID = id_field(primary_key=True)


class StockLevelRow(SQLModel, table=True):
    __tablename__ = "stock_levels"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="ck_stock_levels_reserved"),
        CheckConstraint("on_hand >= reserved", name="ck_stock_levels_on_hand"),
    )
    product_id: UUID = id_field(primary_key=True)
    region: str = Field(primary_key=True, sa_type=exact(40))
    on_hand: int
    reserved: int


class StockMovementRow(SQLModel, table=True):
    __tablename__ = "stock_movements"
    __table_args__ = (
        Index("ix_stock_movements_product", "product_id", "id"),
        Index("ix_stock_movements_order", "order_id"),
    )
    id: UUID = id_field(primary_key=True)
    product_id: UUID = id_field()
    region: str = Field(sa_type=exact(40))
    kind: str = Field(sa_type=code(20))
    delta: int
    reason: str | None = Field(default=None, max_length=200)
    order_id: UUID | None = id_field(nullable=True)
    at: datetime = moment()


class NotificationRow(SQLModel, table=True):
    __tablename__ = "notifications"
    __table_args__ = (
        Index("ux_notifications_event", "user_id", "event_id", unique=True),
        Index("ix_notifications_user", "user_id", "id"),
        Index("ix_notifications_unread", "user_id", "read_at", "id"),
    )
    id: UUID = id_field(primary_key=True)
    user_id: UUID = id_field()
    event_id: UUID = id_field()
    title: str = Field(max_length=200)
    body: str = Field(sa_type=long_text())
    created_at: datetime = moment()
    read_at: datetime | None = moment(nullable=True)


class WebhookEndpointRow(SQLModel, table=True):
    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index("ix_webhook_endpoints_behind", "status", "position"),
        Index("ix_webhook_endpoints_owner", "owner_id", "id"),
    )
    id: UUID = id_field(primary_key=True)
    name: str = Field(max_length=120)
    url: str = Field(max_length=2048)
    owner_id: UUID = id_field()
    status: str = Field(sa_type=code(20))
    disabled_reason: str | None = Field(default=None, max_length=500)
    types: str = Field(sa_type=code(2000))
    ordering: str = Field(default="NONE", sa_type=code(20), sa_column_kwargs={"server_default": "NONE"})
    max_in_flight: int = Field(default=8, sa_column_kwargs={"server_default": "8"})
    document: str | None = Field(default=None, sa_type=long_text())
    secret: str = Field(sa_type=code(200))
    old_secret: str | None = Field(default=None, sa_type=code(200))
    old_secret_until: datetime | None = moment(nullable=True)
    secret_hint: str = Field(max_length=20)
    position: int = Field(sa_type=BigInteger)
    mark: bytes = Field(sa_type=raw(4))
    failures: int = counter()
    failing_since: datetime | None = moment(nullable=True)
    probes: int = counter()
    retry_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    version: int


OWED_TO = "CASE WHEN next_attempt_at IS NULL THEN NULL ELSE endpoint_id END"


class WebhookDeliveryRow(SQLModel, table=True):
    """`next_attempt_at` is the schedule and the lease in one; null when nothing is left to do.

    Subject, owner and position are those of the event. One is in flight from when it is claimed until its outcome is
    written, or its lease has ended. `owed_to` is the endpoint while something is left to do: the indexes that look for
    work hold that, and nothing of all that is settled.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ux_webhook_deliveries_event", "event_id", "endpoint_id", unique=True),
        Index("ix_webhook_deliveries_due", "owed_to", "next_attempt_at"),
        Index("ix_webhook_deliveries_flying", "owed_to", "in_flight", "next_attempt_at"),
        Index("ix_webhook_deliveries_subject", "owed_to", "subject_id", "position"),
        Index("ix_webhook_deliveries_changed", "endpoint_id", "changed_at"),
        Index("ix_webhook_deliveries_settled", "settled_at"),
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
    )
    id: UUID = id_field(primary_key=True)
    endpoint_id: UUID = id_field()
    event_id: UUID = id_field()
    event_type: str = Field(sa_type=code(40))
    subject_id: UUID | None = id_field(nullable=True)
    event_owner_id: UUID | None = id_field(nullable=True)
    position: int | None = Field(default=None, sa_type=BigInteger)
    body: str = Field(sa_type=long_text())
    status: str = Field(sa_type=code(20))
    attempt: int
    in_flight: bool = counter()
    manual: bool = counter()
    next_attempt_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    changed_at: datetime | None = moment(nullable=True)
    settled_at: datetime | None = moment(nullable=True)
    owed_to: UUID | None = Field(sa_column=Column("owed_to", Id, Computed(OWED_TO, persisted=False), nullable=True))


class WebhookAttemptRow(SQLModel, table=True):
    __tablename__ = "webhook_attempts"
    delivery_id: UUID = id_field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment()
    duration_ms: int
    status: int | None = Field(default=None)
    error: str | None = Field(default=None, max_length=500)
    response_body: str | None = Field(default=None, sa_type=long_text())


def table(row: type[SQLModel]) -> Table:
    found = row.__table__  # type: ignore[attr-defined]
    assert isinstance(found, Table)
    return found


log_head = table(LogHeadRow)
log_proof = table(LogProofRow)
events = table(EventRow)
users = table(UserRow)
sessions = table(SessionRow)
orders = table(OrderRow)
order_items = table(OrderItemRow)
order_serials = table(OrderSerialRow)
payments = table(PaymentRow)
payment_inbox = table(PaymentInboxRow)
readers = table(ReaderRow)
idempotency_keys = table(IdempotencyKeyRow)
products = table(ProductRow)
product_terms = table(ProductTermRow)
stock_levels = table(StockLevelRow)
stock_movements = table(StockMovementRow)
notifications = table(NotificationRow)
webhook_endpoints = table(WebhookEndpointRow)
webhook_deliveries = table(WebhookDeliveryRow)
webhook_attempts = table(WebhookAttemptRow)
