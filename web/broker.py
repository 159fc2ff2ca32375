"""A connection to an MQTT 5 broker, with paho.

A connection has a paho client of its own, which is thrown away with it: what was not acknowledged is the caller's, or
the broker's, to send again. Paho speaks with the broker in a thread of its own; what it tells comes to the event loop
before anything is done about it, and what is called from here (publish, subscribe, ack) is safe from any thread.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.ports import Unavailable

PORTS = {"mqtt": 1883, "mqtts": 8883}
PATIENCE = 5.0  # seconds for the broker to answer anything
LEAVE = 1.0
KEEPALIVE = 10  # seconds
SESSION = 30 * 24 * 3600  # seconds for which the broker keeps what is for somebody who is away
IN_FLIGHT = 20  # messages that the broker sends before the first is acknowledged
NOBODY = 0x10  # PUBACK: taken, and thrown away, because nobody has ever subscribed
TAKEN_OVER = 0x8E  # DISCONNECT: somebody else has connected under our name


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where it is and who we are there; `tls` is the context that its certificate is checked with."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: ssl.SSLContext | None

    @classmethod
    def at(cls, url: str, *, ca_file: Path | None = None) -> "Broker":
        """Of mqtt://user:password@host:1883 or mqtts://…; raises ValueError, without the URL, for anything else."""
        parts = urlsplit(url)
        port = None
        with suppress(ValueError):  # whose text has a part of the URL, which may be that of a password
            port = parts.port or PORTS.get(parts.scheme)
        if port is None or parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("is not a broker's URL like mqtt://user:password@host:1883 or mqtts://host:8883")
        return cls(
            host=parts.hostname,
            port=port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=ssl.create_default_context(cafile=ca_file) if parts.scheme == "mqtts" else None,
        )


class Connection:
    """One connection, from CONNECT until it is lost or closed. Everything here happens in the event loop."""

    def __init__(self, broker: Broker, client_id: str, *, session: int = SESSION) -> None:
        self._loop = asyncio.get_running_loop()
        self._broker = broker
        self._session = session
        self._answers: dict[tuple[str, int], asyncio.Future[ReasonCode]] = {}
        self._opened = self._loop.create_future()
        self.lost: asyncio.Future[ReasonCode] = self._loop.create_future()
        self.messages: asyncio.Queue[MQTTMessage] = asyncio.Queue()
        self._client = self._made(client_id)

    def _made(self, client_id: str) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5, manual_ack=True, reconnect_on_failure=False
        )
        client.connect_timeout = PATIENCE
        client.suppress_exceptions = True  # ours are only handed on
        if broker.username:
            client.username_pw_set(broker.username, broker.password)
        if broker.tls:
            client.tls_set_context(broker.tls)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        return client

    async def open(self) -> None:
        """Raises Unavailable when the broker is away, or does not let us in."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._session
        properties.ReceiveMaximum = IN_FLIGHT
        to = (self._broker.host, self._broker.port)
        try:
            await asyncio.to_thread(
                self._client.connect, *to, KEEPALIVE, clean_start=not self._session, properties=properties
            )
        except OSError as fault:
            raise Unavailable(f"the broker does not answer: {type(fault).__name__}") from fault
        self._client.loop_start()
        reason = await self._answer(self._opened)
        if reason.is_failure:
            raise Unavailable(f"the broker does not let us in: {reason}")

    async def subscribe(self, topic: str) -> None:
        _, mid = self._client.subscribe(topic, qos=1)
        reason = await self._answered("SUBACK", mid or 0)
        if reason.is_failure:
            raise Unavailable(f"the broker refuses {topic}: {reason}")

    async def publish(self, topic: str, body: bytes, *, wanted: bool = True) -> None:
        """Returns when the broker has it; raises Unavailable when it may not have.

        What is `wanted` it must have for somebody: without one it would throw it away.
        """
        if self.lost.done():
            raise Unavailable("the connection to the broker is lost")
        reason = await self._answered("PUBACK", self._client.publish(topic, body, qos=1).mid)
        if reason.is_failure or (wanted and reason.value == NOBODY):
            raise Unavailable(f"the broker has not kept a message to {topic}: {reason}")

    def acknowledge(self, message: MQTTMessage) -> None:
        self._client.ack(message.mid, message.qos)

    async def close(self) -> None:
        """A broker that does not take our leave is left without."""
        if self._client.socket() is not None:
            self._client.disconnect()
            await asyncio.wait([self.lost], timeout=LEAVE)
        ours = self._client.socket()
        if isinstance(ours, socket.socket):
            with suppress(OSError):
                ours.shutdown(socket.SHUT_RDWR)
        await asyncio.to_thread(self._client.loop_stop)

    async def _answered(self, kind: str, mid: int) -> ReasonCode:
        """What paho tells comes through the loop, so it cannot come before it is waited for."""
        future = self._answers[kind, mid] = self._loop.create_future()
        try:
            return await self._answer(future)
        finally:
            del self._answers[kind, mid]

    async def _answer(self, future: "asyncio.Future[ReasonCode]") -> ReasonCode:
        await asyncio.wait([future, self.lost], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if future.done():
            return future.result()
        raise Unavailable("the connection to the broker is lost" if self.lost.done() else "the broker is silent")

    # What follows is called in paho's thread.

    def _on_connect(self, _c: Client, _u: Any, _f: ConnectFlags, reason: ReasonCode, _p: Properties | None) -> None:
        self._tell(_settle, self._opened, reason)

    def _on_disconnect(
        self, _c: Client, _u: Any, _f: DisconnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        self._tell(_settle, self.lost, reason)

    def _on_message(self, _c: Client, _u: Any, message: MQTTMessage) -> None:
        self._tell(self.messages.put_nowait, message)

    def _on_publish(self, _c: Client, _u: Any, mid: int, reason: ReasonCode, _p: Properties | None) -> None:
        self._tell(self._settle_answer, "PUBACK", mid, reason)

    def _on_subscribe(
        self, _c: Client, _u: Any, mid: int, reasons: Sequence[ReasonCode], _p: Properties | None
    ) -> None:
        self._tell(self._settle_answer, "SUBACK", mid, reasons[0])

    def _tell(self, tell: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            self._loop.call_soon_threadsafe(tell, *arguments)

    def _settle_answer(self, kind: str, mid: int, reason: ReasonCode) -> None:
        if future := self._answers.get((kind, mid)):
            _settle(future, reason)


async def ping(broker: Broker) -> None:
    """Whether the broker lets us in; raises Unavailable. Leaves nothing behind there."""
    connection = Connection(broker, "", session=0)
    try:
        await connection.open()
    finally:
        await connection.close()


def _settle(future: "asyncio.Future[ReasonCode]", reason: ReasonCode) -> None:
    if not future.done():
        future.set_result(reason)
