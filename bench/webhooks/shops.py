"""The shops that are measured: one worker on SQLite or on MariaDB and Redis, and a log full of orders."""

import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from bench.machine import on_server_core
from bench.processes import Running, running
from domain.clock import now
from domain.events import START, Cause, Event, EventType
from domain.ids import new_id
from domain.money import Money
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.users import Role, User
from domain.webhooks import SYSTEM, NewSecret, WebhookEndpoint, WebhookSecrets, WebhookStatus
from persistence.database import SqlDatabase, SqlTransaction
from persistence.migrations import migrate
from persistence.tables import webhook_attempts, webhook_deliveries
from web.embedded import database_url
from web.stack import MariaDB, Redis
from web.vault import AesVault, read_keys
from worker.signing import headers

KEYS = f"1:{secrets.token_hex(32)}"
SECRET = NewSecret()
AT_ONCE = 500
SERIALS = count(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop whose database is new and empty."""

    name: str
    folder: Path
    database_url: str
    command: Sequence[str]
    settings: dict[str, str]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[SqlDatabase]:
        database = SqlDatabase(self.database_url)
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """The worker, alone on its core."""
        settings = {"SWAPSHOP_WEBHOOK_KEYS": KEYS, "SWAPSHOP_WEBHOOK_ALLOW_PRIVATE": "true", **self.settings}
        log = self.folder / f"{self.name}.log"
        async with running(
            on_server_core([sys.executable, "-m", "web.cli", *self.command]), log=log, settings=settings
        ) as one:
            yield one


def embedded(folder: Path) -> Shop:
    """A new one: everything in one process on SQLite."""
    data = folder / f"data-{secrets.token_hex(4)}"
    data.mkdir(mode=0o700)
    command = ["start", "--port", "0", "--receiver-port", "0", "--data", str(data)]
    return Shop(
        name="embedded",
        folder=folder,
        database_url=database_url(data),
        command=command,
        settings={"SWAPSHOP_SEED": "none"},
    )


def on_servers(folder: Path, mariadb: MariaDB, redis: Redis) -> Shop:
    """A new one: a worker on MariaDB and Redis."""
    url = mariadb.create_database(f"shop_{secrets.token_hex(4)}")
    settings = {"SWAPSHOP_DATABASE_URL": url, "SWAPSHOP_REDIS_URL": redis.url}
    return Shop(name="servers", folder=folder, database_url=url, command=["worker"], settings=settings)


async def filled(database: SqlDatabase, *, url: str, events: int, in_flight: int) -> WebhookEndpoint:
    """A schema, an endpoint that is paused at the beginning of the log, and so many events that it is to be sent."""
    await migrate(database.writer)
    admin = User(
        id=new_id(),
        name="Eva",
        email=f"{new_id()}@example.test",
        roles=(Role.ADMIN,),
        active=True,
        created_at=now(),
        version=1,
    )
    endpoint = _endpoint(admin.id, url, in_flight)
    sealed = AesVault(read_keys(KEYS)).seal(SECRET.text, about=endpoint.id)

    async def open_(tx: SqlTransaction) -> None:
        await tx.users.add(admin, password_hash="nobody signs in")  # noqa: S106  (no hash matches a password)
        await tx.endpoints.add(endpoint, secrets=WebhookSecrets(current=sealed), place=START)

    await database.transact(open_)
    for begin in range(0, events, AT_ONCE):
        await database.transact(_happen(min(AT_ONCE, events - begin)))
    return endpoint


async def resume(database: SqlDatabase, endpoint: WebhookEndpoint) -> None:
    enabled = replace(endpoint, status=WebhookStatus.ENABLED, version=endpoint.version + 1)
    await database.transact(lambda tx: tx.endpoints.update(enabled))


async def owed(database: SqlDatabase, endpoint: WebhookEndpoint, events: int) -> int:
    """How many are not settled yet, those included that nobody has made a delivery of."""
    async with database.reading() as rows:
        return events - (await rows.deliveries.stats(endpoint.id)).succeeded


async def span(database: SqlDatabase) -> tuple[float, int]:
    """The seconds from when the first delivery was made to when the last was settled; and how many attempts."""
    times = select(func.min(webhook_deliveries.c.created_at), func.max(webhook_deliveries.c.changed_at))
    async with database.reading() as rows:
        begun, ended = (await rows.connection.execute(times)).one()
        attempts = await rows.connection.scalar(select(func.count()).select_from(webhook_attempts))
    assert isinstance(begun, datetime)
    return (ended - begun).total_seconds(), attempts or 0


async def posts(database: SqlDatabase) -> list[dict[str, object]]:
    """Headers and bodies of all that was sent."""
    query = select(webhook_deliveries.c.event_id, webhook_deliveries.c.event_type, webhook_deliveries.c.body)
    async with database.reading() as rows:
        found = (await rows.connection.execute(query)).all()
    return [{"headers": _headers(row.event_id, row.event_type, row.body), "body": row.body} for row in found]


def _headers(id: UUID, type: str, body: str) -> dict[str, str]:
    ours = {
        "content-type": "application/json",
        "user-agent": "plain/1",
        "accept-encoding": "identity",
        "x-swapshop-event": EventType(type).dotted,
        "traceparent": f"00-{new_id().hex}-{secrets.token_hex(8)}-01",
    }
    return {**ours, **headers([SECRET.text], id=id, at=now(), body=body)}


def _endpoint(owner_id: UUID, url: str, in_flight: int) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=new_id(),
        name="Sink",
        url=url,
        owner_id=owner_id,
        status=WebhookStatus.PAUSED,
        disabled_reason=None,
        types=(EventType.ORDER_READY,),
        secret_hint=SECRET.hint,
        created_at=now(),
        version=1,
        max_in_flight=in_flight,
    )


def _happen(events: int) -> Callable[[SqlTransaction], Awaitable[None]]:
    async def append(tx: SqlTransaction) -> None:
        for _ in range(events):
            tx.events.append(Event(type=EventType.ORDER_READY, subject=_order(), cause=Cause(actor=SYSTEM)))

    return append


def _order() -> Order:
    """Of two lines, as an ordinary one."""
    at, price = now(), Money(minor=2_050, currency="EUR")
    return Order(
        id=new_id(),
        serial=next(SERIALS),
        customer_id=new_id(),
        status=OrderStatus.PROCESSED,
        payment_state=PaymentState.NOT_REQUIRED,
        currency="EUR",
        items=(
            OrderItem(product="COMPLICATED-LAMP", size=None, color="verde", quantity=2, unit_price=price),
            OrderItem(product="SMALL-TABLE", size="M", color=None, quantity=1, unit_price=price),
        ),
        note="Please ring twice.",
        created_at=at,
        updated_at=at,
        promote_at=at + timedelta(days=1),
        processed_at=at,
        cancel_reason=None,
        version=2,
    )
