"""Migrations: how an empty or older database becomes what the tables say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class NewerSchema(Exception):
    """The database belongs to a newer version of the program, and is left alone."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"The database has the schema {revision} of a newer Swap Shop. Run that one.")


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


async def migrate(engine: AsyncEngine) -> None:
    """Brings the database to the newest schema; raises NewerSchema.

    Two processes may call it at once: one waits for the other.
    """
    async with _alone(engine), engine.begin() as connection:
        await has_newest(connection)
        await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database has exactly the schema that this program was written for."""
    async with engine.connect() as connection:
        return await has_newest(connection)


async def has_newest(connection: AsyncConnection) -> bool:
    """The same, asked over a connection that there is already; raises NewerSchema."""
    newest, known = _revisions()
    found = await connection.run_sync(_revision)
    if found is not None and found not in known:
        raise NewerSchema(found)
    return found == newest


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest one, and all that there have been."""
    scripts = ScriptDirectory.from_config(config())
    return scripts.get_current_head(), frozenset(one.revision for one in scripts.walk_revisions())


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
