"""Lists of orders: found by what they are, when they came, whose they are and what is in them."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.client import SHIRT, Client
from tests.support.processes import Stack

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
LIST = """query($filter: OrderFilter, $first: Int, $after: String, $last: Int, $before: String) {
  orders(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id number createdAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename } }"
BOARD = """subscription($filter: OrderFilter) { ordersUpdated(filter: $filter) { cursor order { id status } } }"""


def of(product: str) -> list[dict[str, Any]]:
    return [SHIRT | {"product": product}]


async def found(client: Client, **filter: Any) -> list[str]:
    """The ids of the orders that a filter finds; what is counted is what is there."""
    page = await client.run(LIST, filter=filter, first=100)
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["id"] for edge in page["edges"]]


async def test_an_order_is_found_by_its_number_as_people_write_it(buyer: Client) -> None:
    order, _ = await buyer.order(), await buyer.order()
    digits = order["number"].removeprefix("SW-")
    for text in (order["number"], order["number"].lower(), digits, str(int(digits)), f" {digits} "):
        assert order["id"] in await found(buyer, search=text), text
    assert await found(buyer, search=f"SW-9{digits}") == []


async def test_an_order_is_found_by_its_note_and_its_products_in_whatever_case(buyer: Client) -> None:
    noted = await buyer.order(items=of("lamp"), note="By THURSDAY please")
    bought = await buyer.order(items=[*of("chair"), *of("Thursday-Lamp_1")])
    assert await found(buyer, search="thursday") == [bought["id"], noted["id"]]
    assert await found(buyer, search=" PLEASE ") == [noted["id"]]
    assert await found(buyer, search="LAMP") == [bought["id"], noted["id"]]
    assert await found(buyer, search="friday") == []
    assert len(await found(buyer, search="")) == 2


async def test_nothing_in_a_search_is_a_wildcard(buyer: Client) -> None:
    percent = await buyer.order(items=of("wool"), note="100% sure")
    line = await buyer.order(items=of("snake_case"))
    slashes = await buyer.order(items=of("either/or"), note="back\\slash 'quoted'")
    for text, order in (
        ("0% s", percent),
        ("%", percent),
        ("E_C", line),
        ("_", line),
        ("R/O", slashes),
        ("\\S", slashes),
        ("'q", slashes),
    ):
        assert await found(buyer, search=text) == [order["id"]], text
    for text in ("1%e", "s_ake", "_n_", "%%", "' OR '1'='1"):
        assert await found(buyer, search=text) == [], text


async def test_a_search_that_is_too_long_or_no_text_is_told_so(buyer: Client) -> None:
    assert await buyer.code(LIST, filter={"search": "x" * 201}) == "BAD_USER_INPUT"
    assert await found(buyer, search="x" * 200) == []


@pytest.mark.parametrize("search", ["\\ud800", "\\u0000", "a\\udfffb"])
async def test_a_search_for_what_is_no_text_is_no_fault_of_the_shop(buyer: Client, clerk: Client, search: str) -> None:
    users = "query($filter: String) { users(search: $filter) { edges { cursor } } }"
    for client, document, given in ((buyer, LIST, {"search": "HALF"}), (clerk, users, "HALF")):
        body = json.dumps({"query": document, "variables": {"filter": given}}).replace("HALF", search)
        headers = {"content-type": "application/json", "authorization": f"Bearer {client.token}"}
        answer = (await client.http.post("/graphql", content=body, headers=headers)).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"BAD_USER_INPUT"}, answer


async def test_orders_are_found_by_when_they_came(buyer: Client) -> None:
    orders = [await buyer.order() for _ in range(3)]
    first, middle, last = (datetime.fromisoformat(order["createdAt"]) for order in orders)
    ids = [order["id"] for order in orders]
    instant = timedelta(microseconds=1)
    assert await found(buyer, createdFrom=middle.isoformat()) == [ids[2], ids[1]]
    assert await found(buyer, createdTo=middle.isoformat()) == [ids[0]], "the end is exclusive"
    assert await found(buyer, createdFrom=middle.isoformat(), createdTo=(middle + instant).isoformat()) == [ids[1]]
    assert await found(buyer, createdFrom=(last + instant).isoformat()) == []
    assert await found(buyer, createdFrom=last.isoformat(), createdTo=first.isoformat()) == []
    elsewhere = middle.astimezone(tz=None).isoformat()
    assert await found(buyer, createdFrom=elsewhere) == [ids[2], ids[1]]


async def test_every_part_of_a_filter_must_match(buyer: Client, clerk: Client) -> None:
    kept, cancelled = await buyer.order(note="green"), await buyer.order(note="green")
    await buyer.order(note="red")
    await buyer.run(CANCEL, id=cancelled["id"])
    customer = buyer.user["id"]
    assert await found(clerk, customerId=customer, search="green") == [cancelled["id"], kept["id"]]
    assert await found(clerk, customerId=customer, search="green", status=["PENDING"]) == [kept["id"]]
    assert await found(clerk, customerId=customer, search="green", status=["PROCESSED"]) == []
    assert len(await found(clerk, customerId=customer, paymentState=["NOT_REQUIRED"])) == 3
    assert len(await found(clerk, customerId=customer, status=[], paymentState=[])) == 3


async def test_staff_list_the_orders_of_one_customer_and_customers_their_own(
    unhurried: Stack, buyer: Client, clerk: Client
) -> None:
    async with await Client(unhurried.url).register() as other:
        mine, theirs = await buyer.order(), await other.order()
        assert await found(clerk, customerId=buyer.user["id"]) == [mine["id"]]
        assert await found(clerk, customerId=other.user["id"].upper()) == [theirs["id"]]
        assert await found(buyer, customerId=buyer.user["id"]) == [mine["id"]]
        assert await found(buyer, customerId=other.user["id"]) == []
    for id in (UNKNOWN, "garbage", ""):
        assert await found(clerk, customerId=id) == await found(buyer, customerId=id) == []


@pytest.mark.parametrize("size", [1, 3, 4, 7])
async def test_a_filtered_list_is_walked_in_both_directions_and_yields_every_order_once(
    buyer: Client, size: int
) -> None:
    placed = [await buyer.order(items=of("lamp" if n % 3 else "chair"), note=f"n{n}") for n in range(12)]
    meant = [order["id"] for n, order in reversed([*enumerate(placed)]) if n % 3]
    for step, at, cursor, more in (
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ):
        pages: list[list[str]] = []
        place: str | None = None
        while not pages or place:
            page = await buyer.run(LIST, filter={"search": "LAMP"}, **{step: size, at: place})
            assert page["totalCount"] == len(meant)
            pages.append([edge["node"]["id"] for edge in page["edges"]])
            place = page["pageInfo"][cursor] if page["pageInfo"][more] else None
        walked = [id for ids in (pages if step == "first" else reversed(pages)) for id in ids]
        assert walked == meant
        assert [len(ids) for ids in pages[:-1]] == [size] * (len(pages) - 1)


async def test_a_board_that_follows_a_search_is_told_of_what_its_list_would_show(buyer: Client) -> None:
    async with buyer.subscribe(BOARD, filter={"search": "GREEN", "status": ["PENDING"]}) as board:
        await board.next()
        await buyer.order(note="red")
        green = await buyer.order(note="dark green")
        assert (await board.next())["order"] == {"id": green["id"], "status": "PENDING"}
        await buyer.run(CANCEL, id=green["id"])
        assert (await board.next())["order"] == {"id": green["id"], "status": "CANCELLED"}, "it is seen to leave"
        await buyer.order(note="red")
        last = await buyer.order(note="green again")
        assert (await board.next())["order"]["id"] == last["id"]
