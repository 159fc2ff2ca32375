"""The ways to the card processor: over MQTT, or to one that runs in this process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path

from domain.charges import Charge, Refund, Result
from domain.ports import Unavailable
from web.broker import Broker
from web.ledger import Answer, Ledger
from web.mqtt import Mqtt, Receive
from web.payment_messages import (
    RECEIPTS,
    REQUESTS,
    RESULTS,
    Poison,
    all_of,
    read_request,
    read_result,
    topic,
    write_receipt,
    write_request,
)
from web.processor import Processor

log = logging.getLogger(__name__)

CLIENT_ID = "swapshop-payments"
CONNECTING = 1.0
"""Seconds for which what is to be sent waits for the connection, which may have been opened just now."""
LEDGER = "provider.db"

Take = Callable[[Result], Awaitable[None]]


class MqttTransport:
    """See domain.ports.PaymentTransport. Whoever is connected is the bridge: there is one client id."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._mqtt: Mqtt | None = None

    async def open(self, receive: Take) -> None:
        if self._mqtt is None:
            self._mqtt = Mqtt(
                self._broker, client_id=CLIENT_ID, topics=[all_of(RESULTS)], receive=self._receiving(receive)
            )
            self._mqtt.start()

    def _receiving(self, receive: Take) -> Receive:
        async def taken(about: str, body: bytes) -> None:
            """Whoever answered is told that it was taken in, and need not repeat it; not everyone wants to know."""
            result = await take(receive, about, body)
            if result and self._mqtt:
                await self._mqtt.publish(topic(RECEIPTS, result.payment_id), write_receipt(result), wanted=False)

        return taken

    async def send(self, requests: Sequence[Charge | Refund]) -> None:
        if self._mqtt is None:
            raise Unavailable("the way to the card processor is closed")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._mqtt.wait_until_connected(), CONNECTING)
        sent = [self._mqtt.publish(topic(REQUESTS, one.payment_id), write_request(one)) for one in requests]
        for fault in await asyncio.gather(*sent, return_exceptions=True):
            if fault:
                raise fault

    async def close(self) -> None:
        if self._mqtt:
            await self._mqtt.stop()
            self._mqtt = None


class LocalTransport:
    """See domain.ports.PaymentTransport. The processor's ledger is a file in `folder`, as if it were far away."""

    def __init__(self, folder: Path, *, delay: timedelta, late: timedelta) -> None:
        self._folder = folder
        self._delay, self._late = delay, late
        self._processor: Processor | None = None
        self._opened = AsyncExitStack()

    async def open(self, receive: Take) -> None:
        if self._processor is not None:
            return

        async def tell(answer: Answer) -> None:
            result = await take(receive, topic(RESULTS, answer.payment_id), answer.body)
            if result:
                await ledger.heard(result.message_id)

        self._folder.mkdir(parents=True, exist_ok=True)
        ledger = await self._opened.enter_async_context(Ledger.opened(self._folder / LEDGER))
        self._processor = Processor(ledger, tell, delay=self._delay, late=self._late)
        running = asyncio.create_task(self._processor.run())
        self._opened.push_async_callback(lambda: running)

    async def send(self, requests: Sequence[Charge | Refund]) -> None:
        if self._processor is None:
            raise Unavailable("the way to the card processor is closed")
        for request in requests:
            await self._processor.take(read_request(topic(REQUESTS, request.payment_id), write_request(request)))

    async def close(self) -> None:
        if self._processor:
            self._processor.stop()
            self._processor = None
            await self._opened.aclose()


async def take(receive: Take, about: str, body: bytes) -> Result | None:
    """What nobody can act on is put away: it would come again and again, and stop all that come after it."""
    try:
        result = read_result(about, body)
    except Poison as poison:
        log.error("a message of the card processor was put away: %s", poison)
        return None
    await receive(result)
    return result
