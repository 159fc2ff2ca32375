"""Lists of orders in SQL: the same orders as the domain means, page by page, in both directions."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest

from domain.ids import new_id
from domain.order_selection import OrderSelection
from domain.orders import Order, OrderStatus, PaymentState
from domain.ports import Slice
from persistence.database import SqlDatabase
from tests.persistence.shops import keep
from tests.support.things import NOON, make_item, make_order

PENDING, PROCESSED = OrderStatus.PENDING, OrderStatus.PROCESSED
COMPLETED, CANCELLED = OrderStatus.COMPLETED, OrderStatus.CANCELLED
ANA, BEA = new_id(), new_id()
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


def shelf() -> list[Order]:
    """Orders of two customers, of all statuses and several days; the newest first."""
    notes = [None, "", "by thursday", "By THURSDAY, 100%", "a_b", "a/b \\ 'c' \"d\"", "123"]
    made = [
        make_order(
            serial=100 + n,
            customer_id=(ANA, BEA)[n % 2],
            status=list(OrderStatus)[n % 4],
            note=notes[n % len(notes)],
            items=(make_item(f"chair {n}"), make_item("50% Wool")) if n % 3 else (make_item("LAMP_1"),),
            created_at=NOON + n // 3 * DAY,
        )
        for n in range(24)
    ]
    return sorted(made, key=lambda order: order.id, reverse=True)


@pytest.fixture
async def kept(database: SqlDatabase) -> list[Order]:
    orders = shelf()
    await keep(database, *orders)
    return orders


async def page(database: SqlDatabase, part: Slice, selection: OrderSelection) -> list[Order]:
    async with database.reading() as rows:
        return await rows.orders.page(part, selection)


async def found(database: SqlDatabase, **asked: object) -> list[Order]:
    return await page(database, Slice(size=99), OrderSelection(**asked))  # type: ignore[arg-type]


async def walk(database: SqlDatabase, selection: OrderSelection, *, size: int, backwards: bool) -> list[UUID]:
    """The ids of all pages, each found from the last order of the one before."""
    seen: list[UUID] = []
    after: UUID | None = None
    while some := await page(database, Slice(size=size, after=after, backwards=backwards), selection):
        assert len(some) <= size
        seen += [order.id for order in some]
        after = some[-1].id
    return seen


SELECTIONS: Sequence[OrderSelection] = [
    OrderSelection(
        owner_id=owner, customer_id=customer, statuses=statuses, created_from=since, created_to=to, search=text
    )
    for owner, customer, statuses, (since, to), text in product(
        (None, ANA),
        (None, ANA, BEA),
        ((), (PENDING,), (PROCESSED, CANCELLED)),
        ((None, None), (NOON + 2 * DAY, NOON + 5 * DAY)),
        (None, "thursday", "lamp_1"),
    )
]


async def test_every_walk_yields_every_order_that_is_meant_once_and_in_order(
    database: SqlDatabase, kept: list[Order]
) -> None:
    some = 0
    for n, selection in enumerate(SELECTIONS):
        meant = [order.id for order in kept if selection.matches(order, None)]
        some += bool(meant)
        for size, backwards in ((1 + n % 5, False), (1 + n % 4, True)):
            seen = await walk(database, selection, size=size, backwards=backwards)
            assert seen == (meant[::-1] if backwards else meant), (selection, size, backwards)
        async with database.reading() as rows:
            assert await rows.orders.count(selection) == len(meant), selection
    assert some > 40


@pytest.mark.parametrize("size", range(1, 6))
@pytest.mark.parametrize("backwards", [False, True])
async def test_a_page_of_any_size_goes_on_where_the_last_one_ended(
    database: SqlDatabase, kept: list[Order], size: int, backwards: bool
) -> None:
    ids = [order.id for order in kept]
    assert await walk(database, OrderSelection(), size=size, backwards=backwards) == (ids[::-1] if backwards else ids)


@pytest.mark.parametrize(
    "text",
    [
        "chair 1", "CHAIR 1", " chair 23 ", "thursday", "100%", "%", "_", "a_b", "a/b", "/", "\\", "'", '"', "\\ 'c'",
        "lamp_1", "lampx1", "123", "SW-000123", "sw-100", "000101", "00", "50% wool", "5_% wool", "--", "0x31", "",
        " ", "nothing like it", "%' OR 1=1", "1e2", "\uff11\uff10\uff10",
    ],
)  # fmt: skip
async def test_a_search_finds_what_the_domain_finds(database: SqlDatabase, kept: list[Order], text: str) -> None:
    selection = OrderSelection(search=text)
    meant = [order for order in kept if selection.matches(order, None)]
    assert await found(database, search=text) == meant


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Lámpara verde", "lámpara"),
        ("Lámpara verde", "LÁMPARA"),
        ("lámpara", "lampara"),
        ("camisón", "CAMISÓN"),
        ("año", "ano"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("👗 dress", "👗"),
        ("👗 dress", "👕"),
        ("an\u0303o", "año"),
    ],
)
async def test_letters_of_every_language_are_found_as_the_domain_finds_them(
    database: SqlDatabase, words: str, text: str
) -> None:
    """So a board that follows a search shows the orders that its list had."""
    selection = OrderSelection(search=text)
    for order in (make_order(note=words), make_order(items=(make_item(words),))):
        await keep(database, order)
        is_found = [one.id for one in await found(database, search=text, customer_id=order.customer_id)] == [order.id]
        assert is_found is selection.matches(order, None)


@pytest.mark.parametrize(
    ("since", "to", "count"),
    [
        (NOON, None, 1),
        (NOON + INSTANT, None, 0),
        (None, NOON, 0),
        (None, NOON + INSTANT, 1),
        (NOON, NOON + INSTANT, 1),
        (NOON + INSTANT, NOON, 0),
    ],
)
async def test_a_time_is_exact_to_the_microsecond(database: SqlDatabase, since: object, to: object, count: int) -> None:
    await keep(database, make_order(created_at=NOON))
    assert len(await found(database, created_from=since, created_to=to)) == count


async def test_an_order_is_found_by_its_payment_state(database: SqlDatabase, kept: list[Order]) -> None:
    assert await found(database, payment_states=(PaymentState.NOT_REQUIRED,)) == kept


async def test_an_order_with_many_matching_lines_is_found_once(database: SqlDatabase) -> None:
    order = make_order(items=tuple(make_item("lamp") for _ in range(20)), note="lamp")
    await keep(database, order)
    assert await found(database, search="lamp") == [order]
    async with database.reading() as rows:
        assert await rows.orders.count(OrderSelection(search="lamp")) == 1


async def test_changed_items_replace_those_that_were_there(database: SqlDatabase) -> None:
    order, other = make_order(items=(make_item("A"), make_item("B"), make_item("C"))), make_order()
    await keep(database, order, other)
    changed = make_order(
        **{name: getattr(order, name) for name in ("id", "serial", "customer_id")}, note="new", version=2
    )
    await database.transact(lambda tx: tx.orders.update(changed))
    await database.transact(lambda tx: tx.orders.replace_items(changed))
    async with database.reading() as rows:
        assert await rows.orders.get(order.id) == changed
        assert await rows.orders.get(other.id) == other
    assert await found(database, search="B") == []
