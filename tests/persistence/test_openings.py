"""Openings: subscriptions that begin together are read for together, and each begins with its own order."""

import asyncio
from typing import Any

from sqlalchemy import event

from domain.ids import new_id
from persistence.database import SqlDatabase
from persistence.openings import SqlOpenings
from tests.persistence.shops import happen, keep
from tests.support.things import make_event, make_order


async def test_many_that_begin_together_take_a_few_statements(database: SqlDatabase) -> None:
    orders = [make_order() for _ in range(50)]
    await keep(database, *orders)
    statements: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.reader.sync_engine, "before_cursor_execute", noted)
    openings = SqlOpenings(database)
    found = await asyncio.gather(*(openings.order(order.id) for order in orders))
    assert [order for order, _ in found] == orders
    assert len(statements) < len(orders) / 2


async def test_of_an_order_that_is_not_there_nothing_is_told(database: SqlDatabase) -> None:
    order = make_order()
    await keep(database, order)
    [created] = await happen(database, make_event(subject=order))
    openings = SqlOpenings(database)
    found = await asyncio.gather(openings.order(order.id), openings.order(new_id()))
    assert found == [(order, created.place), (None, created.place)]
