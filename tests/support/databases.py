"""Empty databases of the newest schema, copied from one that was migrated: migrating takes three times as long."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import pymysql
from sqlalchemy import make_url

from domain.ids import new_id
from persistence.database import SqlDatabase
from persistence.migrations import migrate
from web.stack import MariaDB

WITH_ROWS = ("alembic_version", "log_head", "log_proof", "order_serials")
ANOTHER = "UPDATE log_head SET log_id = {}"
"""Two shops are never one: their buses have their logs' names."""


def migrated(url: str) -> None:
    """In a thread of its own: a fixture may be asked for while a loop is running."""

    async def go() -> None:
        database = SqlDatabase(url)
        await migrate(database.writer)
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, go()).result()


class FileTemplate:
    """Of SQLite."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        migrated(f"sqlite+aiosqlite:///{self._file}")

    def copy(self, folder: Path) -> str:
        copied = shutil.copyfile(self._file, folder / "shop.db")
        with closing(sqlite3.connect(copied)) as connection, connection:
            connection.execute(ANOTHER.format("?"), [new_id().bytes])
        return f"sqlite+aiosqlite:///{copied}"


class ServerTemplate:
    """Of MariaDB."""

    def __init__(self, mariadb: MariaDB) -> None:
        self._mariadb = mariadb
        url = mariadb.create_database("template")
        migrated(url)
        with _connected(url) as cursor:
            self._statements = {name: self._made(cursor, name) for name in self._tables(cursor)}
        self._copies: dict[str, str] = {}

    def copy(self, name: str) -> str:
        """In place of one of that name, whose tables are kept if they are ours: to make one is to wait for the disk."""
        url = self._copies.get(name) or self._mariadb.create_database(name)
        with _connected(url) as cursor:
            cursor.execute("SET foreign_key_checks = 0")  # a table may come before the one that it refers to
            if self._tables(cursor) != set(self._statements):
                cursor.execute(f"CREATE OR REPLACE DATABASE `{name}`")
                cursor.execute(f"USE `{name}`")
                for statement in self._statements.values():
                    cursor.execute(statement)
            self._empty(cursor)
            for table in WITH_ROWS:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM template.{table}")
            cursor.execute(ANOTHER.format("%s"), [new_id().bytes])
        self._copies[name] = url
        return url

    def _empty(self, cursor: pymysql.cursors.Cursor) -> None:
        queries = (f"SELECT '{table}' FROM DUAL WHERE EXISTS (SELECT 1 FROM {table})" for table in self._statements)
        cursor.execute(" UNION ALL ".join(queries))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}" if table in WITH_ROWS else f"TRUNCATE {table}")

    @staticmethod
    def _tables(cursor: pymysql.cursors.Cursor) -> set[str]:
        cursor.execute("SHOW TABLES")
        return {name for (name,) in cursor.fetchall()}

    @staticmethod
    def _made(cursor: pymysql.cursors.Cursor, table: str) -> str:
        cursor.execute(f"SHOW CREATE TABLE {table}")
        row = cursor.fetchone()
        assert row
        return str(row[1])


@cache
def template_on(mariadb: MariaDB) -> ServerTemplate:
    return ServerTemplate(mariadb)


@contextmanager
def _connected(url: str) -> Iterator[pymysql.cursors.Cursor]:
    at = make_url(url)
    connection = pymysql.connect(
        host=at.host, port=at.port or 0, user=at.username, password=at.password or "", database=at.database
    )
    with closing(connection), connection.cursor() as cursor:
        yield cursor
        connection.commit()
