"""Articles where it is easy to go wrong: addresses, disguises, limits."""

from typing import Any

import pytest

from tests.shop.test_products import READ, create, found, listed
from tests.shop.test_stock import adjust, stocked
from tests.support.client import Client

WHOSE = """subscription($ids: [ID!]) { stockChanged(productIds: $ids) {
  cursor product { id available seller { email } } } }"""


async def only_the_seller_is_told(seller: Client, id: str, mine: Any, theirs: Any) -> None:
    """The address, while the stock of the article changes."""
    seen = []
    for n in range(6):
        await adjust(seller, id, -1 if n % 2 else 1, key=f"{n}")
        one = [await following.until(lambda message: message["product"]) for following in (mine, theirs)]
        seen.append([messages[-1]["product"]["seller"]["email"] for messages in one])
    assert {theirs for _, theirs in seen} == {None}, seen
    assert None not in {mine for mine, _ in seen}, seen


@pytest.mark.parametrize("ids", ["one", "all"])
async def test_a_sellers_address_is_not_told_to_customers_who_follow_the_same(
    seller: Client, customer: Client, ids: str
) -> None:
    id = await stocked(seller, 5)
    wanted = {"ids": [id]} if ids == "one" else {}
    async with seller.subscribe(WHOSE, **wanted) as mine, customer.subscribe(WHOSE, **wanted) as theirs:
        await mine.next()
        await theirs.next()
        await only_the_seller_is_told(seller, id, mine, theirs)


async def test_and_the_seller_sees_it_when_a_customer_came_first(seller: Client, customer: Client) -> None:
    id = await stocked(seller, 5)
    async with customer.subscribe(WHOSE, ids=[id]) as theirs, seller.subscribe(WHOSE, ids=[id]) as mine:
        await theirs.next()
        await mine.next()
        await only_the_seller_is_told(seller, id, mine, theirs)


async def test_an_article_is_answered_as_it_is_read(seller: Client) -> None:
    made = await listed(seller, stock=[{"region": "north", "quantity": 0}])
    assert (await seller.run(READ, id=made["id"]))["stock"] == made["stock"]


async def test_a_sku_that_grows_when_it_is_folded(seller: Client) -> None:
    made = await create(seller, sku="ﬃ" * 64)
    assert made["__typename"] in ("Product", "InvalidInput")


@pytest.mark.parametrize(
    "url", ["/\\evil.example/a.png", "/\t/evil.example/a.png", "/\n/evil.example/a.png", "https://a b"]
)
async def test_no_picture_is_of_another_host_in_disguise(seller: Client, url: str) -> None:
    assert (await create(seller, imageUrl=url))["__typename"] == "InvalidInput", url


async def test_there_is_never_more_on_hand_than_the_most(seller: Client) -> None:
    stock = [{"region": "north", "quantity": 1_000_000}] * 2
    assert (await create(seller, stock=stock))["__typename"] == "InvalidInput"


async def test_nothing_is_added_to_the_most_that_is_counted(seller: Client) -> None:
    made = await listed(seller, stock=[{"region": "north", "quantity": 1_000_000}])
    refused = await adjust(seller, made["id"], 1, key="one more")
    assert [(issue["path"], issue["code"]) for issue in refused["issues"]] == [(["input", "delta"], "RANGE")]


async def test_a_search_without_a_word_finds_nothing(seller: Client) -> None:
    await listed(seller)
    assert await found(seller, sellerId=seller.user["id"], search="%") == []
