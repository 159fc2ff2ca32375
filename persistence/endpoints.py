"""Webhook endpoints in SQL: each one is a cursor on the log."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.circuits import Circuit
from domain.events import EventType, Place
from domain.ports import Slice
from domain.webhooks import WebhookEndpoint, WebhookOrdering, WebhookSecrets, WebhookStatus
from persistence.slices import forced, newest_first
from persistence.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

AT_ONCE = 500
CIRCUIT = tuple(field.name for field in fields(Circuit))
SECRETS = {"current": "secret", "old": "old_secret", "old_until": "old_secret_until"}
SECRET_COLUMNS = tuple(webhook_endpoints.c[name] for name in SECRETS.values())
ENDPOINT = tuple(field.name for field in fields(WebhookEndpoint))


class SqlEndpoints:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, endpoint: WebhookEndpoint, *, secrets: WebhookSecrets, place: Place) -> None:
        row = {**_row(endpoint), **_secrets_row(secrets), "position": place.position, "mark": place.mark}
        await self.connection.execute(insert(webhook_endpoints).values(row))

    async def get(self, id: UUID) -> WebhookEndpoint | None:
        return await self._one(select(webhook_endpoints).where(webhook_endpoints.c.id == id))

    async def lock(self, id: UUID) -> WebhookEndpoint | None:
        return await self._one(select(webhook_endpoints).where(webhook_endpoints.c.id == id).with_for_update())

    async def lock_all(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[WebhookEndpoint, Circuit]]:
        """In the order of their ids, as every transaction takes them."""
        if not ids:
            return {}
        query = select(webhook_endpoints).where(webhook_endpoints.c.id.in_(sorted(ids)))
        rows = (await self.connection.execute(query.order_by(webhook_endpoints.c.id).with_for_update())).mappings()
        return {row["id"]: (_endpoint(row), _circuit(row)) for row in rows}

    async def update(self, endpoint: WebhookEndpoint) -> None:
        await self._set(endpoint.id, **_row(endpoint))

    async def page(self, part: Slice, *, owner_id: UUID | None) -> list[WebhookEndpoint]:
        query = select(webhook_endpoints)
        if owner_id is not None:
            query = query.where(webhook_endpoints.c.owner_id == owner_id)
        rows = await self.connection.execute(newest_first(query, webhook_endpoints, part))
        return [_endpoint(row) for row in rows.mappings()]

    async def shaped(self) -> list[WebhookEndpoint]:
        enabled = webhook_endpoints.c.status == WebhookStatus.ENABLED
        query = select(webhook_endpoints).where(enabled, webhook_endpoints.c.document.is_not(None))
        return [_endpoint(row) for row in (await self.connection.execute(query)).mappings()]

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

    async def place(self, id: UUID) -> Place | None:
        query = select(webhook_endpoints.c.position, webhook_endpoints.c.mark).where(webhook_endpoints.c.id == id)
        row = (await self.connection.execute(query)).one_or_none()
        return Place(position=row.position, mark=bytes(row.mark)) if row else None

    async def any_behind(self, head: Place) -> bool:
        """Whether there is an endpoint that has not come to `head` yet."""
        return await self.connection.scalar(select(webhook_endpoints.c.id).where(*_behind(head)).limit(1)) is not None

    async def claim_behind(self, head: Place, limit: int) -> Mapping[Place, Sequence[WebhookEndpoint]]:
        """Locks the endpoints that have not come to `head` yet, by where they stand."""
        query = select(webhook_endpoints).where(*_behind(head))
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

    async def set_circuit(self, id: UUID, circuit: Circuit) -> None:
        await self._set(id, **asdict(circuit))

    async def secrets(self, id: UUID) -> WebhookSecrets:
        """Of an endpoint that is there."""
        return (await self._secrets(webhook_endpoints.c.id == id))[id]

    async def all_secrets(self) -> Mapping[UUID, WebhookSecrets]:
        return await self._secrets()

    async def set_secrets(self, id: UUID, secrets: WebhookSecrets) -> None:
        await self._set(id, **_secrets_row(secrets))

    async def _secrets(self, *where: ColumnElement[bool]) -> Mapping[UUID, WebhookSecrets]:
        query = select(webhook_endpoints.c.id, *SECRET_COLUMNS).where(*where)
        rows = (await self.connection.execute(query)).mappings()
        return {row["id"]: read_secrets(row) for row in rows}

    async def _set(self, id: UUID, /, **values: Any) -> None:
        await self.connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == id).values(values))

    async def _one(self, query: Select[Any]) -> WebhookEndpoint | None:
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return _endpoint(row) if row else None


def read_secrets(row: RowMapping) -> WebhookSecrets:
    return WebhookSecrets(**{name: row[column] for name, column in SECRETS.items()})


def _behind(head: Place) -> tuple[ColumnElement[bool], ...]:
    return webhook_endpoints.c.status == WebhookStatus.ENABLED, webhook_endpoints.c.position < head.position


def _secrets_row(secrets: WebhookSecrets) -> dict[str, Any]:
    return {column: getattr(secrets, name) for name, column in SECRETS.items()}


def _row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {**{name: getattr(endpoint, name) for name in ENDPOINT}, "types": ",".join(endpoint.types)}


def _endpoint(row: RowMapping) -> WebhookEndpoint:
    words = {
        "types": tuple(EventType(type) for type in row["types"].split(",") if type in EventType.__members__),
        "status": WebhookStatus(row["status"]),
        "ordering": WebhookOrdering(row["ordering"]),
    }
    return WebhookEndpoint(**{**{name: row[name] for name in ENDPOINT}, **words})


def _circuit(row: RowMapping) -> Circuit:
    return Circuit(**{name: row[name] for name in CIRCUIT})
