"""Selections of articles in SQL: what is found by the beginnings of words, by whole values, and by what there is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.ids import new_id
from domain.money import Money
from domain.ports import Slice
from domain.products import Product, ProductSelection
from domain.stock import StockLevel
from persistence.database import SqlDatabase
from tests.persistence.test_products import FAIR, GOOD, NEW, found, keep
from tests.support.things import make_product


class TestSearch:
    async def test_every_word_must_begin_one_of_its_words(self, database: SqlDatabase) -> None:
        lamp = make_product(name="Lámpara verde", category="Desk Lamps", sku="AB-1001")
        chair = make_product(name="Silla VERDE oscura", category="Chairs", sku="AB-1002")
        await keep(database, lamp, chair)
        both = [chair.id, lamp.id]
        for text, meant in {
            "": both,
            "ver": both,
            "VERDE": both,
            "verdes": [],
            "erde": [],
            "ab-100": both,
            "AB-1001": [lamp.id],
            "1002 ab sil": [chair.id],
            "lámp des": [lamp.id],
            "la\u0301mpara": [lamp.id],
            "lampara": [],
            "lámp chair": [],
            "des lam": [lamp.id],
            "x": [],
        }.items():
            assert await found(database, search=text) == meant, text

    async def test_nothing_in_a_search_is_a_wildcard(self, database: SqlDatabase) -> None:
        plain = make_product(name="snakexcase wool", sku="A")
        lined = make_product(name="snake_case 100% wool", sku="_B")
        await keep(database, plain, lined)
        for text, meant in {
            "snake_": [lined.id],
            "snake%": [lined.id, plain.id],
            "s%case": [],
            "s_ake": [],
            "_": [lined.id],
            "100%": [lined.id],
            "1%0": [],
            "wool' OR '1'='1": [],
            "w\U0010ffff": [lined.id, plain.id],
        }.items():
            assert await found(database, search=text) == meant, text
        for text in ("%", "w%", "_ool", "wool%"):
            assert await found(database, category=text) == await found(database, color=text) == [], text

    async def test_a_search_finds_no_more_than_words(self, database: SqlDatabase) -> None:
        await keep(database, make_product(category="Lamps", size="M", color="verdigris", description="hidden words"))
        for text in ("category", "=category:lamps", "size", "color", "verdigris", "hidden", "m"):
            assert await found(database, search=text) == [], text

    async def test_category_size_and_color_are_whole_values_in_any_case(self, database: SqlDatabase) -> None:
        one = make_product(category="Desk Lamps", size="XL", color="Añil")
        other = make_product(category="Desk", size="X", color=None)
        await keep(database, one, other)
        assert await found(database, category=" desk LAMPS ") == [one.id]
        assert await found(database, category="Desk") == [other.id]
        assert await found(database, size="x") == [other.id]
        assert await found(database, color="AÑIL") == [one.id]
        assert await found(database, color="anil") == await found(database, color="") == []
        assert await found(database, size="Desk") == [], "a value of another kind"
        assert await found(database, category="desk lamps", size="xl", color="añil", search="desk") == [one.id]
        assert await found(database, category="desk", size="xl") == []

    async def test_by_seller_condition_price_stock_and_whether_it_is_archived(self, database: SqlDatabase) -> None:
        def euros(minor: int) -> Money:
            return Money(minor=minor, currency="EUR")

        free, promised = (
            StockLevel(region="south", on_hand=2, reserved=1),
            StockLevel(region="north", on_hand=2, reserved=2),
        )
        a = make_product(condition=NEW, price=euros(100), stock=(promised, free))
        b = make_product(condition=GOOD, price=euros(200), seller_id=a.seller_id, stock=(promised,))
        c = make_product(condition=FAIR, price=euros(300))
        d = make_product(condition=NEW, price=euros(200), seller_id=a.seller_id, stock=(free,), archived=True)
        await keep(database, a, b, c, d)
        cases: Sequence[tuple[dict[str, Any], list[Product]]] = [
            ({}, [c, b, a]),
            ({"with_archived": True}, [d, c, b, a]),
            ({"seller_id": a.seller_id}, [b, a]),
            ({"seller_id": a.seller_id, "with_archived": True}, [d, b, a]),
            ({"seller_id": new_id()}, []),
            ({"conditions": (NEW,)}, [a]),
            ({"conditions": (NEW, FAIR)}, [c, a]),
            ({"available": True}, [a]),
            ({"available": False}, [c, b]),
            ({"available": True, "with_archived": True}, [d, a]),
            ({"least": 200}, [c, b]),
            ({"most": 200}, [b, a]),
            ({"least": 101, "most": 200}, [b]),
            ({"least": 301}, []),
            ({"most": 0}, []),
            ({"least": 200, "available": False, "seller_id": a.seller_id, "search": "lamp", "color": "verde"}, [b]),
        ]
        for asked, meant in cases:
            assert await found(database, **asked) == [one.id for one in meant], asked

    async def test_pages_go_on_where_the_last_one_ended_in_both_directions(self, database: SqlDatabase) -> None:
        level = StockLevel(region="north", on_hand=1)
        listed = [make_product(name=f"lamp verde {n}", stock=(level,) * (n % 2)) for n in range(7)]
        await keep(database, *listed)
        for asked in ProductSelection(), ProductSelection(search="lamp ver", color="verde"):
            for backwards, meant in ((False, listed[::-1]), (True, listed)):
                seen: list[Product] = []
                after: UUID | None = None
                async with database.reading() as rows:
                    while page := await rows.products.page(Slice(size=3, after=after, backwards=backwards), asked):
                        assert len(page) <= 3
                        seen, after = [*seen, *page], page[-1].id
                assert seen == meant
