"""Internal events: that a session has ended or a user was changed is known to the shop's own processes only."""

import pytest

from tests.support.client import SHIRT, Client
from tests.support.processes import Stack
from tests.support.signing_in import sign_in

LOGOUT = "mutation { logout { sessionsRevoked } }"
PULL = """query($after: Cursor) { events(after: $after, first: 100) {
  head edges { node { type subjectId } } pageInfo { endCursor hasNextPage } } }"""
EVENTS = "subscription($after: Cursor) { events(after: $after) { cursor event { type subjectId } } }"
HOOK = """mutation($types: [EventType!]!) {
  createWebhookEndpoint(input: {name: "spy", url: "http://127.0.0.1:9", types: $types}) { __typename } }"""


@pytest.mark.parametrize("type", ["SESSION_REVOKED", "USER_CHANGED"])
async def test_there_is_no_such_event_to_ask_for(staff: Client, type: str) -> None:
    asked = "query($types: [EventType!]) { events(filter: {types: $types}) { head } }"
    assert await staff.code(asked, types=[type]) == "BAD_USER_INPUT"
    assert await staff.code(HOOK, types=[type]) == "BAD_USER_INPUT"
    names = (await staff.run('{ __type(name: "EventType") { enumValues { name } } }'))["enumValues"]
    assert "ORDER_CREATED" in {value["name"] for value in names}
    assert type not in {value["name"] for value in names}


async def test_cursors_pass_over_what_is_not_shown(unhurried: Stack, buyer: Client, clerk: Client) -> None:
    await buyer.until(lambda page: page["edges"], PULL)
    start = (await buyer.run(PULL))["pageInfo"]["endCursor"]
    for _ in range(3):
        async with (await sign_in(unhurried.url, buyer.user["email"])).client() as client:
            await client.run(LOGOUT)
    order = await buyer.order(items=[SHIRT])
    for viewer in (buyer, clerk):
        page = await viewer.until(
            lambda page: page["edges"] and page["edges"][-1]["node"]["subjectId"] == order["id"], PULL, after=start
        )
        assert "ORDER_CREATED" in {edge["node"]["type"] for edge in page["edges"]}
        assert {"SESSION_REVOKED", "USER_CHANGED"}.isdisjoint(edge["node"]["type"] for edge in page["edges"])
        assert page["pageInfo"] == {"endCursor": page["head"], "hasNextPage": False}
    whole = await buyer.run(PULL)
    assert [edge["node"]["type"] for edge in whole["edges"]] == ["USER_REGISTERED", "ORDER_CREATED"]
    assert whole["pageInfo"] == {"endCursor": whole["head"], "hasNextPage": False}


async def test_a_subscriber_is_told_of_what_comes_after_and_not_of_it(unhurried: Stack, buyer: Client) -> None:
    async with buyer.subscribe(EVENTS) as following:
        start = (await following.next())["cursor"]
        async with (await sign_in(unhurried.url, buyer.user["email"])).client() as client:
            await client.run(LOGOUT)
        order = await buyer.order(items=[SHIRT])
        told = await following.next()
        assert told["event"] == {"type": "ORDER_CREATED", "subjectId": order["id"]}
    async with buyer.subscribe(EVENTS, after=start) as again:
        messages = [await again.next(), await again.next()]
        assert [message["event"] for message in messages] == [None, told["event"]]
