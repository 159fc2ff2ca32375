"""Orders that nobody pays, and cards that nobody answers: a worker gives them up by itself."""

from collections.abc import Iterator

import pytest

from domain.charges import Outcome
from domain.users import Role
from tests.conftest import STACKS
from tests.shop.test_listed_orders import left, line
from tests.shop.test_stock import stocked
from tests.support.client import Client
from tests.support.payments import answer, card, look, pay, placed
from tests.support.people import signed_in
from tests.support.processes import EmbeddedStack, ServerStack, Stack

SOON = {"SWAPSHOP_CARD_DEADLINE": "3s", "SWAPSHOP_TRANSFER_DEADLINE": "1h", "SWAPSHOP_PAYMENT_TIMEOUT": "1s"}
INBOX = "{ notifications(first: 20) { edges { node { title body } } } }"


@pytest.fixture(scope="module", params=STACKS)
def hasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running shop that does not wait for money."""
    folder = tmp_path_factory.mktemp("hasty")
    if request.param == "embedded":
        started: Stack = EmbeddedStack(folder, settings=SOON).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(folder, *servers, settings=SOON).start(apis=1, workers=2)
    yield started
    started.stop()


async def test_what_is_not_paid_in_time_is_cancelled_and_its_articles_come_back(hasty: Stack) -> None:
    async with await signed_in(hasty, Role.SELLER) as seller, await Client(hasty.url).register() as buyer:
        id = await stocked(seller, 5)
        order = await placed(buyer, items=[line(id, 2)])
        transfer = await placed(buyer, {"bankTransfer": "Invoice 7"}, items=[line(id, 1)])
        cash = await placed(buyer, {"cash": True}, items=[line(id, 1)])
        waiting = "query($id: ID!) { order(id: $id) { status cancelReason paymentState } }"
        given_up = await buyer.until(lambda found: found["status"] == "CANCELLED", waiting, id=order["id"], seconds=60)
        assert (given_up["cancelReason"], given_up["paymentState"]) == ("It was not paid in time.", "NOT_REQUIRED")
        assert (await look(buyer, transfer["id"]))["status"] == "AWAITING_PAYMENT", "which takes days"
        assert (await look(buyer, cash["id"]))["status"] in ("PENDING", "PROCESSED")
        [on_hand, reserved] = await left(buyer, id)
        assert on_hand - reserved == 3
        inbox = await buyer.run(INBOX)
        assert "It was not paid in time." in [edge["node"]["body"] for edge in inbox["edges"]]


async def test_a_card_without_an_answer_fails_and_a_late_approval_is_not_lost(hasty: Stack) -> None:
    async with await Client(hasty.url).register() as buyer:
        order = await placed(buyer, card())
        [payment] = order["payments"]
        statuses = "query($id: ID!) { order(id: $id) { status payments { status declineReason } } }"
        failed = await buyer.until(
            lambda found: found["payments"][0]["status"] == "FAILED", statuses, id=order["id"], seconds=60
        )
        assert failed["payments"][0]["declineReason"] in (
            "The processor of cards has not answered in time.",
            "The order was cancelled.",
        )
        await buyer.until(lambda found: found["status"] == "CANCELLED", statuses, id=order["id"], seconds=60)
        await answer(hasty, payment, Outcome.APPROVED)
        assert (await look(buyer, order["id"]))["payments"][0]["status"] == "REFUND_REQUESTED"


async def test_paying_gives_an_order_the_time_that_its_payment_takes(hasty: Stack) -> None:
    async with await signed_in(hasty, Role.SELLER) as seller, await Client(hasty.url).register() as buyer:
        order = await placed(buyer, items=[line(await stocked(seller, 5))])
        assert (await pay(buyer, order["id"], {"bankTransfer": "Invoice 8"}))["__typename"] == "Payment"
        other = await placed(buyer, items=[line(await stocked(seller, 5, sku="other"))])
        waiting = "query($id: ID!) { order(id: $id) { status } }"
        await buyer.until(lambda found: found["status"] == "CANCELLED", waiting, id=other["id"], seconds=60)
        assert (await look(buyer, order["id"]))["status"] == "AWAITING_PAYMENT"
