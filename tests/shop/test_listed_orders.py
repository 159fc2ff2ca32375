"""Orders of listed articles over the API: bought as they are listed, reserved at once, and given back."""

import asyncio
from typing import Any

from tests.shop.test_order_changes import PROCESS
from tests.shop.test_products import UNKNOWN, listed
from tests.shop.test_products import update as revise
from tests.shop.test_stock import CHANGED, LEDGER, adjust, begun, stocked, told
from tests.support.client import SHIRT, Client
from tests.support.processes import Stack

ORDER = """id status version note createdAt total { amount currency } items { product productId size color quantity
  unitPrice { amount currency } subtotal { amount } }"""
RESULT = f"""__typename ... on Order {{ {ORDER} }} ... on Refusal {{ message }} ... on NotFound {{ id }}
  ... on OutOfStock {{ productId requested available }} ... on InvalidInput {{ issues {{ path code message }} }}
  ... on PriceChanged {{ productId expected {{ amount currency }} actual {{ amount }} }}
  ... on IdempotencyConflict {{ key }}"""
CREATE = f"mutation($input: CreateOrderInput!) {{ createOrder(input: $input) {{ {RESULT} }} }}"
CHANGE = f"""mutation($input: UpdateOrderInput!) {{ updateOrder(input: $input) {{
  {RESULT.replace("... on IdempotencyConflict { key }", "")} }} }}"""
CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename ... on Order { status version } } }"
READ = f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}"
STOCK = "query($id: ID!) { product(id: $id) { available stock { region onHand reserved available } } }"
CUSTOM = {"custom": SHIRT}


def line(id: str, quantity: int = 1, **given: Any) -> dict[str, Any]:
    return {"listed": {"productId": id, "quantity": quantity, **given}}


async def buy(client: Client, *items: dict[str, Any], **given: Any) -> dict[str, Any]:
    """In cash, so that the order does not wait for its payment."""
    answer: dict[str, Any] = await client.run(CREATE, input={"items": list(items), "payment": {"cash": True}, **given})
    return answer


async def bought(client: Client, *items: dict[str, Any], **given: Any) -> dict[str, Any]:
    order = await buy(client, *items, **given)
    assert order["__typename"] == "Order", order
    return order


async def change(client: Client, order: dict[str, Any], *items: dict[str, Any], **given: Any) -> dict[str, Any]:
    asked = {"id": order["id"], "expectedVersion": order["version"], "items": list(items), **given}
    answer: dict[str, Any] = await client.run(CHANGE, input=asked)
    return answer


async def left(client: Client, id: str) -> tuple[int, int]:
    """In the north: on hand, and reserved."""
    found = await client.run(STOCK, id=id)
    [level] = found["stock"]
    assert level["region"] == "north"
    assert level["available"] == found["available"] == level["onHand"] - level["reserved"]
    return level["onHand"], level["reserved"]


async def moved(seller: Client, id: str) -> list[tuple[str, int, str | None]]:
    """The oldest first, after what came first."""
    page = await seller.run(LEDGER, id=id, first=100)
    lines = [(edge["node"]["kind"], edge["node"]["delta"], edge["node"]["orderId"]) for edge in page["edges"]]
    assert lines[-1][0] == "RECEIVED"
    return lines[-2::-1]


def refused(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the words."""
    assert answer["message"]
    return {name: value for name, value in answer.items() if name != "message"}


class TestPlacing:
    async def test_listed_and_custom_articles_are_bought_together(self, vendor: Client, buyer: Client) -> None:
        article = await listed(vendor, stock=[{"region": "north", "quantity": 5}])
        id = article["id"]
        order = await bought(buyer, line(id.upper(), 2, expectedPrice="10.50"), CUSTOM, line(id), note="soon")
        assert (order["status"], order["total"]) == ("PENDING", {"amount": "41.50", "currency": "EUR"})
        lamp, shirt = order["items"]
        assert lamp == {
            "product": article["name"],
            "productId": id,
            "size": "M",
            "color": "verde",
            "quantity": 3,
            "unitPrice": {"amount": "10.50", "currency": "EUR"},
            "subtotal": {"amount": "31.50"},
        }, "of one that is listed twice, both together"
        assert (shirt["product"], shirt["productId"], shirt["subtotal"]["amount"]) == ("camisa", None, "10.00")
        assert await left(buyer, id) == (5, 3)
        assert await moved(vendor, id) == [("RESERVED", 3, order["id"])]
        assert await buyer.run(READ, id=order["id"]) == {name: order[name] for name in order if name != "__typename"}

    async def test_an_order_stays_as_it_was_whatever_becomes_of_the_article(
        self, unhurried: Stack, vendor: Client, buyer: Client
    ) -> None:
        id = await stocked(vendor, 5)
        order = await bought(buyer, line(id, 2))
        revised = await revise(vendor, {"id": id, "version": 1}, price="99.00", name="Dearer", archived=True)
        assert revised["__typename"] == "Product"
        for api in unhurried.apis:
            found = await buyer.at(api.url).run(READ, id=order["id"])
            assert (found["total"]["amount"], found["items"]) == ("21.00", order["items"])
        assert refused(await buy(buyer, line(id))) == {"__typename": "NotFound", "id": id}
        assert await left(buyer, id) == (5, 2)

    async def test_what_cannot_be_had_is_said_and_nothing_is_reserved(self, vendor: Client, buyer: Client) -> None:
        there, few = await stocked(vendor, 5, sku="there"), await stocked(vendor, 1, sku="few")
        assert refused(await buy(buyer, line(there), line(few, 2), CUSTOM)) == {
            "__typename": "OutOfStock",
            "productId": few,
            "requested": 2,
            "available": 1,
        }
        assert refused(await buy(buyer, line(few), line(there, expectedPrice="9.99"))) == {
            "__typename": "PriceChanged",
            "productId": there,
            "expected": {"amount": "9.99", "currency": "EUR"},
            "actual": {"amount": "10.50"},
        }
        assert refused(await buy(buyer, line(there), line(UNKNOWN))) == {"__typename": "NotFound", "id": UNKNOWN}
        for malformed in ("garbage", "", "\u0000"):
            assert refused(await buy(buyer, line(there), line(malformed))) == {
                "__typename": "NotFound",
                "id": malformed,
            }
        south = await buy(buyer, line(there), region="south")
        assert (south["__typename"], south["available"]) == ("OutOfStock", 0)
        assert (await left(buyer, there), await left(buyer, few)) == ((5, 0), (1, 0))
        assert await moved(vendor, there) == await moved(vendor, few) == []
        assert (await buyer.run("{ orders { totalCount } }"))["totalCount"] == 0

    async def test_everything_that_is_wrong_is_said_at_once_where_the_form_has_it(self, buyer: Client) -> None:
        wrong = await buy(
            buyer,
            line(UNKNOWN, 0),
            CUSTOM,
            line(UNKNOWN, 10_001, expectedPrice="0.001"),
            region="east",
            note="n" * 2001,
        )
        assert [(".".join(issue["path"]), issue["code"]) for issue in wrong["issues"]] == [
            ("input.items.0.listed.quantity", "RANGE"),
            ("input.items.2.listed.quantity", "RANGE"),
            ("input.items.2.listed.expectedPrice", "PRECISION"),
            ("input.note", "LENGTH"),
            ("input.region", "REGION"),
        ]
        assert "'east' is no region of this shop; there is north, south" in wrong["message"]
        for item in ({}, {"listed": None}, {**CUSTOM, **line(UNKNOWN)}):
            answer = await buyer.post(CREATE, input={"items": [item]})
            assert answer.get("errors"), "an item is one of the two"
            assert not answer.get("data")

    async def test_a_key_that_is_sent_again_is_the_same_order_and_reserves_once(
        self, unhurried: Stack, vendor: Client, buyer: Client
    ) -> None:
        id = await stocked(vendor, 5)
        clients = [buyer.at(api.url) for api in unhurried.apis] * 4
        orders = await asyncio.gather(*(bought(client, line(id, 2), idempotencyKey="k") for client in clients))
        assert orders == [orders[0]] * len(clients)
        assert await left(buyer, id) == (5, 2)
        assert await moved(vendor, id) == [("RESERVED", 2, orders[0]["id"])]
        others = [[line(id, 3)], [line(id, 2, expectedPrice="10.50")], [CUSTOM]]
        for items in others:
            assert refused(await buy(buyer, *items, idempotencyKey="k")) == {
                "__typename": "IdempotencyConflict",
                "key": "k",
            }
        elsewhere = await buy(buyer, line(id, 2), region="south", idempotencyKey="k")
        assert elsewhere["__typename"] == "IdempotencyConflict"
        named = await bought(buyer, line(id, 2), region="north", idempotencyKey="k")
        assert named["id"] == orders[0]["id"], "which is the first region, where orders are from"

    async def test_a_refused_request_has_not_used_its_key(self, vendor: Client, buyer: Client) -> None:
        id = await stocked(vendor, 1)
        assert (await buy(buyer, line(id, 2), idempotencyKey="k"))["__typename"] == "OutOfStock"
        assert (await adjust(vendor, id, 1))["available"] == 2
        order = await bought(buyer, line(id, 2), idempotencyKey="k")
        assert (await bought(buyer, line(id, 2), idempotencyKey="k"))["id"] == order["id"]
        assert await left(buyer, id) == (2, 2)


class TestAfterwards:
    async def test_a_change_reserves_and_releases_the_difference(self, vendor: Client, buyer: Client) -> None:
        one, two = await stocked(vendor, 5, sku="one"), await stocked(vendor, 2, sku="two")
        order = await bought(buyer, line(one, 3), CUSTOM)
        changed = await change(buyer, order, line(two), line(one))
        assert [(item["productId"], item["quantity"]) for item in changed["items"]] == [(two, 1), (one, 1)]
        assert (await left(buyer, one), await left(buyer, two)) == ((5, 1), (2, 1))
        assert refused(await change(buyer, changed, line(one, 5), line(two, 4))) == {
            "__typename": "OutOfStock",
            "productId": two,
            "requested": 4,
            "available": 2,
        }
        assert refused(await change(buyer, changed, line(one, 2, expectedPrice="1")))["actual"] == {"amount": "10.50"}
        assert refused(await change(buyer, changed, line(UNKNOWN)))["id"] == UNKNOWN
        assert (await buyer.run(READ, id=order["id"]))["version"] == 2
        assert (await left(buyer, one), await left(buyer, two)) == ((5, 1), (2, 1))
        assert await moved(vendor, one) == [("RESERVED", 3, order["id"]), ("RELEASED", -2, order["id"])]

    async def test_what_is_cancelled_is_given_back(self, vendor: Client, buyer: Client, clerk: Client) -> None:
        id = await stocked(vendor, 5)
        pending, sold = await bought(buyer, line(id, 2)), await bought(buyer, line(id, 3))
        assert await left(buyer, id) == (5, 5)
        assert (await clerk.run(PROCESS, id=sold["id"]))["status"] == "PROCESSED"
        assert await left(buyer, id) == (2, 2)
        assert (await buyer.run(CANCEL, id=pending["id"]))["status"] == "CANCELLED"
        assert await left(buyer, id) == (2, 0)
        assert (await clerk.run(CANCEL, id=sold["id"]))["status"] == "CANCELLED"
        assert await left(buyer, id) == (5, 0)
        assert await moved(vendor, id) == [
            ("RESERVED", 2, pending["id"]),
            ("RESERVED", 3, sold["id"]),
            ("SOLD", -3, sold["id"]),
            ("RELEASED", -2, pending["id"]),
            ("RETURNED", 3, sold["id"]),
        ]

    async def test_the_poller_sells(self, seller: Client, customer: Client) -> None:
        id = await stocked(seller, 5)
        order = await bought(customer, line(id, 2))
        await customer.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
        assert await left(customer, id) == (3, 0)
        assert await moved(seller, id) == [("RESERVED", 2, order["id"]), ("SOLD", -2, order["id"])]

    async def test_others_see_what_is_left(self, unhurried: Stack, vendor: Client, buyer: Client) -> None:
        id = await stocked(vendor, 5)
        async with await Client(unhurried.apis[-1].url).register() as other, other.socket() as socket:
            following = await socket.subscribe(CHANGED, ids=[id])
            await begun(following)
            order = await bought(buyer, line(id, 2), CUSTOM)
            assert await told(following, 1) == [(id, 1, 3)]
            changed = await change(buyer, order, line(id, 4))
            assert await told(following, 1) == [(id, 1, 1)]
            await change(buyer, changed, line(id, 4), note="nothing for them")
            await buyer.run(CANCEL, id=order["id"])
            assert await told(following, 1) == [(id, 1, 5)]
