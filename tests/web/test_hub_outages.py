"""The hub while the database is away: what could not be read was not told, and is told later."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.events import Event, EventType
from domain.ports import Transaction, Unavailable
from domain.users import Viewer
from graph.scalars import write_cursor
from persistence.database import SqlDatabase
from tests.persistence.shops import until
from tests.support.hubs import ANA, STAFF, Process, running
from tests.support.things import make_event, make_order, make_user

NOTIFICATIONS = """subscription($after: Cursor) { notificationReceived(after: $after) {
  cursor notification { event { id } } } }"""
CUSTOMERS = """subscription($after: Cursor) { ordersUpdated(after: $after) {
  cursor event { id } order { customer { id } } } }"""


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    async with running(tmp_path) as started:
        yield started


class Outage:
    """From the moment it begins, every reading of the database fails."""

    def __init__(self, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = False
        reading = SqlDatabase.reading

        @asynccontextmanager
        async def perhaps(database: SqlDatabase) -> AsyncIterator[Transaction]:
            if self.on:
                raise Unavailable("the database does not serve")
            async with reading(database) as rows:
                yield rows

        monkeypatch.setattr(SqlDatabase, "reading", perhaps)


@pytest.mark.parametrize(
    ("viewer", "query"), [(ANA, NOTIFICATIONS), (STAFF, CUSTOMERS)], ids=["the message asks", "a field of it asks"]
)
async def test_an_event_that_could_not_be_told_whole_is_not_told_and_comes_when_the_client_resumes(
    process: Process, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, query: str
) -> None:
    customer = make_user(id=ANA.user_id)
    await process.database.transact(lambda tx: tx.users.add(customer, password_hash="none"))
    outage, inbox = Outage(process, monkeypatch), await process.subscribe(viewer, query)
    before, happened = process.shop.log.place, make_event(EventType.ORDER_READY, make_order(customer_id=customer.id))
    outage.on = True
    await process.database.transact(lambda tx: appended(tx, happened))
    await until(lambda: inbox.errors)
    outage.on = False
    assert [error.extensions["code"] for error in inbox.errors if error.extensions] == ["UNAVAILABLE"]
    assert [message["cursor"] for message in inbox.messages] == [write_cursor(before)], "no cursor beyond what was told"
    resumed = await process.subscribe(viewer, query, after=inbox.messages[-1]["cursor"])
    assert b"errors" not in resumed.payloads[-1]
    assert str(happened.id) in resumed.payloads[-1].decode()


async def appended(tx: Transaction, event: Event) -> None:
    tx.events.append(event)
