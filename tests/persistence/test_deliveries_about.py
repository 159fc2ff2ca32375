"""Deliveries about an order, or about several things: to whomever they went, found without reading all others."""

from typing import Any
from uuid import UUID

from sqlalchemy import event

from domain.deliveries import WebhookDelivery
from domain.ids import new_id
from domain.orders import Order
from domain.ports import Slice
from persistence.database import SqlDatabase
from tests.persistence.hooks import READY, delivered, known
from tests.persistence.shops import happen
from tests.support.things import make_endpoint, make_event, make_order

MANY = 300


async def about(database: SqlDatabase, *ids: UUID, **part: Any) -> list[WebhookDelivery]:
    async with database.reading() as rows:
        return await rows.deliveries.about(Slice(**{"size": 100, **part}), subject_ids=ids)


async def told_of(database: SqlDatabase, *orders: Order) -> list[WebhookDelivery]:
    """What two endpoints were sent about these orders; the newest first."""
    events = await happen(database, *(make_event(READY, subject=order) for order in orders))
    endpoints = [await known(database, make_endpoint()) for _ in range(2)]
    sent = [delivered(event, endpoint) for endpoint in endpoints for event in events]
    await database.transact(lambda tx: tx.deliveries.add(sent))
    return sorted(sent, key=lambda one: one.id, reverse=True)


async def test_what_was_sent_about_one_order_went_to_every_endpoint(database: SqlDatabase) -> None:
    mine, other, quiet = make_order(), make_order(), make_order()
    sent = await told_of(database, mine, other)
    assert await about(database, mine.id) == [one for one in sent if one.subject_id == mine.id]
    assert await about(database, mine.id, other.id) == sent
    assert await about(database, quiet.id) == await about(database) == []


async def test_pages_follow_each_other(database: SqlDatabase) -> None:
    mine = make_order()
    sent = await told_of(database, mine, mine, mine)
    first = await about(database, mine.id, size=4)
    assert first == sent[:4]
    assert await about(database, mine.id, after=first[-1].id) == sent[4:]
    assert await about(database, mine.id, size=2, backwards=True) == sent[:-3:-1]


async def test_no_other_orders_deliveries_are_read(database: SqlDatabase) -> None:
    mine = make_order()
    await told_of(database, mine, *(make_order() for _ in range(MANY)))
    ran: list[tuple[str, Any]] = []
    engine = database.reader.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    for part in ({}, {"after": new_id()}, {"backwards": True}):
        await about(database, mine.id, new_id(), **part)
    event.remove(engine, "before_cursor_execute", note)
    asked = [one for one in ran if "webhook_deliveries" in one[0]]
    assert len(asked) == 3
    for statement, parameters in asked:
        first, then = await plan(database, statement, parameters)
        assert "ix_events_subject" in first
        assert "ux_webhook_deliveries_event" in then
        assert not first.startswith(("SCAN", "index")), "it is read from one end to the other"
        assert not then.startswith(("SCAN", "index")), "it is read from one end to the other"


async def plan(database: SqlDatabase, statement: str, parameters: Any) -> list[str]:
    """How each table is gone into, one after the other."""
    async with database.reader.connect() as connection:
        if database.reader.dialect.name == "sqlite":
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [row["detail"] for row in plan.mappings() if row["detail"].startswith(("SEARCH", "SCAN"))]
        plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return [f"{row['type']} {row['key']}" for row in plan.mappings()]
