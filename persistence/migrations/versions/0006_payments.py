"""Payments, the answers to them that were taken in, and readers of the log that one process at a time holds."""

import sqlalchemy as sa
from alembic import op

from persistence.types import Id, Moment, code, raw

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", Id(), primary_key=True),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("method", code(20), nullable=False),
        sa.Column("status", code(20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", code(3), nullable=False),
        sa.Column("token", code(80), nullable=True),
        sa.Column("card_brand", code(20), nullable=True),
        sa.Column("card_last4", code(4), nullable=True),
        sa.Column("reference", sa.String(140), nullable=True),
        sa.Column("transaction_id", sa.String(100), nullable=True),
        sa.Column("decline_reason", sa.String(200), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open_order_id", Id(), nullable=True),
        sa.Column("unanswered_since", Moment(), nullable=True),
    )
    op.create_index("ix_payments_order", "payments", ["order_id", "id"])
    op.create_index("ux_payments_open", "payments", ["open_order_id"], unique=True)
    op.create_index("ix_payments_unanswered", "payments", ["unanswered_since"])
    op.create_table(
        "payment_inbox",
        sa.Column("message_id", code(100), primary_key=True),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_table(
        "readers",
        sa.Column("name", code(40), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("mark", raw(4), nullable=False),
        sa.Column("holder", code(64), nullable=True),
        sa.Column("held_until", Moment(), nullable=True),
    )
    op.add_column("orders", sa.Column("pay_until", Moment(), nullable=True))
    op.create_index("ix_orders_unpaid", "orders", ["pay_until"])


def downgrade() -> None:
    op.drop_index("ix_orders_unpaid", "orders")
    op.drop_column("orders", "pay_until")
    for table in ("readers", "payment_inbox", "payments"):
        op.drop_table(table)
