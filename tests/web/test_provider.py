"""`swapshop provider`, as a process on a real broker."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from domain.charges import Outcome
from tests.support.processes import Process
from tests.support.processor import Booked, Taker, booked, ledger_in, make_charge, sent
from tests.support.waiting import until
from tests.web.test_cli import swapshop
from web.broker import Broker
from web.mosquitto import Mosquitto
from web.mqtt import Mqtt
from web.payment_messages import REQUESTS, topic
from web.payment_transports import MqttTransport

Start = Callable[..., Process]


@pytest.fixture
def start(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Start]:
    started: list[Process] = []

    def start(*arguments: str) -> Process:
        environment = {"SWAPSHOP_MQTT_URL": mosquitto.url, "SWAPSHOP_DATA": str(tmp_path)}
        started.append(Process("provider", *arguments, log=tmp_path / "provider.log", environment=environment).start())
        return started[-1]

    yield start
    for process in started:
        process.stop()


@asynccontextmanager
async def shop_on(mosquitto: Mosquitto) -> AsyncIterator[tuple[MqttTransport, Taker]]:
    transport, taker = MqttTransport(Broker.at(mosquitto.url)), Taker()
    await transport.open(taker)
    yield transport, taker
    await transport.close()


async def test_it_waits_for_its_broker_and_says_so(mosquitto: Mosquitto, start: Start) -> None:
    mosquitto.stop()
    process = start("--health-port", "0")
    [line] = [line for line in process.log.read_text().splitlines() if line.startswith("health ")]
    async with httpx.AsyncClient() as http:

        async def says(status: int) -> bool:
            return (await http.get(line.removeprefix("health "))).status_code == status

        assert await says(503)
        mosquitto.start()
        await until(lambda: says(200))
    async with shop_on(mosquitto) as (transport, taker):
        charge = make_charge()
        await sent(transport, [charge])
        assert [one.outcome for one in await taker.has(1, about=charge.payment_id)] == [Outcome.APPROVED]


async def test_killed_before_it_answers_it_answers_when_it_is_back(
    mosquitto: Mosquitto, start: Start, tmp_path: Path
) -> None:
    process = start("--delay", "1s")
    async with shop_on(mosquitto) as (transport, taker):
        charges = [make_charge(), make_charge("lost_card")]
        await sent(transport, charges)

        async def in_the_ledger() -> bool:
            return len(booked(ledger_in(tmp_path))) == len(charges)

        await until(in_the_ledger)
        process.kill()
        process.again()
        for charge, outcome in zip(charges, (Outcome.APPROVED, Outcome.DECLINED), strict=True):
            assert [one.outcome for one in await taker.has(1, about=charge.payment_id)] == [outcome]
    minor = charges[0].amount.minor
    assert list(booked(ledger_in(tmp_path)).values()) == [Booked(minor, 0), Booked(0, 0)]


async def test_what_it_cannot_read_stops_nothing(mosquitto: Mosquitto, start: Start) -> None:
    process = start()
    async with shop_on(mosquitto) as (transport, taker):
        charge = make_charge()
        await sent(transport, [make_charge("no_answer")])  # now it has subscribed
        vandal = Mqtt(Broker.at(mosquitto.url), client_id="vandal", topics=["none"], receive=_nothing)
        vandal.start()
        await vandal.wait_until_connected()
        for body in (b"", b"{", b'{"type":"charge"}'):
            await vandal.publish(topic(REQUESTS, charge.payment_id), body)
        await vandal.stop()
        await transport.send([charge])
        await taker.has(1, about=charge.payment_id)
    assert process.log.read_text().count("was put away") == 3


async def test_without_a_broker_it_says_what_is_missing(tmp_path: Path) -> None:
    ended = await swapshop("provider", "--data", str(tmp_path))
    assert ended.status == 1
    assert "SWAPSHOP_MQTT_URL is not set" in ended.complained


async def test_a_delay_that_is_none_is_refused(tmp_path: Path) -> None:
    ended = await swapshop("provider", "--delay", "soon", settings={"SWAPSHOP_MQTT_URL": "mqtt://127.0.0.1"})
    assert ended.status == 1
    assert "PROVIDER_DELAY" in ended.complained


async def _nothing(_topic: str, _body: bytes) -> None:
    return
