"""Databases for tests that need one kind only, an empty one, or the same one twice."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from persistence.database import SqlDatabase
from tests.support.databases import FileTemplate, ServerTemplate
from web.stack import MariaDB, Redis


@pytest.fixture
async def mariadb_database(server_template: ServerTemplate) -> AsyncIterator[SqlDatabase]:
    """For what SQLite, which has one writer, cannot do."""
    opened = SqlDatabase(server_template.copy("one_test"))
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(file_template: FileTemplate, tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    opened = SqlDatabase(file_template.copy(tmp_path))
    yield opened
    await opened.close()


@pytest.fixture(params=("embedded", "servers"))
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database without tables, of either kind."""
    if request.param == "embedded":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    mariadb: MariaDB = request.getfixturevalue("mariadb")
    return mariadb.create_database("empty_test")


@pytest.fixture
async def process() -> AsyncIterator[Callable[[str], SqlDatabase]]:
    """Opens a database once more, as another process does."""
    async with AsyncExitStack() as stack:

        def opened(url: str) -> SqlDatabase:
            database = SqlDatabase(url)
            stack.push_async_callback(database.close)
            return database

        yield opened


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis for one test, which may stop it."""
    with Redis(tmp_path / "redis") as server:
        yield server
