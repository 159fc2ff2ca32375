"""The inbox in SQL."""

from dataclasses import replace

from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.orders import OrderStatus
from domain.ports import Slice
from persistence.database import SqlDatabase, SqlTransaction
from tests.persistence.shops import happen
from tests.support.things import make_event, make_order


async def test_an_inbox_is_read_and_marked_by_its_user_only(database: SqlDatabase) -> None:
    ana, at = new_id(), now()
    orders = [make_order(customer_id=ana, status=OrderStatus.PROCESSED) for _ in range(3)]
    await happen(database, *[make_event(EventType.ORDER_READY, order) for order in orders])
    async with database.reading() as rows:
        inbox = await rows.notifications.page(Slice(size=9), user_id=ana, unread_only=False)
    assert [told.id for told in inbox] == sorted((told.id for told in inbox), reverse=True)
    assert len(inbox) == 3

    async def mark(tx: SqlTransaction) -> tuple[int, int]:
        await tx.notifications.mark_read(new_id(), [inbox[0].id], at=at)
        untouched = await tx.notifications.unread(ana)
        await tx.notifications.mark_read(ana, [inbox[0].id, new_id()], at=at)
        return untouched, await tx.notifications.unread(ana)

    assert await database.transact(mark) == (3, 2)
    async with database.reading() as rows:
        unread = await rows.notifications.page(Slice(size=9), user_id=ana, unread_only=True)
        assert unread == inbox[1:]
        read = await rows.notifications.page(Slice(size=1), user_id=ana, unread_only=False)
        assert read == [replace(inbox[0], read_at=at)]
    await database.transact(lambda tx: tx.notifications.mark_read(ana, None, at=at))
    async with database.reading() as rows:
        assert await rows.notifications.unread(ana) == 0
