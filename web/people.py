"""What the shop's operator does to users from the command line, such as making the first admin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain import accounts
from domain.events import Actor, ActorKind, Cause
from domain.users import Role
from persistence.database import SqlDatabase
from persistence.migrations import is_current
from web.embedded import database_url
from web.settings import NotReady, Settings


async def grant(settings: Settings, email: str, role: Role) -> None:
    """Gives a user a role, also while the shop runs: its processes find it in the log within a second."""
    cause = Cause(actor=Actor(kind=ActorKind.SYSTEM))
    async with _opened(settings) as database:
        user = await database.transact(lambda tx: accounts.grant(tx, email, role, cause=cause))
    if user is None:
        raise NotReady(f"Nobody has registered with {email!r}. Register first, then grant the role.")
    print(f"{user.email} ({user.name}) now has the roles {', '.join(user.roles)}")


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[SqlDatabase]:
    """The database of SWAPSHOP_DATABASE_URL, or else the one in the data folder."""
    database = SqlDatabase(_url(settings))
    try:
        if not await is_current(database.reader):
            raise NotReady("The database does not have this version's schema. Run: swapshop migrate")
        yield database
    finally:
        await database.close()


def _url(settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url.get_secret_value()
    file = settings.data.absolute() / "shop.db"
    if not file.exists():
        raise NotReady(f"SWAPSHOP_DATABASE_URL is not set, and there is no {file}: set it, or SWAPSHOP_DATA")
    return database_url(file.parent)
