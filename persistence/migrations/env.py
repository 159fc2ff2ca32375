"""What Alembic runs: our own connection, handed over by persistence.migrations."""

from alembic import context
from sqlmodel import SQLModel

import persistence.tables  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
