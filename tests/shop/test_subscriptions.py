"""Subscriptions: whoever follows the shop is told everything that is theirs to know, once, in order."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.support.client import READ, Client, Subscription
from tests.support.processes import Stack

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
EVENTS = """subscription($after: Cursor, $filter: EventFilter) { events(after: $after, filter: $filter) {
  cursor event { id type subjectId version cursor occurredAt correlationId actor { kind user { id } }
    ... on OrderEvent { previousStatus order { id status version cancelReason note } } } } }"""
ORDER_UPDATED = """subscription($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
  cursor order { id status version updatedAt cancelReason } event { id type version } } }"""
ORDERS_UPDATED = """subscription($after: Cursor, $filter: OrderFilter) { ordersUpdated(after: $after, filter: $filter) {
  cursor order { id status version } event { id type } } }"""
NOTIFICATION_RECEIVED = """subscription($after: Cursor) { notificationReceived(after: $after) {
  cursor unreadCount notification { id title body readAt event { type subjectId } } } }"""
PULL = """query($after: Cursor) { events(after: $after, first: 100) {
  edges { node { id type subjectId } } pageInfo { hasNextPage endCursor } } }"""
CANCEL = """mutation($id: ID!, $reason: String) { cancelOrder(id: $id, reason: $reason) { __typename } }"""
# An event of another log at a position that this one has, and the like; then positions that are far ahead.
FOREIGN = ["AAAAAAAAAAEAAAAA", "AAAAAAAAAAAAAAAB", "AAAAAH____8AAAAA", "________________"]
ALL = {
    "events": EVENTS,
    "orderUpdated": ORDER_UPDATED,
    "ordersUpdated": ORDERS_UPDATED,
    "notificationReceived": NOTIFICATION_RECEIVED,
}


async def cancel(client: Client, order: dict[str, Any], reason: str | None = None) -> None:
    assert (await client.run(CANCEL, id=order["id"], reason=reason))["__typename"] == "Order"


async def begun(following: Subscription) -> str:
    """The cursor of the first message, which has nothing else."""
    first = await following.next()
    assert first["cursor"]
    assert not any(first.get(name) for name in ("event", "order", "notification"))
    return str(first["cursor"])


async def told(following: Subscription, count: int) -> list[dict[str, Any]]:
    return [await following.next() for _ in range(count)]


def as_told(message: dict[str, Any]) -> tuple[str, str]:
    return message["order"]["id"], message["order"]["status"]


@pytest.mark.parametrize("offered", [["graphql-ws"], None, ["soap"]], ids=["graphql-ws", "none", "soap"])
async def test_a_socket_that_speaks_another_protocol_is_closed(stack: Stack, offered: list[Subprotocol] | None) -> None:
    url = f"{stack.url.replace('http', 'ws')}/graphql"
    async with connect(url, subprotocols=offered, proxy=None) as connection:
        assert connection.subprotocol is None
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(connection.recv(), 10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4406


async def test_of_several_protocols_the_one_that_is_spoken_is_chosen(stack: Stack) -> None:
    offered = [Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]
    async with connect(f"{stack.url.replace('http', 'ws')}/graphql", subprotocols=offered, proxy=None) as connection:
        assert connection.subprotocol == "graphql-transport-ws"


async def test_nothing_is_answered_before_the_connection_is_begun(stack: Stack) -> None:
    offered = [Subprotocol("graphql-transport-ws")]
    async with connect(f"{stack.url.replace('http', 'ws')}/graphql", subprotocols=offered, proxy=None) as connection:
        await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{ me { id } }"}}))
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(connection.recv(), 10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


async def test_a_ping_is_answered(customer: Client) -> None:
    async with customer.socket() as socket:
        await socket.send({"type": "ping"})
        assert (await socket.receive())["type"] == "pong"


@pytest.mark.parametrize("name", ALL)
async def test_the_first_message_is_a_cursor_and_nothing_else(customer: Client, name: str) -> None:
    order = await customer.order()
    async with customer.subscribe(ALL[name], **({"id": order["id"]} if name == "orderUpdated" else {})) as following:
        await begun(following)


@pytest.mark.parametrize("name", ALL)
async def test_nobody_can_follow_without_signing_in(nobody: Client, name: str) -> None:
    variables = {"id": UNKNOWN} if name == "orderUpdated" else {}
    async with nobody.subscribe(ALL[name], **variables) as following:
        assert await following.error() == "UNAUTHENTICATED"


@pytest.mark.parametrize("id", ["a stranger's", UNKNOWN, "garbage", ""])
async def test_an_order_that_is_not_ones_own_cannot_be_followed(customer: Client, stranger: Client, id: str) -> None:
    wanted = (await stranger.order())["id"] if id == "a stranger's" else id
    async with customer.subscribe(ORDER_UPDATED, id=wanted) as following:
        assert await following.error() == "NOT_FOUND"


@pytest.mark.parametrize("name", ALL)
async def test_a_cursor_that_is_not_of_this_log_is_refused(customer: Client, name: str) -> None:
    variables = {"id": (await customer.order())["id"]} if name == "orderUpdated" else {}
    async with customer.socket() as socket:
        for cursor in ("garbage", "", "AAAA", *FOREIGN, "٣" * 16, 7):
            following = await socket.subscribe(ALL[name], after=cursor, **variables)
            assert await following.error() == "CURSOR_INVALID", cursor


async def test_an_order_is_followed_from_how_it_is_now(buyer: Client) -> None:
    order = await buyer.order()
    async with buyer.subscribe(ORDER_UPDATED, id=order["id"]) as following:
        await begun(following)
        now = await following.next()
        assert (now["order"]["status"], now["order"]["version"], now["event"]) == ("PENDING", 1, None)
        await cancel(buyer, order, "moved house")
        changed = await following.next()
    assert changed["order"] | {"updatedAt": 0} == {
        "id": order["id"],
        "status": "CANCELLED",
        "version": 2,
        "updatedAt": 0,
        "cancelReason": "moved house",
    }
    assert changed["event"]["type"] == "ORDER_CANCELLED"
    assert changed["order"]["updatedAt"] > order["createdAt"]


async def test_following_one_order_tells_nothing_of_others(buyer: Client) -> None:
    one, other = await buyer.order(), await buyer.order()
    async with buyer.subscribe(ORDER_UPDATED, id=one["id"]) as following:
        await told(following, 2)
        await cancel(buyer, other)
        await cancel(buyer, one)
        assert (await following.next())["order"]["id"] == one["id"]


async def test_staff_follow_a_customers_order(stack: Stack, customer: Client, operator: Client) -> None:
    order = await customer.order()
    there = operator.at(stack.apis[-1].url)
    async with there.subscribe(ORDER_UPDATED, id=order["id"]) as following:
        seen = await following.until(lambda message: message["order"] and message["order"]["status"] == "PROCESSED")
    versions = [message["order"]["version"] for message in seen if message["order"]]
    assert versions in ([1, 2], [2])


async def test_each_version_of_an_order_is_told_once(stack: Stack, customer: Client, operator: Client) -> None:
    """Whenever a client joins, in the middle of whatever happens, no version comes twice and the last one comes."""
    for _ in range(5):
        async with customer.at(stack.apis[-1].url).socket() as socket:
            order = await customer.order()
            joining = [await socket.subscribe(ORDER_UPDATED, id=order["id"]) for _ in range(20)]
            await customer.until(lambda found: found["version"] == 2, READ, id=order["id"])
            await cancel(operator, order)
            for following in joining:
                seen = await following.until(lambda message: message["order"] and message["order"]["version"] == 3)
                versions = [message["order"]["version"] for message in seen if message["order"]]
                assert versions == sorted(set(versions))
                await following.stop()


async def test_a_filter_matches_what_an_order_was_and_what_it_is(buyer: Client) -> None:
    async with buyer.socket() as socket:
        pending = await socket.subscribe(ORDERS_UPDATED, filter={"status": ["PENDING"]})
        cancelled = await socket.subscribe(ORDERS_UPDATED, filter={"status": ["CANCELLED"]})
        either = await socket.subscribe(ORDERS_UPDATED, filter={"status": ["PENDING", "CANCELLED"]})
        neither = await socket.subscribe(ORDERS_UPDATED, filter={"status": ["COMPLETED"]})
        everything = await socket.subscribe(ORDERS_UPDATED)
        following = (pending, cancelled, either, neither, everything)
        for one in following:
            await begun(one)
        order = await buyer.order()
        await cancel(buyer, order)
        seen = {
            one.id: [message["order"]["status"] for message in await told(one, count)]
            for one, count in ((pending, 2), (cancelled, 1), (either, 2), (everything, 2))
        }
        marker = await socket.run("{ me { id } }")  # what was sent before its answer has come
        assert marker["id"] == buyer.user["id"]
        assert not socket.unread(neither.id)
        assert not socket.unread(cancelled.id)
    assert seen == {
        pending.id: ["PENDING", "CANCELLED"],
        cancelled.id: ["CANCELLED"],
        either.id: ["PENDING", "CANCELLED"],
        everything.id: ["PENDING", "CANCELLED"],
    }


async def test_customers_follow_their_own_orders_and_staff_all(
    customer: Client, stranger: Client, operator: Client
) -> None:
    async with (
        customer.subscribe(ORDERS_UPDATED) as mine,
        operator.subscribe(ORDERS_UPDATED, filter={"status": ["PENDING"]}) as everybodys,
    ):
        await begun(mine)
        await begun(everybodys)
        orders = [await client.order() for client in (stranger, customer, stranger)]
        assert [message["order"]["id"] for message in await told(mine, 2)] == [orders[1]["id"]] * 2
        wanted = {order["id"] for order in orders}
        seen: Counter[str] = Counter()
        while seen.total() < 6:
            seen[(await everybodys.next())["order"]["id"]] += 1
    assert seen == Counter(dict.fromkeys(wanted, 2))


async def test_customers_follow_their_own_events_and_staff_all(
    customer: Client, stranger: Client, seller: Client, operator: Client, staff: Client
) -> None:
    only = {"types": ["ORDER_CREATED"]}
    async with (
        customer.subscribe(EVENTS, filter=only) as mine,
        seller.subscribe(EVENTS, filter=only) as sellers,
        operator.subscribe(EVENTS, filter=only) as operators,
        staff.subscribe(EVENTS, filter=only) as admins,
    ):
        for one in (mine, sellers, operators, admins):
            await begun(one)
        ids = [(await client.order())["id"] for client in (stranger, customer, stranger, seller)]
        assert (await mine.next())["event"]["subjectId"] == ids[1]
        assert (await sellers.next())["event"]["subjectId"] == ids[3]
        for one in (operators, admins):
            assert [message["event"]["subjectId"] for message in await told(one, 4)] == ids


async def test_an_event_says_what_happened_to_whom_by_whom_and_why(customer: Client) -> None:
    async with customer.subscribe(EVENTS) as following:
        await begun(following)
        order = await customer.order(note="for Ana")
        created, ready = (message["event"] for message in await told(following, 2))
    assert (created["type"], created["subjectId"], created["version"]) == ("ORDER_CREATED", order["id"], 1)
    assert created["actor"] == {"kind": "USER", "user": {"id": customer.user["id"]}}
    assert (created["previousStatus"], created["order"]["status"]) == (None, "PENDING")
    assert created["order"]["note"] == "for Ana"
    assert (ready["type"], ready["subjectId"], ready["version"]) == ("ORDER_READY", order["id"], 2)
    assert ready["actor"] == {"kind": "POLLER", "user": None}
    assert (ready["previousStatus"], ready["order"]["status"]) == ("PENDING", "PROCESSED")
    assert created["occurredAt"] == order["createdAt"] < ready["occurredAt"]
    assert len({one[name] for one in (created, ready) for name in ("id", "correlationId", "cursor")}) == 6


async def test_events_are_filtered_by_type_subject_and_status(buyer: Client) -> None:
    one, other = await buyer.order(), await buyer.order()
    async with buyer.socket() as socket:
        by_type = await socket.subscribe(EVENTS, filter={"types": ["ORDER_CANCELLED"]})
        by_subject = await socket.subscribe(EVENTS, filter={"subjectIds": [other["id"]]})
        was_pending = await socket.subscribe(EVENTS, filter={"orderStatus": ["PENDING"], "subjectIds": [one["id"]]})
        impossible = await socket.subscribe(EVENTS, filter={"types": ["USER_REGISTERED"], "orderStatus": ["PENDING"]})
        for following in (by_type, by_subject, was_pending, impossible):
            await begun(following)
        third = await buyer.order()
        for order in (one, other):
            await cancel(buyer, order)
        assert [message["event"]["subjectId"] for message in await told(by_type, 2)] == [one["id"], other["id"]]
        assert (await by_subject.next())["event"]["type"] == "ORDER_CANCELLED"
        assert (await was_pending.next())["event"]["type"] == "ORDER_CANCELLED"
        await socket.run("{ me { id } }")
        assert not any(socket.unread(one.id) for one in (by_type, by_subject, was_pending, impossible))
    assert third["status"] == "PENDING"


async def test_a_customer_is_notified_with_how_many_are_unread(customer: Client) -> None:
    async with customer.subscribe(NOTIFICATION_RECEIVED) as following:
        first = await following.next()
        assert (first["notification"], first["unreadCount"]) == (None, 0)
        orders = [await customer.order() for _ in range(2)]
        one, two = await told(following, 2)
    assert one["notification"]["event"] == {"type": "ORDER_READY", "subjectId": orders[0]["id"]}
    assert orders[0]["number"] in one["notification"]["title"]
    assert "30.00 EUR" in one["notification"]["body"]
    assert one["notification"]["readAt"] is None
    assert two["notification"]["event"]["subjectId"] == orders[1]["id"]
    assert one["unreadCount"] in (1, 2)
    assert two["unreadCount"] == 2
    async with customer.subscribe(NOTIFICATION_RECEIVED, after=first["cursor"]) as again:
        assert (await again.next())["unreadCount"] == 2
        assert [message["notification"]["id"] for message in await told(again, 2)] == [
            one["notification"]["id"],
            two["notification"]["id"],
        ]


async def test_staff_are_not_notified_of_what_concerns_others(customer: Client, operator: Client) -> None:
    async with operator.subscribe(NOTIFICATION_RECEIVED) as following:
        await begun(following)
        await customer.order()
        mine = await operator.order()
        message = await following.next()
    assert message["notification"]["event"]["subjectId"] == mine["id"]
    assert message["unreadCount"] == 1


async def test_what_staff_did_is_notified_and_what_one_did_oneself_is_not(buyer: Client, clerk: Client) -> None:
    mine, theirs = await buyer.order(), await buyer.order()
    async with buyer.subscribe(NOTIFICATION_RECEIVED) as following:
        await begun(following)
        await cancel(buyer, mine)
        await cancel(clerk, theirs, "sold twice")
        message = await following.next()
    assert (message["notification"]["event"]["subjectId"], message["notification"]["body"]) == (
        theirs["id"],
        "sold twice",
    )


async def test_whoever_resumes_is_told_the_rest_as_it_was_and_then_goes_on(unhurried: Stack, buyer: Client) -> None:
    async with buyer.subscribe(ORDERS_UPDATED) as following:
        start = await begun(following)
        one = await buyer.order()
        await following.next()
        assert following.cursor
        halfway = following.cursor
    await cancel(buyer, one)
    two = await buyer.order()
    missed = [(one["id"], "PENDING"), (one["id"], "CANCELLED"), (two["id"], "PENDING")]
    for api in unhurried.apis:
        there = buyer.at(api.url)
        async with (
            there.subscribe(ORDERS_UPDATED, after=start) as early,
            there.subscribe(ORDERS_UPDATED, after=halfway) as late,
        ):
            assert [await begun(early), await begun(late)] == [start, halfway]
            assert [as_told(message) for message in await told(early, len(missed))] == missed
            assert [as_told(message) for message in await told(late, len(missed) - 1)] == missed[1:]
            live = await buyer.order()
            await cancel(buyer, live)
            news = [(live["id"], "PENDING"), (live["id"], "CANCELLED")]
            for following in (early, late):
                assert [as_told(message) for message in await told(following, 2)] == news
            missed += news


async def test_one_order_is_resumed_with_each_change_as_it_was(unhurried: Stack, buyer: Client) -> None:
    async with buyer.subscribe(EVENTS) as following:
        start = await begun(following)
    order = await buyer.order()
    there = buyer.at(unhurried.apis[-1].url)
    async with there.subscribe(ORDER_UPDATED, id=order["id"], after=start) as resumed:
        assert await begun(resumed) == start
        created = await resumed.next()
        assert (created["event"]["type"], created["order"]["status"]) == ("ORDER_CREATED", "PENDING")
        await cancel(buyer, order)
        cancelled = await resumed.next()
        assert (cancelled["event"]["type"], cancelled["order"]["status"]) == ("ORDER_CANCELLED", "CANCELLED")
    async with there.subscribe(ORDER_UPDATED, id=order["id"], after=start) as resumed:
        await begun(resumed)
        assert [(one["cursor"], one["order"]["version"]) for one in await told(resumed, 2)] == [
            (created["cursor"], 1),
            (cancelled["cursor"], 2),
        ]
    async with there.subscribe(ORDER_UPDATED, id=order["id"], after=created["cursor"]) as resumed:
        await begun(resumed)
        assert await resumed.next() == cancelled


async def test_every_cursor_of_a_stream_resumes_right_behind_itself(stack: Stack, customer: Client) -> None:
    async with customer.subscribe(EVENTS) as following:
        cursors = [await begun(following)]
        for _ in range(3):
            await customer.order()
        messages = await told(following, 6)
    cursors += [message["cursor"] for message in messages]
    assert [message["event"]["cursor"] for message in messages] == cursors[1:]
    async with customer.at(stack.apis[-1].url).socket() as socket:
        for index, cursor in enumerate(cursors):
            resumed = await socket.subscribe(EVENTS, after=cursor)
            await begun(resumed)
            assert await told(resumed, 6 - index) == messages[index:]
            await resumed.stop()


async def test_a_hundred_orders_at_once_from_two_apis_are_each_told_once_in_order(
    stack: Stack, customer: Client, operator: Client
) -> None:
    """The same events, in the same order, to whomever: at either API, pushed or pulled."""
    count = 100
    customer_there, operator_there = customer.at(stack.apis[-1].url), operator.at(stack.apis[-1].url)
    async with (
        customer.subscribe(EVENTS) as here,
        customer_there.subscribe(EVENTS) as there,
        operator_there.subscribe(EVENTS, filter={"types": ["ORDER_CREATED", "ORDER_READY"]}) as everybodys,
        customer_there.subscribe(ORDERS_UPDATED) as orders,
    ):
        start = await begun(here)
        for one in (there, everybodys, orders):
            await begun(one)
        placing = [(customer, customer_there)[n % 2].order() for n in range(count)]
        streams = [told(one, 2 * count) for one in (here, there, everybodys, orders)]
        *seen, placed = await asyncio.gather(*streams, asyncio.gather(*placing))

    ids = {order["id"] for order in placed}
    assert len(ids) == count
    first, *others = [[message["event"]["id"] for message in one] for one in seen]
    assert len(set(first)) == 2 * count
    assert others == [first] * 3
    told_of = [(message["event"]["type"], message["event"]["subjectId"]) for message in seen[0]]
    assert Counter(told_of) == Counter((type, id) for type in ("ORDER_CREATED", "ORDER_READY") for id in ids)
    assert all(told_of.index(("ORDER_CREATED", id)) < told_of.index(("ORDER_READY", id)) for id in ids)
    pulled: list[str] = []
    more, after = True, start
    while more:
        page = await customer.run(PULL, after=after)
        pulled += [edge["node"]["id"] for edge in page["edges"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert pulled == first


async def test_subscriptions_and_mutations_share_a_socket(buyer: Client) -> None:
    async with buyer.socket() as socket:
        orders, events = await socket.subscribe(ORDERS_UPDATED), await socket.subscribe(EVENTS)
        for one in (orders, events):
            await begun(one)
        order = await buyer.order()
        assert (await socket.run(CANCEL, id=order["id"]))["__typename"] == "Order"
        assert [message["order"]["status"] for message in await told(orders, 2)] == ["PENDING", "CANCELLED"]
        await orders.stop()
        two = await buyer.order()
        seen = await told(events, 3)
        assert [message["event"]["subjectId"] for message in seen] == [order["id"], order["id"], two["id"]]
        assert not socket.unread(orders.id)


async def test_the_id_of_an_operation_that_runs_is_not_given_twice(customer: Client) -> None:
    async with customer.socket() as socket:
        following = await socket.subscribe(EVENTS)
        await begun(following)
        await socket.send({"id": following.id, "type": "subscribe", "payload": {"query": EVENTS}})
        with pytest.raises(ConnectionClosed) as closed:
            await following.next()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4409


async def test_a_client_that_vanishes_does_no_harm(stack: Stack, customer: Client) -> None:
    async with customer.subscribe(ORDERS_UPDATED) as following:
        await begun(following)
        for _ in range(5):
            async with customer.subscribe(ORDERS_UPDATED) as leaving:
                await begun(leaving)
                leaving.socket.connection.transport.abort()
        orders = [await customer.order() for _ in range(3)]
        seen = Counter(message["order"]["id"] for message in await told(following, 6))
    assert seen == Counter({order["id"]: 2 for order in orders})
    assert (await customer.http.get("/healthz")).text == "ok"
    assert "Traceback" not in stack.logs()
