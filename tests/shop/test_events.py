"""The event log, pulled: the same as is pushed, page by page, for whoever may see it."""

import asyncio
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.waiting import PATIENCE

FIELDS = """id type subjectId version cursor occurredAt correlationId actor { kind user { id } }
  ... on OrderEvent { previousStatus order { id status version } } ... on UserEvent { user { id email } }"""
PUSH = f"""subscription($after: Cursor, $filter: EventFilter) {{
  events(after: $after, filter: $filter) {{ cursor event {{ {FIELDS} }} }} }}"""
PULL = f"""query($after: Cursor, $filter: EventFilter, $first: Int) {{
  events(after: $after, filter: $filter, first: $first) {{ oldest head edges {{ cursor node {{ {FIELDS} }} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename } }"


def nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in page["edges"]]


async def whole_log(client: Client, *, count: int) -> list[dict[str, Any]]:
    """So many events from the very beginning, page by page: one page looks through a part of a long log only."""
    found, after = list[dict[str, Any]](), None
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            page = await client.run(PULL, after=after)
            found, after = found + nodes(page), page["pageInfo"]["endCursor"]
    return found


async def test_what_is_pulled_is_what_was_pushed(stack: Stack, customer: Client) -> None:
    orders = {"types": ["ORDER_CREATED", "ORDER_READY"]}  # the registration may be known here only after the start
    async with customer.subscribe(PUSH, filter=orders) as following:
        start = (await following.next())["cursor"]
        for _ in range(3):
            await customer.order()
        pushed = [(await following.next())["event"] for _ in range(6)]
    for api in stack.apis:
        there = customer.at(api.url)
        page = await there.until(lambda page: len(page["edges"]) >= 6, PULL, after=start, filter=orders)
        assert nodes(page) == pushed
        assert [edge["cursor"] for edge in page["edges"]] == [event["cursor"] for event in pushed]
        for event, rest in ((pushed[0], pushed[1:]), (pushed[4], pushed[5:]), (pushed[5], [])):
            assert nodes(await there.run(PULL, after=event["cursor"], filter=orders)) == rest


async def test_the_log_of_a_customer_begins_with_the_registration(customer: Client, stranger: Client) -> None:
    await stranger.order()
    await customer.order()
    first, *rest = await whole_log(customer, count=3)
    assert [event["type"] for event in (first, *rest)] == ["USER_REGISTERED", "ORDER_CREATED", "ORDER_READY"]
    assert first["user"] == {"id": customer.user["id"], "email": customer.user["email"]}
    assert (await customer.run(PULL))["pageInfo"]["hasPreviousPage"] is False


async def test_staff_see_everybodys_events_and_a_seller_does_not(
    customer: Client, seller: Client, operator: Client, staff: Client
) -> None:
    start = (await staff.run(PULL, first=1))["head"]
    order = await customer.order()
    mine = {"subjectIds": [order["id"]]}
    for viewer in (operator, staff):
        page = await viewer.until(lambda page: len(page["edges"]) == 2, PULL, after=start, filter=mine)
        assert [event["type"] for event in nodes(page)] == ["ORDER_CREATED", "ORDER_READY"]
    assert nodes(await seller.run(PULL, after=start, filter=mine)) == []


async def test_a_page_without_a_match_still_leads_on(buyer: Client) -> None:
    start = (await buyer.run(PULL))["pageInfo"]["endCursor"]
    for _ in range(3):
        await buyer.order()
    filter = {"types": ["ORDER_CANCELLED"]}
    empty = await buyer.until(lambda page: page["head"] != start, PULL, after=start, filter=filter)
    assert empty["edges"] == []
    reached = empty["pageInfo"]["endCursor"]
    assert reached == empty["head"] != start
    assert empty["pageInfo"]["hasNextPage"] is False
    order = await buyer.order()
    await buyer.run(CANCEL, id=order["id"])
    page = await buyer.until(lambda page: page["edges"], PULL, after=reached, filter=filter)
    assert [(event["subjectId"], event["previousStatus"]) for event in nodes(page)] == [(order["id"], "PENDING")]


async def test_the_log_is_paged_without_a_gap_or_a_repeat(buyer: Client) -> None:
    orders = [await buyer.order() for _ in range(7)]
    for order in orders[::2]:
        await buyer.run(CANCEL, id=order["id"])
    whole = await buyer.until(lambda page: len(page["edges"]) == 12, PULL)
    found: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        page = await buyer.run(PULL, first=5, after=after)
        assert len(page["edges"]) <= 5
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += nodes(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == nodes(whole)
    assert [event["order"]["version"] for event in found[1:]] == [1] * 7 + [2] * 4
    status = {"orderStatus": ["CANCELLED"]}
    assert [event["subjectId"] for event in nodes(await buyer.run(PULL, filter=status))] == [
        order["id"] for order in orders[::2]
    ]


async def test_a_page_beyond_the_end_is_empty_and_stays_there(customer: Client) -> None:
    page = await customer.run(PULL)
    end = await customer.run(PULL, after=page["head"])
    assert (end["edges"], end["pageInfo"]["hasNextPage"], end["pageInfo"]["endCursor"]) == ([], False, page["head"])


@pytest.mark.parametrize("cursor", ["garbage", "", "AAAAAAAAAAEAAAAA", "________________", 7])
async def test_a_cursor_that_is_not_of_this_log_is_refused(customer: Client, cursor: object) -> None:
    assert await customer.code(PULL, after=cursor) == "CURSOR_INVALID"


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_1_to_100_events(customer: Client, first: int) -> None:
    assert await customer.code(PULL, first=first) == "BAD_USER_INPUT"


async def test_nobody_does_not_see_the_log(nobody: Client) -> None:
    assert await nobody.code(PULL) == "UNAUTHENTICATED"
