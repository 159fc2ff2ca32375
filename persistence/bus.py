"""The bus: a hint to other processes that something was committed, with the events of the commit.

Redis may lose its connection, restart or be absent. Whoever listens is told when messages may have been missed, and
reads the log.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from broadcaster import Broadcast, BroadcastBackend
from broadcaster import Event as Message
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from domain.events import Cause, Event, EventType
from domain.orders import OrderStatus
from persistence import snapshots

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
PULSE = 5.0
LOST = (RedisError, OSError)

Listener = Callable[[Sequence[Event]], None]


class RedisBackend(BroadcastBackend):
    """For broadcaster: one reader that owns the connection and takes it up again, however often it is lost.

    The package's own backend does not notice a restart of Redis (encode/broadcaster #144). The channel is subscribed
    to from the start and for good. `on_gap` is called each time the connection has been taken up, when messages may
    have been missed.
    """

    def __init__(self, speaker: Redis, listener: Redis, channel: str, *, on_gap: Callable[[], None]) -> None:
        self._channel = channel
        self._speaker = speaker
        self._listener = listener
        self._on_gap = on_gap
        self._messages: asyncio.Queue[Message] = asyncio.Queue(MOST_WAITING)
        self._reading: asyncio.Task[None] | None = None
        self.connected = False

    async def connect(self) -> None:
        self._reading = asyncio.create_task(self._read())

    async def disconnect(self) -> None:
        if self._reading:
            await end(self._reading)

    async def subscribe(self, channel: str) -> None:
        """Does not wait for Redis: a shop without its bus is slower, not closed."""

    async def unsubscribe(self, channel: str) -> None:
        pass

    async def publish(self, channel: str, message: str) -> None:
        await self._speaker.publish(channel, message)

    async def next_published(self) -> Message:
        return await self._messages.get()

    async def _read(self) -> None:
        wait = SHORTEST_WAIT
        while True:
            pubsub = self._listener.pubsub()
            try:
                await pubsub.subscribe(self._channel)
                wait = SHORTEST_WAIT
                await self._pump(pubsub)
            except LOST as fault:
                self.connected = False
                log.warning("the bus is gone (%s): subscribers are served from the log", fault)
                await asyncio.sleep(wait * random.uniform(0.5, 1.5))
                wait = min(wait * 2, LONGEST_WAIT)
            finally:
                with suppress(*LOST):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _pump(self, pubsub: PubSub) -> None:
        """Until the connection is lost: closed, or so silent that a ping is not answered."""
        asked = False
        while True:
            said = await pubsub.parse_response(block=False, timeout=PULSE)
            match said:
                case None if asked:
                    raise RedisError(f"no answer to a ping in {PULSE} s")
                case None:
                    await pubsub.ping()
                case [b"message", channel, data]:
                    await self._messages.put(Message(channel.decode(), data.decode(errors="replace")))
                case [b"subscribe", *_]:
                    self.connected = True
                    self._on_gap()
            asked = said is None


class Bus:
    """Tells whoever listens in this process of every commit, and other processes of ours.

    The channel bears the id of the log: another shop on the same Redis is never heard.
    """

    def __init__(self, log_id: UUID, *, redis: tuple[Redis, Redis] | None = None) -> None:
        self._channel = f"swapshop.events.{log_id}"
        self._id = uuid4().hex
        self._listeners: list[Listener] = []
        self._gaps: list[Callable[[], None]] = []
        self._waiting: asyncio.Queue[Sequence[Event]] = asyncio.Queue(MOST_WAITING)
        self._backend = self._on_redis(*redis) if redis else None
        self._broadcast = Broadcast(backend=self._backend) if self._backend else Broadcast("memory://")
        self._tasks: list[asyncio.Task[None]] = []

    def listen(self, tell: Listener, *, missed: Callable[[], None]) -> None:
        """`tell` hears the events of every commit; `missed` is called when some may not have come through."""
        self._listeners.append(tell)
        self._gaps.append(missed)

    @property
    def connected(self) -> bool:
        """Whether other processes are heard at this moment; in a shop of one process there is nobody to miss."""
        return self._backend is None or self._backend.connected

    async def start(self) -> None:
        await self._broadcast.connect()
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._speak())]

    async def stop(self) -> None:
        for task in self._tasks:
            await end(task)
        await self._broadcast.disconnect()

    async def publish(self, events: Sequence[Event]) -> None:
        """Never waits and never fails: the events are in the log."""
        self._tell(events)
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(events)

    async def _speak(self) -> None:
        while True:
            events = await self._waiting.get()
            try:
                await self._broadcast.publish(self._channel, self._id + encode(events))
            except LOST as fault:
                log.warning("could not tell the bus (%s): other processes will find it in the log", fault)
                self._waiting = asyncio.Queue(MOST_WAITING)

    async def _hear(self) -> None:
        async with self._broadcast.subscribe(self._channel) as messages:
            async for message in messages:  # type: ignore[union-attr]
                text = message.message  # type: ignore[union-attr]
                if not text.startswith(self._id):  # our own were told at once
                    self._understand(text[len(self._id) :])

    def _understand(self, text: str) -> None:
        """A message that cannot be read, such as a newer version's, is one that was missed: it is in the log."""
        try:
            events = decode(text)
        except (msgspec.MsgspecError, LookupError):
            log.exception("a message on the bus cannot be read")
            self._missed()
        else:
            self._tell(events)

    def _tell(self, events: Sequence[Event]) -> None:
        for tell in self._listeners:
            tell(events)

    def _on_redis(self, speaker: Redis, listener: Redis) -> RedisBackend:
        return RedisBackend(speaker, listener, self._channel, on_gap=self._missed)

    def _missed(self) -> None:
        for tell in self._gaps:
            tell()


async def end(task: asyncio.Task[None]) -> None:
    """Cancels until it has ended: a library may swallow a cancellation that comes just as it is done with something."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.5)


class Carried(msgspec.Struct):
    """An event as the bus carries it; what it is about is read when its type is known."""

    type: EventType
    subject: msgspec.Raw
    cause: Cause
    previous_status: OrderStatus | None
    id: UUID
    at: datetime
    position: int

    @property
    def event(self) -> Event:
        return Event(
            type=self.type,
            subject=snapshots.read(self.type, self.subject),
            cause=self.cause,
            previous_status=self.previous_status,
            id=self.id,
            at=self.at,
            position=self.position,
        )


CARRIED = msgspec.json.Decoder(list[Carried])


def encode(events: Sequence[Event]) -> str:
    """The events of one commit."""
    return snapshots.ENCODER.encode(events).decode()


def decode(text: str) -> list[Event]:
    return [carried.event for carried in CARRIED.decode(text)]
