"""Users in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ports import Slice
from domain.users import Role, User, email_key
from persistence.slices import containing, newest_first
from persistence.tables import users


class SqlUsers:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, user: User, *, password_hash: str) -> bool:
        """False when somebody has the e-mail address already."""
        row = {**_row(user), "email_key": email_key(user.email), "password_hash": password_hash}
        try:
            await self.connection.execute(insert(users).values(row))
        except IntegrityError:
            return False
        return True

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, User]:
        rows = await self.connection.execute(select(users).where(users.c.id.in_(ids)))
        return {row["id"]: _user(row) for row in rows.mappings()}

    async def credentials(self, email: str) -> tuple[User, str] | None:
        rows = await self.connection.execute(select(users).where(users.c.email_key == email_key(email)))
        return _with_hash(rows.mappings().one_or_none())

    async def lock(self, id: UUID) -> tuple[User, str] | None:
        rows = await self.connection.execute(select(users).where(users.c.id == id).with_for_update())
        return _with_hash(rows.mappings().one_or_none())

    async def update(self, user: User, *, at: datetime) -> None:
        change = update(users).where(users.c.id == user.id)
        await self.connection.execute(change.values({**_row(user), "changed_at": at}))

    async def set_password(self, id: UUID, password_hash: str) -> None:
        await self.connection.execute(update(users).where(users.c.id == id).values(password_hash=password_hash))

    async def page(self, part: Slice, *, search: str | None, role: Role | None) -> list[User]:
        query = select(users)
        if search:
            query = query.where(containing(search, users.c.name, users.c.email))
        if role:
            query = query.where(users.c.roles.contains(role.value))
        rows = await self.connection.execute(newest_first(query, users, part))
        return [_user(row) for row in rows.mappings()]

    async def changed_since(self, at: datetime) -> list[User]:
        rows = await self.connection.execute(select(users).where(users.c.changed_at >= at))
        return [_user(row) for row in rows.mappings()]


def read_roles(stored: str) -> tuple[Role, ...]:
    return tuple(Role(role) for role in stored.split(",") if role)


def _with_hash(row: RowMapping | None) -> tuple[User, str] | None:
    return (_user(row), row["password_hash"]) if row else None


def _row(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "roles": ",".join(user.roles),
        "active": user.active,
        "created_at": user.created_at,
        "version": user.version,
    }


def _user(row: RowMapping) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        roles=read_roles(row["roles"]),
        active=row["active"],
        created_at=row["created_at"],
        version=row["version"],
    )
