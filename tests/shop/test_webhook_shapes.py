"""Shapes: what a document makes of a webhook's body, and that it is what a subscriber with the document is told."""

from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from sqlalchemy import update

from domain.users import Role
from persistence.tables import webhook_endpoints
from tests.support.client import READ, Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import Receiver, fails_first
from tests.support.webhooks import FOUND, PING, REDELIVER, REPLAY, listening, settled, updated

PREVIEW = "query($document: String!, $type: EventType!) { webhookPreview(document: $document, type: $type) }"
ORDERS = """subscription { ordersUpdated { cursor order { id number status version total { amount currency } note
  items { product subtotal { amount } } createdAt updatedAt processedAt }
  event { id type what: __typename } } }"""
EVENTS = """subscription Told { told: events(filter: {types: [ORDER_CREATED, ORDER_READY]}) { cursor event {
  ...all ... on OrderEvent { previousStatus order { number status } } } } }
  fragment all on Event { id type subjectId version occurredAt correlationId actor { kind } }"""
READY = "subscription { ordersUpdated(filter: {status: [PROCESSED]}) { event { id type } order { status } } }"
ORDER_TYPES = ["ORDER_CREATED", "ORDER_READY"]
TYPES = [
    "USER_REGISTERED",
    "ORDER_CREATED",
    "ORDER_UPDATED",
    "ORDER_READY",
    "ORDER_COMPLETED",
    "ORDER_CANCELLED",
    "PAYMENT_REQUESTED",
    "PAYMENT_APPROVED",
    "PAYMENT_DECLINED",
    "PAYMENT_FAILED",
    "PAYMENT_REFUND_REQUESTED",
    "PAYMENT_REFUNDED",
    "PRODUCT_CREATED",
    "PRODUCT_UPDATED",
    "STOCK_CHANGED",
    "WEBHOOK_PING",
    "WEBHOOK_DISABLED",
    "WEBHOOK_EXHAUSTED",
]
DEFAULT = """subscription { events { event { type
  ... on OrderEvent { order { id number status paymentState items { product size color quantity
    unitPrice { amount currency } subtotal { amount currency } } total { amount currency } note createdAt updatedAt
    processedAt cancelReason version } }
  ... on PaymentEvent { payment { id method status amount { amount currency } declineReason card { brand last4 } } }
  ... on ProductEvent { product { sku available stock { region onHand } } }
  ... on UserEvent { user { id name email roles createdAt } }
  ... on WebhookEvent { endpoint { id name status disabledReason version } } } } }"""


@pytest.mark.parametrize("document", [ORDERS, EVENTS, READY], ids=["orders", "events", "ready"])
async def test_a_body_has_what_a_subscriber_with_the_same_document_is_told(
    seller: Client, receiver: Receiver, document: str
) -> None:
    _, secret = await listening(seller, receiver.url(), ORDER_TYPES, document=document)
    async with seller.subscribe(document) as following:
        await following.next()  # where it begins, and nothing of an event
        for _ in range(2):
            order = await seller.order(note="niño 💡")
            await seller.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
        count = 2 if document == READY else 4
        told = [await following.next() for _ in range(count)]
    received = await receiver.has(count)
    bodies = {one.id: one.verified(secret) for one in received}
    [name] = {name for body in bodies.values() for name in body["data"]}
    assert {id: body["data"][name] for id, body in bodies.items()} == {one["event"]["id"]: one for one in told}
    assert all(set(body) == {"type", "timestamp", "data"} for body in bodies.values())
    by_type = {"order.created": "ORDER_CREATED", "order.ready": "ORDER_READY"}
    assert all(by_type[body["type"]] == body["data"][name]["event"]["type"] for body in bodies.values())


async def test_a_body_stays_what_it_was_whatever_becomes_of_order_and_document(
    seller: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/"] = fails_first(4)
    id, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"], document=ORDERS)
    order = await seller.order()
    await receiver.has(1)
    await updated(seller, id, document=READY)
    await seller.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
    [delivery] = await settled(seller, id, "SUCCEEDED")
    await seller.run(REDELIVER, id=delivery["id"])
    received = await receiver.has(6)
    assert len({(one.id, one.body) for one in received}) == 1
    assert received[0].json["data"]["ordersUpdated"]["order"]["status"] == "PENDING"


async def test_a_ping_has_the_default_body_whatever_the_document(seller: Client, receiver: Receiver) -> None:
    id, secret = await listening(seller, receiver.url(), ["ORDER_CREATED"], document=ORDERS)
    await seller.run(PING, id=id)
    (received,) = await receiver.has(1)
    assert received.verified(secret)["data"]["endpoint"]["id"] == id


class TestPreview:
    @pytest.mark.parametrize("type", TYPES)
    async def test_there_is_one_of_each_type_of_event(self, customer: Client, type: str) -> None:
        shown = await customer.run(PREVIEW, document=DEFAULT, type=type)
        assert shown["type"] == type.lower().replace("_", ".", 1)
        event = shown["data"]["events"]["event"]
        assert event["type"] == type
        kinds = {
            "ORDER": "order",
            "PAYMENT": "payment",
            "PRODUCT": "product",
            "STOCK": "product",
            "USER": "user",
            "WEBHOOK": "endpoint",
        }
        about = kinds[type.partition("_")[0]]
        assert set(event) == {"type", about}
        if about == "order":
            assert (event["order"]["number"], event["order"]["total"]["amount"]) == ("SW-000123", "50.00")
        if about == "payment":
            assert event["payment"]["amount"] == {"amount": "50.00", "currency": "EUR"}
        if about == "user":
            assert event["user"]["id"] == customer.user["id"]
        if about == "product":
            assert event["product"]["sku"] == "CAM-017"
        if about == "endpoint":
            assert event["endpoint"]["name"] == "Warehouse"
        assert await customer.run(PREVIEW, document=DEFAULT, type=type) == shown

    async def test_the_matrix_of_types_is_whole(self, customer: Client) -> None:
        values = await customer.run('{ __type(name: "EventType") { enumValues { name } } }')
        assert [value["name"] for value in values["enumValues"]] == TYPES

    @pytest.mark.parametrize(
        ("document", "said"),
        [
            ("{ me { id } }", "It must be a subscription"),
            ("subscription { notificationReceived { cursor } }", "It must begin with one of events, ordersUpdated."),
            ("subscription { events { colour } }", "Cannot query field 'colour' on type 'EventMessage'."),
            ("subscription { events", "Syntax Error"),
            (READY.replace("PROCESSED", "COMPLETED"), "This document tells nothing of the sample of ORDER_READY"),
        ],
    )
    async def test_what_cannot_be_is_said(self, seller: Client, document: str, said: str) -> None:
        answer = await seller.post(PREVIEW, document=document, type="ORDER_READY")
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert said in error["message"]

    async def test_nobody_is_shown_nothing(self, nobody: Client) -> None:
        assert await nobody.code(PREVIEW, document=DEFAULT, type="ORDER_READY") == "UNAUTHENTICATED"


async def test_a_document_that_a_release_cannot_serve_disables_its_endpoint_when_a_worker_starts(
    own_stack: Stack, receiver: Receiver
) -> None:
    async with AsyncExitStack() as clients:
        owner = await clients.enter_async_context(await signed_in(own_stack, Role.SELLER))
        id, _ = await listening(owner, receiver.url(), ["ORDER_CREATED"], document=ORDERS)
        fine, _ = await listening(owner, receiver.url("/fine"), ["ORDER_CREATED"], document=READY)
        own_stack.stop()
        async with own_stack.looking() as database, database.writer.begin() as connection:
            changed = update(webhook_endpoints).where(webhook_endpoints.c.id == UUID(id))
            await connection.execute(changed.values(document="subscription { ordersUpdated { order { colour } } }"))
        for process in own_stack.processes:
            process.again()
        again = owner.at(own_stack.url)
        found = await again.until(lambda endpoint: endpoint["status"] == "DISABLED", FOUND, id=id)
        assert found["disabledReason"].startswith(
            "This document cannot shape webhooks: Cannot query field 'colour' on type 'Order'."
        )
        assert (await again.run(FOUND, id=fine))["status"] == "ENABLED"
        inbox = await again.run("{ notifications { edges { node { title body } } } }")
        assert inbox["edges"][0]["node"] == {"title": "Webhook Depot was disabled", "body": found["disabledReason"]}
        refused = await again.run(REPLAY, input={"endpointId": id, "onlyFailed": False})
        [issue] = refused["issues"]
        assert (issue["path"], issue["code"]) == (["input", "endpointId"], "DOCUMENT")
        assert issue["message"] == f"{found['disabledReason']} Change it first."
        await updated(again, id, document=ORDERS, status="ENABLED")
        await again.order()
        await receiver.has(1)
