"""The event log: written with the change, in commit order, without gaps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import notifications
from domain.events import START, Actor, ActorKind, Cause, Event, EventType, Place, Subject, UnknownSubject
from domain.ids import earliest_id
from domain.orders import OrderStatus
from persistence import snapshots
from persistence.notifications import SqlNotifications
from persistence.tables import events, log_head

TYPES, ACTORS, STATUSES = dict(EventType.__members__), dict(ActorKind.__members__), dict(OrderStatus.__members__)


class SqlEvents:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.appended: list[Event] = []

    def append(self, event: Event) -> None:
        """Keeps the event until the end of the transaction: the head row is taken last of all."""
        self.appended.append(event)

    async def write(self) -> Sequence[Event]:
        """Takes the head row, and with it the order of commits; returns the events with their positions."""
        if not self.appended:
            return ()
        told = (notifications.for_event(event) for event in self.appended)
        await SqlNotifications(self.connection).add([notification for notification in told if notification])
        last = await self._take(len(self.appended))
        first = last - len(self.appended) + 1
        written = [event.at_position(first + index) for index, event in enumerate(self.appended)]
        await self.connection.execute(insert(events), [to_row(event) for event in written])
        return written

    async def _take(self, count: int) -> int:
        await self.connection.execute(update(log_head).values(position=log_head.c.position + count))
        return int(await self.connection.scalar(select(log_head.c.position)) or 0)

    async def head(self) -> Place:
        """The last place of the log that is committed."""
        position = int(await self.connection.scalar(select(log_head.c.position)) or 0)
        return await self.place_at(position) or START

    async def place_at(self, position: int) -> Place | None:
        """The place of the event at a position; None when there is no such event."""
        if position == 0:
            return START
        id = await self.connection.scalar(select(events.c.id).where(events.c.position == position))
        return Place(position=position, mark=id.bytes[-4:]) if id else None

    async def log_id(self) -> UUID:
        """Made with the database: two shops are told apart by it, whatever else they share."""
        id: UUID = (await self.connection.execute(select(log_head.c.log_id))).scalar_one()
        return id

    async def oldest(self) -> Place:
        """The oldest place that a client may resume from: all that came after it is kept."""
        position = int(await self.connection.scalar(select(log_head.c.tail)) or 0)
        return await self.place_at(position) or START

    async def expire(self, before: datetime) -> None:
        """Moves the oldest place to the last event before a moment. The ids of events begin with their time."""
        query = select(events.c.position).where(events.c.id < earliest_id(before)).order_by(events.c.id.desc()).limit(1)
        position = await self.connection.scalar(query)
        if position is not None:
            change = update(log_head).where(log_head.c.tail < position).values(tail=position)
            await self.connection.execute(change)

    async def read(self, *, after: int, upto: int, limit: int, owner_id: UUID | None = None) -> list[Event]:
        query = select(events).where(events.c.position > after, events.c.position <= upto)
        if owner_id is not None:
            query = query.where(events.c.owner_id == owner_id)
        rows = await self.connection.execute(query.order_by(events.c.position).limit(limit))
        return [from_row(row) for row in rows.mappings()]

    async def about(self, subject_ids: Sequence[UUID], *, after: int, upto: int, limit: int) -> list[Event]:
        query = select(events).where(events.c.subject_id.in_(subject_ids))
        part = query.where(events.c.position > after, events.c.position <= upto).order_by(events.c.position)
        return [from_row(row) for row in (await self.connection.execute(part.limit(limit))).mappings()]

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, Event]:
        rows = await self.connection.execute(select(events).where(events.c.id.in_(ids)))
        return {row["id"]: from_row(row) for row in rows.mappings()}


def to_row(event: Event) -> dict[str, Any]:
    return {
        "position": event.position,
        "id": event.id,
        "type": event.type,
        "at": event.at,
        "subject_id": event.subject_id,
        "version": event.version,
        "owner_id": event.owner_id,
        "actor_kind": event.cause.actor.kind,
        "actor_id": event.cause.actor.user_id,
        "correlation_id": event.cause.correlation_id,
        "previous_status": event.previous_status,
        "snapshot_version": snapshots.VERSION,
        "snapshot": snapshots.write(event.subject),
    }


def from_row(row: RowMapping) -> Event:
    """What a newer version has written and this one cannot read is passed over: it must still hear of what it knows."""
    type, subject = _read(row)
    return Event(
        position=row["position"],
        id=row["id"],
        type=type,
        at=row["at"],
        cause=Cause(
            actor=Actor(kind=ACTORS.get(row["actor_kind"], ActorKind.SYSTEM), user_id=row["actor_id"]),
            correlation_id=row["correlation_id"],
        ),
        previous_status=STATUSES.get(row["previous_status"] or ""),
        subject=subject,
    )


def _read(row: RowMapping) -> tuple[EventType, Subject]:
    type = TYPES.get(row["type"], EventType.UNKNOWN)
    try:
        if type is not EventType.UNKNOWN:
            return type, snapshots.read(type, row["snapshot"])
    except snapshots.Unreadable:
        if row["snapshot_version"] <= snapshots.VERSION:
            raise
    return EventType.UNKNOWN, _unknown(row)


def _unknown(row: RowMapping) -> UnknownSubject:
    return UnknownSubject(id=row["subject_id"], version=row["version"], owner_id=row["owner_id"])
