"""Users in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.users import Role, User, email_key
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
        row = rows.mappings().one_or_none()
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
        roles=tuple(Role(role) for role in row["roles"].split(",") if role),
        active=row["active"],
        created_at=row["created_at"],
        version=row["version"],
    )
