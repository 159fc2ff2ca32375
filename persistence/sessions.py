"""Sessions in SQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.sessions import Rotation, Session
from persistence.tables import sessions


class SqlSessions:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, session: Session, rotation: Rotation) -> None:
        await self.connection.execute(insert(sessions).values(_row(session, rotation)))

    async def lock(self, id: UUID) -> tuple[Session, Rotation] | None:
        query = select(sessions).where(sessions.c.id == id).with_for_update()
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return (_session(row), _rotation(row)) if row else None

    async def lock_live(self, user_id: UUID, *, at: datetime) -> list[Session]:
        return await self._all(_live(user_id, at).order_by(sessions.c.id).with_for_update())

    async def update(self, session: Session, rotation: Rotation) -> None:
        change = update(sessions).where(sessions.c.id == session.id)
        await self.connection.execute(change.values(_row(session, rotation)))

    async def revoke(self, ended: Sequence[Session]) -> None:
        change = update(sessions).where(sessions.c.id.in_([session.id for session in ended]))
        await self.connection.execute(change.values(revoked_at=ended[0].revoked_at, version=sessions.c.version + 1))

    async def live(self, user_id: UUID, *, at: datetime, limit: int) -> list[Session]:
        return await self._all(_live(user_id, at).order_by(sessions.c.last_used_at.desc()).limit(limit))

    async def revoked_since(self, at: datetime) -> list[Session]:
        return await self._all(select(sessions).where(sessions.c.revoked_at >= at))

    async def _all(self, query: Select[Any]) -> list[Session]:
        return [_session(row) for row in (await self.connection.execute(query)).mappings()]


def _live(user_id: UUID, at: datetime) -> Select[Any]:
    mine = (sessions.c.user_id == user_id) & sessions.c.revoked_at.is_(None)
    return select(sessions).where(mine, sessions.c.expires_at > at)


def _row(session: Session, rotation: Rotation) -> dict[str, Any]:
    return {
        **asdict(session),
        "newest": rotation.newest,
        "previous": rotation.previous,
        "rotated_at": rotation.at,
    }


def _session(row: RowMapping) -> Session:
    return Session(**{name: row[name] for name in Session.__slots__})


def _rotation(row: RowMapping) -> Rotation:
    previous = None if row["previous"] is None else bytes(row["previous"])
    return Rotation(newest=bytes(row["newest"]), previous=previous, at=row["rotated_at"])
