"""Sessions, and when a user was last changed."""

import sqlalchemy as sa
from alembic import op

from persistence.types import Id, Moment, raw

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
