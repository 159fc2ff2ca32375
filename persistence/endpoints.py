"""Webhook endpoints in SQL: each one is a cursor on the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import EventType, Place
from domain.ports import Slice
from domain.webhooks import WebhookEndpoint, WebhookStatus
from persistence.slices import forced, newest_first
from persistence.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

AT_ONCE = 500


class SqlEndpoints:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, endpoint: WebhookEndpoint, *, secret: str, place: Place) -> None:
        row = {**_row(endpoint), "secret": secret, "position": place.position, "mark": place.mark}
        await self.connection.execute(insert(webhook_endpoints).values(row))

    async def get(self, id: UUID) -> WebhookEndpoint | None:
        return await self._one(select(webhook_endpoints).where(webhook_endpoints.c.id == id))

    async def lock(self, id: UUID) -> WebhookEndpoint | None:
        return await self._one(select(webhook_endpoints).where(webhook_endpoints.c.id == id).with_for_update())

    async def page(self, part: Slice, *, owner_id: UUID | None) -> list[WebhookEndpoint]:
        query = select(webhook_endpoints)
        if owner_id is not None:
            query = query.where(webhook_endpoints.c.owner_id == owner_id)
        rows = await self.connection.execute(newest_first(query, webhook_endpoints, part))
        return [_endpoint(row) for row in rows.mappings()]

    async def count(self, owner_id: UUID) -> int:
        query = select(func.count()).select_from(webhook_endpoints).where(webhook_endpoints.c.owner_id == owner_id)
        return int(await self.connection.scalar(query) or 0)

    async def delete(self, id: UUID) -> None:
        """In parts: a subquery would have MariaDB read the whole table of attempts."""
        await self.connection.execute(delete(webhook_endpoints).where(webhook_endpoints.c.id == id))
        query = select(webhook_deliveries.c.id).where(webhook_deliveries.c.endpoint_id == id).limit(AT_ONCE)
        while owed := (await self.connection.scalars(query.with_for_update())).all():
            await self.connection.execute(delete(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(owed)))
            await self.connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.id.in_(owed)))

    async def move(self, id: UUID, url: str) -> None:
        moved = update(webhook_endpoints).where(webhook_endpoints.c.id == id, webhook_endpoints.c.url != url)
        await self.connection.execute(moved.values(url=url, version=webhook_endpoints.c.version + 1))

    async def place(self, id: UUID) -> Place | None:
        query = select(webhook_endpoints.c.position, webhook_endpoints.c.mark).where(webhook_endpoints.c.id == id)
        row = (await self.connection.execute(query)).one_or_none()
        return Place(position=row.position, mark=bytes(row.mark)) if row else None

    async def any_behind(self, head: Place) -> bool:
        """Whether there is an endpoint that has not come to `head` yet."""
        return await self.connection.scalar(select(webhook_endpoints.c.id).where(*_behind(head)).limit(1)) is not None

    async def claim_behind(self, head: Place, limit: int) -> Mapping[Place, Sequence[WebhookEndpoint]]:
        """Locks the endpoints that have not come to `head` yet, by where they stand."""
        behind = (webhook_endpoints.c.status == WebhookStatus.ENABLED) & (webhook_endpoints.c.position < head.position)
        query = select(webhook_endpoints).where(behind)
        query = query.order_by(webhook_endpoints.c.status, webhook_endpoints.c.position).limit(limit)
        query = forced(query, webhook_endpoints, "ix_webhook_endpoints_behind")
        rows = await self.connection.execute(query.with_for_update(skip_locked=True))
        standing: dict[Place, list[WebhookEndpoint]] = defaultdict(list)
        for row in rows.mappings():
            standing[Place(position=row["position"], mark=bytes(row["mark"]))].append(_endpoint(row))
        return standing

    async def advance(self, ids: Sequence[UUID], place: Place) -> None:
        moved = update(webhook_endpoints).where(webhook_endpoints.c.id.in_(ids))
        await self.connection.execute(moved.values(position=place.position, mark=place.mark))

    async def _one(self, query: Select[Any]) -> WebhookEndpoint | None:
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return _endpoint(row) if row else None


def _behind(head: Place) -> tuple[ColumnElement[bool], ...]:
    return webhook_endpoints.c.status == WebhookStatus.ENABLED, webhook_endpoints.c.position < head.position


def _row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "name": endpoint.name,
        "url": endpoint.url,
        "owner_id": endpoint.owner_id,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason,
        "types": ",".join(endpoint.types),
        "secret_hint": endpoint.secret_hint,
        "created_at": endpoint.created_at,
        "version": endpoint.version,
    }


def _endpoint(row: RowMapping) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        owner_id=row["owner_id"],
        status=WebhookStatus(row["status"]),
        disabled_reason=row["disabled_reason"],
        types=tuple(EventType(type) for type in row["types"].split(",")),
        secret_hint=row["secret_hint"],
        created_at=row["created_at"],
        version=row["version"],
    )
