"""Migrations: an empty database becomes exactly what the tables say."""

import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlmodel import SQLModel

from persistence.database import SqlDatabase
from persistence.migrations import NewerSchema, config, is_current, migrate
from persistence.tables import log_head, log_proof, order_items, order_serials, orders
from tests.persistence.shops import Process
from tests.support.things import make_item, make_order
from web.stack import MariaDB


async def test_a_migrated_database_is_what_the_tables_say(database: SqlDatabase) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "target_metadata": SQLModel.metadata},
        )
        return list(compare_metadata(context, SQLModel.metadata))

    async with database.reader.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_is_current_once_it_is_migrated(empty_url: str, process: Process) -> None:
    database = process(empty_url)
    assert not await is_current(database.reader)
    await migrate(database.writer)
    assert await is_current(database.reader)


async def test_migrating_again_changes_nothing(database: SqlDatabase) -> None:
    before = await contents(database)
    await migrate(database.writer)
    assert await contents(database) == before


async def test_orders_from_before_the_search_are_found_by_it(empty_url: str, process: Process) -> None:
    database, order = process(empty_url), make_order(note="Bitte STRASSE", items=(make_item("Lámpara"),))

    def to_the_first(connection: Connection) -> None:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")

    async with database.writer.begin() as connection:
        await connection.run_sync(to_the_first)
        row = {column.name: getattr(order, column.name) for column in orders.columns if column.name != "words"}
        await connection.execute(insert(orders).values(row))
        line = {"order_id": order.id, "line": 1, "product": "Lámpara", "quantity": 1, "unit_price": 100}
        await connection.execute(insert(order_items).values(line))
    await migrate(database.writer)
    async with database.reader.connect() as connection:
        assert await connection.scalar(select(orders.c.words)) == "bitte strasse\nlámpara"


async def test_a_newer_database_is_left_alone(database: SqlDatabase) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="schema 9999 of a newer Swap Shop"):
        await is_current(database.reader)
    with pytest.raises(NewerSchema):
        await migrate(database.writer)


async def test_two_processes_may_migrate_at_once(mariadb: MariaDB, process: Process) -> None:
    url = mariadb.create_database("empty_test")
    first, second = process(url), process(url)
    await asyncio.gather(migrate(first.writer), migrate(second.writer))
    assert await is_current(first.reader)
    assert (await contents(first))[1:] == [1, 1, 1]


async def contents(database: SqlDatabase) -> list[object]:
    """The tables, and how many rows are in those that begin with one."""
    async with database.reader.connect() as connection:
        tables = await connection.run_sync(lambda connection: sorted(inspect(connection).get_table_names()))
        single = [
            await connection.scalar(select(func.count()).select_from(table))
            for table in (log_head, log_proof, order_serials)
        ]
        return [tables, *single]
