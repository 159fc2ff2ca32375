"""Somebody on an MQTT broker: publishes, and takes the messages of some topics, through lost connections."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from paho.mqtt.client import MQTTMessage

from domain.ports import Unavailable
from web.broker import TAKEN_OVER, Broker, Connection

log = logging.getLogger(__name__)

BACK_OFF = (0.1, 5.0)  # seconds: the first and the longest
AFTER_A_FAULT = 1.0

Receive = Callable[[str, bytes], Awaitable[None]]


class Mqtt:
    """Somebody on the broker. `receive` is given the topic and the body of each message, one after another; a message
    is acknowledged when it returns, and given to it again when it raises.
    """

    def __init__(self, broker: Broker, *, client_id: str, topics: Sequence[str], receive: Receive) -> None:
        self._broker = broker
        self._client_id = client_id
        self._topics = topics
        self._receive = receive
        self._connection: Connection | None = None
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def connected(self) -> bool:
        return self._connection is not None

    async def publish(self, topic: str, body: bytes, *, wanted: bool = True) -> None:
        """See Connection. Raises Unavailable while there is none."""
        if self._connection is None:
            raise Unavailable("the broker is away")
        await self._connection.publish(topic, body, wanted=wanted)

    async def wait_until_connected(self) -> None:
        while not self.connected:
            self._changed.clear()
            await self._changed.wait()

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """What is being received is finished and acknowledged."""
        self._stopping.set()
        if self._running:
            await self._running

    async def _run(self) -> None:
        wait, longest = BACK_OFF
        while not self._stopping.is_set():
            try:
                reason = await self._connect_and_receive()
                wait = longest if reason == TAKEN_OVER else BACK_OFF[0]
            except Unavailable as fault:
                log.warning("%s is not connected: %s", self._client_id, fault)
            except Exception:
                log.exception("%s stumbled and connects again", self._client_id)
            await self._pause(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, longest)

    async def _connect_and_receive(self) -> int:
        """Until the connection is lost, or we stop; why it was lost."""
        connection = Connection(self._broker, self._client_id)
        try:
            await connection.open()
            for topic in self._topics:
                await connection.subscribe(topic)
            log.info("%s is connected to the broker", self._client_id)
            self._connection = connection
            self._changed.set()
            await self._receive_all(connection)
            if not connection.lost.done():
                return 0
            reason = connection.lost.result()
            log.warning("%s has lost the broker: %s", self._client_id, reason)
            return reason.value
        finally:
            self._connection = None
            await connection.close()

    async def _receive_all(self, connection: Connection) -> None:
        stop = asyncio.create_task(self._stopping.wait())
        try:
            while not (connection.lost.done() or stop.done()):
                coming = asyncio.create_task(connection.messages.get())
                first: list[asyncio.Future[Any]] = [coming, connection.lost, stop]
                await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    coming.cancel()
                    return
                await self._take(connection, coming.result())
        finally:
            stop.cancel()

    async def _take(self, connection: Connection, message: MQTTMessage) -> None:
        """Until it is taken: the broker sends a message again only on a new connection."""
        while not (connection.lost.done() or self._stopping.is_set()):
            try:
                await self._receive(message.topic, message.payload)
            except Exception:
                log.exception("%s could not take a message, and tries again", self._client_id)
                await self._pause(AFTER_A_FAULT)
            else:
                connection.acknowledge(message)
                return

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
