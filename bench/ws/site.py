"""The site of all runs: MariaDB and Redis, a member of the staff who is signed in, and orders to tell of."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from bench.ws.feeds import FIRST_VERSION
from domain import sessions, users
from domain.clock import now
from domain.ids import new_id
from domain.money import Money
from domain.orders import Order, OrderItem, OrderStatus, PaymentState
from domain.users import Role, User
from persistence.database import SqlDatabase, SqlTransaction
from persistence.migrations import migrate
from web.auth import Argon2Passwords, JwtTokens
from web.gate import Gate
from web.refresh_tokens import HmacRefreshTokens
from web.stack import MariaDB, Redis

KEY = secrets.token_hex(32)
LIFETIME = timedelta(hours=1)
AT_ONCE = 500
NOTE = "Please ring twice."
SERIALS = count(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    folder: Path
    database_url: str
    redis_url: str
    staff: User
    session_id: UUID

    @asynccontextmanager
    async def database(self) -> AsyncIterator[SqlDatabase]:
        database = SqlDatabase(self.database_url)
        try:
            yield database
        finally:
            await database.close()

    async def token(self) -> str:
        """A new access token of the member of the staff."""
        async with self.database() as database:
            tokens = JwtTokens(KEY, Gate(database, lifetime=LIFETIME), lifetime=LIFETIME)
            return tokens.issue(self.staff, self.session_id).text

    async def orders(self, size: int, *, note: str = NOTE) -> list[Order]:
        """So many new orders of one customer, in the database."""
        customer_id = new_id()
        made = [_order(customer_id, note) for _ in range(size)]
        async with self.database() as database:
            for begin in range(0, size, AT_ONCE):
                await _add(database, made[begin : begin + AT_ONCE])
        return made


@contextmanager
def servers(folder: Path) -> Iterator[tuple[MariaDB, Redis]]:
    with MariaDB(folder / "mariadb", buffer_pool="256M") as mariadb, Redis(folder / "redis") as redis:
        yield mariadb, redis


async def prepared(folder: Path, mariadb: MariaDB, redis: Redis) -> Site:
    database = SqlDatabase(mariadb.url)
    try:
        await migrate(database.writer)
        staff, session_id = await _signed_in(database)
    finally:
        await database.close()
    return Site(folder=folder, database_url=mariadb.url, redis_url=redis.url, staff=staff, session_id=session_id)


async def _signed_in(database: SqlDatabase) -> tuple[User, UUID]:
    password = secrets.token_urlsafe()
    given = users.registration(name="Eva", email=f"{os.urandom(6).hex()}@example.test", password=password)
    passwords = Argon2Passwords()
    hashed = await passwords.hash(password)
    passwords.close()

    async def register(tx: SqlTransaction) -> tuple[User, UUID]:
        staff = await users.register(tx, given, password_hash=hashed, correlation_id=new_id(), roles=(Role.OPERATOR,))
        opened = await sessions.begin(tx, staff, HmacRefreshTokens(KEY), user_agent="bench")
        return staff, opened.session.id

    return await database.transact(register)


async def _add(database: SqlDatabase, orders: list[Order]) -> None:
    await database.transact(lambda tx: tx.orders.add(orders))


def _order(customer_id: UUID, note: str) -> Order:
    """Of two lines, as an ordinary one."""
    at = now()
    price = Money(minor=2_050, currency="EUR")
    return Order(
        id=new_id(),
        serial=next(SERIALS),
        customer_id=customer_id,
        status=OrderStatus.PENDING,
        payment_state=PaymentState.NOT_REQUIRED,
        currency="EUR",
        items=(
            OrderItem(product="COMPLICATED-LAMP", size=None, color="verde", quantity=2, unit_price=price),
            OrderItem(product="SMALL-TABLE", size="M", color=None, quantity=1, unit_price=price),
        ),
        note=note,
        created_at=at,
        updated_at=at,
        promote_at=at + timedelta(days=1),
        processed_at=None,
        cancel_reason=None,
        version=FIRST_VERSION,
    )
