"""The start: users, orders, the event log, notifications, webhooks."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from persistence.types import Id, Moment, code, exact, long_text, raw

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("type", code(40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("actor_kind", code(20), nullable=False),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("correlation_id", Id(), nullable=False),
        sa.Column("previous_status", code(20), nullable=True),
        sa.Column("snapshot_version", sa.Integer(), nullable=False),
        sa.Column("snapshot", long_text(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_events_owner", "events", ["owner_id", "position"])
    op.create_index("ix_events_subject", "events", ["subject_id", "position"])
    op.create_table(
        "idempotency_keys",
        sa.Column("id", raw(32), nullable=False),
        sa.Column("body", raw(32), nullable=False),
        sa.Column("result_id", Id(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "log_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("log_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "log_proof",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", long_text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notifications_unread", "notifications", ["user_id", "read_at", "id"])
    op.create_index("ix_notifications_user", "notifications", ["user_id", "id"])
    op.create_index("ux_notifications_event", "notifications", ["user_id", "event_id"], unique=True)
    op.create_table(
        "order_serials",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "orders",
        sa.Column("id", Id(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("status", code(20), nullable=False),
        sa.Column("payment_state", code(20), nullable=False),
        sa.Column("currency", code(3), nullable=False),
        sa.Column("note", long_text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("promote_at", Moment(), nullable=False),
        sa.Column("processed_at", Moment(), nullable=True),
        sa.Column("cancel_reason", long_text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("serial"),
    )
    op.create_index("ix_orders_customer", "orders", ["customer_id", "id"])
    op.create_index("ix_orders_customer_status", "orders", ["customer_id", "status", "id"])
    op.create_index("ix_orders_due", "orders", ["status", "promote_at"])
    op.create_index("ix_orders_status", "orders", ["status", "id"])
    op.create_table(
        "users",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", exact(254), nullable=False),
        sa.Column("password_hash", code(255), nullable=False),
        sa.Column("roles", code(80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_key"),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("delivery_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(500), nullable=True),
        sa.Column("response_body", long_text(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", "number"),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("endpoint_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("event_type", code(40), nullable=False),
        sa.Column("body", long_text(), nullable=False),
        sa.Column("status", code(20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["endpoint_id", "next_attempt_at"])
    op.create_index("ix_webhook_deliveries_endpoint", "webhook_deliveries", ["endpoint_id", "id"])
    op.create_index("ux_webhook_deliveries_event", "webhook_deliveries", ["event_id", "endpoint_id"], unique=True)
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("status", code(20), nullable=False),
        sa.Column("disabled_reason", sa.String(500), nullable=True),
        sa.Column("types", code(2000), nullable=False),
        sa.Column("secret", code(200), nullable=False),
        sa.Column("secret_hint", sa.String(20), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("mark", raw(4), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhook_endpoints_behind", "webhook_endpoints", ["status", "position"])
    op.create_index("ix_webhook_endpoints_owner", "webhook_endpoints", ["owner_id", "id"])
    op.create_table(
        "order_items",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(120), nullable=False),
        sa.Column("size", sa.String(40), nullable=True),
        sa.Column("color", sa.String(40), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id", "line"),
    )

    # The rows that are locked rather than inserted: each table of one row has it from the start.
    head = sa.table("log_head", sa.column("one"), sa.column("position"), sa.column("log_id", Id()))
    op.execute(head.insert().values(one=1, position=0, log_id=uuid4()))
    op.execute("INSERT INTO log_proof (one, commits) VALUES (1, 0)")
    op.execute("INSERT INTO order_serials (one, last) VALUES (1, 0)")
