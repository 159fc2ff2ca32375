"""What must hold of a shop at rest, whatever was done to it."""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from domain.events import Event, EventType
from persistence.database import SqlDatabase
from persistence.tables import log_head, notifications, order_items, orders


async def orders_left(database: SqlDatabase) -> int:
    """How many orders are not PROCESSED yet."""
    async with database.reading() as rows:
        query = select(func.count()).select_from(orders).where(orders.c.status == "PENDING")
        return int(await rows.connection.scalar(query) or 0)


async def assert_whole(database: SqlDatabase, *, acknowledged: Collection[str], items: int) -> list[Event]:
    """Each acknowledged order is there once and whole, was promoted once, and the log has no gap. The log."""
    log = await whole_log(database)
    async with database.reading() as rows:
        placed = [str(id) for id in await rows.connection.scalars(select(orders.c.id))]
        per_order = select(order_items.c.order_id, func.count()).group_by(order_items.c.order_id)
        lines = {str(id): count for id, count in await rows.connection.execute(per_order)}
        told = Counter([str(id) for id in await rows.connection.scalars(select(notifications.c.event_id))])
        head = await rows.connection.scalar(select(log_head.c.position))
    assert sorted(placed) == sorted(acknowledged), "orders that were acknowledged, and orders that are there"
    assert lines == dict.fromkeys(placed, items), "lines of each order"
    assert [event.position for event in log] == list(range(1, (head or 0) + 1)), "positions without a gap"
    for type in (EventType.ORDER_CREATED, EventType.ORDER_READY):
        happened = Counter(str(event.subject_id) for event in log if event.type is type)
        assert happened == Counter(placed), f"one {type} for each order"
    ready = Counter(str(event.id) for event in log if event.type is EventType.ORDER_READY)
    assert told == ready, "one notification for each promotion"
    return log


async def whole_log(database: SqlDatabase) -> list[Event]:
    found: list[Event] = []
    while True:
        async with database.reading() as rows:
            page = await rows.events.read(after=len(found), upto=10**9, limit=1000)
        found += page
        if not page:
            return found


def of_owner(log: Collection[Event], owner_id: str) -> list[str]:
    """The ids of the events that the owner may see, in order."""
    return [str(event.id) for event in log if event.owner_id == UUID(owner_id)]


def assert_followed(seen: Sequence[str], happened: Sequence[str], *, before: int) -> None:
    """All that happened after the first `before`, in order, once.

    Of those first ones it may have been told too: its API may have come to know of them after it had joined.
    """
    assert len(seen) >= len(happened) - before
    assert list(seen) == list(happened)[len(happened) - len(seen) :]
