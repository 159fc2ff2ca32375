"""Feeds: how what happens to orders gets to a server. Each notes in the ledger when it publishes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from redis.asyncio import Redis

from bench.ws.ledger import Ledger
from domain.events import Actor, ActorKind, Cause, Event, EventType, Place
from domain.ids import new_id
from domain.orders import Order
from graph.scalars import write_cursor
from persistence import snapshots
from persistence.bus import Bus
from persistence.database import SqlDatabase, SqlTransaction

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That an order is as it is now; `number` is the event's in the ledger."""

    number: int
    order: Order

    @staticmethod
    def of(order: Order, number: int) -> "Change":
        return Change(number=number, order=replace(order, version=FIRST_VERSION + number))


class Feed(Protocol):
    async def publish(self, changes: Sequence[Change]) -> None: ...
    async def close(self) -> None: ...


class ShopFeed:
    """The shop's own way: a transaction appends the events to the log, and the bus carries those of a commit."""

    def __init__(self, database: SqlDatabase, redis: tuple[Redis, Redis], ledger: Ledger) -> None:
        self._database = database
        self._redis = redis
        self._ledger = ledger

    async def start(self) -> "ShopFeed":
        speaker, listener = self._redis
        async with self._database.reading() as rows:
            log_id = await rows.events.log_id()
        self._bus = Bus(log_id, redis=(Stamping(speaker, self._ledger), listener))  # type: ignore[arg-type]
        await self._bus.start()
        self._database.when_committed(self._bus.publish)
        return self

    async def publish(self, changes: Sequence[Change]) -> None:
        async def append(tx: SqlTransaction) -> None:
            for change in changes:
                tx.events.append(_event(change.order))

        await self._database.transact(append)

    async def close(self) -> None:
        await self._bus.stop()
        await self._database.close()
        for redis in self._redis:
            await redis.aclose()


class Stamping:
    """Redis as the bus speaks to it: what has been committed and encoded is published at this moment."""

    def __init__(self, redis: Redis, ledger: Ledger) -> None:
        self._redis = redis
        self._ledger = ledger

    async def publish(self, channel: str, message: str) -> None:
        self._ledger.stamp()
        await self._redis.publish(channel, message)


class BatchFeed:
    """For graphql-ws: all changes of a batch in one message on one channel, a JSON array."""

    def __init__(self, redis: Redis, ledger: Ledger) -> None:
        self._redis = redis
        self._ledger = ledger

    async def publish(self, changes: Sequence[Change]) -> None:
        text = json.dumps([_message(change) for change in changes])
        self._ledger.stamp()
        await self._redis.publish("orders", text)

    async def close(self) -> None:
        await self._redis.aclose()


class ChannelFeed:
    """For broadcaster: each change is a message, to all on one channel, or to an order's own."""

    def __init__(self, redis: Redis, ledger: Ledger, *, targeted: bool) -> None:
        self._redis = redis
        self._ledger = ledger
        self._targeted = targeted

    async def publish(self, changes: Sequence[Change]) -> None:
        """Packed before the clock starts, and sent as one."""
        commands = [("PUBLISH", self._channel(change), json.dumps(_message(change))) for change in changes]
        connection = await self._redis.connection_pool.get_connection()
        packed = connection.pack_commands(commands)
        self._ledger.stamp()
        await connection.send_packed_command(packed)
        for _ in commands:
            await connection.read_response()
        await self._redis.connection_pool.release(connection)

    def _channel(self, change: Change) -> str:
        return f"order:{change.order.id}" if self._targeted else "orders"

    async def close(self) -> None:
        await self._redis.aclose()


def _event(order: Order) -> Event:
    """Of the owner's own doing, of which no notification is made."""
    cause = Cause(actor=Actor(kind=ActorKind.USER, user_id=order.customer_id))
    return Event(type=EventType.ORDER_UPDATED, subject=order, cause=cause, previous_status=order.status)


def _message(change: Change) -> dict[str, Any]:
    """What a peer is sent of a change: the snapshot that the shop's log has, the order's number, and a cursor."""
    snapshot = json.loads(snapshots.write(change.order))
    place = Place(position=change.number, mark=new_id().bytes[-4:])
    return {"cursor": write_cursor(place), "order": {**snapshot, "number": change.order.number}}
