"""The shops that take the orders: an API on SQLite, or on MariaDB and Redis, with customers and articles in it."""

import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from bench.machine import on_server_core
from bench.processes import Running, running
from domain import listings, products, sessions, users
from domain.drafts import Terms
from domain.ids import new_id
from domain.products import Condition
from domain.users import Role, User
from domain.webhooks import viewer_for
from persistence.database import SqlDatabase, SqlTransaction
from persistence.migrations import migrate
from web.auth import JwtTokens
from web.embedded import database_url
from web.gate import Gate
from web.refresh_tokens import HmacRefreshTokens
from web.stack import MariaDB, Redis

KEY = secrets.token_hex(32)
LIFETIME = timedelta(hours=1)
TERMS = Terms(currency="EUR", regions=("north", "south"))
ARTICLES, STOCK = 100, 1_000_000
PRICE = Decimal("20.50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Its database is new. No worker runs: what is measured is the taking of orders."""

    name: str
    folder: Path
    settings: dict[str, str]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[SqlDatabase]:
        database = SqlDatabase(self.settings["SWAPSHOP_DATABASE_URL"])
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """The API, alone on its core."""
        command = on_server_core([sys.executable, "-m", "web.cli", "serve", "--port", "0"])
        settings = {"SWAPSHOP_SECRET_KEY": KEY, "SWAPSHOP_WEBHOOK_KEYS": f"1:{'5a' * 32}", **self.settings}
        async with running(command, log=self.folder / f"{self.name}.log", settings=settings) as api:
            yield api


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who orders, and what there is."""

    tokens: list[str]
    articles: list[UUID]


def embedded(folder: Path) -> Shop:
    data = folder / "data"
    data.mkdir(mode=0o700)
    return Shop(name="SQLite", folder=folder, settings={"SWAPSHOP_DATABASE_URL": database_url(data)})


def on_servers(folder: Path, mariadb: MariaDB, redis: Redis) -> Shop:
    settings = {"SWAPSHOP_DATABASE_URL": mariadb.url, "SWAPSHOP_REDIS_URL": redis.url}
    return Shop(name="MariaDB and Redis", folder=folder, settings=settings)


async def prepared(database: SqlDatabase, customers: int) -> Site:
    """The schema, so many customers who are signed in, and articles."""
    await migrate(database.writer)
    tokens = JwtTokens(KEY, Gate(database, lifetime=LIFETIME), lifetime=LIFETIME)
    seller, _ = await database.transact(lambda tx: _signed_in(tx, Role.SELLER))
    everybody = [await database.transact(lambda tx: _signed_in(tx, Role.CUSTOMER)) for _ in range(customers)]
    articles = await database.transact(lambda tx: _listed(tx, seller))
    return Site(tokens=[tokens.issue(user, session).text for user, session in everybody], articles=articles)


async def _signed_in(tx: SqlTransaction, role: Role) -> tuple[User, UUID]:
    given = users.registration(
        name="Eva", email=f"{os.urandom(6).hex()}@example.test", password=secrets.token_urlsafe()
    )
    user = await users.register(tx, given, password_hash="-", correlation_id=new_id(), roles=(role,))  # noqa: S106
    opened = await sessions.begin(tx, user, HmacRefreshTokens(KEY), user_agent="bench")
    return user, opened.session.id


async def _listed(tx: SqlTransaction, seller: User) -> list[UUID]:
    viewer, made = viewer_for(seller), []
    for number in range(ARTICLES):
        listing = listings.listing(
            viewer,
            sku=f"BENCH-{number}",
            name=f"COMPLICATED-LAMP {number}",
            description=None,
            category="Lamps",
            condition=Condition.GOOD,
            size="M",
            color="verde",
            price=PRICE,
            image_url=None,
            stock=[("north", STOCK)],
            shop=TERMS,
        )
        made.append((await products.create(tx, listing, cause=viewer.cause(new_id()))).id)
    return made
