"""Orders in SQL: kept whole, claimed by one worker, listed page by page."""

import asyncio
from uuid import UUID

import pytest

from domain.clock import now
from domain.ids import new_id
from domain.money import Money
from domain.order_selection import OrderSelection
from domain.orders import Order, OrderStatus, promote_pending
from domain.ports import Slice
from persistence.database import SqlDatabase
from tests.persistence.shops import Held, Process, keep
from tests.support.things import NOON, ago, make_cause, make_item, make_order
from tests.support.waiting import PATIENCE

PROCESSED, CANCELLED = OrderStatus.PROCESSED, OrderStatus.CANCELLED


async def read(database: SqlDatabase, id: UUID) -> Order | None:
    async with database.reading() as rows:
        return await rows.orders.get(id)


async def test_an_order_is_read_as_it_was_kept(database: SqlDatabase) -> None:
    items = (
        make_item(
            "Lámpara 💡", size="", color=None, quantity=10_000, unit_price=Money(minor=999_999_999, currency="EUR")
        ),
        make_item("CHAIR", unit_price=Money(minor=1, currency="EUR")),
        make_item("chair"),
    )
    order = make_order(items=items, note="a\nb\t'\"\\% ñ", serial=2**40)
    await keep(database, order)
    assert await read(database, order.id) == order
    assert await read(database, new_id()) is None


async def test_an_order_of_a_hundred_lines_keeps_their_order(database: SqlDatabase) -> None:
    order = make_order(items=tuple(make_item(f"item {n}") for n in range(100)))
    await keep(database, make_order(), order, make_order())
    assert await read(database, order.id) == order


async def test_a_cancelled_order_is_kept_as_it_is_now(database: SqlDatabase) -> None:
    order = make_order()
    await keep(database, order)
    cancelled = order.cancelled(now(), "sold out")
    await database.transact(lambda tx: tx.orders.update(cancelled))
    assert await read(database, order.id) == cancelled


async def lock(database: SqlDatabase, id: UUID) -> Order | None:
    return await database.transact(lambda tx: tx.orders.lock(id))


class TestClaim:
    async def test_only_pending_orders_that_are_due_are_claimed_longest_waiting_first(
        self, database: SqlDatabase
    ) -> None:
        at = now()
        second, first = make_order(promote_at=ago(seconds=5)), make_order(promote_at=ago(minutes=5))
        others = [make_order(promote_at=ago(seconds=-60)), make_order(status=PROCESSED), make_order(status=CANCELLED)]
        await keep(database, second, first, *others)
        assert await database.transact(lambda tx: tx.orders.claim_due(at, 10)) == [first, second]
        assert await database.transact(lambda tx: tx.orders.claim_due(at, 1)) == [first]

    async def test_an_order_is_due_at_its_very_moment(self, database: SqlDatabase) -> None:
        order = make_order(promote_at=NOON)
        await keep(database, order)
        moment_before = NOON.replace(microsecond=NOON.microsecond - 1)
        assert await database.transact(lambda tx: tx.orders.claim_due(moment_before, 10)) == []
        assert await database.transact(lambda tx: tx.orders.claim_due(NOON, 10)) == [order]

    async def test_promoted_orders_are_kept_as_the_log_tells_them(self, database: SqlDatabase) -> None:
        await keep(database, *[make_order() for _ in range(3)])
        promoted = await database.transact(lambda tx: promote_pending(tx, cause=make_cause(), limit=10))
        assert [order.status for order in promoted] == [PROCESSED] * 3
        for order in promoted:
            assert await read(database, order.id) == order
        async with database.reading() as rows:
            assert [event.subject for event in await rows.events.read(after=0, upto=9, limit=9)] == promoted

    async def test_two_workers_never_promote_the_same_order(self, database: SqlDatabase, process: Process) -> None:
        placed = [make_order() for _ in range(40)]
        await keep(database, *placed)

        async def work(worker: SqlDatabase) -> list[UUID]:
            mine: list[UUID] = []
            while some := await worker.transact(lambda tx: promote_pending(tx, cause=make_cause(), limit=3)):
                mine += [order.id for order in some]
            return mine

        first, second = await asyncio.gather(work(database), work(process(database.url)))
        assert sorted(first + second) == sorted(order.id for order in placed)

    async def test_a_worker_takes_what_another_has_left(self, mariadb_database: SqlDatabase) -> None:
        await keep(mariadb_database, *[make_order() for _ in range(5)])
        at = now()
        one = Held(mariadb_database, lambda tx: tx.orders.claim_due(at, 3))
        async with one:
            rest = await mariadb_database.transact(lambda tx: tx.orders.claim_due(at, 10))
            nothing = await mariadb_database.transact(lambda tx: tx.orders.claim_due(at, 10))
            assert len(rest) == len(nothing) == 2  # the first of the two has let go again
        claimed = await one.commit()
        assert isinstance(claimed, list)
        assert {order.id for order in claimed}.isdisjoint(order.id for order in rest)

    @pytest.mark.parametrize("due", [0, 3, 50])
    async def test_a_claim_does_not_block_new_orders(self, mariadb_database: SqlDatabase, due: int) -> None:
        later = [make_order(promote_at=ago(seconds=-60)) for _ in range(3)]
        await keep(mariadb_database, *later, *[make_order() for _ in range(due)])
        async with Held(mariadb_database, lambda tx: tx.orders.claim_due(now(), 50)), asyncio.timeout(PATIENCE):
            await keep(
                mariadb_database, make_order(promote_at=ago(hours=1)), make_order(), make_order(promote_at=now())
            )
            await mariadb_database.transact(lambda tx: tx.orders.lock(later[0].id))

    async def test_a_claim_locks_what_it_claims_and_nothing_else(self, mariadb_database: SqlDatabase) -> None:
        done = [make_order(status=PROCESSED, promote_at=ago(days=n)) for n in range(20)]
        due = [make_order() for _ in range(4)]
        await keep(mariadb_database, *done, *due)
        async with Held(mariadb_database, lambda tx: tx.orders.claim_due(now(), 2)), asyncio.timeout(PATIENCE):
            for order in (*done, *due[2:]):
                assert await lock(mariadb_database, order.id) == order

    async def test_who_cancels_at_the_same_time_waits_and_then_sees_the_truth(
        self, mariadb_database: SqlDatabase
    ) -> None:
        order = make_order()
        await keep(mariadb_database, order)
        async with Held(mariadb_database, lambda tx: promote_pending(tx, cause=make_cause(), limit=1)):
            locking = asyncio.create_task(mariadb_database.transact(lambda tx: tx.orders.lock(order.id)))
            done, _ = await asyncio.wait([locking], timeout=0.2)
            assert not done
        seen = await locking
        assert seen
        assert (seen.status, seen.version) == (PROCESSED, 2)


class TestPages:
    async def test_orders_are_listed_newest_first_and_back_again(self, database: SqlDatabase) -> None:
        placed = [make_order() for _ in range(7)]
        await keep(database, *placed)
        newest = sorted((order.id for order in placed), reverse=True)

        async def page(part: Slice) -> list[UUID]:
            async with database.reading() as rows:
                return [order.id for order in await rows.orders.page(part, OrderSelection())]

        assert await page(Slice(size=3)) == newest[:3]
        assert await page(Slice(size=3, after=newest[2])) == newest[3:6]
        assert await page(Slice(size=3, after=newest[5])) == newest[6:]
        assert await page(Slice(size=3, after=newest[6])) == []
        assert await page(Slice(size=3, backwards=True)) == newest[-1:-4:-1]
        assert await page(Slice(size=2, after=newest[4], backwards=True)) == [newest[3], newest[2]]

    async def test_a_list_is_of_one_owner_and_of_the_wanted_statuses(self, database: SqlDatabase) -> None:
        ana = new_id()
        mine, cancelled = make_order(customer_id=ana), make_order(customer_id=ana, status=CANCELLED)
        other = make_order(status=CANCELLED)
        await keep(database, mine, cancelled, other)
        async with database.reading() as rows:
            found = await rows.orders.page(Slice(size=9), OrderSelection(owner_id=ana))
            assert {order.id for order in found} == {mine.id, cancelled.id}
            theirs = OrderSelection(owner_id=ana, statuses=(CANCELLED,))
            assert await rows.orders.page(Slice(size=9), theirs) == [cancelled]
            assert await rows.orders.count(OrderSelection(owner_id=ana)) == 2
            assert await rows.orders.count(OrderSelection(statuses=(CANCELLED, PROCESSED))) == 2
