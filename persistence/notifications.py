"""Notifications in SQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notifications import Notification
from domain.ports import Slice
from persistence.slices import forced, newest_first
from persistence.tables import notifications


class SqlNotifications:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, batch: Sequence[Notification]) -> None:
        if batch:
            await self.connection.execute(insert(notifications), [asdict(one) for one in batch])

    async def page(self, part: Slice, *, user_id: UUID, unread_only: bool) -> list[Notification]:
        query = select(notifications).where(notifications.c.user_id == user_id)
        if unread_only:
            query = query.where(notifications.c.read_at.is_(None))
        else:
            query = forced(query, notifications, "ix_notifications_user")
        rows = await self.connection.execute(newest_first(query, notifications, part))
        return [Notification(**row) for row in rows.mappings()]

    async def of_event(self, user_id: UUID, event_id: UUID) -> Notification | None:
        one = (notifications.c.user_id == user_id) & (notifications.c.event_id == event_id)
        row = (await self.connection.execute(select(notifications).where(one))).mappings().one_or_none()
        return Notification(**row) if row else None

    async def unread(self, user_id: UUID) -> int:
        mine = (notifications.c.user_id == user_id) & notifications.c.read_at.is_(None)
        return int(await self.connection.scalar(select(func.count()).select_from(notifications).where(mine)) or 0)

    async def mark_read(self, user_id: UUID, ids: Sequence[UUID] | None, *, at: datetime) -> None:
        """Marks those of the user's that are named, or all of them; another user's ids change nothing."""
        change = update(notifications).where(notifications.c.user_id == user_id, notifications.c.read_at.is_(None))
        if ids is not None:
            change = change.where(notifications.c.id.in_(ids))
        await self.connection.execute(change.values(read_at=at))
