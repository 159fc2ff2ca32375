"""The order desk: one order per idempotency key, whatever is sent again and whatever is lost on the way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.drafts import OrderDraft
from domain.ids import new_id
from domain.orders import Order, OrderStatus
from domain.refusals import IdempotencyConflict, Refused
from persistence.database import SqlDatabase
from persistence.desk import SqlOrderDesk
from persistence.migrations import migrate
from persistence.tables import idempotency_keys, order_items, orders
from tests.persistence.shops import Process, positions
from tests.support.faults import FaultyNetwork, Loss
from tests.support.things import make_draft, make_item
from web.stack import MariaDB

LAMP, CHAIR = make_item("COMPLICATED-LAMP"), make_item("HEAVY-CHAIR")


@asynccontextmanager
async def opened(database: SqlDatabase, *, promote_after: float = 0) -> AsyncIterator[SqlOrderDesk]:
    desk = SqlOrderDesk(database, promote_after=timedelta(seconds=promote_after))
    try:
        yield desk
    finally:
        await desk.close()


async def kept(database: SqlDatabase) -> dict[str, int]:
    """How many rows the orders have left."""
    async with database.reader.connect() as connection:
        return {
            table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (orders, order_items, idempotency_keys)
        }


async def read(database: SqlDatabase, placed: Sequence[Order]) -> list[Order]:
    async with database.reading() as rows:
        found = await rows.orders.by_ids([order.id for order in placed])
    return [found[order.id] for order in placed]


def rows(count: int, *, keys: int) -> dict[str, int]:
    """What orders of one line each leave."""
    return {"orders": count, "order_items": count, "idempotency_keys": keys}


async def test_a_placed_order_is_answered_as_it_is_kept(database: SqlDatabase) -> None:
    async with opened(database, promote_after=3) as desk:
        draft = make_draft(lines=(LAMP, CHAIR), note="soon")
        order = await desk.place(draft)
    assert (order.id, order.customer_id, order.items) == (draft.id, draft.customer_id, (LAMP, CHAIR))
    assert (order.status, order.version, order.promote_at - order.created_at) == (
        OrderStatus.PENDING,
        1,
        timedelta(seconds=3),
    )
    assert await read(database, [order]) == [order]
    async with database.reading() as found:
        [event] = await found.events.read(after=0, upto=9, limit=9)
    assert (event.subject, event.cause) == (order, draft.cause)


async def test_orders_of_one_moment_are_all_placed_and_have_different_numbers(database: SqlDatabase) -> None:
    async with opened(database) as desk:
        drafts = [make_draft(idempotency_key=f"k{n}" if n % 2 else None) for n in range(300)]
        placed = await asyncio.gather(*map(desk.place, drafts))
    assert [order.id for order in placed] == [draft.id for draft in drafts]
    assert len({order.number for order in placed}) == 300
    assert await read(database, placed) == placed
    assert await positions(database) == list(range(1, 301))
    assert await kept(database) == rows(300, keys=150)


class TestSameKey:
    async def test_the_same_request_at_once_is_one_order(self, database: SqlDatabase) -> None:
        ana = new_id()
        async with opened(database) as desk:
            drafts = [make_draft(customer_id=ana, idempotency_key="k1") for _ in range(20)]
            placed = await asyncio.gather(*map(desk.place, drafts))
        assert placed == [placed[0]] * 20
        assert await kept(database) == rows(1, keys=1)
        assert await positions(database) == [1]

    async def test_the_same_request_later_is_the_same_order_as_it_is_then(self, database: SqlDatabase) -> None:
        ana = new_id()
        async with opened(database) as desk:
            first = await desk.place(make_draft(customer_id=ana, idempotency_key="k1"))
            assert await desk.place(make_draft(customer_id=ana, idempotency_key="k1")) == first
            cancelled = first.cancelled(first.created_at, None)
            await database.transact(lambda tx: tx.orders.update(cancelled))
            assert await desk.place(make_draft(customer_id=ana, idempotency_key="k1")) == cancelled
        assert await positions(database) == [1]

    async def test_the_same_request_at_two_processes_at_once_is_one_order(
        self, database: SqlDatabase, process: Process
    ) -> None:
        async with opened(database) as here, opened(process(database.url)) as there:
            for n in range(5):
                ana = new_id()
                drafts = [make_draft(customer_id=ana, idempotency_key="k1") for _ in range(8)]
                placed = await asyncio.gather(*((here, there)[m % 2].place(draft) for m, draft in enumerate(drafts)))
                assert placed == [placed[0]] * 8
                assert await kept(database) == rows(n + 1, keys=n + 1)

    async def test_groups_with_the_same_keys_in_opposite_order_do_not_hurt_each_other(
        self, database: SqlDatabase, process: Process
    ) -> None:
        ana, keys = new_id(), [f"k{n}" for n in range(30)]
        async with opened(database) as here, opened(process(database.url)) as there:

            def ask(desk: SqlOrderDesk, keys: Sequence[str]) -> list["asyncio.Task[Order]"]:
                drafts = [make_draft(customer_id=ana, idempotency_key=key) for key in keys]
                return [asyncio.create_task(desk.place(draft)) for draft in drafts]

            first = await asyncio.gather(*ask(here, keys), *ask(there, keys[::-1]))
        assert first[:30] == first[30:][::-1]
        assert await kept(database) == rows(30, keys=30)

    @pytest.mark.parametrize("changes", [{"lines": (CHAIR,)}, {"lines": (LAMP, LAMP)}, {"note": "other"}])
    async def test_the_same_key_with_another_request_is_a_conflict(
        self, database: SqlDatabase, changes: dict[str, object]
    ) -> None:
        ana = new_id()
        async with opened(database) as desk:
            first = await desk.place(make_draft(customer_id=ana, idempotency_key="k1"))
            with pytest.raises(Refused) as refused:
                await desk.place(make_draft(customer_id=ana, idempotency_key="k1", **changes))
            assert refused.value.refusal == IdempotencyConflict(key="k1")
            assert await desk.place(make_draft(customer_id=ana, idempotency_key="k1")) == first
        assert await kept(database) == rows(1, keys=1)

    async def test_two_requests_with_one_key_at_once_are_one_order_and_one_conflict(
        self, database: SqlDatabase
    ) -> None:
        ana = new_id()
        async with opened(database) as desk:
            drafts = [make_draft(customer_id=ana, idempotency_key="k1", lines=(item,)) for item in (LAMP, CHAIR)]
            first, second = await asyncio.gather(*map(desk.place, drafts), return_exceptions=True)
        assert isinstance(first, Order)
        assert first.items == (LAMP,)
        assert isinstance(second, Refused)
        assert second.refusal == IdempotencyConflict(key="k1")
        assert await kept(database) == rows(1, keys=1)

    async def test_a_conflict_does_not_hurt_the_neighbours(self, database: SqlDatabase) -> None:
        ana = new_id()
        async with opened(database) as desk:
            await desk.place(make_draft(customer_id=ana, idempotency_key="k1"))
            drafts = [
                make_draft(),
                make_draft(customer_id=ana, idempotency_key="k1", note="other"),
                make_draft(customer_id=ana, idempotency_key="k2"),
            ]
            one, bad, two = await asyncio.gather(*map(desk.place, drafts), return_exceptions=True)
        assert isinstance(one, Order)
        assert isinstance(bad, Refused)
        assert isinstance(two, Order)
        assert await positions(database) == [1, 2, 3]

    async def test_a_key_is_its_customers_own(self, database: SqlDatabase) -> None:
        async with opened(database) as desk:
            placed = await asyncio.gather(*(desk.place(make_draft(idempotency_key="k1")) for _ in range(3)))
        assert len({order.id for order in placed}) == 3

    async def test_keys_are_compared_letter_by_letter(self, database: SqlDatabase) -> None:
        ana = new_id()
        async with opened(database) as desk:
            keys = ["key", "KEY", "kéy", "ke\u0301y"]
            placed = [await desk.place(make_draft(customer_id=ana, idempotency_key=key)) for key in keys]
        assert len({order.id for order in placed}) == 4

    async def test_a_customer_who_goes_away_and_asks_again_has_one_order(self, database: SqlDatabase) -> None:
        ana = new_id()
        async with opened(database) as desk:
            first = asyncio.create_task(desk.place(make_draft(customer_id=ana, idempotency_key="k1")))
            await asyncio.sleep(0)
            first.cancel()
            again = await desk.place(make_draft(customer_id=ana, idempotency_key="k1"))
        assert await read(database, [again]) == [again]
        assert await kept(database) == rows(1, keys=1)


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

    @pytest.mark.parametrize("key", [None, "k1"])
    @pytest.mark.parametrize("loss", Loss)
    async def test_an_order_is_placed_once_and_answered(
        self, far: SqlDatabase, network: FaultyNetwork, loss: Loss, key: str | None
    ) -> None:
        async with opened(far) as desk:
            network.lose(loss)
            order = await desk.place(make_draft(idempotency_key=key))
        assert network.lost == 1
        assert await read(far, [order]) == [order]
        assert await kept(far) == rows(1, keys=1 if key else 0)
        assert await positions(far) == [1]

    @pytest.mark.parametrize("loss", Loss)
    async def test_a_group_is_placed_once_and_everybody_is_answered(
        self, far: SqlDatabase, network: FaultyNetwork, loss: Loss
    ) -> None:
        drafts = [make_draft(idempotency_key=f"k{n}" if n % 2 else None) for n in range(10)]
        async with opened(far) as desk:
            network.lose(loss)
            placed = await asyncio.gather(*map(desk.place, drafts))
        assert network.lost == 1
        assert [order.id for order in placed] == [draft.id for draft in drafts]
        assert await read(far, placed) == placed
        assert await kept(far) == rows(10, keys=5)
        assert await positions(far) == list(range(1, 11))

    @pytest.mark.parametrize("loss", Loss)
    async def test_in_a_lost_group_a_known_key_is_still_answered_and_a_conflict_still_refused(
        self, far: SqlDatabase, network: FaultyNetwork, loss: Loss
    ) -> None:
        ana = new_id()

        def draft(key: str, **given: object) -> OrderDraft:
            return make_draft(customer_id=ana, idempotency_key=key, **given)

        async with opened(far) as desk:
            known = await desk.place(draft("k1"))
            network.lose(loss)
            answers = await asyncio.gather(
                *map(desk.place, [draft("k1"), draft("k2")]),
                return_exceptions=True,
            )
            bad = await asyncio.gather(desk.place(draft("k1", note="other")), return_exceptions=True)
        assert answers[0] == known
        assert isinstance(answers[1], Order)
        assert isinstance(bad[0], Refused)
        assert network.lost == 1
        assert await kept(far) == rows(2, keys=2)
        assert await positions(far) == [1, 2]

    async def test_two_losses_in_a_row_are_one_order(self, far: SqlDatabase, network: FaultyNetwork) -> None:
        async with opened(far) as desk:
            network.lose(Loss.BEFORE, Loss.AFTER)
            order = await desk.place(make_draft())
        assert network.lost == 2
        assert await read(far, [order]) == [order]
        assert await positions(far) == [1]

    async def test_the_desk_goes_on_after_a_loss(self, far: SqlDatabase, network: FaultyNetwork) -> None:
        async with opened(far) as desk:
            for loss in (Loss.AFTER, Loss.BEFORE, Loss.AFTER):
                network.lose(loss)
                await desk.place(make_draft())
        assert await positions(far) == [1, 2, 3]
