"""Openings: what subscriptions to one order begin with, read in one go for all that begin together.

When a process has died, thousands come to the others at once; one reading for each would take every connection.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.events import Place
from domain.orders import Order
from persistence.database import SqlDatabase
from persistence.lane import Lane

Opening = tuple[Order | None, Place]


class SqlOpenings:
    """See domain.ports.Openings."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._lane: Lane[UUID, Opening] = Lane(self._read)

    async def order(self, id: UUID) -> Opening:
        return await self._lane(id)

    async def close(self) -> None:
        await self._lane.close()

    async def _read(self, ids: Sequence[UUID]) -> Sequence[Opening]:
        async with self._database.reading() as rows:
            found = await rows.orders.by_ids(ids)
            head = await rows.events.head()
        return [(found.get(id), head) for id in ids]
