"""Idempotency keys in SQL: each stands for one request of one user, and for what came of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import now
from domain.ids import new_id
from domain.refusals import IdempotencyConflict, Refused
from persistence.tables import idempotency_keys

CLAIM = insert(idempotency_keys).prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")


@dataclass(frozen=True, slots=True)
class Claim:
    """What an idempotency key stands for, and a digest of what was asked for with it."""

    result_id: UUID
    body: bytes


class SqlKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def claim(self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...]) -> bool:
        """See domain.ports.Keys."""
        mine = new_id()
        return await self.claim_as(operation, user_id, key, asked, result_id=mine) == mine

    async def claim_as(
        self, operation: str, user_id: UUID, key: str, asked: tuple[object, ...], *, result_id: UUID
    ) -> UUID:
        """See domain.ports.Keys."""
        id, mine = digest(operation, user_id, key), Claim(result_id, digest(*asked))
        owner = (await self.claim_all([(id, mine)]))[id]
        if owner.body != mine.body:
            raise Refused(IdempotencyConflict(key=key))
        return owner.result_id

    async def claim_all(self, claims: Sequence[tuple[bytes, Claim]]) -> Mapping[bytes, Claim]:
        """Claims keys in their order, and reads who owns each, by key."""
        at, claims = now(), sorted(claims, key=lambda claim: claim[0])
        rows = [{"id": id, "body": one.body, "result_id": one.result_id, "created_at": at} for id, one in claims]
        await self.connection.execute(CLAIM, rows)
        query = select(idempotency_keys).where(idempotency_keys.c.id.in_([id for id, _ in claims]))
        return {bytes(row.id): Claim(row.result_id, bytes(row.body)) for row in await self.connection.execute(query)}

    async def give_back(self, ids: Sequence[bytes]) -> None:
        """Of refused requests: a refusal is not remembered."""
        if ids:
            await self.connection.execute(delete(idempotency_keys).where(idempotency_keys.c.id.in_(ids)))


def digest(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()
