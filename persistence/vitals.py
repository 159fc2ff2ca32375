"""Vitals: what is waiting and what has failed, in reads that an index answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import now
from domain.deliveries import DeliveryStatus
from domain.events import Place
from domain.ids import earliest_id
from domain.orders import OrderStatus
from domain.system import Backlog
from domain.webhooks import WebhookStatus
from persistence.events import SqlEvents
from persistence.readers import SqlReaders
from persistence.slices import forced
from persistence.tables import orders, webhook_deliveries, webhook_endpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What somebody should look at: endpoints that are disabled, and deliveries that were given up."""

    disabled: int
    failed: int


async def backlog(connection: AsyncConnection) -> Backlog:
    """Reads of one row each: cheap enough for every scrape."""
    return Backlog(
        head=await SqlEvents(connection).head(),
        due_since=await _due_since(connection),
        webhooks=await _furthest_behind(connection),
        payments=await SqlReaders(connection).place("payments"),
    )


async def troubles(connection: AsyncConnection, *, since: datetime) -> Troubles:
    """Counts the deliveries that were owed since a moment and have failed: their ids begin with the time."""
    first = earliest_id(since)
    failed = (webhook_deliveries.c.id >= first) & (webhook_deliveries.c.status == DeliveryStatus.FAILED)
    disabled = webhook_endpoints.c.status == WebhookStatus.DISABLED
    return Troubles(
        disabled=await connection.scalar(select(func.count()).select_from(webhook_endpoints).where(disabled)) or 0,
        failed=await connection.scalar(select(func.count()).select_from(webhook_deliveries).where(failed)) or 0,
    )


async def _due_since(connection: AsyncConnection) -> datetime | None:
    due = (orders.c.status == OrderStatus.PENDING) & (orders.c.promote_at <= now())
    query = select(orders.c.promote_at).where(due).order_by(orders.c.status, orders.c.promote_at).limit(1)
    since: datetime | None = await connection.scalar(forced(query, orders, "ix_orders_due"))
    return since


async def _furthest_behind(connection: AsyncConnection) -> Place | None:
    query = select(webhook_endpoints.c.position, webhook_endpoints.c.mark)
    query = query.where(webhook_endpoints.c.status == WebhookStatus.ENABLED)
    query = query.order_by(webhook_endpoints.c.status, webhook_endpoints.c.position).limit(1)
    row = (await connection.execute(query)).first()
    return Place(position=row.position, mark=bytes(row.mark)) if row else None
