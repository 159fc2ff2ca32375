"""What becomes of what an order has reserved: sold, given back, exchanged for something else; and of lost commits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain import orders
from domain.drafts import OrderChange
from domain.events import EventType
from domain.ids import new_id
from domain.money import Money
from domain.orders import OrderStatus
from domain.refusals import InvalidTransition, NotFound, OutOfStock, PriceChanged
from persistence.database import SqlDatabase
from persistence.migrations import migrate
from tests.persistence import shops
from tests.persistence.test_desk import opened
from tests.persistence.test_reservations import (
    CREATED,
    LAMP,
    RELEASED,
    RESERVED,
    RETURNED,
    SOLD,
    STOCK,
    UPDATED,
    by_hand,
    change,
    everybody,
    keys_of,
    ledger,
    level,
    line,
    of_stock,
    out,
    placed,
    refusal,
    stocked,
    told,
    wanting,
)
from tests.support.faults import FaultyNetwork, Loss
from tests.support.things import make_cause, make_order, make_product, make_viewer
from web.stack import MariaDB

READY, CANCELLED = EventType.ORDER_READY, EventType.ORDER_CANCELLED


class TestAfterwards:
    async def test_promotion_sells_what_was_reserved(self, database: SqlDatabase) -> None:
        article, other = await stocked(database, 5), await stocked(database, 1)
        one = await placed(database, line(article, 2), line(other))
        two = await placed(database, line(article, 3), LAMP)
        before = len(await told(database))
        cause = make_cause()
        promoted = await database.transact(lambda tx: orders.promote_pending(tx, cause=cause, limit=9))
        assert [order.id for order in promoted] == [one.id, two.id]
        assert (await level(database, article), await level(database, other)) == ((0, 0), (0, 0))
        assert (await ledger(database, article))[2:] == [(SOLD, -2, one.id), (SOLD, -3, two.id)]
        events = (await told(database))[before:]
        assert [(event.type, event.subject) for event in events] == [
            (READY, promoted[0]),
            (READY, promoted[1]),
            (STOCK, of_stock(article, 3, 3)),
            (STOCK, of_stock(other, 0, 0)),
            (STOCK, of_stock(article, 0, 0)),
        ], "with what there was as of each order"
        assert {event.cause for event in events} == {cause}

    async def test_processing_by_hand_sells_and_completing_changes_nothing(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = await placed(database, line(article, 2), LAMP)
        processed = await by_hand(database, orders.process, order)
        assert await level(database, article) == (3, 0)
        assert await ledger(database, article) == [(RESERVED, 2, order.id), (SOLD, -2, order.id)]
        assert (await told(database))[-1].subject == of_stock(article, 0, 3)
        completed = await by_hand(database, orders.complete, processed)
        assert await level(database, article) == (3, 0)
        assert len(await ledger(database, article)) == 2
        assert (await told(database))[-1].subject == completed
        again = refusal(by_hand(database, orders.cancel, completed, reason=None))
        assert await again == InvalidTransition(from_=OrderStatus.COMPLETED, to=OrderStatus.CANCELLED)
        assert await level(database, article) == (3, 0)

    async def test_cancelling_what_is_pending_releases(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = await placed(database, line(article, 2), LAMP)
        owner = make_viewer(user_id=order.customer_id)
        cancelled = await by_hand(database, orders.cancel, order, who=owner, reason="late")
        assert await level(database, article) == (5, 0)
        assert await ledger(database, article) == [(RESERVED, 2, order.id), (RELEASED, -2, order.id)]
        last = [(event.type, event.subject) for event in await told(database)][-2:]
        assert last == [(CANCELLED, cancelled), (STOCK, of_stock(article, 0, 5))]
        again = refusal(by_hand(database, orders.cancel, cancelled, reason=None))
        assert await again == InvalidTransition(from_=OrderStatus.CANCELLED, to=OrderStatus.CANCELLED)
        assert await level(database, article) == (5, 0), "it is given back once"

    async def test_cancelling_what_was_sold_returns_it(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = await placed(database, line(article, 2))
        processed = await by_hand(database, orders.process, order)
        cancelled = await by_hand(database, orders.cancel, processed, reason=None)
        assert await level(database, article) == (5, 0)
        assert await ledger(database, article) == [
            (RESERVED, 2, order.id),
            (SOLD, -2, order.id),
            (RETURNED, 2, order.id),
        ]
        last = [(event.type, event.subject) for event in await told(database)][-2:]
        assert last == [(CANCELLED, cancelled), (STOCK, of_stock(article, 0, 5))]

    async def test_the_poller_and_a_hand_sell_it_once(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = await placed(database, line(article, 2))
        poller = database.transact(lambda tx: orders.promote_pending(tx, cause=make_cause(), limit=9))
        hand = by_hand(database, orders.process, order, expected_version=None)
        await asyncio.gather(poller, hand, return_exceptions=True)
        assert await level(database, article) == (3, 0)
        assert await ledger(database, article) == [(RESERVED, 2, order.id), (SOLD, -2, order.id)]


class TestUpdate:
    async def test_only_the_difference_is_reserved_and_released(self, database: SqlDatabase) -> None:
        more, fewer = await stocked(database, 5), await stocked(database, 5)
        gone, new, same = await stocked(database, 1), await stocked(database, 1), await stocked(database, 2)
        order = await placed(database, line(more, 2), line(fewer, 4), line(gone), line(same, 2))
        before = len(await told(database))
        changed = await change(database, order, line(new), line(same, 2), line(fewer), LAMP, line(more, 5))
        assert [item.product_id for item in changed.items] == [new.id, same.id, fewer.id, None, more.id]
        assert (changed.version, changed.items[1].quantity) == (2, 2)
        counts = [await level(database, one) for one in (more, fewer, gone, new, same)]
        assert counts == [(5, 5), (5, 1), (1, 0), (1, 1), (2, 2)]
        assert (await ledger(database, more))[1:] == [(RESERVED, 3, order.id)]
        assert (await ledger(database, fewer))[1:] == [(RELEASED, -3, order.id)]
        assert (await ledger(database, gone))[1:] == [(RELEASED, -1, order.id)]
        assert await ledger(database, new) == [(RESERVED, 1, order.id)]
        assert (await ledger(database, same))[1:] == []
        events = (await told(database))[before:]
        assert (events[0].type, events[0].subject) == (UPDATED, changed)
        assert {(event.type, event.subject_id) for event in events[1:]} == {
            (STOCK, one.id) for one in (more, fewer, gone, new)
        }
        async with database.reading() as rows:
            assert await rows.orders.get(order.id) == changed
        await by_hand(database, orders.cancel, changed, reason=None)
        assert [(await level(database, one))[1] for one in (more, fewer, gone, new, same)] == [0] * 5

    async def test_what_was_archived_since_stays_in_an_order(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = await placed(database, line(article, 2))
        await database.transact(lambda tx: tx.products.update(replace(article, archived=True)))
        changed = await change(database, order, line(article, 3), LAMP)
        assert [(item.product_id, item.quantity) for item in changed.items] == [(article.id, 3), (None, LAMP.quantity)]
        assert await level(database, article) == (5, 3)

    async def test_an_order_from_before_there_were_regions_is_given_one(self, database: SqlDatabase) -> None:
        article = await stocked(database, 5)
        order = replace(await placed(database, LAMP), region=None)
        await database.transact(lambda tx: tx.orders.update(order))
        asked = OrderChange(lines=(line(article, 2),), region="north")
        who, cause = make_viewer(user_id=order.customer_id), make_cause()
        changed = await database.transact(
            lambda tx: orders.update(tx, who, order.id, asked, expected_version=1, cause=cause)
        )
        assert changed.region == "north"
        assert await level(database, article) == (5, 2)

    async def test_a_refused_change_changes_nothing_at_all(self, database: SqlDatabase) -> None:
        article, few, archived = (
            await stocked(database, 5),
            await stocked(database, 1),
            await stocked(database, 5, archived=True),
        )
        order = await placed(database, line(article, 2))
        happened = await told(database)
        unknown = make_product()
        dearer = PriceChanged(product_id=few.id, expected=Money(minor=1, currency="EUR"), actual=few.price)
        cases = (
            ((line(few, 2),), out(few, 2, 1)),
            ((line(article), line(few, 2)), out(few, 2, 1)),
            ((line(few, 2), line(article, 3)), out(few, 2, 1)),
            ((line(article, 6),), out(article, 6, 5)),
            ((line(article, 3), line(few, 1, 1)), dearer),
            ((line(article, 3), line(archived)), NotFound(id=str(archived.id))),
            ((line(article, 3), line(unknown)), NotFound(id=str(unknown.id))),
        )
        for lines, answer in cases:
            assert await refusal(change(database, order, *lines, note="new")) == answer
        async with database.reading() as rows:
            assert await rows.orders.get(order.id) == order
        assert (await level(database, article), await level(database, few)) == ((5, 2), (1, 0))
        assert await ledger(database, article) == [(RESERVED, 2, order.id)]
        assert await told(database) == happened

    async def test_an_order_may_have_what_it_gives_back_itself(self, database: SqlDatabase) -> None:
        article = await stocked(database, 2)
        order = await placed(database, line(article, 2))
        changed = await change(database, order, line(article, 2), LAMP)
        same = await change(database, changed, line(article, 2), LAMP)
        assert (changed.version, same) == (2, changed), "a change that changes nothing is none"
        assert await change(database, changed, note="only the note") == replace(
            changed, note="only the note", version=3, updated_at=(await told(database))[-1].at
        )
        assert await level(database, article) == (2, 2)
        assert await ledger(database, article) == [(RESERVED, 2, order.id)]


async def test_orders_of_before_go_on_as_ever(database: SqlDatabase) -> None:
    """They have no region, and list nothing."""
    article = await stocked(database, 5)
    old = [make_order(note=f"{n}") for n in range(4)]
    await shops.keep(database, *old)
    async with database.reading() as rows:
        assert await rows.orders.by_ids([order.id for order in old]) == {order.id: order for order in old}
    changed = await change(database, old[0], LAMP, LAMP, note="new")
    assert (changed.items, changed.region) == ((LAMP, LAMP), None)
    await by_hand(database, orders.cancel, changed, reason=None)
    processed = await by_hand(database, orders.process, old[1])
    await by_hand(database, orders.complete, processed)
    sold = await by_hand(database, orders.process, old[2])
    await by_hand(database, orders.cancel, sold, reason=None)
    promoted = await database.transact(lambda tx: orders.promote_pending(tx, cause=make_cause(), limit=9))
    assert [order.id for order in promoted] == [old[3].id]
    assert STOCK not in {event.type for event in await told(database)}
    assert (await level(database, article), await ledger(database, article)) == ((5, 0), [])


class TestLostCommit:
    """The connection is lost during COMMIT, and nobody can say whether it has happened."""

    @pytest.fixture
    async def network(self, mariadb: MariaDB) -> AsyncIterator[FaultyNetwork]:
        async with FaultyNetwork(mariadb.create_database("one_test")) as network:
            yield network

    @pytest.fixture
    async def far(self, network: FaultyNetwork) -> AsyncIterator[SqlDatabase]:
        """A database behind a network that can fail."""
        database = SqlDatabase(network.url, deadline=5)
        await migrate(database.writer)
        yield database
        await database.close()

    @pytest.mark.parametrize("loss", Loss)
    async def test_a_group_reserves_once_and_what_was_refused_is_refused_again(
        self, far: SqlDatabase, network: FaultyNetwork, loss: Loss
    ) -> None:
        article, ana = await stocked(far, 3), new_id()
        wanted = [wanting(line(article, 2), customer_id=ana, idempotency_key=f"k{n}") for n in range(3)]
        async with opened(far) as desk:
            network.lose(loss)
            first, *refused, custom = await everybody(desk, [*wanted, wanting(LAMP)])
        assert network.lost == 1
        assert refused == [OutOfStock(product_id=article.id, requested=2, available=1)] * 2
        assert (await level(far, article), await keys_of(far)) == ((3, 2), 1)
        assert await ledger(far, article) == [(RESERVED, 2, first.id)]
        assert [event.type for event in await told(far)] == [CREATED, CREATED, STOCK]
        assert custom.items == (LAMP,)
