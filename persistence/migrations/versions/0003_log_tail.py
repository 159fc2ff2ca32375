"""Where the log begins for those who resume."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_head", sa.Column("tail", sa.BigInteger(), nullable=False, server_default="0"))
