"""Fair shares: what one client asks for, within all limits, is not paid for by the others."""

import asyncio
import time
from typing import Any

import pytest

from domain.users import Role
from tests.support.client import CREATE, LOGIN, PASSWORD, SHIRT, Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.waiting import PATIENCE

EVENTS = "subscription { events { cursor event { type } } }"
DEACTIVATE = "mutation($id: ID!) { setUserActive(id: $id, active: false) { __typename } }"


async def test_a_socket_stays_whose_it_was_whoever_signs_in_on_it(stack: Stack) -> None:
    """Or what it had open would outlive the session that opened it."""
    admin, operator = await signed_in(stack, Role.ADMIN), await signed_in(stack, Role.OPERATOR)
    async with admin, operator, Client(stack.url) as other:
        await other.register()
        async with operator.socket() as socket:
            followed = await socket.subscribe(EVENTS)
            await followed.next()
            login = {"email": other.user["email"], "password": PASSWORD}
            assert (await socket.run(LOGIN, input=login))["__typename"] == "SignedIn"
            assert (await socket.run("{ me { id } }"))["id"] == operator.user["id"]
            await admin.run(DEACTIVATE, id=operator.user["id"])
            await asyncio.wait_for(socket.connection.wait_closed(), PATIENCE)
            assert socket.connection.close_code == 4403


async def test_one_greedy_query_leaves_connections_for_the_others(stack: Stack, customer: Client) -> None:
    for _ in range(30):
        await customer.order()
    histories = " ".join(f"h{n}: history(first: 1) {{ oldest }}" for n in range(12))
    greedy = f"{{ orders(first: 30) {{ edges {{ node {{ {histories} }} }} }} }}"
    async with Client(stack.url) as other:
        await other.register()
        running = asyncio.create_task(customer.post(greedy))
        waits = []
        while not running.done():
            begun = time.monotonic()
            assert (await other.run("{ me { id } }"))["id"] == other.user["id"]
            waits.append(time.monotonic() - begun)
        answer = await running
    assert "errors" not in answer, answer
    assert len(answer["data"]["orders"]["edges"]) == 30
    assert waits, "the others are answered while it goes on"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("query($many: [ID!]) { events(filter: {subjectIds: $many}) { head } }", "subject_ids"),
        ("mutation($many: [ID!]) { markNotificationsRead(ids: $many) { unreadCount } }", "ids"),
    ],
)
async def test_no_list_is_longer_than_a_page(customer: Client, document: str, name: str) -> None:
    answer = await customer.post(document, many=[customer.user["id"]] * 101)
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == f"{name} may have 100 entries, it has 101. Ask several times."


async def test_an_id_that_is_none_is_not_said_back_at_length(customer: Client) -> None:
    document = "mutation($id: ID!) { cancelOrder(id: $id) { ... on NotFound { id } } }"
    assert await customer.run(document, id="x" * 10_000) == {"id": "x" * 36}


async def test_text_that_is_too_long_is_not_looked_at_any_further(stack: Stack) -> None:
    """Twenty registrations with half a megabyte each stop the shop for no longer than it takes to read them."""
    given = {"name": "\u00e9" * 200_000, "email": "\u00e9" * 200_000, "password": PASSWORD}
    fields = " ".join(f"r{n}: register(input: $input) {{ __typename }}" for n in range(20))
    async with Client(stack.url) as other, Client(stack.url) as stranger:
        running = asyncio.create_task(stranger.post(f"mutation($input: RegisterInput!) {{ {fields} }}", input=given))
        answer: dict[str, Any] = await running
        assert {one["__typename"] for one in answer["data"].values()} == {"InvalidInput"}
        assert (await other.http.get("/healthz")).text == "ok"


async def test_an_order_still_says_everything_that_is_wrong_with_it(customer: Client) -> None:
    item = {**SHIRT, "product": "\x07" * 500, "quantity": 0}
    refused = await customer.run(CREATE, input={"items": [{"custom": item}], "note": "\x07"})
    assert sorted((issue["path"][-1], issue["code"]) for issue in refused["issues"]) == [
        ("note", "CHARACTERS"),
        ("product", "LENGTH"),
        ("quantity", "RANGE"),
    ]
