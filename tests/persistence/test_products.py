"""Articles in SQL: kept whole, and their stock with its ledger."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from domain import products
from domain.events import EventType
from domain.ids import new_id
from domain.listings import Listing
from domain.money import Money
from domain.ports import Slice, Unavailable
from domain.products import Condition, Product, ProductSelection, StockAdjustment
from domain.refusals import IdempotencyConflict, InvalidInput, NotFound, OutOfStock, Refused, VersionConflict
from domain.stock import StockLevel, StockMovement, StockMovementKind, adjusted, received
from domain.users import Role, Viewer
from persistence import tables
from persistence.database import SqlDatabase, SqlTransaction
from tests.support.things import make_cause, make_product, make_viewer

GOOD, NEW, FAIR = Condition.GOOD, Condition.NEW, Condition.FAIR
RECEIVED, ADJUSTED = StockMovementKind.RECEIVED, StockMovementKind.ADJUSTED


async def keep(database: SqlDatabase, *articles: Product) -> None:
    """With the stock they have."""

    async def add(tx: SqlTransaction) -> None:
        for article in articles:
            assert await tx.products.add(article)
            await tx.products.move([article], [came(article, level) for level in article.stock])

    await database.transact(add)


def came(article: Product, level: StockLevel) -> StockMovement:
    return StockMovement(product_id=article.id, region=level.region, kind=RECEIVED, delta=level.on_hand)


async def read(database: SqlDatabase, id: UUID) -> Product | None:
    async with database.reading() as rows:
        return await rows.products.get(id)


async def found(database: SqlDatabase, **asked: Any) -> list[UUID]:
    """The ids of the articles that are found, newest first; what is counted is what is there."""
    selection = ProductSelection(**asked)
    async with database.reading() as rows:
        page = await rows.products.page(Slice(size=99), selection)
        assert await rows.products.count(selection) == len(page)
    assert [one.id for one in page] == sorted((one.id for one in page), reverse=True)
    return [one.id for one in page]


async def ledger(database: SqlDatabase, id: UUID) -> list[StockMovement]:
    async with database.reading() as rows:
        return await rows.products.movements(Slice(size=99), product_id=id)


async def told(database: SqlDatabase) -> list[tuple[EventType, object]]:
    async with database.reading() as rows:
        return [(one.type, one.subject) for one in await rows.events.read(after=0, upto=99, limit=99)]


class TestKeeping:
    async def test_an_article_is_read_as_it_was_kept(self, database: SqlDatabase) -> None:
        levels = (StockLevel(region="north", on_hand=5, reserved=2), StockLevel(region="south", on_hand=0))
        full = make_product(
            name="Lámpara 💡 '\"\\%_",
            description="d" * 2000,
            condition=Condition.FOR_PARTS,
            size="XL",
            price=Money(minor=999_999_999, currency="USD"),
            image_url="/pictures/a.svg",
            archived=True,
            stock=levels,
            version=7,
        )
        empty = make_product(color=None)
        await keep(database, full, empty)
        assert await read(database, full.id) == full
        assert await read(database, empty.id) == empty
        assert await read(database, new_id()) is None
        assert await database.transact(lambda tx: tx.products.lock(full.id)) == full
        assert await database.transact(lambda tx: tx.products.lock(new_id())) is None

    async def test_a_change_replaces_what_it_is_found_by_and_leaves_its_stock(self, database: SqlDatabase) -> None:
        article, other = make_product(stock=(StockLevel(region="north", on_hand=5, reserved=2),)), make_product()
        await keep(database, article, other)
        described = {"name": "Silla", "category": "Chairs", "size": "M", "color": None, "condition": FAIR}
        now = {"description": "new", "image_url": "/b", "archived": True, "price": Money(minor=1, currency="EUR")}
        changed = replace(article, **described, **now, version=2)
        await database.transact(lambda tx: tx.products.update(changed))
        assert await read(database, article.id) == changed
        assert await read(database, other.id) == other
        assert await found(database, search="lámpara", with_archived=True) == [other.id]
        assert await found(database, color="verde", with_archived=True) == [other.id]
        assert await found(database, search="sil cha", size="m", with_archived=True) == [article.id]

    async def test_a_sku_is_a_sellers_only_one_whatever_its_case(self, database: SqlDatabase) -> None:
        first = make_product(sku="Añ-Ⅷ")
        await keep(database, first)
        for same in ("Añ-Ⅷ", "AÑ-VIII", " an\u0303-viii "):
            again = make_product(sku=same, seller_id=first.seller_id)
            assert not await database.transact(lambda tx, again=again: tx.products.add(again)), same
            assert await read(database, again.id) is None
        others = [make_product(sku="Añ-Ⅷ"), make_product(sku="An-viii", seller_id=first.seller_id)]
        await keep(database, *others)
        assert len(await found(database, search="viii")) == 3


class TestStock:
    async def test_levels_and_the_ledger_are_written_together(self, database: SqlDatabase) -> None:
        article, other = make_product(), make_product(stock=(StockLevel(region="north", on_hand=1),))
        await keep(database, article, other)
        one, first = received(article, "south", 5, reason="came")
        two, second = received(one, "north", 2, reason=None)
        await database.transact(lambda tx: tx.products.move([two], [first, second]))
        assert await read(database, article.id) == two
        three, third = adjusted(two, "south", -4, reason="broken")
        await database.transact(lambda tx: tx.products.move([three], [third]))
        await database.transact(lambda tx: tx.products.move([make_product(id=article.id)], []))
        assert await read(database, article.id) == three
        assert await read(database, other.id) == other
        assert await ledger(database, article.id) == [third, second, first]

    async def test_several_articles_move_at_once_and_only_where_the_ledger_says(self, database: SqlDatabase) -> None:
        level = StockLevel(region="south", on_hand=7)
        one, two = make_product(stock=(level,)), make_product(stock=(level,))
        await keep(database, one, two)
        more, first = received(one, "north", 1, reason=None)
        fewer, second = adjusted(two, "south", -3, reason=None)
        astray = more.with_level(replace(level, on_hand=99))
        await database.transact(lambda tx: tx.products.move([astray, fewer], [first, second]))
        locked = await database.transact(lambda tx: tx.products.lock_all([two.id, one.id, new_id()]))
        assert locked == {one.id: more, two.id: fewer}
        assert list(locked) == sorted(locked)

    async def test_the_ledger_is_paged_newest_first(self, database: SqlDatabase) -> None:
        article, made = make_product(), []
        for n in range(1, 6):
            article, movement = received(article, "north", n, reason=f"{n}")
            made.append(movement)
        await keep(database, replace(article, stock=()))
        await database.transact(lambda tx: tx.products.move([article], made))
        async with database.reading() as rows:
            first = await rows.products.movements(Slice(size=2), product_id=article.id)
            rest = await rows.products.movements(Slice(size=9, after=first[-1].id), product_id=article.id)
        assert [first, rest] == [made[:2:-1], made[2::-1]]

    async def test_the_database_refuses_to_promise_what_is_not_there(self, database: SqlDatabase) -> None:
        article = make_product(stock=(StockLevel(region="north", on_hand=5, reserved=2),))
        await keep(database, article)
        for counts, broken in (
            ({"reserved": 6}, "ck_stock_levels_on_hand"),
            ({"on_hand": 1}, "ck_stock_levels_on_hand"),
            ({"reserved": -1}, "ck_stock_levels_reserved"),
        ):
            wrong = update(tables.stock_levels).values(counts)
            with pytest.raises((DBAPIError, Unavailable), match=broken):
                await database.transact(lambda tx, wrong=wrong: tx.connection.execute(wrong))
        assert await read(database, article.id) == article


class TestKeys:
    async def test_a_key_is_one_request_of_one_user_and_of_one_operation(self, database: SqlDatabase) -> None:
        ana, bea, asked = new_id(), new_id(), (new_id(), "north", 3, "came")

        async def claim(operation: str, user_id: UUID, key: str, *body: object) -> bool:
            return await database.transact(lambda tx: tx.keys.claim(operation, user_id, key, body))

        assert await claim("adjustStock", ana, "k", *asked) is True
        assert await claim("adjustStock", ana, "k", *asked) is False
        for other in ((*asked[:3], "gone"), (*asked[:2], 4, asked[3]), asked[:3], ()):
            with pytest.raises(Refused) as refused:
                await claim("adjustStock", ana, "k", *other)
            assert refused.value.refusal == IdempotencyConflict(key="k")
        for operation, user_id, key in (("adjustStock", bea, "k"), ("other", ana, "k"), ("adjustStock", ana, "K")):
            assert await claim(operation, user_id, key, "another body") is True
            assert await claim(operation, user_id, key, "another body") is False


def selling(article: Product) -> Viewer:
    return make_viewer(Role.SELLER, user_id=article.seller_id)


def adjustment(viewer: Viewer, article: Product, delta: int, key: str = "k") -> StockAdjustment:
    return StockAdjustment(
        viewer=viewer,
        idempotency_key=key,
        product_id=article.id,
        region="north",
        delta=delta,
        reason="counted",
        cause=make_cause(viewer.user_id),
    )


async def refusal(database: SqlDatabase, work: Any) -> object:
    with pytest.raises(Refused) as refused:
        await database.transact(work)
    return refused.value.refusal


class TestRules:
    async def test_a_listed_article_is_kept_with_its_stock_and_told(self, database: SqlDatabase) -> None:
        listing = Listing(product=make_product(), stock={"south": 2, "north": 1})
        made = await database.transact(lambda tx: products.create(tx, listing, cause=make_cause()))
        assert made.stock == (StockLevel(region="north", on_hand=1), StockLevel(region="south", on_hand=2))
        assert await read(database, made.id) == made
        lines = {(one.region, one.kind, one.delta) for one in await ledger(database, made.id)}
        assert lines == {("north", RECEIVED, 1), ("south", RECEIVED, 2)}
        assert await told(database) == [(EventType.PRODUCT_CREATED, made)]

    async def test_a_sku_that_is_taken_is_an_issue_of_the_form(self, database: SqlDatabase) -> None:
        first = make_product()
        await keep(database, first)
        again = Listing(product=make_product(sku=first.sku.lower(), seller_id=first.seller_id), stock={"north": 1})
        refused = await refusal(database, lambda tx: products.create(tx, again, cause=make_cause()))
        assert isinstance(refused, InvalidInput)
        assert [(issue.path, issue.code) for issue in refused.issues] == [(("input", "sku"), "TAKEN")]
        assert await ledger(database, again.product.id) == await told(database) == []

    async def test_a_change_that_changes_nothing_is_no_event(self, database: SqlDatabase) -> None:
        article = make_product(stock=(StockLevel(region="north", on_hand=1),))
        await keep(database, article)

        async def change(viewer: Viewer, version: int, id: UUID = article.id, **fields: Any) -> Product:
            return await database.transact(
                lambda tx: products.update(tx, viewer, id, fields, expected_version=version, cause=make_cause())
            )

        owner = selling(article)
        assert await change(owner, 1, name=article.name, color="verde") == article
        assert await told(database) == []
        changed = await change(owner, 1, color=None)
        assert changed == replace(article, color=None, version=2) == await read(database, article.id)
        assert await change(make_viewer(Role.ADMIN), 2, archived=True) == replace(changed, archived=True, version=3)
        assert [kind for kind, _ in await told(database)] == [EventType.PRODUCT_UPDATED] * 2
        for viewer, version, id, refused in (
            (owner, 2, article.id, VersionConflict(expected=2, actual=3)),
            (make_viewer(Role.SELLER), 3, article.id, NotFound(id=str(article.id))),
            (owner, 3, article.seller_id, NotFound(id=str(article.seller_id))),
        ):
            with pytest.raises(Refused) as raised:
                await change(viewer, version, id, name="x")
            assert raised.value.refusal == refused

    async def test_an_adjustment_happens_once_and_a_refused_one_is_not_remembered(self, database: SqlDatabase) -> None:
        article = make_product()
        await keep(database, article)
        owner = selling(article)
        gone, more = adjustment(owner, article, -1, "later"), adjustment(owner, article, 2)
        empty = OutOfStock(product_id=article.id, requested=1, available=0)
        assert await refusal(database, lambda tx: products.adjust_stock(tx, gone)) == empty
        stranger = replace(more, viewer=make_viewer(Role.SELLER))
        assert await refusal(database, lambda tx: products.adjust_stock(tx, stranger)) == NotFound(id=str(article.id))
        for _ in range(2):
            stocked = await database.transact(lambda tx: products.adjust_stock(tx, more))
            assert stocked == replace(article, stock=(StockLevel(region="north", on_hand=2),))
        other = replace(more, delta=3)
        assert await refusal(database, lambda tx: products.adjust_stock(tx, other)) == IdempotencyConflict(key="k")
        left = await database.transact(lambda tx: products.adjust_stock(tx, gone))
        assert left.available() == 1
        assert [(one.kind, one.delta) for one in await ledger(database, article.id)] == [(ADJUSTED, -1), (RECEIVED, 2)]
        assert await told(database) == [(EventType.STOCK_CHANGED, stocked), (EventType.STOCK_CHANGED, left)]
