"""A reference webhook receiver: verifies the signature, drops duplicates, keeps what came, shows it."""

import html
import json
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

MAX_BODY = 1024 * 1024
SHOWN = 50
MAX_LIMIT = 1000

Secrets = Callable[[], Sequence[str]] | Sequence[str]

# FULL: an acknowledged webhook is not sent again, so it must have reached the disk.
PREPARE = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
CREATE TABLE IF NOT EXISTS notifications (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    type        TEXT NOT NULL,
    timestamp   TEXT,
    received_at TEXT NOT NULL,
    order_id    TEXT,
    data        TEXT NOT NULL,
    times       INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS notifications_by_order ON notifications (order_id, position);
"""
# One statement, so that of many copies that arrive at once exactly one is new.
KEEP = """
INSERT INTO notifications (id, type, timestamp, received_at, order_id, data) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET times = times + 1
RETURNING times
"""
NEWEST = """
SELECT id, type, timestamp, received_at, times, data FROM notifications
WHERE ?1 IS NULL OR order_id = ?1 ORDER BY position DESC LIMIT ?2
"""
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Webhooks received</title>
<h1>Webhooks received</h1>
<table border="1" cellpadding="4">
<tr><th>Received<th>Type<th>Id<th>Times<th>Data</tr>
{rows}
</table>
</html>
"""
# Nothing on the page may run or be fetched, whatever a sender wrote.
PAGE_HEADERS = {"content-security-policy": "default-src 'none'", "cache-control": "no-store"}


class TooLarge(Exception):
    """The body is longer than MAX_BODY."""


class NotVerified(Exception):
    """Nobody who knows a secret sent this; the message says what did not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One webhook as it was first received, and how many times it came."""

    id: str
    type: str
    timestamp: str | None
    received_at: str
    times: int
    data: Any

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "timestamp": self.timestamp,
            "receivedAt": self.received_at,
            "times": self.times,
            "data": self.data,
        }

    def as_row(self) -> str:
        data = json.dumps(self.data, ensure_ascii=False)
        cells = (self.received_at, self.type, self.id, str(self.times), data)
        return "<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in cells) + "</tr>"


class Inbox:
    """What came, in a SQLite file of the receiver's own."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: Path) -> AsyncIterator["Inbox"]:
        # Autocommit: each statement is a transaction and is on disk when it returns.
        async with aiosqlite.connect(path, isolation_level=None) as database:
            database.row_factory = sqlite3.Row
            await database.executescript(PREPARE)
            yield cls(database)

    async def keep(self, webhook_id: str, body: object) -> bool:
        """Whether it is new; it is committed when this returns. Raises ValueError for what is not JSON."""
        envelope = body if isinstance(body, dict) else {"data": body}
        kind, timestamp, data = str(envelope.get("type", "")), envelope.get("timestamp"), envelope.get("data")
        row = (
            webhook_id,
            kind,
            None if timestamp is None else str(timestamp),
            datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            order_id_of(kind, data),
            json.dumps(data, ensure_ascii=False, allow_nan=False),
        )
        ((times,),) = await self._database.execute_fetchall(KEEP, row)
        return bool(times == 1)

    async def newest(self, *, limit: int, order_id: str | None = None) -> list[Notification]:
        rows = await self._database.execute_fetchall(NEWEST, (order_id, limit))
        return [Notification(**dict(row) | {"data": json.loads(row["data"])}) for row in rows]


def order_id_of(kind: str, data: object) -> str | None:
    """The order that the data are about. An endpoint shapes its own body, so the id is searched for."""
    waiting = deque([("", data)])
    while waiting:
        name, value = waiting.popleft()
        if isinstance(value, dict):
            found = value.get("orderId") or (value.get("id") if name == "order" else None)
            if isinstance(found, str):
                return found
            waiting.extend(value.items())
        elif isinstance(value, list):
            waiting.extend((name, item) for item in value)
    return _subject_id(data) if kind.startswith("order.") else None


def _subject_id(data: object) -> str | None:
    found = (data.get("subjectId") or data.get("id")) if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


class Receiver:
    """The routes."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self.inbox: Inbox

    async def webhook(self, request: Request) -> Response:
        try:
            body = await _body(request)
            self._verify(body, request)
        except TooLarge:
            return _refusal(413, f"The body is longer than {MAX_BODY} bytes.")
        except NotVerified as fault:
            return _refusal(401, str(fault))
        return await self._acknowledge(request.headers["webhook-id"], body)

    async def _acknowledge(self, webhook_id: str, body: bytes) -> Response:
        try:
            new = await self.inbox.keep(webhook_id, json.loads(body))
        except (ValueError, RecursionError):
            return _refusal(400, "The body is not JSON.")
        return JSONResponse({"status": "accepted" if new else "duplicate"})

    def _verify(self, body: bytes, request: Request) -> None:
        secrets = self._secrets() if callable(self._secrets) else self._secrets
        reason = "this receiver knows no secret"
        for webhook in [Webhook(secret) for secret in secrets]:
            try:
                webhook.verify(body, dict(request.headers), json_parse=False)
            except (WebhookVerificationError, ValueError) as fault:
                # Bytes that are no text and signatures that are no base64 are ValueErrors of the library.
                reason = str(fault) if isinstance(fault, WebhookVerificationError) else "malformed signature"
            else:
                return
        raise NotVerified(f"The webhook was not verified: {reason}.")

    async def notifications(self, request: Request) -> Response:
        limit = _limit(request.query_params.get("limit", str(SHOWN)))
        if limit is None:
            return _refusal(400, f"The limit is a number from 1 to {MAX_LIMIT}.")
        newest = await self.inbox.newest(limit=limit, order_id=request.query_params.get("orderId"))
        return JSONResponse([notification.as_json() for notification in newest])

    async def page(self, _: Request) -> Response:
        rows = [notification.as_row() for notification in await self.inbox.newest(limit=SHOWN)]
        return HTMLResponse(PAGE.format(rows="\n".join(rows)), headers=PAGE_HEADERS)

    async def health(self, _: Request) -> Response:
        await self.inbox.newest(limit=1)
        return JSONResponse({"status": "ok"})


async def _body(request: Request) -> bytes:
    """Counted while it comes: what the sender says about its length may be missing or wrong."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge
    return bytes(body)


def _limit(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT))):
        return None
    return int(text) if 1 <= int(text) <= MAX_LIMIT else None


def _refusal(status: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status_code=status)


def create_receiver(*, database: Path, secrets: Secrets) -> Starlette:
    """`secrets` are `whsec_…`; a function is asked at each webhook. The lifespan opens and closes the file.

    Mounted in another app it is not started by it: enter `receiver.router.lifespan_context(receiver)` there.
    """
    receiver = Receiver(secrets)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with Inbox.opened(database) as receiver.inbox:
            yield

    routes = [
        Route("/webhook", receiver.webhook, methods=["POST"]),
        Route("/notifications", receiver.notifications),
        Route("/", receiver.page),
        Route("/healthz", receiver.health),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
