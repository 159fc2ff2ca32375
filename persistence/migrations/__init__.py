"""Migrations: how an empty or older database becomes what the tables say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


async def migrate(engine: AsyncEngine) -> None:
    """Brings the database to the newest schema. Two processes may call it at once: one waits for the other."""
    async with _alone(engine), engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database has exactly the schema that this program was written for."""
    async with engine.connect() as connection:
        return await has_newest(connection)


async def has_newest(connection: AsyncConnection) -> bool:
    """The same, asked over a connection that there is already."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    return await connection.run_sync(_revision) == newest


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """MySQL commits each change of a table by itself, so a lock is held until after the last. SQLite has its own."""
    if engine.dialect.name != "mysql":
        yield
        return
    async with engine.connect() as guard:
        await guard.execute(text("SELECT GET_LOCK('swapshop.migrate', 60)"))
        yield
        await guard.execute(text("SELECT RELEASE_LOCK('swapshop.migrate')"))


def _upgrade(connection: Connection) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
