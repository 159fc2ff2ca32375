"""Migrations: an empty database becomes exactly what the tables say."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, TableClause, column, func, insert, inspect, select, table, text
from sqlmodel import SQLModel

from domain.circuits import CLOSED
from domain.clock import now
from domain.deliveries import DeliveryStatus, delivery_of
from domain.events import EventType
from domain.webhooks import WebhookSecrets
from persistence.database import SqlDatabase
from persistence.events import to_row
from persistence.migrations import NewerSchema, config, is_current, migrate
from persistence.tables import (
    events,
    log_head,
    log_proof,
    order_items,
    order_serials,
    orders,
    webhook_deliveries,
    webhook_endpoints,
)
from tests.persistence.shops import Process
from tests.support.things import NOON, SECRET, make_endpoint, make_event, make_item, make_order
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

    async with database.writer.begin() as connection:
        await connection.run_sync(to, "0001")
        known = await connection.run_sync(columns, "orders")
        row = {name: getattr(order, name) for name in known}
        await connection.execute(insert(orders).values(row))
        line = {"order_id": order.id, "line": 1, "product": "Lámpara", "quantity": 1, "unit_price": 100}
        await connection.execute(insert(order_items).values(line))
    await migrate(database.writer)
    async with database.reader.connect() as connection:
        assert await connection.scalar(select(orders.c.words)) == "bitte strasse\nlámpara"


async def test_what_deliveries_from_before_are_about_is_taken_from_their_events(
    empty_url: str, process: Process
) -> None:
    """And an endpoint goes on as it was: default bodies, no order, eight at a time, its circuit closed."""
    database, endpoint = process(empty_url), make_endpoint()
    event = make_event(EventType.ORDER_READY, make_order(), position=7)
    over = make_event(EventType.ORDER_READY, make_order(), position=8)
    owed = [delivery_of(one, endpoint, "{}") for one in (event, over)]
    owed[1] = replace(owed[1], status=DeliveryStatus.SUCCEEDED, next_attempt_at=None, settled_at=NOON)
    async with database.writer.begin() as connection:
        await connection.run_sync(to, "0003")
        await connection.execute(insert(events), [to_row(one) for one in (event, over)])
        known = await connection.run_sync(columns, "webhook_endpoints")
        row = {name: value for name, value in asdict(endpoint).items() if name in known}
        row |= {"types": "ORDER_READY", "secret": SECRET, "position": 8, "mark": over.place.mark}
        await connection.execute(insert(with_columns(webhook_endpoints, row)), [row])
        known = await connection.run_sync(columns, "webhook_deliveries")
        rows = [{name: value for name, value in asdict(one).items() if name in known} for one in owed]
        await connection.execute(insert(with_columns(webhook_deliveries, rows[0])), rows)
        assert {"subject_id", "event_owner_id", "position"}.isdisjoint(known)
    await migrate(database.writer)
    async with database.reading() as rows_now:
        assert [await rows_now.deliveries.get(one.id) for one in owed] == owed
        assert await rows_now.endpoints.get(endpoint.id) == endpoint
        assert await rows_now.endpoints.secrets(endpoint.id) == WebhookSecrets(current=SECRET)
        assert await rows_now.endpoints.lock_all([endpoint.id]) == {endpoint.id: (endpoint, CLOSED)}
        assert await rows_now.deliveries.rooms(now()) == {endpoint.id: 8}


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


def with_columns(now_there: Table, those: Iterable[str]) -> TableClause:
    """As the table was when it had no others, which an INSERT would fill."""
    return table(now_there.name, *(column(name, now_there.c[name].type) for name in those))


def columns(connection: Connection, name: str) -> set[str]:
    return {one["name"] for one in inspect(connection).get_columns(name)}


def to(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
