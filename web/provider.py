"""`swapshop provider`: the simulated card processor, on an MQTT broker."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.broker import Broker
from web.ledger import Answer, Ledger
from web.mqtt import Mqtt
from web.payment_messages import (
    RECEIPTS,
    REQUESTS,
    RESULTS,
    Poison,
    all_of,
    read_receipt,
    read_request,
    topic,
)
from web.payment_transports import LEDGER
from web.processor import Processor
from web.serving import Server, bound, stop_signal, url_of
from web.settings import NotReady, Settings

log = logging.getLogger(__name__)

CLIENT_ID = "swapshop-provider"
TOPICS = (all_of(REQUESTS), all_of(RECEIPTS))


async def provide(settings: Settings, *, health_host: str, health_port: int | None) -> None:
    """`health_port` None: nobody is told whether it is connected."""
    asked_to_stop = stop_signal()
    async with providing(settings) as connected, AsyncExitStack() as stack:
        if health_port is not None:
            listener = bound(health_port, host=health_host)
            await stack.enter_async_context(Server(create_health(connected), listener))
            print(f"health {url_of(listener)}/healthz", flush=True)
        print("ready provider", flush=True)
        await asked_to_stop.wait()


@asynccontextmanager
async def providing(settings: Settings) -> AsyncIterator[Callable[[], bool]]:
    """Takes requests and answers them inside; whether the broker is there can be asked. It waits for one that is not.

    A request is acknowledged when it is in the ledger, and an answer is owed until the shop says that it has it.
    """
    if settings.mqtt_url is None:
        raise NotReady("SWAPSHOP_MQTT_URL is not set, e.g. mqtt://127.0.0.1:1883")
    broker = Broker.at(settings.mqtt_url.get_secret_value(), ca_file=settings.mqtt_ca_file)

    async def receive(about: str, body: bytes) -> None:
        try:
            if about.startswith(RECEIPTS.partition("{")[0]):
                await processor.heard(read_receipt(about, body))
            else:
                await processor.take(read_request(about, body))
        except Poison as poison:
            log.error("a message of the shop was put away: %s", poison)

    async def tell(answer: Answer) -> None:
        await mqtt.publish(topic(RESULTS, answer.payment_id), answer.body)

    settings.data.mkdir(parents=True, exist_ok=True)
    async with Ledger.opened(settings.data / LEDGER) as ledger:
        mqtt = Mqtt(broker, client_id=CLIENT_ID, topics=TOPICS, receive=receive)
        processor = Processor(ledger, tell, delay=settings.provider_delay, late=settings.provider_late)
        answering = asyncio.create_task(processor.run())
        mqtt.start()
        try:
            yield lambda: mqtt.connected
        finally:
            processor.stop()
            await answering
            await mqtt.stop()


def create_health(connected: Callable[[], bool]) -> Starlette:
    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok") if connected() else PlainTextResponse("no broker", status_code=503)

    return Starlette(routes=[Route("/healthz", healthz)])
