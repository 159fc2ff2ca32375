"""Card payments, end to end: the processor inside the shop, inside the worker, and behind a real broker."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from domain.cards import Scenario
from domain.users import Role
from tests.support.client import Client
from tests.support.payments import REFUND, place, say
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack
from tests.support.processor import booked, card_of, ledger_in
from tests.support.waiting import until
from tests.web.test_cli import swapshop
from web.broker import Broker
from web.mosquitto import Mosquitto
from web.mqtt import Mqtt, Receive

SYSTEM = "{ system { head dependencies { name ok detail } readers { name position lag } } }"
STATE = """query($id: ID!) { order(id: $id) { status paymentState
  payments { id status declineReason transactionId amount { amount } } } }"""
HISTORY = "query($id: ID!) { order(id: $id) { history { edges { node { type } } } } }"
NUMBER, CODE = "378282246310005", "9173"  # of an American Express card: its code has four digits


@pytest.fixture(scope="module", params=["embedded", "servers", "broker"])
def paying(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("paying")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder).start()
        yield started
        started.stop()
        return
    servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
    with Mosquitto(folder / "mosquitto") as broker:
        mosquitto = broker if request.param == "broker" else None
        started = ServerStack(folder, *servers, mosquitto=mosquitto).start(apis=1)
        yield started
        started.stop()


@pytest.fixture
async def payer(paying: Stack) -> AsyncIterator[Client]:
    async with Client(paying.url) as client:
        yield await client.register()


@pytest.fixture
async def clerk(paying: Stack) -> AsyncIterator[Client]:
    async with await signed_in(paying, Role.ADMIN) as client:
        yield client


async def paid_by(client: Client, scenario: Scenario, status: str) -> dict[str, Any]:
    """The order, as soon as its payment has that status."""
    order = await place(client, card_of(scenario))
    assert order["__typename"] == "Order", order
    found = await client.until(
        lambda found: found["payments"][0]["status"] == status, STATE, id=order["id"], seconds=60
    )
    return {"id": order["id"], **found}


async def test_what_happened_to_an_order_is_what_happened_to_its_payments_too(paying: Stack, payer: Client) -> None:
    order = await paid_by(payer, Scenario.DECLINE_THEN_APPROVE, "APPROVED")

    def whole(found: Any) -> bool:
        return found["history"]["edges"][-1]["node"]["type"] == "ORDER_READY"

    found = await payer.until(whole, HISTORY, id=order["id"], seconds=60)
    types = [edge["node"]["type"] for edge in found["history"]["edges"]]
    payments = [type for type in types if type.startswith("PAYMENT")]
    assert payments in (
        ["PAYMENT_REQUESTED", "PAYMENT_APPROVED"],
        ["PAYMENT_REQUESTED", "PAYMENT_DECLINED", "PAYMENT_APPROVED"],
    )
    assert types[0] == "ORDER_CREATED"


async def test_an_order_goes_on_when_its_card_is_approved(paying: Stack, payer: Client) -> None:
    for scenario in (Scenario.APPROVED, Scenario.ANSWER_TWICE, Scenario.LATE_ANSWER, Scenario.DECLINE_THEN_APPROVE):
        order = await paid_by(payer, scenario, "APPROVED")
        ready = await payer.until(lambda found: found["status"] == "PROCESSED", STATE, id=order["id"])
        assert ready["paymentState"] == "PAID"
        [payment] = ready["payments"]
        ledger = booked(ledger_in(paying.folder / "data"))
        assert (ledger[payment["id"]].captured, ledger[payment["id"]].refunded) == (1_000, 0)


async def test_an_order_waits_when_its_card_is_not_approved(payer: Client) -> None:
    for scenario, status in (
        (Scenario.INSUFFICIENT_FUNDS, "DECLINED"),
        (Scenario.LOST_CARD, "DECLINED"),
        (Scenario.PROCESSING_ERROR, "FAILED"),
    ):
        order = await paid_by(payer, scenario, status)
        assert (order["status"], order["paymentState"]) == ("AWAITING_PAYMENT", "AWAITING")
        assert order["payments"][0]["declineReason"] == scenario.value


async def test_staff_have_a_payment_given_back(paying: Stack, payer: Client, clerk: Client) -> None:
    order = await paid_by(payer, Scenario.APPROVED, "APPROVED")
    payment = order["payments"][0]["id"]
    assert (await say(clerk, REFUND, payment))["status"] == "REFUND_REQUESTED"
    found = await payer.until(lambda found: found["paymentState"] == "REFUNDED", STATE, id=order["id"])
    assert found["payments"][0]["status"] == "REFUNDED"
    assert booked(ledger_in(paying.folder / "data"))[payment].refunded == 1_000


async def test_the_bridge_is_a_reader_of_the_log(payer: Client, clerk: Client) -> None:
    await paid_by(payer, Scenario.APPROVED, "APPROVED")

    def at_the_head(system: dict[str, Any]) -> bool:
        return {one["name"]: one["lag"] for one in system["readers"]}["payments"] == 0

    system = await clerk.until(at_the_head, SYSTEM)
    assert all(one["ok"] for one in system["dependencies"])


@pytest.mark.parametrize("paying", ["broker"], indirect=True)
async def test_orders_are_taken_while_the_broker_is_away_and_paid_when_it_is_back(
    paying: Stack, payer: Client, clerk: Client
) -> None:
    assert isinstance(paying, ServerStack)

    async def ended() -> Any:
        return await swapshop("doctor", settings={"SWAPSHOP_MQTT_URL": paying.mosquitto.url})

    assert re.search(r"ok +broker +lets us in", (await ended()).said)
    await asyncio.to_thread(paying.mosquitto.stop)
    try:
        system = await clerk.until(lambda found: not all(one["ok"] for one in found["dependencies"]), SYSTEM)
        assert [one["name"] for one in system["dependencies"] if not one["ok"]] == ["broker"]
        assert (await clerk.http.get("/readyz")).status_code == 200
        assert re.search(r"wrong +broker +the broker does not answer", (await ended()).said)
        order = await place(payer, card_of(Scenario.APPROVED))
        assert order["status"] == "AWAITING_PAYMENT"
        assert order["payments"][0]["status"] == "REQUESTED"
    finally:
        await asyncio.to_thread(paying.mosquitto.start)
    await payer.until(lambda found: found["paymentState"] == "PAID", STATE, id=order["id"], seconds=60)


async def test_the_number_and_the_code_of_a_card_go_nowhere(paying: Stack, payer: Client, clerk: Client) -> None:
    """Into no message, no log, no file: of the shop, of the broker and of the processor."""
    heard: list[bytes] = []

    async def hear(topic: str, body: bytes) -> None:
        heard.append(topic.encode() + b" " + body)

    async with listening(paying, hear):
        method = card_of(Scenario.APPROVED, number=NUMBER, cvc=CODE)
        order = await place(payer, method)
        found = await payer.until(lambda found: found["paymentState"] == "PAID", STATE, id=order["id"])
        await say(clerk, REFUND, found["payments"][0]["id"])
        await payer.until(lambda found: found["paymentState"] == "REFUNDED", STATE, id=order["id"])
        if isinstance(paying, ServerStack) and "SWAPSHOP_MQTT_URL" in paying.settings:
            await until(lambda: _heard_of(heard, found["payments"][0]["id"], 6))
    files = [file for file in paying.folder.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"provider.db"}
    for text in [*heard, *(file.read_bytes() for file in files)]:
        assert NUMBER.encode() not in text
        assert not re.search(rb"(?<![0-9A-Za-z.])" + CODE.encode() + rb"(?![0-9A-Za-z])", text), text[:200]


@asynccontextmanager
async def listening(stack: Stack, hear: Receive) -> AsyncIterator[None]:
    """On everything that the broker carries, where there is one."""
    url = stack.settings.get("SWAPSHOP_MQTT_URL")
    if url is None:
        yield
        return
    listener = Mqtt(Broker.at(url), client_id="listener", topics=["#"], receive=hear)
    listener.start()
    await listener.wait_until_connected()
    yield
    await listener.stop()


async def _heard_of(heard: list[bytes], payment_id: str, count: int) -> bool:
    """Request, result and receipt, of the charge and of the refund."""
    return len({message for message in heard if payment_id.encode() in message}) >= count
