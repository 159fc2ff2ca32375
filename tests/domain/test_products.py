"""Articles: what they are found by, how many there are of them, and how sellers may describe them."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.drafts import Kept
from domain.ids import new_id
from domain.listings import Listing, adjustment, changes, listing
from domain.money import Money
from domain.products import Condition, Product, ProductSelection, StockAdjustment, may_manage, words_of
from domain.refusals import InvalidInput, NotAllowed, OutOfStock, Refused
from domain.stock import MOST_ON_HAND, StockLevel, StockMovementKind, adjusted, received
from domain.users import Role, Viewer
from tests.support.things import TERMS, make_cause, make_product, make_viewer

SELLER = make_viewer(Role.SELLER)
DESCRIBED: dict[str, Any] = {
    "name": "Lamp",
    "description": None,
    "category": "Lamps",
    "size": None,
    "color": None,
    "price": Decimal("10.50"),
    "image_url": None,
}
KEPT = dict.fromkeys(DESCRIBED, Kept.KEPT)


def listed(viewer: Viewer = SELLER, **given: Any) -> Listing:
    asked = {"sku": "L-1", "condition": Condition.GOOD, "stock": [("north", 1)], **DESCRIBED}
    return listing(viewer, shop=TERMS, **{**asked, **given})


def changed(**given: Any) -> Any:
    return changes(shop=TERMS, **{"archived": None, "condition": None, **KEPT, **given})


def adjusting(**given: Any) -> StockAdjustment:
    asked = {"idempotency_key": "k", "product_id": new_id(), "region": "north", "delta": 1, "reason": "came"}
    return adjustment(SELLER, shop=TERMS, cause=make_cause(SELLER.user_id), **{**asked, **given})


def issues_of(doing: Any, **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        doing(**given)
    assert isinstance(refused.value.refusal, InvalidInput)
    return [(".".join(issue.path), issue.code) for issue in refused.value.refusal.issues]


class TestTerms:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Lámpara VERDE", {"lámpara", "verde"}),
            ("la\u0301mpara", {"lámpara"}),
            ("Straße", {"strasse"}),
            ("ΣΊΣΥΦΟΣ", {"σίσυφοσ"}),
            ("SKU-00/1.b", {"sku", "00", "1", "b"}),
            ("snake_case 50%", {"snake_case", "50"}),
            ("\uff11\uff10\uff10 \u00bd", {"100", "1", "2"}),
            ("lamp Lamp LAMP", {"lamp"}),
            (" -- % ' ", set()),
            ("x" * 200, {"x" * 120}),
        ],
    )
    def test_words_are_what_two_spellings_have_in_common(self, text: str, words: set[str]) -> None:
        assert words_of(text) == words

    def test_an_article_is_found_by_its_words_and_by_whole_values(self) -> None:
        article = make_product(name="Lámpara", category="Desk Lamps", sku="AB-12", size=" XL ", color="Verde Mar")
        words = {"lámpara", "desk", "lamps", "ab", "12"}
        assert article.terms == words | {"=category:desk lamps", "=size:xl", "=color:verde mar"}

    def test_what_it_lacks_is_no_term(self) -> None:
        article = make_product(name="a", category="b", sku="c", size=None, color="", description="words of no account")
        assert article.terms == {"a", "b", "c", "=category:b"}

    def test_a_selection_names_the_terms_that_an_article_has(self) -> None:
        article = make_product(name="Lámpara", category="Desk Lamps", sku="AB-12", size="XL", color="Verde")
        wanted = ProductSelection(search="LÁMP ab-1", category=" desk LAMPS", size="xl", color="VERDE")
        assert set(wanted.terms) <= article.terms
        assert wanted.beginnings == ["1", "ab", "lámp"]
        assert all(any(term.startswith(word) for term in article.terms) for word in wanted.beginnings)

    def test_a_selection_of_nothing_has_no_terms_and_one_of_an_empty_value_has(self) -> None:
        assert (ProductSelection().terms, ProductSelection().beginnings) == ([], [])
        assert ProductSelection(size="").terms == ["=size:"], "which no article has"


class TestStock:
    def test_what_is_available_is_on_hand_less_reserved_over_all_regions_or_in_one(self) -> None:
        levels = (StockLevel(region="north", on_hand=5, reserved=2), StockLevel(region="south", on_hand=1))
        article = make_product(stock=levels)
        assert (article.available(), article.available("north"), article.available("south")) == (4, 3, 1)
        assert article.available("east") == 0
        assert make_product().available() == 0

    def test_a_level_is_replaced_and_a_new_one_is_put_in_its_order(self) -> None:
        north, south = StockLevel(region="north", on_hand=1), StockLevel(region="south", on_hand=2)
        article = make_product(stock=(south,))
        assert article.level("south") == south
        assert article.level("north") == StockLevel(region="north", on_hand=0, reserved=0)
        both = article.with_level(north)
        assert (both.stock, article.stock) == ((north, south), (south,))
        more = StockLevel(region="south", on_hand=9, reserved=9)
        assert both.with_level(more).stock == (north, more)

    def test_more_that_has_come_and_fewer_that_are_gone_are_lines_of_the_ledger(self) -> None:
        article, came = received(make_product(), "north", 3, reason=None)
        fewer, gone = adjusted(article, "north", -2, reason="broken")
        assert (came.kind, came.delta, came.reason) == (StockMovementKind.RECEIVED, 3, None)
        assert (gone.kind, gone.delta, gone.reason) == (StockMovementKind.ADJUSTED, -2, "broken")
        assert {came.product_id, gone.product_id} == {article.id}
        assert fewer.stock == (StockLevel(region="north", on_hand=1),)
        assert fewer.version == article.version

    def test_what_is_promised_cannot_go(self) -> None:
        article = make_product(stock=(StockLevel(region="north", on_hand=5, reserved=2),))
        assert adjusted(article, "north", -3, reason="x")[0].level("north").available == 0
        for region, delta, available in (("north", -4, 3), ("south", -1, 0)):
            with pytest.raises(Refused) as refused:
                adjusted(article, region, delta, reason="x")
            asked = OutOfStock(product_id=article.id, requested=-delta, available=available)
            assert refused.value.refusal == asked

    @settings(max_examples=100, deadline=None)
    @given(
        begin=some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9)), min_size=2, max_size=2),
        moves=some.lists(some.tuples(some.sampled_from(TERMS.regions), some.integers(-9, 9).filter(bool)), max_size=20),
    )
    def test_whatever_comes_and_goes_the_ledger_adds_up(
        self, begin: list[tuple[int, int]], moves: list[tuple[str, int]]
    ) -> None:
        levels = [
            StockLevel(region=region, on_hand=free + reserved, reserved=reserved)
            for region, (free, reserved) in zip(TERMS.regions, begin, strict=True)
        ]
        article, total = make_product(stock=tuple(levels)), Counter({level.region: level.on_hand for level in levels})
        for region, delta in moves:
            try:
                article, movement = _moved(article, region, delta)
            except Refused:
                assert article.available(region) + delta < 0
            else:
                total[movement.region] += movement.delta
        for was in levels:
            level = article.level(was.region)
            assert level.on_hand >= level.reserved == was.reserved >= 0
            assert level.on_hand == total[was.region]


def _moved(article: Product, region: str, delta: int) -> Any:
    return (received if delta > 0 else adjusted)(article, region, delta, reason="x")


class TestListing:
    def test_it_is_what_was_described_and_its_sellers(self) -> None:
        made = listed(
            sku=" L-1 ", name=" Lamp ", size="", image_url=" ", stock=[("north", 2), ("south", 0), ("north", 3)]
        )
        article = made.product
        assert (article.sku, article.name, article.size, article.image_url) == ("L-1", "Lamp", None, None)
        assert (article.seller_id, article.version, article.archived) == (SELLER.user_id, 1, False)
        assert article.price == Money(minor=1050, currency="EUR")
        assert made.stock == {"north": 5}, "a region that is named twice is summed"
        assert article.stock == (), "which comes with the ledger"

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        wrong = {
            "sku": " ",
            "name": "",
            "description": "d" * 2001,
            "category": "c" * 61,
            "size": "s" * 41,
            "color": "c\0",
            "price": Decimal("0.001"),
            "image_url": "javascript:alert(1)",
            "stock": [("north", -1), ("east", 1), ("south", MOST_ON_HAND + 1)],
        }
        assert sorted(issues_of(listed, **wrong)) == [
            ("input.category", "LENGTH"),
            ("input.color", "CHARACTERS"),
            ("input.description", "LENGTH"),
            ("input.imageUrl", "FORMAT"),
            ("input.name", "LENGTH"),
            ("input.price", "PRECISION"),
            ("input.size", "LENGTH"),
            ("input.sku", "LENGTH"),
            ("input.stock.0.quantity", "RANGE"),
            ("input.stock.1.region", "REGION"),
            ("input.stock.2.quantity", "RANGE"),
        ]

    def test_only_sellers_and_admins_list(self) -> None:
        for role in (Role.CUSTOMER, Role.OPERATOR):
            with pytest.raises(Refused) as refused:
                listed(make_viewer(role), sku="")
            assert isinstance(refused.value.refusal, NotAllowed)
        assert listed(make_viewer(Role.ADMIN)).product.sku == "L-1"

    def test_a_list_of_regions_has_an_end(self) -> None:
        assert listed(stock=[("north", 1)] * 20).stock == {"north": 20}
        assert issues_of(listed, stock=[("north", 1)] * 21) == [("input.stock", "COUNT")]

    @pytest.mark.parametrize("price", ["0", "-1", "10000000.00"])
    def test_a_price_is_more_than_nothing_and_not_absurd(self, price: str) -> None:
        assert issues_of(listed, price=Decimal(price)) == [("input.price", "RANGE")]
        assert listed(price=Decimal("9999999.99")).product.price.minor == 999_999_999

    @pytest.mark.parametrize("url", ["https://x", "http://shop.example/a?b=c#d", "/pictures/a.svg", "/"])
    def test_a_picture_is_on_the_web_or_of_the_shop(self, url: str) -> None:
        assert listed(image_url=url).product.image_url == url

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)", "//host/a.png", "data:image/png;base64,AA", "a.png", "https://", "https:///a",
            "ftp://x", "https:// x", "https:/x", "file:///etc/passwd", "xhttps://x", "x\nhttps://x", "http:x",
            "\\\\host", "?a",
        ],
    )  # fmt: skip
    def test_anything_else_is_no_picture(self, url: str) -> None:
        assert issues_of(listed, image_url=url) == [("input.imageUrl", "FORMAT")]
        assert issues_of(changed, image_url=url) == [("input.imageUrl", "FORMAT")]

    def test_its_address_has_an_end(self) -> None:
        assert listed(image_url="/" + "a" * 499).product.image_url
        assert issues_of(listed, image_url="/" + "a" * 500) == [("input.imageUrl", "LENGTH")]


class TestChanges:
    def test_what_is_not_named_stays(self) -> None:
        assert changed() == {}
        assert changed(name=" Chair ", archived=False) == {"name": "Chair", "archived": False}
        assert changed(condition=Condition.FAIR) == {"condition": Condition.FAIR}

    def test_null_removes_what_may_be_missing(self) -> None:
        optional = ("description", "size", "color", "image_url")
        assert changed(**dict.fromkeys(optional)) == dict.fromkeys(optional)
        assert changed(**dict.fromkeys(optional, " ")) == dict.fromkeys(optional), "and so does nothing but blanks"

    def test_null_does_not_remove_what_must_be_there(self) -> None:
        needed = issues_of(changed, name=None, category=None, price=None, size="s" * 41)
        assert sorted(needed) == [
            ("input.category", "NULL"),
            ("input.name", "NULL"),
            ("input.price", "NULL"),
            ("input.size", "LENGTH"),
        ]

    def test_a_new_price_is_in_the_currency_of_the_shop(self) -> None:
        assert changed(price=Decimal("3")) == {"price": Money(minor=300, currency="EUR")}


class TestAdjustment:
    @pytest.mark.parametrize("delta", [1, -1, MOST_ON_HAND, -MOST_ON_HAND])
    def test_so_many_more_or_fewer(self, delta: int) -> None:
        made = adjusting(delta=delta, reason=" came ", idempotency_key=" k ")
        assert (made.delta, made.reason, made.idempotency_key) == (delta, "came", "k")

    @pytest.mark.parametrize("delta", [0, MOST_ON_HAND + 1, -MOST_ON_HAND - 1])
    def test_neither_none_nor_an_absurd_number(self, delta: int) -> None:
        assert issues_of(adjusting, delta=delta) == [("input.delta", "RANGE")]

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        assert issues_of(adjusting, idempotency_key="", region="North", delta=0, reason="r" * 201) == [
            ("input.idempotencyKey", "LENGTH"),
            ("input.region", "REGION"),
            ("input.delta", "RANGE"),
            ("input.reason", "LENGTH"),
        ]


def test_an_article_is_managed_by_its_seller_and_by_admins() -> None:
    owner = new_id()
    assert may_manage(make_viewer(Role.SELLER, user_id=owner), owner)
    assert may_manage(make_viewer(Role.ADMIN), owner)
    assert not may_manage(make_viewer(Role.SELLER), owner)
    assert not may_manage(make_viewer(Role.OPERATOR), owner)
    assert not may_manage(make_viewer(Role.CUSTOMER, user_id=owner), owner), "who is no seller any more"
