"""Hostile clients: what must hold of the shop while they do their worst, and after."""

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from domain.events import ActorKind
from persistence.tables import events, notifications, order_items, orders, users, webhook_endpoints
from tests.support.client import Client
from tests.support.invariants import orders_left
from tests.support.processes import Stack
from tests.support.waiting import until

TABLES = (users, orders, order_items, webhook_endpoints)
ALARMS = ("Traceback", '"level": "error"', '"level": "critical"')


@asynccontextmanager
async def unharmed(stack: Stack) -> AsyncIterator[None]:
    """What is sent inside writes nothing, ends no process, and leaves no stack trace in any log."""
    await until(lambda: _at_rest(stack))
    logged, before = stack.logs(), await rows(stack)
    yield
    assert await rows(stack) == before
    for process in stack.processes:
        assert process.process
        assert process.process.poll() is None, f"{process.arguments} has ended"
    said = [line for line in stack.logs().splitlines() if line not in logged]
    assert [line for line in said if any(alarm in line for alarm in ALARMS)] == []


async def rows(stack: Stack) -> dict[str, int]:
    """What the shop does of itself, such as giving up on an endpoint of an earlier test, is not counted."""
    asked = events.c.actor_kind != ActorKind.SYSTEM
    async with stack.looking() as database, database.reading() as found:
        counts = {table.name: select(func.count()).select_from(table) for table in TABLES}
        counts["events"] = select(func.count()).where(asked)
        counts["notifications"] = select(func.count()).where(notifications.c.event_id == events.c.id, asked)
        return {name: await found.connection.scalar(count) or 0 for name, count in counts.items()}


async def _at_rest(stack: Stack) -> bool:
    async with stack.looking() as database:
        return await orders_left(database) == 0


async def assert_answers(stack: Stack) -> None:
    """Every API serves the next client."""
    for api in stack.apis:
        async with Client(api.url) as client:
            assert await client.run("{ __typename }") == "Query"


def raw_frame(opcode: int, payload: bytes, *, fin: bool = True, mask: bool = True, length: int | None = None) -> bytes:
    """A websocket frame (RFC 6455, 5.2), also one that a library would not send."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | opcode])
    flag = 0x80 if mask else 0
    if size < 126:
        head += bytes([flag | size])
    elif size < 65_536:
        head += bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", size)
    return head + (bytes(4) if mask else b"") + payload
