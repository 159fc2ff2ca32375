"""Orders: placing, reading, paging and cancelling them, once each and by whoever may."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from tests.support.client import CREATE, READ, SHIRT, TROUSERS, Client
from tests.support.processes import ServerStack, Stack

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
DEBUG = {"x-swapshop-debug": "1"}
LIST = """query($filter: OrderFilter, $first: Int, $after: String, $last: Int, $before: String) {
  orders(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id number status customer { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
CANCEL = """mutation($id: ID!, $reason: String, $version: Int) {
  cancelOrder(id: $id, reason: $reason, expectedVersion: $version) {
    __typename ... on Order { id status version cancelReason updatedAt createdAt }
    ... on Refusal { message } ... on InvalidInput { issues { path code } } ... on NotFound { id }
    ... on InvalidTransition { from to } ... on VersionConflict { expected actual } } }"""


def ids_of(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]


async def test_a_customer_places_an_order(customer: Client) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    shirts = SHIRT | {"quantity": 3, "unitPrice": "19.99"}
    order = await customer.order(
        items=[shirts, {"product": " lámpara 💡 ", "quantity": 1, "unitPrice": 5}], note=" hi "
    )
    assert UUID(order["id"]).version == 7
    assert order["id"] == str(UUID(order["id"]))
    assert re.fullmatch(r"SW-\d{6,}", order["number"])
    assert (order["status"], order["paymentState"], order["version"]) == ("PENDING", "NOT_REQUIRED", 1)
    assert order["total"] == {"amount": "64.97", "currency": "EUR"}
    assert [(item["unitPrice"]["amount"], item["subtotal"]["amount"]) for item in order["items"]] == [
        ("19.99", "59.97"),
        ("5.00", "5.00"),
    ]
    assert order["items"][1] | {"unitPrice": 0, "subtotal": 0} == {
        "product": "lámpara 💡",
        "size": None,
        "color": None,
        "quantity": 1,
        "unitPrice": 0,
        "subtotal": 0,
    }
    assert (order["note"], order["cancelReason"], order["processedAt"]) == ("hi", None, None)
    assert order["customer"] == {"id": customer.user["id"]}
    assert order["createdAt"] == order["updatedAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", order["createdAt"])
    assert begun <= datetime.fromisoformat(order["createdAt"]) <= datetime.now(UTC)


async def test_an_order_is_processed_and_reads_the_same_at_every_api(stack: Stack, customer: Client) -> None:
    order = await customer.order()
    done = await customer.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
    assert done["version"] == 2
    assert done["processedAt"] == done["updatedAt"] > order["createdAt"]
    changed = {"status", "version", "processedAt", "updatedAt"}
    assert {name: done[name] for name in done.keys() - changed} == {
        name: order[name] for name in order.keys() - changed - {"__typename"}
    }
    for api in stack.apis:
        there = customer.at(api.url)
        assert await there.read(order["id"]) == done
        assert await there.read(order["id"].upper()) == done


async def test_a_hundred_items_are_an_order_and_one_more_is_not(customer: Client) -> None:
    order = await customer.order(items=[SHIRT | {"product": f"camisa {n}"} for n in range(100)])
    assert [item["product"] for item in (await customer.read(order["id"]))["items"]] == [
        f"camisa {n}" for n in range(100)
    ]
    refused = await customer.order(items=[SHIRT] * 101)
    assert refused["issues"] == [
        {"path": ["input", "items"], "code": "COUNT", "message": "must have 1 to 100 items, it has 101"}
    ]


async def test_everything_that_is_wrong_with_an_order_is_told_at_once(customer: Client) -> None:
    wrong = {"product": " ", "size": "x" * 41, "color": "a\u0000b", "quantity": 0, "unitPrice": "0.001"}
    free = SHIRT | {"quantity": 10_001, "unitPrice": "0"}
    refused = await customer.order(items=[SHIRT, wrong, free], note="n" * 2001, key="k" * 256)
    assert refused["__typename"] == "InvalidInput"
    paths = {".".join(issue["path"]): issue["code"] for issue in refused["issues"]}
    assert paths == {
        "input.items.1.custom.quantity": "RANGE",
        "input.items.1.custom.product": "LENGTH",
        "input.items.1.custom.size": "LENGTH",
        "input.items.1.custom.color": "CHARACTERS",
        "input.items.1.custom.unitPrice": "PRECISION",
        "input.items.2.custom.quantity": "RANGE",
        "input.items.2.custom.unitPrice": "RANGE",
        "input.note": "LENGTH",
        "input.idempotencyKey": "LENGTH",
    }
    assert len(refused["issues"]) == len(paths)
    assert (await customer.run(LIST))["totalCount"] == 0


async def test_an_order_of_nothing_is_refused(customer: Client) -> None:
    refused = await customer.order(items=[])
    assert [(issue["path"], issue["code"]) for issue in refused["issues"]] == [(["input", "items"], "COUNT")]


@pytest.mark.parametrize("item", [{"custom": None}, {}, {"custom": SHIRT, "sku": "1"}], ids=["null", "none", "unknown"])
async def test_an_item_that_is_not_exactly_one_kind_is_bad_input(customer: Client, item: dict[str, Any]) -> None:
    assert await customer.code(CREATE, input={"items": [item]}) == "BAD_USER_INPUT"


@pytest.mark.parametrize("price", ["1e3", "NaN", "ten", "", " 1", "٣", True, None])
async def test_a_price_that_is_no_plain_number_is_bad_input(customer: Client, price: object) -> None:
    items = [{"custom": SHIRT | {"unitPrice": price}}]
    assert await customer.code(CREATE, input={"items": items}) == "BAD_USER_INPUT"


async def test_the_dearest_order_adds_up_exactly(customer: Client) -> None:
    dear = SHIRT | {"quantity": 10_000, "unitPrice": "9999999.99"}
    order = await customer.order(items=[dear] * 100)
    assert order["total"]["amount"] == "9999999990000.00"
    assert (await customer.read(order["id"]))["total"]["amount"] == "9999999990000.00"
    refused = await customer.order(items=[dear | {"unitPrice": "10000000"}])
    assert refused["issues"][0]["path"] == ["input", "items", "0", "custom", "unitPrice"]


async def test_customers_see_their_own_orders_and_staff_see_all(
    customer: Client, stranger: Client, operator: Client, staff: Client, seller: Client
) -> None:
    mine, theirs = await customer.order(), await stranger.order()
    assert ids_of(await customer.run(LIST)) == [mine["id"]]
    assert ids_of(await stranger.run(LIST)) == [theirs["id"]]
    for viewer in (operator, staff):
        assert ids_of(await viewer.run(LIST, first=2)) == [theirs["id"], mine["id"]]
        assert (await viewer.read(mine["id"]))["id"] == mine["id"]
        assert (await viewer.run(LIST))["totalCount"] >= 2
    assert (await seller.run(LIST))["totalCount"] == 0


@pytest.mark.parametrize("id", [UNKNOWN, "garbage", "", "' OR 1=1 --", "{" + UNKNOWN[2:] + "}", "1", "x" * 5000])
async def test_anothers_order_answers_as_one_that_is_not_there(customer: Client, stranger: Client, id: str) -> None:
    theirs = await stranger.order()
    assert await customer.post(READ, id=id) == await customer.post(READ, id=theirs["id"]) == {"data": {"order": None}}


async def walk(client: Client, step: Callable[[str | None], dict[str, Any]], cursor: str, more: str) -> list[list[str]]:
    """The ids of all pages, each found from the cursor of the one before."""
    pages: list[list[str]] = []
    at: str | None = None
    while True:
        page = await client.run(LIST, **step(at))
        assert page["totalCount"] == 25
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        pages.append(ids_of(page))
        at = page["pageInfo"][cursor]
        if not page["pageInfo"][more]:
            return pages


async def test_the_list_of_orders_is_paged_forwards_and_backwards(unhurried: Stack, buyer: Client) -> None:
    there = buyer.at(unhurried.apis[-1].url)
    placed = [await (buyer if n % 2 else there).order() for n in range(25)]
    newest_first = [order["id"] for order in reversed(placed)]
    assert len({order["number"] for order in placed}) == 25
    assert ids_of(await buyer.run(LIST)) == newest_first[:20]
    down = await walk(buyer, lambda at: {"first": 10, "after": at}, "endCursor", "hasNextPage")
    assert down == [newest_first[:10], newest_first[10:20], newest_first[20:]]
    up = await walk(buyer, lambda at: {"last": 10, "before": at}, "startCursor", "hasPreviousPage")
    assert up == [newest_first[15:], newest_first[5:15], newest_first[:5]]
    whole = await buyer.run(LIST, first=25)
    assert (whole["pageInfo"]["hasNextPage"], whole["pageInfo"]["hasPreviousPage"]) == (False, False)
    middle = await buyer.run(LIST, first=5, after=down[0][-1])
    assert (middle["pageInfo"]["hasNextPage"], middle["pageInfo"]["hasPreviousPage"]) == (True, True)


async def test_an_order_that_is_placed_meanwhile_shifts_no_page(customer: Client) -> None:
    placed = [(await customer.order())["id"] for _ in range(3)]
    page = await customer.run(LIST, first=2)
    await customer.order()
    rest = await customer.run(LIST, first=2, after=page["pageInfo"]["endCursor"])
    assert ids_of(page) + ids_of(rest) == placed[::-1]


@pytest.mark.parametrize(
    "part",
    [
        {"first": 0},
        {"first": 101},
        {"last": -1},
        {"first": 1, "last": 1},
        {"first": 1, "before": UNKNOWN},
        {"after": "garbage"},
        {"before": ""},
    ],
    ids=str,
)
async def test_a_page_that_cannot_be_is_bad_input(customer: Client, part: dict[str, Any]) -> None:
    assert await customer.code(LIST, **part) == "BAD_USER_INPUT"


async def test_orders_are_found_by_their_status(buyer: Client) -> None:
    pending, cancelled = await buyer.order(), await buyer.order()
    await buyer.run(CANCEL, id=cancelled["id"])
    found = {
        status: await buyer.run(LIST, filter={"status": [status]})
        for status in ("PENDING", "PROCESSED", "COMPLETED", "CANCELLED")
    }
    assert {status: ids_of(page) for status, page in found.items()} == {
        "PENDING": [pending["id"]],
        "PROCESSED": [],
        "COMPLETED": [],
        "CANCELLED": [cancelled["id"]],
    }
    assert {status: page["totalCount"] for status, page in found.items()} == {
        "PENDING": 1,
        "PROCESSED": 0,
        "COMPLETED": 0,
        "CANCELLED": 1,
    }
    both = await buyer.run(LIST, filter={"status": ["CANCELLED", "PENDING"]})
    assert ids_of(both) == [cancelled["id"], pending["id"]]


async def test_an_order_that_is_sent_again_is_placed_once(stack: Stack, customer: Client) -> None:
    key = str(uuid4())
    there = customer.at(stack.apis[-1].url)
    answers = await asyncio.gather(*(client.order(key=key) for client in (customer, there) * 10))
    later = await there.order(key=key)
    assert {answer["id"] for answer in [*answers, later]} == {answers[0]["id"]}
    assert (await customer.run(LIST))["totalCount"] == 1


async def test_a_key_that_was_used_for_another_order_is_refused(customer: Client) -> None:
    first = await customer.order(key="K-1")
    for other in ({"items": [SHIRT]}, {"items": [TROUSERS, SHIRT]}, {"note": "and quickly"}):
        refused = await customer.order(key="K-1", **other)
        assert refused["__typename"] == "IdempotencyConflict"
        assert refused["message"]
    assert (await customer.order(key="k-1"))["id"] != first["id"]
    assert (await customer.order(key="K-1"))["id"] == first["id"]


async def test_of_different_orders_with_one_key_at_once_one_is_placed(stack: Stack, customer: Client) -> None:
    there = customer.at(stack.apis[-1].url)
    answers = await asyncio.gather(
        *((customer, there)[n % 2].order(key="K", items=[SHIRT | {"quantity": 1 + n % 5}]) for n in range(20))
    )
    placed = [answer for answer in answers if answer["__typename"] == "Order"]
    assert len(placed) == 4
    assert len({order["id"] for order in placed}) == 1
    assert {answer["__typename"] for answer in answers} == {"Order", "IdempotencyConflict"}
    assert (await customer.run(LIST))["totalCount"] == 1


async def test_a_key_belongs_to_its_user(customer: Client, stranger: Client) -> None:
    mine, theirs = await customer.order(key="same"), await stranger.order(key="same", items=[SHIRT])
    assert (mine["__typename"], theirs["__typename"]) == ("Order", "Order")
    assert mine["id"] != theirs["id"]


async def test_the_key_of_a_refused_order_may_be_used_again(customer: Client) -> None:
    assert (await customer.order(key="K-2", items=[]))["__typename"] == "InvalidInput"
    assert (await customer.order(key="K-2"))["__typename"] == "Order"


async def test_a_customer_cancels_an_order_with_a_reason(buyer: Client) -> None:
    order = await buyer.order()
    cancelled = await buyer.run(CANCEL, id=order["id"], reason=" found it at home ", version=1)
    assert cancelled | {"updatedAt": 0} == {
        "__typename": "Order",
        "id": order["id"],
        "status": "CANCELLED",
        "version": 2,
        "cancelReason": "found it at home",
        "updatedAt": 0,
        "createdAt": order["createdAt"],
    }
    assert cancelled["updatedAt"] > order["createdAt"]
    found = await buyer.read(order["id"])
    assert (found["status"], found["cancelReason"]) == ("CANCELLED", "found it at home")


async def test_an_order_is_cancelled_once(unhurried: Stack, buyer: Client) -> None:
    order = await buyer.order()
    there = buyer.at(unhurried.apis[-1].url)
    answers = await asyncio.gather(*(client.run(CANCEL, id=order["id"]) for client in (buyer, there) * 3))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == [*["InvalidTransition"] * 5, "Order"]
    refused = await buyer.run(CANCEL, id=order["id"])
    assert (refused["from"], refused["to"]) == ("CANCELLED", "CANCELLED")
    assert (await buyer.read(order["id"]))["version"] == 2


async def test_an_order_that_has_changed_meanwhile_is_not_cancelled(buyer: Client) -> None:
    order = await buyer.order()
    refused = await buyer.run(CANCEL, id=order["id"], version=7)
    assert (refused["__typename"], refused["expected"], refused["actual"]) == ("VersionConflict", 7, 1)
    assert (await buyer.read(order["id"]))["status"] == "PENDING"


async def test_a_reason_that_is_too_long_is_refused(buyer: Client) -> None:
    order = await buyer.order()
    refused = await buyer.run(CANCEL, id=order["id"], reason="x" * 2001)
    assert refused["issues"] == [{"path": ["reason"], "code": "LENGTH"}]
    assert (await buyer.read(order["id"]))["status"] == "PENDING"


async def test_anothers_order_cannot_be_cancelled_and_answers_as_unknown(unhurried: Stack, buyer: Client) -> None:
    order = await buyer.order()
    async with Client(unhurried.url) as other:
        await other.register()
        answers = [await other.run(CANCEL, id=id, version=9) for id in (order["id"], UNKNOWN, "garbage")]
    assert [answer["__typename"] for answer in answers] == ["NotFound"] * 3
    assert [answer["id"] for answer in answers] == [order["id"], UNKNOWN, "garbage"]
    assert len({answer["message"] for answer in answers}) == 1
    assert (await buyer.read(order["id"]))["status"] == "PENDING"


async def test_staff_may_cancel_what_its_customer_no_longer_may(
    customer: Client, operator: Client, staff: Client
) -> None:
    for clerk in (operator, staff):
        order = await customer.order()
        await customer.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
        refused = await customer.run(CANCEL, id=order["id"])
        assert (refused["__typename"], refused["from"]) == ("InvalidTransition", "PROCESSED")
        cancelled = await clerk.run(CANCEL, id=order["id"], reason="moth holes")
        assert (cancelled["status"], cancelled["version"], cancelled["cancelReason"]) == ("CANCELLED", 3, "moth holes")
        assert (await customer.read(order["id"]))["cancelReason"] == "moth holes"


async def test_the_cache_answers_at_every_api_and_is_never_stale(unhurried: Stack, buyer: Client) -> None:
    there = buyer.at(unhurried.apis[-1].url)
    for one, other in [(buyer, there), (there, buyer)] * 5:
        order = await one.order()
        answer = await other.post(READ, DEBUG, id=order["id"])
        assert (answer["data"]["order"]["status"], answer["extensions"]) == ("PENDING", {"cache": "hit"})
        assert (await one.run(CANCEL, id=order["id"]))["status"] == "CANCELLED"
        for client in (other, one):
            answer = await client.post(READ, DEBUG, id=order["id"])
            assert (answer["data"]["order"]["status"], answer["data"]["order"]["version"]) == ("CANCELLED", 2)
            assert answer["extensions"] == {"cache": "hit"}


@pytest.mark.parametrize("unhurried", ["servers"], indirect=True)
async def test_an_order_that_the_cache_has_lost_is_read_once_and_kept(unhurried: Stack, buyer: Client) -> None:
    assert isinstance(unhurried, ServerStack)
    order = await buyer.order()
    async with Redis.from_url(unhurried.redis.url) as redis:
        await redis.flushall()
    there = buyer.at(unhurried.apis[-1].url)
    answers = [await client.post(READ, DEBUG, id=order["id"]) for client in (buyer, there, buyer)]
    assert [answer["extensions"]["cache"] for answer in answers] == ["miss", "hit", "hit"]
    assert answers[0]["data"] == answers[1]["data"] == {"order": await buyer.read(order["id"])}
    assert "extensions" not in await buyer.post(READ, id=order["id"])


async def test_reads_and_changes_at_once_never_show_an_older_order_again(unhurried: Stack, buyer: Client) -> None:
    """A slow reader must not put what it read over what came after."""

    async def versions(client: Client, id: str) -> list[int]:
        return [(await client.read(id))["version"] for _ in range(15)]

    there = buyer.at(unhurried.apis[-1].url)
    for _ in range(5):
        order = await buyer.order()
        *seen, cancelled = await asyncio.gather(
            versions(buyer, order["id"]), versions(there, order["id"]), there.run(CANCEL, id=order["id"])
        )
        assert cancelled["version"] == 2
        assert all(one == sorted(one) for one in seen)
        assert {(await client.read(order["id"]))["status"] for client in (buyer, there)} == {"CANCELLED"}


async def test_whether_a_strangers_order_is_cached_is_not_told(stack: Stack, customer: Client) -> None:
    order = await customer.order()
    async with await Client(stack.url).register() as stranger:
        foreign = await stranger.post(READ, DEBUG, id=order["id"])
        unknown = await stranger.post(READ, DEBUG, id=UNKNOWN)
    assert foreign == unknown
    assert foreign["data"] == {"order": None}
