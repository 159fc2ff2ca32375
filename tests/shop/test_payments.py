"""Payments over the API: by card, in cash and by transfer, declined, paid again, given back, and whose they are."""

import asyncio
from typing import Any

import pytest

from domain.charges import Outcome
from tests.shop.test_listed_orders import left, line
from tests.shop.test_order_changes import PROCESS
from tests.shop.test_products import UNKNOWN
from tests.shop.test_stock import stocked
from tests.support.client import SHIRT, TROUSERS, Client
from tests.support.payments import (
    CONFIRM,
    REFUND,
    TRANSACTION,
    answer,
    card,
    look,
    pay,
    place,
    placed,
    say,
)
from tests.support.processes import Stack

CASH, TRANSFER = {"cash": True}, {"bankTransfer": "Invoice 7"}
CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename ... on Order { status paymentState } } }"
CHANGE = """mutation($input: UpdateOrderInput!) { updateOrder(input: $input) { __typename
  ... on Order { version total { amount } payments { amount { amount } } } ... on Refusal { message } } }"""
FOLLOW = """subscription($after: Cursor) { events(after: $after) { cursor event { type actor { kind }
  ... on OrderEvent { previousStatus order { id status paymentState payments { status } } }
  ... on PaymentEvent { subjectId version payment { status transactionId declineReason order { id } } } } } }"""
UPDATED = """subscription($id: ID!) { orderUpdated(id: $id) { cursor
  order { status paymentState version payments { status } } } }"""
INBOX = "{ notifications(first: 20) { edges { node { title body event { type } } } } }"


def states(order: dict[str, Any]) -> tuple[str, str, list[str]]:
    return order["status"], order["paymentState"], [payment["status"] for payment in order["payments"]]


async def inbox(client: Client) -> list[tuple[str, str]]:
    """The oldest first."""
    page = await client.run(INBOX)
    return [(edge["node"]["title"], edge["node"]["body"]) for edge in page["edges"]][::-1]


class TestByCard:
    async def test_an_order_waits_until_it_is_paid(self, unhurried: Stack, buyer: Client) -> None:
        order = await placed(buyer, card("4000-0000-0000-0259"))
        assert states(order) == ("AWAITING_PAYMENT", "AWAITING", ["REQUESTED"])
        [payment] = order["payments"]
        assert payment == {
            "id": payment["id"],
            "method": "CARD",
            "status": "REQUESTED",
            "amount": {"amount": "10.00", "currency": "EUR"},
            "transactionId": None,
            "card": {"brand": "visa", "last4": "0259"},
            "declineReason": None,
        }
        await answer(unhurried, payment, Outcome.APPROVED)
        after = await look(buyer, order["id"])
        assert states(after) == ("PENDING", "PAID", ["APPROVED"])
        assert (after["version"], after["payments"][0]["transactionId"]) == (2, TRANSACTION)
        assert await inbox(buyer) == [("Your payment has arrived", "10.00 EUR by visa …0259")]

    async def test_a_declined_order_is_paid_again(self, unhurried: Stack, buyer: Client) -> None:
        order = await placed(buyer, card())
        await answer(unhurried, order["payments"][0], Outcome.DECLINED)
        assert states(await look(buyer, order["id"])) == ("AWAITING_PAYMENT", "AWAITING", ["DECLINED"])
        assert await inbox(buyer) == [("Your payment was declined", "10.00 EUR by visa …0259: insufficient_funds")]
        payment = await pay(buyer, order["id"], card())
        assert (payment["__typename"], payment["status"], payment["order"]["id"]) == (
            "Payment",
            "REQUESTED",
            order["id"],
        )
        await answer(unhurried, payment, Outcome.APPROVED)
        assert states(await look(buyer, order["id"])) == ("PENDING", "PAID", ["DECLINED", "APPROVED"])

    async def test_articles_are_reserved_until_they_are_paid_and_come_back(
        self,
        vendor: Client,
        buyer: Client,
    ) -> None:
        id = await stocked(vendor, 5)
        order = await placed(buyer, items=[line(id, 2)])
        assert states(order) == ("AWAITING_PAYMENT", "AWAITING", []), "it does not say how it is paid"
        assert await left(buyer, id) == (5, 2)
        payment = await pay(buyer, order["id"], card())
        assert payment["amount"]["amount"] == order["total"]["amount"] == "21.00"
        assert await buyer.run(CANCEL, id=order["id"]) == {
            "__typename": "Order",
            "status": "CANCELLED",
            "paymentState": "NOT_REQUIRED",
        }
        assert await left(buyer, id) == (5, 0)

    async def test_an_approval_after_the_order_was_cancelled_is_given_back(
        self, unhurried: Stack, buyer: Client
    ) -> None:
        order = await placed(buyer, card())
        await buyer.run(CANCEL, id=order["id"])
        assert states(await look(buyer, order["id"]))[2] == ["FAILED"]
        await answer(unhurried, order["payments"][0], Outcome.APPROVED)
        assert states(await look(buyer, order["id"])) == ("CANCELLED", "NOT_REQUIRED", ["REFUND_REQUESTED"])
        await answer(unhurried, order["payments"][0], Outcome.REFUNDED)
        assert states(await look(buyer, order["id"])) == ("CANCELLED", "NOT_REQUIRED", ["REFUNDED"])

    async def test_cancelling_what_is_paid_gives_the_money_back(
        self, unhurried: Stack, buyer: Client, clerk: Client
    ) -> None:
        order = await placed(buyer, card())
        await answer(unhurried, order["payments"][0], Outcome.APPROVED)
        await clerk.run(PROCESS, id=order["id"])
        assert (await clerk.run(CANCEL, id=order["id"]))["paymentState"] == "PAID", "until it has been"
        assert states(await look(buyer, order["id"])) == ("CANCELLED", "PAID", ["REFUND_REQUESTED"])
        await answer(unhurried, order["payments"][0], Outcome.REFUNDED)
        assert states(await look(buyer, order["id"])) == ("CANCELLED", "REFUNDED", ["REFUNDED"])
        assert ("You were given your money back", "10.00 EUR by visa …0259") in await inbox(buyer)

    async def test_staff_give_the_money_of_an_order_back(self, unhurried: Stack, buyer: Client, clerk: Client) -> None:
        order = await placed(buyer, card())
        id = order["payments"][0]["id"]
        early = await say(clerk, REFUND, id)
        assert (early["__typename"], early["from"]) == ("InvalidTransition", "AWAITING_PAYMENT")
        await answer(unhurried, order["payments"][0], Outcome.APPROVED)
        done = await say(clerk, REFUND, id, "k")
        assert (done["status"], done["transactionId"]) == ("REFUND_REQUESTED", TRANSACTION)
        assert (await say(clerk, REFUND, id, "k"))["status"] == "REFUND_REQUESTED"
        assert (await say(clerk, REFUND, id))["__typename"] == "InvalidTransition"
        other = await placed(buyer, card())
        assert (await say(clerk, REFUND, other["payments"][0]["id"], "k"))["__typename"] == "IdempotencyConflict"
        await answer(unhurried, order["payments"][0], Outcome.REFUNDED)
        assert states(await look(buyer, order["id"])) == ("PENDING", "REFUNDED", ["REFUNDED"])

    async def test_what_is_wrong_with_a_card_is_said_and_nothing_is_ordered(self, buyer: Client) -> None:
        wrong = [
            (card("4242424242424241"), "NUMBER"),
            (card("9999999999999995"), "BRAND"),
            (card(expYear=2020), "EXPIRY"),
            (card(cvc="1"), "CVC"),
            (card(holder=" "), "HOLDER"),
        ]
        waiting = await placed(buyer, items=[{"custom": SHIRT}])
        for method, reason in wrong:
            refused = await place(buyer, method)
            assert (refused["__typename"], refused["reason"]) == ("CardRejected", reason)
            refused = await pay(buyer, waiting["id"], method)
            assert (refused["__typename"], refused["reason"]) == ("CardRejected", reason)
        assert (await buyer.run("{ orders { totalCount } }"))["totalCount"] == 1

    async def test_a_key_that_is_sent_again_is_the_same_order_and_one_payment(
        self, unhurried: Stack, buyer: Client
    ) -> None:
        clients = [buyer.at(api.url) for api in unhurried.apis] * 4
        orders = await asyncio.gather(*(placed(client, card(), idempotencyKey="k") for client in clients))
        assert len({(order["id"], *(one["id"] for one in order["payments"])) for order in orders}) == 1
        again = await placed(buyer, card(cvc="999"), idempotencyKey="k")
        assert again["id"] == orders[0]["id"], "the code is no part of what is compared: it is not kept"
        for other in (card("4242424242424242"), card(expMonth=11), card(holder="Bea"), CASH, None):
            assert (await place(buyer, other, idempotencyKey="k"))["__typename"] == "IdempotencyConflict"

    async def test_paying_twice_with_one_key_pays_once(
        self,
        unhurried: Stack,
        vendor: Client,
        buyer: Client,
    ) -> None:
        order = await placed(buyer, items=[line(await stocked(vendor, 5))])
        clients = [buyer.at(api.url) for api in unhurried.apis] * 4
        answers = await asyncio.gather(*(pay(client, order["id"], card(), "k") for client in clients))
        assert {one["__typename"] for one in answers} == {"Payment"}
        assert len({one["id"] for one in answers}) == 1
        assert (await pay(buyer, order["id"], TRANSFER, "k"))["__typename"] == "IdempotencyConflict"
        second = await pay(buyer, order["id"], card())
        assert (second["__typename"], second["from"], second["to"]) == (
            "InvalidTransition",
            "AWAITING_PAYMENT",
            "AWAITING_PAYMENT",
        )
        assert "under way" in second["message"]

    async def test_of_many_payments_at_once_one_is_made(
        self,
        unhurried: Stack,
        vendor: Client,
        buyer: Client,
    ) -> None:
        order = await placed(buyer, items=[line(await stocked(vendor, 5))])
        clients = [buyer.at(api.url) for api in unhurried.apis] * 4
        answers = await asyncio.gather(*(pay(client, order["id"], card()) for client in clients))
        made = [one for one in answers if one["__typename"] == "Payment"]
        assert len(made) == 1
        assert {one["__typename"] for one in answers if one not in made} <= {"InvalidTransition"}
        assert len((await look(buyer, order["id"]))["payments"]) == 1


class TestOtherwise:
    async def test_cash_is_paid_when_it_is_picked_up(self, buyer: Client, clerk: Client) -> None:
        order = await placed(buyer, CASH)
        assert states(order) == ("PENDING", "NOT_REQUIRED", ["REQUESTED"])
        changed = await buyer.run(
            CHANGE, input={"id": order["id"], "expectedVersion": 1, "items": [{"custom": TROUSERS}]}
        )
        assert changed["payments"] == [{"amount": changed["total"]}]
        await clerk.run(PROCESS, id=order["id"])
        done = await say(clerk, CONFIRM, order["payments"][0]["id"], "k")
        assert (done["status"], done["order"]["paymentState"], done["amount"]["amount"]) == (
            "APPROVED",
            "PAID",
            "20.00",
        )
        assert (await say(clerk, CONFIRM, order["payments"][0]["id"], "k"))["id"] == done["id"]
        assert (await say(clerk, CONFIRM, order["payments"][0]["id"]))["__typename"] == "InvalidTransition"
        other = await placed(buyer, CASH)
        assert (await say(clerk, CONFIRM, other["payments"][0]["id"], "k"))["__typename"] == "IdempotencyConflict"
        given_back = await say(clerk, REFUND, done["id"])
        assert (given_back["status"], given_back["order"]["paymentState"]) == ("REFUNDED", "REFUNDED")

    async def test_a_transfer_has_a_reference_and_is_awaited(self, buyer: Client, clerk: Client) -> None:
        order = await placed(buyer, TRANSFER)
        assert states(order) == ("AWAITING_PAYMENT", "AWAITING", ["REQUESTED"])
        assert order["payments"][0]["transactionId"] == "Invoice 7"
        done = await say(clerk, CONFIRM, order["payments"][0]["id"])
        assert (done["status"], done["order"]["status"], done["order"]["paymentState"]) == (
            "APPROVED",
            "PENDING",
            "PAID",
        )
        paid = {"id": order["id"], "expectedVersion": 2, "items": [{"custom": TROUSERS}]}
        refused = await buyer.run(CHANGE, input=paid)
        assert (refused["__typename"], "has been paid" in refused["message"]) == ("InvalidTransition", True)

    async def test_what_arrives_for_a_cancelled_order_is_owed_back(self, buyer: Client, clerk: Client) -> None:
        order = await placed(buyer, TRANSFER)
        await buyer.run(CANCEL, id=order["id"])
        id = order["payments"][0]["id"]
        assert (await say(clerk, CONFIRM, id))["status"] == "REFUND_REQUESTED"
        assert (await say(clerk, REFUND, id))["status"] == "REFUNDED"
        assert states(await look(buyer, order["id"])) == ("CANCELLED", "NOT_REQUIRED", ["REFUNDED"])

    async def test_an_order_by_hand_that_does_not_say_how_it_is_paid_goes_on_at_once(self, buyer: Client) -> None:
        order = await placed(buyer)
        assert states(order) == ("PENDING", "NOT_REQUIRED", [])
        refused = await pay(buyer, order["id"], card())
        assert (refused["__typename"], refused["message"]) == ("InvalidTransition", "This order waits for no payment.")

    async def test_what_waits_for_its_payment_is_not_changed(self, buyer: Client, clerk: Client) -> None:
        order = await placed(buyer, card())
        refused = await buyer.run(CHANGE, input={"id": order["id"], "expectedVersion": 1, "note": "x"})
        assert (refused["__typename"], "waits for its payment" in refused["message"]) == ("InvalidTransition", True)
        assert (await clerk.run(PROCESS, id=order["id"]))["__typename"] == "InvalidTransition"

    async def test_every_thing_that_is_wrong_with_a_wish_is_said(self, buyer: Client) -> None:
        order = await placed(buyer, card())
        for method, code in (({"cash": False}, "FALSE"), ({"bankTransfer": ""}, "LENGTH")):
            refused = await pay(buyer, order["id"], method)
            [name] = method
            assert refused["issues"] == [{"path": ["input", "method", name], "code": code}]
            refused = await place(buyer, method, note="n" * 2001)
            assert [issue["path"] for issue in refused["issues"]] == [["input", "note"], ["input", "payment", name]]
        refused = await pay(buyer, order["id"], CASH, "k" * 256)
        assert refused["issues"] == [{"path": ["input", "idempotencyKey"], "code": "LENGTH"}]


class TestWhose:
    async def test_others_do_not_learn_that_there_is_an_order_or_a_payment(
        self,
        unhurried: Stack,
        buyer: Client,
        vendor: Client,
        clerk: Client,
    ) -> None:
        order = await placed(buyer, card())
        id = order["payments"][0]["id"]
        for other in (vendor, clerk):
            found = await pay(other, UNKNOWN, CASH)
            assert (found["__typename"], found["id"]) == ("NotFound", UNKNOWN)
        assert (await pay(vendor, order["id"], CASH))["__typename"] == "NotFound"
        for document in (CONFIRM, REFUND):
            assert (await say(buyer, document, id))["__typename"] == "NotAllowed"
            assert (await say(vendor, document, id))["__typename"] == "NotAllowed"
            assert (await say(clerk, document, UNKNOWN))["__typename"] == "NotFound"
            assert (await say(clerk, document, "garbage"))["__typename"] == "NotFound"
            wrong = await say(clerk, document, id, " ")
            assert wrong["issues"] == [{"path": ["idempotencyKey"], "code": "LENGTH"}]
        assert await vendor.run("query($id: ID!) { order(id: $id) { id } }", id=order["id"]) is None
        types = {"filter": {"types": ["PAYMENT_REQUESTED"]}}
        seen = "query($filter: EventFilter) { events(first: 100, filter: $filter) { edges { node { subjectId } } } }"
        assert (await vendor.run(seen, **types))["edges"] == [], "a seller is told of no payment"
        assert (await buyer.run(seen, **types))["edges"] == [{"node": {"subjectId": id}}]
        assert {"node": {"subjectId": id}} in (await clerk.run(seen, **types))["edges"]

    async def test_staff_pay_for_a_customer(self, buyer: Client, clerk: Client, vendor: Client) -> None:
        order = await placed(buyer, items=[line(await stocked(vendor, 5))])
        assert (await pay(clerk, order["id"], CASH))["order"]["status"] == "PENDING"
        assert states(await look(buyer, order["id"])) == ("PENDING", "NOT_REQUIRED", ["REQUESTED"])


class TestTold:
    async def test_the_log_tells_all_of_it(self, unhurried: Stack, buyer: Client) -> None:
        async with buyer.subscribe(FOLLOW) as following:
            await following.next()
            order = await placed(buyer, card())
            await answer(unhurried, order["payments"][0], Outcome.DECLINED)
            await answer(unhurried, order["payments"][0], Outcome.APPROVED)
            await buyer.run(CANCEL, id=order["id"])
            await answer(unhurried, order["payments"][0], Outcome.REFUNDED)
            messages = await following.until(lambda one: one["event"] and one["event"]["type"] == "PAYMENT_REFUNDED")
        events = [message["event"] for message in messages if message["event"]]
        assert [(event["type"], event["actor"]["kind"]) for event in events] == [
            ("ORDER_CREATED", "USER"),
            ("PAYMENT_REQUESTED", "USER"),
            ("ORDER_UPDATED", "PAYMENT_PROVIDER"),
            ("PAYMENT_DECLINED", "PAYMENT_PROVIDER"),
            ("ORDER_UPDATED", "PAYMENT_PROVIDER"),
            ("PAYMENT_APPROVED", "PAYMENT_PROVIDER"),
            ("ORDER_CANCELLED", "USER"),
            ("PAYMENT_REFUND_REQUESTED", "USER"),
            ("ORDER_UPDATED", "PAYMENT_PROVIDER"),
            ("PAYMENT_REFUNDED", "PAYMENT_PROVIDER"),
        ]
        orders = [event for event in events if "order" in event]
        assert [
            (event["previousStatus"], event["order"]["status"], event["order"]["paymentState"]) for event in orders
        ] == [
            (None, "AWAITING_PAYMENT", "AWAITING"),
            ("AWAITING_PAYMENT", "AWAITING_PAYMENT", "AWAITING"),
            ("AWAITING_PAYMENT", "PENDING", "PAID"),
            ("PENDING", "CANCELLED", "PAID"),
            ("CANCELLED", "CANCELLED", "REFUNDED"),
        ]
        payments = [event for event in events if "payment" in event]
        assert [event["version"] for event in payments] == [1, 2, 3, 4, 5]
        assert [event["payment"]["declineReason"] for event in payments] == [
            None,
            "insufficient_funds",
            None,
            None,
            None,
        ]
        assert {event["payment"]["order"]["id"] for event in payments} == {order["id"]}

    async def test_whoever_follows_an_order_hears_of_its_payments(self, unhurried: Stack, buyer: Client) -> None:
        order = await placed(buyer, card())
        async with buyer.subscribe(UPDATED, id=order["id"]) as following:
            await following.until(lambda one: one["order"])
            await answer(unhurried, order["payments"][0], Outcome.DECLINED)
            [*_, told] = await following.until(lambda one: one["order"] and one["order"]["version"] == 2)
        assert told["order"]["payments"] == [{"status": "DECLINED"}]

    async def test_a_board_of_unpaid_orders_sees_one_leave(self, unhurried: Stack, buyer: Client) -> None:
        board = """subscription($filter: OrderFilter) { ordersUpdated(filter: $filter) { cursor
          order { id paymentState } } }"""
        order = await placed(buyer, card())
        async with buyer.subscribe(board, filter={"paymentState": ["AWAITING"]}) as following:
            await following.next()
            await answer(unhurried, order["payments"][0], Outcome.APPROVED)
            [*_, told] = await following.until(lambda one: one["order"])
        assert told["order"] == {"id": order["id"], "paymentState": "PAID"}

    async def test_many_orders_show_their_payments_with_one_look(self, buyer: Client) -> None:
        for _ in range(3):
            await placed(buyer, card())
        page = await buyer.run("{ orders(first: 3) { edges { node { payments { status order { id } } id } } } }")
        for edge in page["edges"]:
            assert edge["node"]["payments"] == [{"status": "REQUESTED", "order": {"id": edge["node"]["id"]}}]


@pytest.mark.parametrize("method", [CASH, TRANSFER])
async def test_an_order_that_was_paid_by_nobody_is_found_by_its_state(buyer: Client, method: dict[str, Any]) -> None:
    order = await placed(buyer, method)
    query = "query($filter: OrderFilter) { orders(filter: $filter) { edges { node { id } } } }"
    found = await buyer.run(query, filter={"paymentState": [order["paymentState"]], "status": [order["status"]]})
    assert found["edges"] == [{"node": {"id": order["id"]}}]
    assert (await buyer.run(query, filter={"paymentState": ["PAID"]}))["edges"] == []
