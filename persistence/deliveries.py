"""Webhook deliveries in SQL: who is owed what, and how each attempt ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import EventType
from domain.ports import Slice
from domain.webhooks import (
    ClaimedDelivery,
    DeliveryStatus,
    Outcome,
    WebhookAttempt,
    WebhookDelivery,
)
from persistence.slices import forced, newest_first
from persistence.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

CHANGED = ("status", "next_attempt_at", "settled_at")
SETTLE = (
    update(webhook_deliveries)
    .where(
        webhook_deliveries.c.id == bindparam("of_id"),
        webhook_deliveries.c.attempt == bindparam("of_attempt"),
        webhook_deliveries.c.next_attempt_at == bindparam("of_lease"),
    )
    .values({name: bindparam(f"new_{name}") for name in CHANGED})
)


class SqlDeliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, deliveries: Sequence[WebhookDelivery]) -> None:
        if deliveries:
            await self.connection.execute(insert(webhook_deliveries), [asdict(one) for one in deliveries])

    async def get(self, id: UUID) -> WebhookDelivery | None:
        rows = await self.connection.execute(select(webhook_deliveries).where(webhook_deliveries.c.id == id))
        row = rows.mappings().one_or_none()
        return _delivery(row) if row else None

    async def page(
        self, part: Slice, *, endpoint_id: UUID, statuses: Sequence[DeliveryStatus]
    ) -> list[WebhookDelivery]:
        query = select(webhook_deliveries).where(webhook_deliveries.c.endpoint_id == endpoint_id)
        query = forced(query, webhook_deliveries, "ix_webhook_deliveries_endpoint")
        if statuses:
            query = query.where(webhook_deliveries.c.status.in_(statuses))
        rows = await self.connection.execute(newest_first(query, webhook_deliveries, part))
        return [_delivery(row) for row in rows.mappings()]

    async def attempts(self, id: UUID) -> list[WebhookAttempt]:
        query = select(webhook_attempts).where(webhook_attempts.c.delivery_id == id)
        rows = await self.connection.execute(query.order_by(webhook_attempts.c.number))
        return [WebhookAttempt(**row) for row in rows.mappings()]

    async def make_due(self, delivery: WebhookDelivery, *, at: datetime) -> WebhookDelivery:
        due = replace(delivery, status=DeliveryStatus.PENDING, next_attempt_at=at, settled_at=None)
        changes: dict[str, Any] = {"status": due.status, "next_attempt_at": at, "settled_at": None}
        this = webhook_deliveries.c.id == delivery.id
        await self.connection.execute(update(webhook_deliveries).where(this).values(changes))
        return due

    async def due_endpoints(self, at: datetime) -> list[UUID]:
        """The endpoints that are owed something now, the one that has waited longest first."""
        soonest = func.min(webhook_deliveries.c.next_attempt_at)
        query = select(webhook_deliveries.c.endpoint_id).where(webhook_deliveries.c.next_attempt_at.is_not(None))
        query = query.group_by(webhook_deliveries.c.endpoint_id).having(soonest <= at).order_by(soonest)
        return list((await self.connection.scalars(query)).all())

    async def claim(self, room: Mapping[UUID, int], *, at: datetime, lease_until: datetime) -> list[ClaimedDelivery]:
        """Takes at most so many due deliveries of each endpoint, and puts their next attempt off by the lease."""
        rows = [row for id, most in sorted(room.items()) for row in await self._lock_due(id, most, at)]
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        leased = update(webhook_deliveries).where(webhook_deliveries.c.id.in_(ids))
        await self.connection.execute(
            leased.values(attempt=webhook_deliveries.c.attempt + 1, next_attempt_at=lease_until)
        )
        targets = await self._targets({row["endpoint_id"] for row in rows})
        there = [row for row in rows if row["endpoint_id"] in targets]
        return [_claimed(row, targets[row["endpoint_id"]], lease_until) for row in there]

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Keeps each attempt; writes each outcome unless the delivery was claimed or made due again since."""
        held = await self._lock([outcome.claimed.id for outcome in outcomes])
        there = [outcome for outcome in outcomes if outcome.claimed.id in held]
        if not there:  # the endpoint was deleted meanwhile
            return
        await self.connection.execute(SETTLE, [_settlement(outcome) for outcome in there])
        await self.connection.execute(insert(webhook_attempts), [asdict(outcome.attempt) for outcome in there])

    async def _lock(self, ids: Sequence[UUID]) -> set[UUID]:
        query = select(webhook_deliveries.c.id).where(webhook_deliveries.c.id.in_(sorted(ids)))
        return set((await self.connection.scalars(query.order_by(webhook_deliveries.c.id).with_for_update())).all())

    async def _lock_due(self, endpoint_id: UUID, most: int, at: datetime) -> Sequence[RowMapping]:
        due = (webhook_deliveries.c.endpoint_id == endpoint_id) & (webhook_deliveries.c.next_attempt_at <= at)
        query = select(webhook_deliveries).where(due).order_by(webhook_deliveries.c.next_attempt_at).limit(most)
        query = forced(query, webhook_deliveries, "ix_webhook_deliveries_due")
        return (await self.connection.execute(query.with_for_update(skip_locked=True))).mappings().all()

    async def _targets(self, ids: set[UUID]) -> dict[UUID, RowMapping]:
        columns = (webhook_endpoints.c.id, webhook_endpoints.c.url, webhook_endpoints.c.secret)
        rows = await self.connection.execute(select(*columns).where(webhook_endpoints.c.id.in_(ids)))
        return {row["id"]: row for row in rows.mappings()}


def _delivery(row: RowMapping) -> WebhookDelivery:
    words = {"event_type": EventType(row["event_type"]), "status": DeliveryStatus(row["status"])}
    return WebhookDelivery(**{**row, **words})


def _claimed(row: RowMapping, target: RowMapping, leased_until: datetime) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row["id"],
        event_id=row["event_id"],
        event_type=EventType(row["event_type"]),
        attempt=row["attempt"] + 1,
        leased_until=leased_until,
        body=row["body"],
        endpoint_id=row["endpoint_id"],
        url=target["url"],
        secret=target["secret"],
    )


def _settlement(outcome: Outcome) -> dict[str, Any]:
    return {
        "of_id": outcome.claimed.id,
        "of_attempt": outcome.claimed.attempt,
        "of_lease": outcome.claimed.leased_until,
        "new_status": outcome.status,
        "new_next_attempt_at": outcome.next_attempt_at,
        "new_settled_at": None if outcome.next_attempt_at else outcome.attempt.at,
    }
