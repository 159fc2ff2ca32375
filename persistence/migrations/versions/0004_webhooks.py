"""Webhooks: shapes, order, circuits, two secrets at a time, and what a delivery is about."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from persistence.types import Id, Moment, code, long_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OWED_TO = "CASE WHEN next_attempt_at IS NULL THEN NULL ELSE endpoint_id END"
ENDPOINTS: tuple[sa.Column[Any], ...] = (
    sa.Column("ordering", code(20), nullable=False, server_default="NONE"),
    sa.Column("max_in_flight", sa.Integer(), nullable=False, server_default="8"),
    sa.Column("document", long_text(), nullable=True),
    sa.Column("old_secret", code(200), nullable=True),
    sa.Column("old_secret_until", Moment(), nullable=True),
    sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("failing_since", Moment(), nullable=True),
    sa.Column("probes", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("retry_at", Moment(), nullable=True),
)
DELIVERIES: tuple[sa.Column[Any], ...] = (
    sa.Column("subject_id", Id(), nullable=True),
    sa.Column("event_owner_id", Id(), nullable=True),
    sa.Column("position", sa.BigInteger(), nullable=True),
    sa.Column("in_flight", sa.Boolean(), nullable=False, server_default="0"),
    sa.Column("manual", sa.Boolean(), nullable=False, server_default="0"),
    sa.Column("changed_at", Moment(), nullable=True),
    sa.Column("owed_to", Id(), sa.Computed(OWED_TO, persisted=False), nullable=True),
)
INDEXES = {
    "ix_webhook_deliveries_due": ["owed_to", "next_attempt_at"],
    "ix_webhook_deliveries_flying": ["owed_to", "in_flight", "next_attempt_at"],
    "ix_webhook_deliveries_subject": ["owed_to", "subject_id", "position"],
    "ix_webhook_deliveries_changed": ["endpoint_id", "changed_at"],
    "ix_webhook_deliveries_settled": ["settled_at"],
}


def upgrade() -> None:
    for column in ENDPOINTS:
        op.add_column("webhook_endpoints", column)
    for column in DELIVERIES:
        op.add_column("webhook_deliveries", column)
    _fill()
    op.drop_index("ix_webhook_deliveries_due", "webhook_deliveries")
    for name, columns in INDEXES.items():
        op.create_index(name, "webhook_deliveries", columns)


def _fill() -> None:
    """What the deliveries that are there are about."""
    deliveries = sa.table("webhook_deliveries", *(sa.column(name) for name in ("event_id", *FROM_EVENT)))
    events = sa.table("events", *(sa.column(name) for name in ("id", *FROM_EVENT.values())))
    found = {
        mine: sa.select(events.c[its]).where(events.c.id == deliveries.c.event_id).scalar_subquery()
        for mine, its in FROM_EVENT.items()
    }
    op.execute(sa.update(deliveries).values(found))


FROM_EVENT = {"subject_id": "subject_id", "event_owner_id": "owner_id", "position": "position"}
