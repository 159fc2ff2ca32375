"""Sessions, when a user was last changed, and what a search for orders looks through."""

import sqlalchemy as sa
from alembic import op

from domain.text import folded
from persistence.types import Id, Moment, exact_text, raw

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("user_agent", sa.String(255), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("newest", raw(32), nullable=False),
        sa.Column("previous", raw(32), nullable=True),
        sa.Column("rotated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id", "revoked_at"])
    op.create_index("ix_sessions_revoked", "sessions", ["revoked_at"])
    op.add_column("users", sa.Column("changed_at", Moment(), nullable=True))
    op.create_index("ix_users_changed", "users", ["changed_at"])
    op.add_column("orders", sa.Column("words", exact_text(), nullable=True))
    _fill_words(op.get_bind())


def _fill_words(connection: sa.Connection) -> None:
    """For the orders that are there: as domain.orders.Order.words had it when this was written."""
    orders = sa.table("orders", sa.column("id", Id()), sa.column("note"), sa.column("words"))
    items = sa.table("order_items", sa.column("order_id", Id()), sa.column("line"), sa.column("product"))
    found = connection.execute(sa.select(orders.c.id, orders.c.note)).all()
    for id, note in found:
        query = sa.select(items.c.product).where(items.c.order_id == id).order_by(items.c.line)
        words = "\n".join(folded(text) for text in (note or "", *connection.scalars(query)))
        connection.execute(sa.update(orders).where(orders.c.id == id).values(words=words))
