"""Webhook deliveries in SQL: who is owed what, and how each attempt ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    RowMapping,
    case,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import now
from domain.deliveries import (
    ClaimedDelivery,
    DeliveryStats,
    DeliveryStatus,
    Outcome,
    WebhookAttempt,
    WebhookDelivery,
)
from domain.events import EventType
from domain.ports import Slice
from domain.users import Viewer
from domain.webhooks import MOST_IN_FLIGHT, WebhookOrdering, WebhookStatus
from persistence.endpoints import SECRET_COLUMNS, read_secrets
from persistence.slices import forced, newest_first
from persistence.tables import events, users, webhook_attempts, webhook_deliveries, webhook_endpoints
from persistence.users import read_roles

DELIVERY = tuple(field.name for field in fields(WebhookDelivery))
ATTEMPT = tuple(field.name for field in fields(WebhookAttempt))
MEASURED = 1_000
"""Attempts that the percentiles are of."""

deliveries, endpoints = webhook_deliveries.c, webhook_endpoints.c


class SqlDeliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, deliveries: Sequence[WebhookDelivery]) -> None:
        if deliveries:
            rows = [{**_values(one, DELIVERY), "changed_at": one.created_at} for one in deliveries]
            await self.connection.execute(insert(webhook_deliveries), rows)

    async def get(self, id: UUID) -> WebhookDelivery | None:
        rows = await self.connection.execute(select(webhook_deliveries).where(deliveries.id == id))
        row = rows.mappings().one_or_none()
        return _delivery(row) if row else None

    async def of_events(self, endpoint_id: UUID, event_ids: Sequence[UUID]) -> Mapping[UUID, WebhookDelivery]:
        of_these = deliveries.event_id.in_(event_ids), deliveries.endpoint_id == endpoint_id
        rows = await self.connection.execute(select(webhook_deliveries).where(*of_these))
        return {row["event_id"]: _delivery(row) for row in rows.mappings()}

    async def page(
        self, part: Slice, *, endpoint_id: UUID, statuses: Sequence[DeliveryStatus]
    ) -> list[WebhookDelivery]:
        query = select(webhook_deliveries).where(deliveries.endpoint_id == endpoint_id)
        query = forced(query, webhook_deliveries, "ix_webhook_deliveries_endpoint")
        if statuses:
            query = query.where(deliveries.status.in_(statuses))
        rows = await self.connection.execute(newest_first(query, webhook_deliveries, part))
        return [_delivery(row) for row in rows.mappings()]

    async def about(self, part: Slice, *, subject_ids: Sequence[UUID]) -> list[WebhookDelivery]:
        """By way of their events: an index of subjects here would cost each delivery that is made."""
        query = select(webhook_deliveries).join(events, events.c.id == deliveries.event_id)
        query = forced(query.where(events.c.subject_id.in_(subject_ids)), events, "ix_events_subject")
        query = forced(query, webhook_deliveries, "ux_webhook_deliveries_event")
        rows = await self.connection.execute(newest_first(query, webhook_deliveries, part))
        return [_delivery(row) for row in rows.mappings()]

    async def changed(
        self, endpoint_id: UUID, *, since: datetime, limit: int
    ) -> list[tuple[datetime, WebhookDelivery]]:
        """Those that were changed after a moment, in the order in which they were, and when."""
        query = select(webhook_deliveries).where(deliveries.endpoint_id == endpoint_id, deliveries.changed_at > since)
        rows = await self.connection.execute(query.order_by(deliveries.changed_at).limit(limit))
        return [(row["changed_at"], _delivery(row)) for row in rows.mappings()]

    async def attempts(self, id: UUID) -> list[WebhookAttempt]:
        query = select(webhook_attempts).where(webhook_attempts.c.delivery_id == id)
        rows = await self.connection.execute(query.order_by(webhook_attempts.c.number))
        return [WebhookAttempt(**row) for row in rows.mappings()]

    async def stats(self, endpoint_id: UUID) -> DeliveryStats:
        query = select(deliveries.status, func.count()).where(deliveries.endpoint_id == endpoint_id)
        rows = await self.connection.execute(query.group_by(deliveries.status))
        counts: dict[str, int] = dict(map(tuple, rows))
        failures = await self.connection.scalar(select(endpoints.failures).where(endpoints.id == endpoint_id))
        times = await self._times(endpoint_id)
        return DeliveryStats(
            succeeded=counts.get(DeliveryStatus.SUCCEEDED, 0),
            failed=counts.get(DeliveryStatus.FAILED, 0),
            pending=counts.get(DeliveryStatus.PENDING, 0) + counts.get(DeliveryStatus.RETRYING, 0),
            p50_ms=times[len(times) // 2] if times else None,
            p99_ms=times[len(times) * 99 // 100] if times else None,
            consecutive_failures=failures or 0,
        )

    async def make_due(self, ids: Sequence[UUID], *, at: datetime) -> None:
        """Now, as if new; whoever has one of them in flight has lost it. What was still owed keeps its turn."""
        change = update(webhook_deliveries).where(deliveries.id.in_(ids))
        anew = change.ordered_values(  # in this order: MySQL looks at what it has set already
            (deliveries.manual, case((deliveries.next_attempt_at.is_(None), True), else_=deliveries.manual)),
            (deliveries.status, DeliveryStatus.PENDING),
            (deliveries.in_flight, False),
            (deliveries.next_attempt_at, at),
            (deliveries.changed_at, at),
            (deliveries.settled_at, None),
        )
        await self.connection.execute(anew)

    async def rooms(self, at: datetime) -> Mapping[UUID, int]:
        """See domain.ports.Deliveries. One whose circuit is open has room for one probe, when it is time for it."""
        query = select(*ROOM, _busy(at), _soonest()).where(*_open_for_business(at))
        rows = (await self.connection.execute(query)).all()
        due = [row for row in rows if row.soonest and row.soonest <= at]
        due.sort(key=lambda row: (row.busy, row.soonest))
        return {row.id: room for row in due if (room := _room(row)) > 0}

    async def claim(self, room: Mapping[UUID, int], *, at: datetime, lease_until: datetime) -> list[ClaimedDelivery]:
        """See domain.ports.Deliveries. Their next attempt is put off by the lease."""
        targets = await self._targets(room, at)
        due = [row for target in targets for row in await self._lock_due(target, room[target.id], at)]
        of = {target.id: target for target in targets}
        told = [row for row in due if _may_tell(of[row.endpoint_id], row)]
        over = {"status": DeliveryStatus.CANCELLED, "next_attempt_at": None, "settled_at": at, "changed_at": at}
        await self._change([row for row in due if row not in told], over)
        lent = {"attempt": deliveries.attempt + 1, "next_attempt_at": lease_until, "in_flight": True}
        await self._change(told, lent)
        await self._lend_probes({row.endpoint_id for row in told if of[row.endpoint_id].retry_at}, lease_until)
        joined = await self._correlations(told)
        return [_claimed(row, of[row.endpoint_id], joined[row.event_id], at, lease_until) for row in told]

    async def settle(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """See domain.ports.Deliveries. One is written unless it was claimed or made due again since."""
        held = await self._lock([outcome.claimed.id for outcome in outcomes])
        there = [outcome for outcome in outcomes if outcome.claimed.id in held]
        if not there:  # the endpoint was deleted meanwhile
            return []
        ours = [one for one in there if held[one.claimed.id] == (one.claimed.attempt, one.claimed.leased_until)]
        alike = defaultdict(list)  # most have succeeded: one statement for all of them
        for outcome in ours:
            alike[outcome.status, outcome.next_attempt_at].append(outcome.claimed.id)
        for (status, again), ids in alike.items():
            await self._settle(ids, status, again)
        await self.connection.execute(insert(webhook_attempts), [_values(one.attempt, ATTEMPT) for one in there])
        return ours

    async def forget(self, before: datetime, *, limit: int) -> int:
        """Deletes so many that were settled before a moment, with their attempts; says how many there were."""
        query = select(deliveries.id).where(deliveries.settled_at < before).order_by(deliveries.settled_at)
        old = (await self.connection.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()
        if old:
            await self.connection.execute(delete(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(old)))
            await self.connection.execute(delete(webhook_deliveries).where(deliveries.id.in_(old)))
        return len(old)

    async def _targets(self, room: Mapping[UUID, int], at: datetime) -> list[Row[Any]]:
        query = select(*TARGET, _busy(at)).join_from(webhook_endpoints, users, users.c.id == endpoints.owner_id)
        query = query.where(endpoints.id.in_(sorted(room)), *_open_for_business(at)).order_by(endpoints.id)
        return list(await self.connection.execute(query))

    async def _lend_probes(self, ids: set[UUID], until: datetime) -> None:
        if ids:
            await self.connection.execute(update(webhook_endpoints).where(endpoints.id.in_(ids)).values(retry_at=until))

    async def _lock_due(self, target: Row[Any], room: int, at: datetime) -> Sequence[Row[Any]]:
        most = min(room, _room(target))
        if most <= 0:
            return ()
        due = (deliveries.owed_to == target.id) & (deliveries.next_attempt_at <= at)
        if target.ordering == WebhookOrdering.PER_SUBJECT:
            due &= or_(deliveries.manual, ~_waits())
        query = select(*DUE).where(due).order_by(deliveries.next_attempt_at, deliveries.id)
        query = forced(query.limit(most), webhook_deliveries, "ix_webhook_deliveries_due")
        return (await self.connection.execute(query.with_for_update(skip_locked=True))).all()

    async def _change(self, rows: Sequence[Row[Any]], values: Mapping[str, Any]) -> None:
        if rows:
            change = update(webhook_deliveries).where(deliveries.id.in_([row.id for row in rows]))
            await self.connection.execute(change.values(values))

    async def _correlations(self, rows: Sequence[Row[Any]]) -> Mapping[UUID, UUID]:
        query = select(events.c.id, events.c.correlation_id).where(events.c.id.in_([row.event_id for row in rows]))
        return {row.id: row.correlation_id for row in await self.connection.execute(query)}

    async def _settle(self, ids: Sequence[UUID], status: DeliveryStatus, again: datetime | None) -> None:
        at = now()
        settled = {"status": status, "next_attempt_at": again, "settled_at": None if again else at, "changed_at": at}
        change = update(webhook_deliveries).where(deliveries.id.in_(ids))
        await self.connection.execute(change.values({**settled, "in_flight": False}))

    async def _times(self, endpoint_id: UUID) -> list[int]:
        """Of the last attempts that were answered, in milliseconds, the shortest first."""
        last = select(deliveries.id).where(deliveries.endpoint_id == endpoint_id)
        these = last.order_by(deliveries.id.desc()).limit(MEASURED).subquery()
        query = select(webhook_attempts.c.duration_ms).join(these, these.c.id == webhook_attempts.c.delivery_id)
        return sorted((await self.connection.scalars(query.where(webhook_attempts.c.status.is_not(None)))).all())

    async def _lock(self, ids: Sequence[UUID]) -> dict[UUID, tuple[int, datetime | None]]:
        query = select(deliveries.id, deliveries.attempt, deliveries.next_attempt_at)
        query = query.where(deliveries.id.in_(sorted(ids))).order_by(deliveries.id).with_for_update()
        return {row.id: (row.attempt, row.next_attempt_at) for row in await self.connection.execute(query)}


ROOM = (endpoints.id, endpoints.max_in_flight, endpoints.retry_at)
TARGET = (*ROOM, endpoints.url, endpoints.ordering, *SECRET_COLUMNS, endpoints.owner_id, users.c.roles, users.c.active)
DUE = tuple(
    deliveries[name] for name in ("id", "endpoint_id", "event_id", "event_type", "event_owner_id", "attempt", "body")
)


def _busy(at: datetime) -> Label[int]:
    """How many are on their way to an endpoint."""
    flying = (deliveries.in_flight == true()) & (deliveries.next_attempt_at > at)
    query = select(func.count()).select_from(webhook_deliveries).where(deliveries.owed_to == endpoints.id, flying)
    return forced(query, webhook_deliveries, "ix_webhook_deliveries_flying").scalar_subquery().label("busy")


def _soonest() -> Label[datetime | None]:
    """When an endpoint is owed the next."""
    query = select(deliveries.next_attempt_at).where(deliveries.owed_to == endpoints.id)
    query = forced(query, webhook_deliveries, "ix_webhook_deliveries_due").order_by(deliveries.next_attempt_at)
    return query.limit(1).correlate(webhook_endpoints).scalar_subquery().label("soonest")


def _room(row: Row[Any]) -> int:
    return min(int(row.max_in_flight) - int(row.busy), 1 if row.retry_at else MOST_IN_FLIGHT)


def _open_for_business(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """What an endpoint must be to be sent anything; while its circuit is open it must be time for a probe."""
    return endpoints.status == WebhookStatus.ENABLED, or_(endpoints.retry_at.is_(None), endpoints.retry_at <= at)


def _waits() -> ColumnElement[bool]:
    """Whether something that happened before to the same subject is still owed."""
    earlier = webhook_deliveries.alias("earlier")
    same = (earlier.c.owed_to == deliveries.owed_to) & (earlier.c.subject_id == deliveries.subject_id)
    before = (earlier.c.position < deliveries.position) & (earlier.c.manual == false())
    return forced(select(earlier.c.id).where(same, before), earlier, "ix_webhook_deliveries_subject").exists()


def _may_tell(target: Row[Any], row: Row[Any]) -> bool:
    """Whether the owner of the endpoint may still be told of the event."""
    owner = Viewer(user_id=target.owner_id, session_id=target.owner_id, roles=frozenset(read_roles(target.roles)))
    return target.active and (row.event_owner_id is None or owner.may_see(row.event_owner_id))


def _values(one: object, names: Sequence[str]) -> dict[str, Any]:
    """Its fields; dataclasses.asdict would copy each of them."""
    return {name: getattr(one, name) for name in names}


def _delivery(row: RowMapping) -> WebhookDelivery:
    words = {"event_type": EventType(row["event_type"]), "status": DeliveryStatus(row["status"])}
    return WebhookDelivery(**{**{name: row[name] for name in DELIVERY}, **words})


def _claimed(
    row: Row[Any], target: Row[Any], correlation_id: UUID, at: datetime, leased_until: datetime
) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row.id,
        event_id=row.event_id,
        event_type=EventType(row.event_type),
        correlation_id=correlation_id,
        attempt=row.attempt + 1,
        leased_until=leased_until,
        body=row.body,
        endpoint_id=row.endpoint_id,
        url=target.url,
        secrets=read_secrets(target._mapping).at(at),
        probe=target.retry_at is not None,
    )
