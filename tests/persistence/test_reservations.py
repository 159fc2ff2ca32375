"""Orders of listed articles in SQL: what is placed is reserved, and nothing is promised to two."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain import drafts, orders, products
from domain.drafts import ListedItem, ListedLine, OrderChange, OrderDraft
from domain.events import Event, EventType
from domain.ids import new_id
from domain.money import Money
from domain.orders import Order
from domain.ports import Slice
from domain.products import Product, StockAdjustment
from domain.refusals import IdempotencyConflict, NotFound, OutOfStock, PriceChanged, Refused
from domain.stock import StockLevel, StockMovementKind, received
from domain.users import Role, Viewer
from persistence.database import SqlDatabase, SqlTransaction
from persistence.desk import SqlOrderDesk
from persistence.tables import idempotency_keys
from tests.persistence.shops import Process
from tests.persistence.test_desk import opened
from tests.support.things import TERMS, make_cause, make_custom, make_draft, make_item, make_product
from tests.support.things import make_viewer as viewer

LAMP = make_item("COMPLICATED-LAMP")
RESERVED, RELEASED = StockMovementKind.RESERVED, StockMovementKind.RELEASED
SOLD, RETURNED = StockMovementKind.SOLD, StockMovementKind.RETURNED
CREATED, UPDATED, STOCK = EventType.ORDER_CREATED, EventType.ORDER_UPDATED, EventType.STOCK_CHANGED
CLERK = viewer(Role.OPERATOR)


async def stocked(database: SqlDatabase, quantity: int, **given: Any) -> Product:
    """A new article of which there are so many in the north, without a word in the log."""
    article = make_product(**given)

    async def add(tx: SqlTransaction) -> Product:
        assert await tx.products.add(article)
        if not quantity:
            return article
        full, movement = received(article, "north", quantity, reason=None)
        await tx.products.move([full], [movement])
        return full

    return await database.transact(add)


def line(article: Product, quantity: int = 1, *seen: int) -> ListedLine:
    return ListedLine(product_id=article.id, quantity=quantity, expected=frozenset(seen))


def wanting(*lines: Any, **given: Any) -> OrderDraft:
    return make_draft(lines=lines, **given)


async def placed(database: SqlDatabase, *lines: Any) -> Order:
    async with opened(database) as desk:
        return await desk.place(wanting(*lines))


async def level(database: SqlDatabase, article: Product, region: str = "north") -> tuple[int, int]:
    """On hand, and reserved."""
    async with database.reading() as rows:
        found = await rows.products.get(article.id)
    assert found
    return found.level(region).on_hand, found.level(region).reserved


async def ledger(database: SqlDatabase, article: Product) -> list[tuple[StockMovementKind, int, UUID | None]]:
    """What orders did to it, the oldest first."""
    async with database.reading() as rows:
        lines = await rows.products.movements(Slice(size=99), product_id=article.id)
    assert {one.region for one in lines} <= {"north"}
    return [(one.kind, one.delta, one.order_id) for one in lines[::-1] if one.order_id]


async def told(database: SqlDatabase) -> list[Event]:
    async with database.reading() as rows:
        return await rows.events.read(after=0, upto=999, limit=999)


async def keys_of(database: SqlDatabase) -> int:
    async with database.reading() as rows:
        return int(await rows.connection.scalar(select(func.count()).select_from(idempotency_keys)) or 0)


async def everybody(desk: SqlOrderDesk, wanted: Sequence[OrderDraft]) -> list[Any]:
    """Orders, and refusals where there are none."""
    answers = await asyncio.gather(*map(desk.place, wanted), return_exceptions=True)
    return [one.refusal if isinstance(one, Refused) else one for one in answers]


def of_stock(article: Product, reserved: int, on_hand: int) -> Product:
    return article.with_level(StockLevel(region="north", on_hand=on_hand, reserved=reserved))


async def refusal(work: Any) -> object:
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.refusal


def out(article: Product, requested: int, available: int) -> OutOfStock:
    return OutOfStock(product_id=article.id, requested=requested, available=available)


async def change(database: SqlDatabase, order: Order, *lines: Any, **fields: Any) -> Order:
    asked, owner = OrderChange(lines=lines or None, fields=fields), viewer(user_id=order.customer_id)
    return await database.transact(
        lambda tx: orders.update(tx, owner, order.id, asked, expected_version=order.version, cause=make_cause())
    )


async def by_hand(database: SqlDatabase, work: Any, order: Order, **given: Any) -> Order:
    who: Viewer = given.pop("who", CLERK)
    asked = {"expected_version": order.version, "cause": make_cause(who.user_id), **given}
    done: Order = await database.transact(lambda tx: work(tx, who, order.id, **asked))
    return done


async def restock(database: SqlDatabase, article: Product, delta: int) -> None:
    change = StockAdjustment(
        viewer=viewer(Role.ADMIN),
        idempotency_key="k",
        product_id=article.id,
        region="north",
        delta=delta,
        reason="counted",
        cause=make_cause(),
    )
    await database.transact(lambda tx: products.adjust_stock(tx, change))


class TestPlacing:
    async def test_what_is_placed_is_reserved_in_the_ledger_and_told(self, database: SqlDatabase) -> None:
        one, two = await stocked(database, 5, name="Silla", size="M"), await stocked(database, 1)
        draft = wanting(line(two), LAMP, line(one, 2, 1050))
        async with opened(database) as desk:
            order = await desk.place(draft)
        assert order.items[1] == LAMP
        silla = order.items[2]
        assert (silla.product, silla.size, silla.color, silla.quantity) == ("Silla", "M", "verde", 2)
        assert (silla.unit_price, silla.product_id, order.items[0].product_id) == (one.price, one.id, two.id)
        assert (order.total.minor, order.region) == (5 * 1050, "north")
        async with database.reading() as rows:
            assert await rows.orders.get(order.id) == order
        assert (await level(database, one), await level(database, two)) == ((5, 2), (1, 1))
        assert await ledger(database, one) == [(RESERVED, 2, order.id)]
        assert await ledger(database, two) == [(RESERVED, 1, order.id)]
        events = await told(database)
        assert [(one.type, one.subject) for one in events] == [
            (CREATED, order),
            (STOCK, of_stock(one, 2, 5)),
            (STOCK, of_stock(two, 1, 1)),
        ]
        assert {event.cause for event in events} == {draft.cause}

    async def test_stock_is_of_the_region_that_was_asked_for(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        async with opened(database) as desk:
            assert await everybody(desk, [wanting(line(article), region="south")]) == [out(article, 1, 0)]
        assert (await level(database, article), await told(database)) == ((5, 0), [])

    async def test_an_article_that_is_listed_twice_is_one_line(self, database: SqlDatabase) -> None:
        article, seen = await stocked(database, 5), Decimal("10.50")
        asked = [ListedItem(product_id=article.id, quantity=n, expected_price=p) for n, p in ((2, seen), (3, None))]
        draft = drafts.draft(
            viewer(),
            items=[asked[0], make_custom(), asked[1]],
            note=None,
            idempotency_key=None,
            shop=TERMS,
            cause=make_cause(),
        )
        async with opened(database) as desk:
            order = await desk.place(draft)
        assert [(item.product_id, item.quantity) for item in order.items] == [(article.id, 5), (None, 2)]
        assert await level(database, article) == (5, 5)
        assert await ledger(database, article) == [(RESERVED, 5, order.id)]

    async def test_what_is_not_as_it_was_asked_for_is_refused_and_nothing_is_reserved(
        self, database: SqlDatabase
    ) -> None:
        there, few = await stocked(database, 5), await stocked(database, 1)
        archived, unknown = await stocked(database, 5, archived=True), make_product()
        dearer = PriceChanged(product_id=there.id, expected=Money(minor=999, currency="EUR"), actual=there.price)
        cases: list[tuple[tuple[ListedLine, ...], object]] = [
            ((line(few), line(there, 1, 999)), dearer),
            ((line(few), line(there, 1, 1050, 999)), dearer),
            ((line(there), line(archived)), NotFound(id=str(archived.id))),
            ((line(there), line(unknown)), NotFound(id=str(unknown.id))),
            ((line(there), line(few, 2)), out(few, 2, 1)),
            ((line(few, 2), line(there)), out(few, 2, 1)),
            ((line(there, 6),), out(there, 6, 5)),
        ]
        async with opened(database) as desk:
            assert await everybody(desk, [wanting(*lines) for lines, _ in cases]) == [answer for _, answer in cases]
            for lines, answer in cases:
                assert await everybody(desk, [wanting(*lines)]) == [answer], "alone as in a group"
        for article, quantity in ((there, 5), (few, 1), (archived, 5)):
            assert await level(database, article) == (quantity, 0)
            assert await ledger(database, article) == []
        assert await told(database) == []


class TestGroup:
    @pytest.mark.parametrize("key", [None, "k"])
    async def test_the_last_pieces_go_to_the_first_who_ask_and_the_neighbours_are_placed(
        self, database: SqlDatabase, key: str | None
    ) -> None:
        article, other = await stocked(database, 3), await stocked(database, 9)
        lines = [
            (line(article, 2),),
            (LAMP,),
            (line(other), line(article, 2)),
            (line(article), line(other, 4)),
            (LAMP, line(article)),
            (line(other, 5),),
        ]
        wanted = [wanting(*some, idempotency_key=key) for some in lines]
        groups: list[int] = []

        async def count(events: Sequence[Event]) -> None:
            groups.append(len(events))

        database.when_committed(count)
        async with opened(database) as desk:
            first, custom, few, second, none, rest = await everybody(desk, wanted)
        assert (few, none) == (out(article, 2, 1), out(article, 1, 0))
        assert [one.id for one in (first, custom, second, rest)] == [wanted[n].id for n in (0, 1, 3, 5)]
        assert groups == [8], "one group, and one transaction"
        assert (await level(database, article), await level(database, other)) == ((3, 3), (9, 9))
        assert await ledger(database, article) == [(RESERVED, 2, first.id), (RESERVED, 1, second.id)]
        assert await ledger(database, other) == [(RESERVED, 4, second.id), (RESERVED, 5, rest.id)]
        events = await told(database)
        assert [one.subject for one in events if one.type is CREATED] == [first, custom, second, rest]
        assert [one.subject for one in events if one.type is STOCK] == [
            of_stock(article, 2, 3),
            of_stock(article, 3, 3),
            of_stock(other, 4, 9),
            of_stock(other, 9, 9),
        ], "with what there was as of each order"
        assert await keys_of(database) == (4 if key else 0)

    async def test_desks_of_two_processes_promise_no_more_than_there_is(
        self, database: SqlDatabase, process: Process
    ) -> None:
        async with opened(database) as here, opened(process(database.url)) as there:
            for _ in range(5):
                one, two = await stocked(database, 5), await stocked(database, 7)
                both = [(line(one), line(two)), (line(two), line(one))]
                asked = [[wanting(*both[n % 2]) for n in range(9)] for _ in range(2)]
                answers = await asyncio.gather(everybody(here, asked[0]), everybody(there, asked[1]))
                found = [answer for some in answers for answer in some]
                refused = [answer for answer in found if not isinstance(answer, Order)]
                assert (len(found), refused) == (18, [out(one, 1, 0)] * 13)
                assert (await level(database, one), await level(database, two)) == ((5, 5), (7, 5))


class TestKeys:
    async def test_a_refusal_is_not_remembered(self, database: SqlDatabase) -> None:
        article, ana = await stocked(database, 1), new_id()

        def draft(quantity: int) -> OrderDraft:
            return wanting(line(article, quantity), customer_id=ana, idempotency_key="k")

        async with opened(database) as desk:
            assert await everybody(desk, [draft(2) for _ in range(5)]) == [out(article, 2, 1)] * 5
            assert await keys_of(database) == 0
            await restock(database, article, 1)
            order = await desk.place(draft(2))
            assert await desk.place(draft(2)) == order, "once it is placed it is remembered"
            assert await everybody(desk, [draft(1)]) == [IdempotencyConflict(key="k")]
        assert await level(database, article) == (2, 2)
        assert await ledger(database, article) == [(RESERVED, 2, order.id)]

    async def test_the_key_of_a_refused_request_is_free_for_another(self, database: SqlDatabase) -> None:
        article, ana = await stocked(database, 1), new_id()
        async with opened(database) as desk:
            refused = wanting(line(article, 2), customer_id=ana, idempotency_key="k")
            other = wanting(LAMP, line(article), customer_id=ana, idempotency_key="k")
            assert await everybody(desk, [refused]) == [out(article, 2, 1)]
            order = await desk.place(other)
            assert order.id == other.id
            assert await everybody(desk, [refused]) == [IdempotencyConflict(key="k")]
        assert (await level(database, article), await keys_of(database)) == ((1, 1), 1)
