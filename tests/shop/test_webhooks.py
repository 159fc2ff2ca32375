"""Webhooks: another company's receiver is told what its owner may see, signed, until it has understood."""

import asyncio
import re
import socket
from uuid import UUID

import pytest
from standardwebhooks import WebhookVerificationError

from tests.support.client import READ, Client
from tests.support.processes import Stack
from tests.support.receiver import Receiver, fails, fails_first, holds, redirects
from tests.support.webhooks import (
    DELETE,
    FOUND,
    LIST,
    ONE,
    ORDER_TYPES,
    PING,
    REDELIVER,
    UNKNOWN,
    deliveries,
    head,
    listening,
    settled,
    told,
)

CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename } }"


async def test_a_receiver_is_told_what_its_owner_may_see_and_asked_for(
    customer: Client, seller: Client, operator: Client, receiver: Receiver
) -> None:
    _, secret = await listening(seller, receiver.url("/sellers"))
    await listening(seller, receiver.url("/ready"), ["ORDER_READY"])
    operators, _ = await listening(operator, receiver.url("/operators"))
    orders = [await client.order() for client in (customer, seller, customer)]
    await receiver.has(6, "/operators")
    await receiver.has(2, "/sellers")
    await receiver.has(1, "/ready")
    await operator.run(DELETE, id=operators)
    everything = sorted((type, order["id"]) for type in ("order.created", "order.ready") for order in orders)
    assert told(receiver.at("/operators")) == everything
    mine = orders[1]["id"]
    assert told(receiver.at("/sellers")) == [("order.created", mine), ("order.ready", mine)]
    assert told(receiver.at("/ready")) == [("order.ready", mine)]
    for received in receiver.at("/sellers"):
        received.verified(secret)
        assert received.headers["content-type"] == "application/json"
        assert received.headers["x-swapshop-event"] == received.event
    with pytest.raises(WebhookVerificationError):
        receiver.at("/operators")[0].verified(secret)


async def test_a_body_has_the_order_as_it_was_at_the_event(seller: Client, receiver: Receiver) -> None:
    endpoint, secret = await listening(seller, receiver.url())
    order = await seller.order(note="niño 💡")
    done = await seller.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
    by_type = {one.event: one for one in await receiver.has(2)}
    created, ready = (by_type[type].verified(secret) for type in ("order.created", "order.ready"))
    assert (created["timestamp"], ready["timestamp"]) == (order["createdAt"], done["processedAt"])
    for body, was in ((created, order), (ready, done)):
        sent = body["data"]["order"]
        same = set(sent) - {"customerId", "items"}
        assert {name: sent[name] for name in same} == {name: was[name] for name in same}
        assert sent["customerId"] == seller.user["id"]
        assert [item["subtotal"]["amount"] for item in sent["items"]] == ["10.00", "20.00"]
    ids = {delivery["event"]["id"]: delivery for delivery in await settled(seller, endpoint, "SUCCEEDED", 2)}
    assert {one.id for one in by_type.values()} == set(ids)
    for one in by_type.values():
        assert ids[one.id]["body"].encode() == one.body
        assert [attempt["status"] for attempt in ids[one.id]["attempts"]] == [200]


async def test_a_receiver_that_fails_is_sent_the_same_again_until_it_accepts(
    seller: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/"] = fails_first(2)
    endpoint, secret = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    order = await seller.order()
    attempts = await receiver.has(3)
    assert len({one.id for one in attempts}) == 1
    assert len({one.body for one in attempts}) == 1
    for one in attempts:
        assert one.verified(secret)["data"]["order"]["id"] == order["id"]
    (delivery,) = await settled(seller, endpoint, "SUCCEEDED")
    assert delivery["body"].encode() == attempts[0].body
    assert delivery["event"] == {"id": attempts[0].id, "type": "ORDER_CREATED", "subjectId": order["id"]}
    assert [(one["number"], one["status"], one["error"]) for one in delivery["attempts"]] == [
        (1, 500, None),
        (2, 500, None),
        (3, 200, None),
    ]
    assert [one["responseBody"] for one in delivery["attempts"]] == ["not today", "not today", "thank you"]
    times = [one["at"] for one in delivery["attempts"]]
    assert times == sorted(times)
    assert delivery["settledAt"] >= times[-1]
    assert delivery["nextAttemptAt"] is None


async def test_a_delivery_that_never_succeeds_fails_at_last_and_can_be_sent_once_more(
    seller: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/"] = fails
    endpoint, secret = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    await seller.order()
    (failed,) = await settled(seller, endpoint, "FAILED")
    assert [(one["number"], one["status"]) for one in failed["attempts"]] == [(n, 500) for n in range(1, 10)]
    assert failed["nextAttemptAt"] is None
    assert len(receiver.at()) == 9

    del receiver.behaviours["/"]
    again = await seller.run(REDELIVER, id=failed["id"])
    assert (again["__typename"], again["id"]) == ("WebhookDelivery", failed["id"])
    (delivery,) = await settled(seller, endpoint, "SUCCEEDED")
    assert (delivery["id"], delivery["body"]) == (failed["id"], failed["body"])
    assert [one["status"] for one in delivery["attempts"]] == [500] * 9 + [200]
    received = receiver.at()
    assert len({(one.id, one.body) for one in received}) == 1
    received[-1].verified(secret)


async def test_what_was_delivered_can_be_delivered_again(seller: Client, receiver: Receiver) -> None:
    endpoint, _ = await listening(seller, receiver.url(), ["ORDER_READY"])
    await seller.order()
    (delivery,) = await settled(seller, endpoint, "SUCCEEDED")
    await seller.run(REDELIVER, id=delivery["id"])
    first, second = await receiver.has(2)
    assert (first.id, first.body) == (second.id, second.body)
    (again,) = await settled(seller, endpoint, "SUCCEEDED")
    assert again["id"] == delivery["id"]


async def test_a_receiver_that_is_not_there_is_an_error_without_a_status(seller: Client) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}/"
        endpoint, _ = await listening(seller, url, ["ORDER_CREATED"])
        await seller.order()
        (delivery, *_) = await settled(seller, endpoint, "RETRYING")
        assert (delivery["attempts"][0]["status"], delivery["settledAt"]) == (None, None)
        assert "refused" in delivery["attempts"][0]["error"].lower()
        await seller.run(DELETE, id=endpoint)


async def test_a_redirect_is_not_followed(seller: Client, receiver: Receiver) -> None:
    receiver.behaviours["/"] = redirects(receiver.url("/elsewhere"))
    endpoint, _ = await listening(seller, receiver.url(), ["ORDER_CREATED"])
    await seller.order()
    await receiver.has(2)
    (delivery, *_) = await settled(seller, endpoint, "RETRYING")
    assert delivery["attempts"][0]["status"] == 307
    assert receiver.at("/elsewhere") == []
    await seller.run(DELETE, id=endpoint)


async def test_a_slow_receiver_delays_nobody_else(seller: Client, receiver: Receiver) -> None:
    released = asyncio.Event()
    receiver.behaviours["/slow"] = holds(released)
    slow, _ = await listening(seller, receiver.url("/slow"))
    await listening(seller, receiver.url("/quick"))
    await asyncio.gather(*(seller.order() for _ in range(15)))
    await receiver.has(30, "/quick", seconds=10)
    assert len(receiver.at("/slow")) == 8
    released.set()
    await receiver.has(30, "/slow")
    await settled(seller, slow, "SUCCEEDED", 20)
    assert len({one.id for one in receiver.at("/slow")}) == 30


async def test_a_ping_goes_to_one_endpoint_only(seller: Client, operator: Client, receiver: Receiver) -> None:
    everything = [*ORDER_TYPES, "WEBHOOK_PING"]
    one, secret = await listening(seller, receiver.url("/one"), ["ORDER_READY"])
    await listening(seller, receiver.url("/other"), everything)
    operators, _ = await listening(operator, receiver.url("/operators"), everything)
    ping = await seller.run(PING, id=one)
    assert (ping["status"], ping["event"]["type"]) == ("PENDING", "WEBHOOK_PING")
    (received,) = await receiver.has(1, "/one")
    body = received.verified(secret)
    assert (received.id, body["type"], body["data"]["endpoint"]["id"]) == (ping["event"]["id"], "webhook.ping", one)
    await seller.order()  # what comes after the ping has come, so the ping would have
    for path in ("/other", "/operators"):
        assert "webhook.ping" not in [event.event for event in await receiver.has(2, path)]
    await operator.run(DELETE, id=operators)


async def test_a_deleted_endpoint_is_sent_nothing_more(seller: Client, receiver: Receiver) -> None:
    receiver.behaviours["/gone"] = fails
    gone, _ = await listening(seller, receiver.url("/gone"))
    await listening(seller, receiver.url("/stays"))
    await seller.order()
    (delivery, *_) = await settled(seller, gone, "RETRYING")
    assert await seller.run(DELETE, id=gone) == {"__typename": "WebhookDeleted", "id": gone}
    tried = len(receiver.at("/gone"))
    await seller.order()
    await receiver.has(4, "/stays")
    assert len(receiver.at("/gone")) - tried <= 2  # what was on its way
    tried = len(receiver.at("/gone"))
    await seller.order()
    await receiver.has(6, "/stays")
    assert len(receiver.at("/gone")) == tried
    assert await seller.run(FOUND, id=gone) is None
    assert await seller.run(ONE, id=delivery["id"]) is None
    assert (await seller.run(DELETE, id=gone))["__typename"] == "NotFound"
    assert gone not in [edge["node"]["id"] for edge in (await seller.run(LIST))["edges"]]


async def test_anothers_endpoint_and_deliveries_answer_as_ones_that_are_not_there(
    seller: Client, operator: Client, customer: Client, staff: Client, receiver: Receiver
) -> None:
    endpoint, _ = await listening(seller, receiver.url())
    await seller.order()
    delivery = (await settled(seller, endpoint, "SUCCEEDED", 2))[0]["id"]
    for client in (operator, customer):
        assert (await client.run(LIST))["edges"] == []
        for theirs in (endpoint, UNKNOWN, "garbage"):
            assert await client.run(FOUND, id=theirs) is None
            for document in (PING, DELETE):
                assert (await client.run(document, id=theirs))["__typename"] == "NotFound"
        for theirs in (delivery, UNKNOWN, "garbage"):
            assert await client.run(ONE, id=theirs) is None
            assert (await client.run(REDELIVER, id=theirs))["__typename"] == "NotFound"
    assert (await staff.run(FOUND, id=endpoint))["id"] == endpoint
    assert (await staff.run(ONE, id=delivery))["endpoint"]["id"] == endpoint
    assert endpoint in [edge["node"]["id"] for edge in (await staff.run(LIST))["edges"]]
    assert len(receiver.at()) == 2


async def test_an_endpoint_hears_of_what_happens_from_now_on(seller: Client, receiver: Receiver) -> None:
    before = await seller.order()
    await seller.until(lambda found: found["status"] == "PROCESSED", READ, id=before["id"])
    await listening(seller, receiver.url())
    after = await seller.order()
    assert told(list(await receiver.has(2))) == [("order.created", after["id"]), ("order.ready", after["id"])]


async def test_a_cancellation_is_delivered(
    customer: Client, seller: Client, operator: Client, receiver: Receiver
) -> None:
    _, secret = await listening(seller, receiver.url(), ["ORDER_CANCELLED"])
    for client in (customer, seller):
        order = await client.order()
        assert (await operator.run(CANCEL, id=order["id"]))["__typename"] == "Order"
    (received,) = await receiver.has(1)
    body = received.verified(secret)
    assert (body["type"], body["data"]["order"]["id"]) == ("order.cancelled", order["id"])
    assert body["data"]["order"]["status"] == "CANCELLED"


async def test_a_delivery_says_what_it_is_and_joins_the_request_that_caused_it(
    stack: Stack, seller: Client, receiver: Receiver
) -> None:
    receiver.behaviours["/"] = fails_first(1)
    await listening(seller, receiver.url(), ["ORDER_CREATED"])
    start = await head(stack)
    await seller.order()
    first, second = await receiver.has(2)
    query = "query($after: Cursor) { events(after: $after) { edges { node { id correlationId } } } }"
    [event] = [edge["node"] for edge in (await seller.run(query, after=start))["edges"]][:1]
    trace = UUID(event["correlationId"]).hex
    assert (first.id, first.headers["x-swapshop-event"]) == (event["id"], "order.created")
    for one in (first, second):
        assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", one.headers["traceparent"])
    assert first.headers["traceparent"] != second.headers["traceparent"], "each attempt is a span"


async def test_staff_see_what_was_sent_about_an_order_to_whomever(
    seller: Client, operator: Client, staff: Client, receiver: Receiver
) -> None:
    theirs, _ = await listening(seller, receiver.url("/sellers"), ["ORDER_READY"])
    ours, _ = await listening(staff, receiver.url("/admins"), ["ORDER_CREATED", "ORDER_READY"])
    order = await seller.order()
    await settled(seller, theirs, "SUCCEEDED")
    await settled(staff, ours, "SUCCEEDED", 2)
    sent = """query($id: ID!, $first: Int, $after: String) { order(id: $id) { deliveries(first: $first, after: $after) {
      edges { node { endpoint { id name } status body event { type subjectId } attempts { status } } }
      pageInfo { hasNextPage endCursor } } } }"""
    found = deliveries(await operator.run(sent, id=order["id"], first=100))
    told = {(one["endpoint"]["id"], one["event"]["type"]) for one in found}
    assert told >= {(theirs, "ORDER_READY"), (ours, "ORDER_CREATED"), (ours, "ORDER_READY")}
    assert {one["event"]["subjectId"] for one in found} == {order["id"]}
    assert all(order["number"] in one["body"] for one in found if one["endpoint"]["id"] in (theirs, ours))
    assert len(told) == len(found), "each once"
    page = (await operator.run(sent, id=order["id"], first=2))["deliveries"]
    then = (await operator.run(sent, id=order["id"], first=1, after=page["pageInfo"]["endCursor"]))["deliveries"]
    ids = [
        (edge["node"]["endpoint"]["id"], edge["node"]["event"]["type"])
        for part in (page, then)
        for edge in part["edges"]
    ]
    assert ids == [(one["endpoint"]["id"], one["event"]["type"]) for one in found[:3]]
    assert page["pageInfo"]["hasNextPage"]


async def test_what_was_sent_about_the_payments_of_an_order_is_there_too(staff: Client, receiver: Receiver) -> None:
    hook, _ = await listening(staff, receiver.url(), ["ORDER_CREATED", "PAYMENT_REQUESTED"])
    order = await staff.order(payment={"cash": True})
    await settled(staff, hook, "SUCCEEDED", 2)
    sent = """query($id: ID!) { order(id: $id) { payments { id } deliveries(first: 100) {
      edges { node { endpoint { id } event { type subjectId } } } } } }"""
    found = await staff.run(sent, id=order["id"])
    told = {
        (one["event"]["type"], one["event"]["subjectId"]) for one in deliveries(found) if one["endpoint"]["id"] == hook
    }
    assert told == {("ORDER_CREATED", order["id"]), ("PAYMENT_REQUESTED", found["payments"][0]["id"])}
