"""The ledger of the simulated card processor: whom it has charged, and what it still has to say. A file of its own."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiosqlite

from domain.charges import Charge, Refund, Result
from domain.money import Money
from web.payment_messages import write_result

# FULL: what is acknowledged is not asked again, and what is answered has been done; so both are on disk before.
PREPARE = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
CREATE TABLE IF NOT EXISTS charges (
    payment_id     TEXT PRIMARY KEY,
    transaction_id TEXT NOT NULL UNIQUE,
    order_id       TEXT NOT NULL,
    amount         INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    captured       INTEGER NOT NULL,
    refunded       INTEGER NOT NULL DEFAULT 0 CHECK (refunded <= captured)
);
CREATE TABLE IF NOT EXISTS answers (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    body        BLOB NOT NULL,
    due_at      REAL NOT NULL,
    told        INTEGER NOT NULL DEFAULT 0,
    heard       INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS answers_due ON answers (heard, due_at);
CREATE INDEX IF NOT EXISTS answers_of ON answers (payment_id);
CREATE INDEX IF NOT EXISTS answers_by ON answers (message_id);
"""
CHARGE = """
INSERT INTO charges (payment_id, transaction_id, order_id, amount, currency, captured)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (payment_id) DO NOTHING
"""
REFUND = """
UPDATE charges SET refunded = 1
WHERE payment_id = ? AND transaction_id = ? AND amount = ? AND currency = ? AND captured AND NOT refunded
"""
OWE = "INSERT INTO answers (message_id, payment_id, outcome, body, due_at) VALUES (?, ?, ?, ?, ?)"
AGAIN = """
UPDATE answers SET heard = 0, told = 0, due_at = ?
WHERE heard AND payment_id = ? AND (outcome = 'REFUNDED') = ?
"""
DUE = """
SELECT number, payment_id, body, told FROM answers
WHERE NOT heard AND due_at <= ? ORDER BY due_at, number LIMIT 100
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` is a message that is owed about a payment, and has been told so many times."""

    number: int
    payment_id: UUID
    body: bytes
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An answer, and in how many seconds it is to be given."""

    result: Result
    wait: float


class Ledger:
    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database
        self._turn = asyncio.Lock()  # one connection: nobody looks at, or ends, what another is in the middle of

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: Path) -> AsyncIterator["Ledger"]:
        async with aiosqlite.connect(path, isolation_level=None) as database:
            database.row_factory = sqlite3.Row
            await database.executescript(PREPARE)
            yield cls(database)

    async def charge(self, charge: Charge, *, transaction_id: str, captured: bool, plan: Sequence[Planned]) -> bool:
        """Once for each payment, whatever is asked how often; whether it was the first time.

        Whoever asks again may not have heard, whatever it said, so it is told once more.
        """
        row = (str(charge.payment_id), transaction_id, str(charge.order_id), *_amount(charge.amount), captured)
        return await self._once(CHARGE, row, plan, again=(time.time(), str(charge.payment_id), False))

    async def refund(self, refund: Refund, *, plan: Sequence[Planned]) -> bool:
        """Once for each charge; whether it was the first time."""
        row = (str(refund.payment_id), refund.transaction_id, *_amount(refund.amount))
        return await self._once(REFUND, row, plan, again=(time.time(), str(refund.payment_id), True))

    async def due(self) -> Sequence[Answer]:
        """What is to be told by now, in order."""
        async with self._turn:
            rows = await self._database.execute_fetchall(DUE, (time.time(),))
        return [Answer(**{**dict(row), "payment_id": UUID(row["payment_id"])}) for row in rows]

    async def next_due(self) -> float | None:
        """In how many seconds there is something to tell; None while there is nothing."""
        async with self._turn:
            [(at,)] = await self._database.execute_fetchall("SELECT MIN(due_at) FROM answers WHERE NOT heard")
        return None if at is None else max(at - time.time(), 0.0)

    async def told(self, answer: Answer, *, again_in: float) -> None:
        """It is on its way; it is due again in so many seconds, unless it is heard of before."""
        change = "UPDATE answers SET due_at = ?, told = told + 1 WHERE number = ?"
        async with self._turn:
            await self._database.execute(change, (time.time() + again_in, answer.number))

    async def heard(self, message_id: str) -> None:
        """Whoever asked has it, and it is owed no more."""
        async with self._turn:
            await self._database.execute("UPDATE answers SET heard = 1 WHERE message_id = ?", (message_id,))

    async def _once(
        self, statement: str, row: tuple[object, ...], plan: Sequence[Planned], *, again: tuple[object, ...]
    ) -> bool:
        """The change and what is to be said about it: both, or neither."""
        async with self._transaction():
            first = (await self._database.execute(statement, row)).rowcount == 1
            if first:
                await self._database.executemany(OWE, [_owed(one) for one in plan])
            else:
                await self._database.execute(AGAIN, again)
        return first

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        async with self._turn:
            await self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                await self._database.execute("ROLLBACK")
                raise
            await self._database.execute("COMMIT")


def _owed(planned: Planned) -> tuple[object, ...]:
    result = planned.result
    due_at = time.time() + planned.wait
    return result.message_id, str(result.payment_id), result.outcome, write_result(result), due_at


def _amount(money: Money) -> tuple[int, str]:
    return money.minor, money.currency
