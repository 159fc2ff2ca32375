"""Stock over the API: it changes once per key, never below what is promised, and whoever follows it is told."""

import asyncio
from collections import Counter
from typing import Any

from tests.shop.test_products import READ, UNKNOWN, listed, update
from tests.support.client import Client, Subscription
from tests.support.processes import Stack
from tests.support.waiting import PATIENCE

ADJUST = """mutation($input: AdjustStockInput!) { adjustStock(input: $input) { __typename
  ... on Product { id version available stock { region onHand reserved } }
  ... on Refusal { message } ... on NotFound { id } ... on IdempotencyConflict { key }
  ... on OutOfStock { productId requested available } ... on InvalidInput { issues { path code } } } }"""
LEDGER = """query($id: ID!, $first: Int, $after: String) {
  stockMovements(productId: $id, first: $first, after: $after) {
    edges { cursor node { kind region delta reason orderId at } } pageInfo { hasNextPage endCursor } } }"""
CHANGED = """subscription($ids: [ID!], $after: Cursor) { stockChanged(productIds: $ids, after: $after) {
  cursor product { id name version available } } }"""


async def adjust(client: Client, id: str, delta: int, *, key: str | None = None, **given: Any) -> dict[str, Any]:
    asked = {"idempotencyKey": key or f"{id} {delta}", "productId": id, "region": "north", "delta": delta}
    answer: dict[str, Any] = await client.run(ADJUST, input={**asked, "reason": "counted", **given})
    return answer


async def ledger(client: Client, id: str) -> list[tuple[str, str, int, str | None]]:
    """Newest first."""
    page = await client.run(LEDGER, id=id, first=100)
    lines = [edge["node"] for edge in page["edges"]]
    assert [one["at"] for one in lines] == sorted((one["at"] for one in lines), reverse=True)
    return [(one["kind"], one["region"], one["delta"], one["reason"]) for one in lines]


async def stocked(seller: Client, quantity: int, **given: Any) -> str:
    """The id of a new article of which there are so many in the north."""
    made = await listed(seller, stock=[{"region": "north", "quantity": quantity}], **given)
    return str(made["id"])


class TestAdjusting:
    async def test_more_that_have_come_and_fewer_that_are_gone_are_in_the_ledger(self, seller: Client) -> None:
        id = await stocked(seller, 2)
        more = await adjust(seller, id, 3, reason=" a box ")
        assert (more["stock"], more["version"]) == ([{"region": "north", "onHand": 5, "reserved": 0}], 1)
        fewer = await adjust(seller, id, -1, reason="broken")
        assert (fewer["available"], fewer["version"]) == (4, 1), "a version is of the article and not of its stock"
        south = await adjust(seller, id, 1, region="south", key="south")
        assert [(one["region"], one["onHand"]) for one in south["stock"]] == [("north", 4), ("south", 1)]
        assert (await seller.run(READ, id=id))["available"] == 5
        assert await ledger(seller, id) == [
            ("RECEIVED", "south", 1, "counted"),
            ("ADJUSTED", "north", -1, "broken"),
            ("RECEIVED", "north", 3, "a box"),
            ("RECEIVED", "north", 2, None),
        ]
        first = await seller.run(LEDGER, id=id, first=3)
        rest = await seller.run(LEDGER, id=id, first=3, after=first["pageInfo"]["endCursor"])
        assert (len(rest["edges"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
        assert (await update(seller, {"id": id, "version": 1}, name="new"))["version"] == 2

    async def test_a_change_that_is_sent_again_happens_once(self, stack: Stack, seller: Client, staff: Client) -> None:
        id, there = await stocked(seller, 0), seller.at(stack.apis[-1].url)
        answers = await asyncio.gather(*(adjust(client, id, 3, key="k") for client in (seller, there) * 4))
        assert [(one["__typename"], one["available"]) for one in answers] == [("Product", 3)] * 8
        assert (await adjust(seller, id, -1, key="other"))["available"] == 2
        assert (await adjust(there, id, 3, key="k"))["available"] == 2, "the article as it is now"
        for other in ({"delta": 4}, {"delta": 3, "region": "south"}, {"delta": 3, "reason": "x"}):
            conflict = await adjust(seller, id, key="k", **other)
            assert (conflict["__typename"], conflict["key"]) == ("IdempotencyConflict", "k")
        assert (await adjust(staff, id, 3, key="k"))["available"] == 5, "another user's key is another"
        assert len(await ledger(seller, id)) == 3

    async def test_what_is_not_there_cannot_go(self, seller: Client) -> None:
        id = await stocked(seller, 2)
        for region, delta, available in (("north", -3, 2), ("south", -1, 0)):
            refused = await adjust(seller, id, delta, region=region, key="k")
            assert refused | {"message": ""} == {
                "__typename": "OutOfStock",
                "message": "",
                "productId": id,
                "requested": -delta,
                "available": available,
            }
        assert (await adjust(seller, id, -2, key="k"))["available"] == 0, "a refused request has not used its key"
        assert len(await ledger(seller, id)) == 2

    async def test_many_at_once_take_what_there_is_and_no_more(self, stack: Stack, seller: Client) -> None:
        id = await stocked(seller, 5)
        clients = [seller.at(api.url) for api in stack.apis]
        answers = await asyncio.gather(*(adjust(clients[n % len(clients)], id, -1, key=f"{n}") for n in range(20)))
        assert Counter(one["__typename"] for one in answers) == {"Product": 5, "OutOfStock": 15}
        assert sorted(one["available"] for one in answers if one["__typename"] == "Product") == [0, 1, 2, 3, 4]
        assert {one["available"] for one in answers if one["__typename"] == "OutOfStock"} == {0}
        assert (await seller.run(READ, id=id))["stock"][0]["onHand"] == 0
        lines = await ledger(seller, id)
        assert [delta for _, _, delta, _ in lines] == [-1] * 5 + [5]

    async def test_everything_that_is_wrong_is_said_at_once(self, seller: Client) -> None:
        id = await stocked(seller, 2)
        refused = await adjust(seller, id, 0, key=" ", region="east", reason="")
        assert {".".join(issue["path"]): issue["code"] for issue in refused["issues"]} == {
            "input.idempotencyKey": "LENGTH",
            "input.region": "REGION",
            "input.delta": "RANGE",
            "input.reason": "LENGTH",
        }

    async def test_only_its_seller_and_admins_change_it_and_read_its_ledger(
        self, seller: Client, staff: Client, customer: Client, operator: Client, nobody: Client
    ) -> None:
        id, of_another = await stocked(seller, 2), await stocked(staff, 2, sku=f"stock {seller.user['id'][-12:]}")
        for unknown in (of_another, UNKNOWN, "garbage"):
            refused = await adjust(seller, unknown, 1)
            assert (refused["__typename"], refused["id"]) == ("NotFound", unknown)
            assert await seller.code(LEDGER, id=unknown) == "NOT_FOUND"
        for client in (customer, operator):
            assert (await adjust(client, id, 1))["__typename"] == "NotAllowed"
            assert await client.code(LEDGER, id=id) == "FORBIDDEN"
        assert await nobody.code(LEDGER, id=id) == "UNAUTHENTICATED"
        assert await ledger(staff, id) == await ledger(seller, id) == [("RECEIVED", "north", 2, None)]
        assert (await adjust(staff, id, 1))["available"] == 3


async def begun(following: Subscription) -> str:
    """The cursor of the first message, which has nothing else."""
    first = await following.next()
    assert first["product"] is None
    return str(first["cursor"])


async def told(following: Subscription, count: int) -> list[tuple[str, int, int]]:
    """Of so many articles: which, of which version, and how many there were."""
    seen: list[tuple[str, int, int]] = []
    async with asyncio.timeout(PATIENCE):
        while len(seen) < count:
            if product := (await following.next())["product"]:
                seen.append((product["id"], product["version"], product["available"]))
    return seen


class TestFollowing:
    async def test_a_customer_is_told_of_the_articles_they_follow_and_of_no_other(
        self, stack: Stack, seller: Client, customer: Client
    ) -> None:
        one, two, three = [await stocked(seller, 5, sku=f"{n}") for n in range(3)]
        there = customer.at(stack.apis[-1].url)
        async with there.socket() as socket:
            following = await socket.subscribe(CHANGED, ids=[one, three.upper()])
            everything = await socket.subscribe(CHANGED)
            start = await begun(following)
            await begun(everything)
            for id in (one, two, three):
                await adjust(seller, id, -1)
            await adjust(seller, one, -2)
            await update(seller, {"id": three, "version": 1}, name="new")
            meant = [(one, 1, 4), (three, 1, 4), (one, 1, 2), (three, 2, 4)]
            assert await told(following, 4) == meant, "with what there was of it at each event"
            middle = [*meant[:1], (two, 1, 4), *meant[1:]]
            assert [line for line in await told(everything, 5) if line[0] in (one, two, three)] == middle
            assert (await socket.run("{ me { id } }"))["id"] == customer.user["id"]
            assert not socket.unread(following.id), "what was sent before that answer has come"
            again = await socket.subscribe(CHANGED, ids=[one, three], after=start)
            await begun(again)
            assert await told(again, 2) == meant[:2]
            resumed = await socket.subscribe(CHANGED, ids=[one, three], after=again.cursor)
            await begun(resumed)
            assert await told(resumed, 2) == meant[2:]

    async def test_a_new_article_is_told_to_whoever_follows_all(self, seller: Client, customer: Client) -> None:
        async with customer.subscribe(CHANGED) as following:
            await begun(following)
            id = await stocked(seller, 5)
            assert await told(following, 1) == [(id, 1, 5)]

    async def test_ids_that_are_none_are_refused(self, customer: Client) -> None:
        async with customer.socket() as socket:
            for ids in ([], ["garbage"], [UNKNOWN, ""], [UNKNOWN] * 101):
                following = await socket.subscribe(CHANGED, ids=ids)
                assert await following.error() == "BAD_USER_INPUT", ids

    async def test_nobody_can_follow_without_signing_in_or_from_a_place_that_is_not_of_this_log(
        self, nobody: Client, customer: Client
    ) -> None:
        async with nobody.subscribe(CHANGED) as following:
            assert await following.error() == "UNAUTHENTICATED"
        async with customer.subscribe(CHANGED, after="garbage") as following:
            assert await following.error() == "CURSOR_INVALID"
