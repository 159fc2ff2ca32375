"""Readers of the log in SQL: places that one process at a time holds."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import START, Place
from persistence.tables import readers

NEW = insert(readers).prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")


class SqlReaders:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def hold(self, name: str, holder: str, *, at: datetime, until: datetime) -> Place | None:
        """See domain.ports.Readers."""
        query = select(readers).where(readers.c.name == name).with_for_update()
        row = (await self.connection.execute(query)).mappings().one_or_none()
        if row is None:
            await self.connection.execute(NEW, {"name": name, "position": START.position, "mark": START.mark})
            row = (await self.connection.execute(query)).mappings().one()
        if row["holder"] not in (None, holder) and row["held_until"] > at:
            return None
        change = update(readers).where(readers.c.name == name).values(holder=holder, held_until=until)
        await self.connection.execute(change)
        return Place(position=row["position"], mark=bytes(row["mark"]))

    async def advance(self, name: str, holder: str, place: Place) -> bool:
        """See domain.ports.Readers."""
        mine = (readers.c.name == name) & (readers.c.holder == holder)
        change = update(readers).where(mine).values(position=place.position, mark=place.mark)
        return (await self.connection.execute(change)).rowcount == 1

    async def place(self, name: str) -> Place | None:
        """Where a reader is, for whoever only looks."""
        row = (await self.connection.execute(select(readers).where(readers.c.name == name))).mappings().one_or_none()
        return Place(position=row["position"], mark=bytes(row["mark"])) if row else None
