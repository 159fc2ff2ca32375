"""Orders and their payments in SQL: placed together, paid once, given up in time, on both kinds of database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, text

from domain import orders, paying
from domain.charges import Outcome, apply
from domain.clock import now
from domain.drafts import OrderDraft
from domain.events import EventType
from domain.ids import new_id
from domain.orders import Order, OrderStatus, PaymentState
from domain.paying import PaymentOrder
from domain.payment_wishes import Deadlines
from domain.payments import CardSummary, Payment, PaymentDraft, PaymentMethod, PaymentStatus
from domain.refusals import IdempotencyConflict, InvalidTransition, Refused
from domain.users import Role
from persistence.database import SqlDatabase, SqlTransaction
from persistence.desk import body_of
from persistence.keys import digest
from persistence.tables import payments
from tests.persistence.shops import Held, keep
from tests.persistence.test_desk import opened
from tests.support.things import (
    make_cause,
    make_draft,
    make_item,
    make_order,
    make_payment,
    make_result,
    make_unpaid,
    make_viewer,
)

CARD = PaymentDraft(
    method=PaymentMethod.CARD,
    token="tok_approved_1",
    card=CardSummary(brand="visa", last4="4242"),
    asked=("CARD", "fingerprint", 12, 2030, "Ana"),
)
CASH = PaymentDraft(method=PaymentMethod.CASH, asked=("CASH",))
HALF_AN_HOUR = timedelta(minutes=30)
ADMIN = make_viewer(Role.ADMIN)
AT_ONCE = Deadlines(card=timedelta(0), transfer=timedelta(0), answer=timedelta(0))


def wanted(payment: PaymentDraft = CARD, **given: Any) -> OrderDraft:
    within = None if payment.method is PaymentMethod.CASH else HALF_AN_HOUR
    return make_draft(**{"payment": payment, "pay_within": within, **given})


async def of(database: SqlDatabase, order: Order) -> list[Payment]:
    async with database.reading() as rows:
        return await rows.payments.of([order.id])


async def put(database: SqlDatabase, order: Order, **given: Any) -> Payment:
    """The order, and a payment of it."""
    payment = make_payment(order, **given)
    await keep(database, order)
    await database.transact(lambda tx: tx.payments.add([payment]))
    return payment


def paid(order: Order, key: str | None = None, draft: PaymentDraft = CARD) -> Callable[[Any], Awaitable[Payment]]:
    asked = PaymentOrder(order_id=order.id, draft=draft, idempotency_key=key or str(new_id()))
    return partial(paying.pay, viewer=ADMIN, asked=asked, deadlines=Deadlines(), cause=make_cause(ADMIN.user_id))


class TestTheDesk:
    async def test_an_order_its_payment_and_both_events_are_one_commit(self, database: SqlDatabase) -> None:
        async with opened(database) as desk:
            order = await desk.place(wanted())
        [payment] = await of(database, order)
        async with database.reading() as rows:
            assert await rows.orders.get(order.id) == order
            events = await rows.events.read(after=0, upto=9, limit=9)
        assert (order.status, order.payment_state) == (OrderStatus.AWAITING_PAYMENT, PaymentState.AWAITING)
        assert order.pay_until == order.created_at + HALF_AN_HOUR
        assert [(event.type, event.subject, event.position) for event in events] == [
            (EventType.ORDER_CREATED, order, 1),
            (EventType.PAYMENT_REQUESTED, payment, 2),
        ]

    async def test_many_orders_of_one_moment_have_each_its_payment(self, database: SqlDatabase) -> None:
        drafts = [wanted(CASH if n % 3 else CARD, idempotency_key=f"{n}") for n in range(100)]
        async with opened(database) as desk:
            placed = await asyncio.gather(*map(desk.place, [*drafts, *drafts]))
        assert len({order.id for order in placed}) == 100
        async with database.reading() as rows:
            found = await rows.payments.of([order.id for order in placed])
        assert {payment.order_id for payment in found} == {order.id for order in placed}
        assert len(found) == 100
        by_id = {order.id: order for order in placed}
        assert all(payment.amount == by_id[payment.order_id].total for payment in found)

    async def test_the_same_key_with_another_way_to_pay_is_a_conflict(self, database: SqlDatabase) -> None:
        draft = wanted(idempotency_key="k")
        async with opened(database) as desk:
            order = await desk.place(draft)
            for other in (CASH, None):
                with pytest.raises(Refused) as refused:
                    await desk.place(make_draft(customer_id=draft.customer_id, payment=other, idempotency_key="k"))
                assert refused.value.refusal == IdempotencyConflict(key="k")
        assert len(await of(database, order)) == 1

    def test_what_was_asked_for_without_a_payment_is_what_processes_of_before_took(self) -> None:
        lines = (make_item("CHAIR", quantity=1),)
        assert body_of(make_draft(lines=lines, note="soon")) == digest(
            [("CHAIR", None, "verde", 1, (1050, "EUR"))], "soon"
        )
        assert body_of(make_draft(lines=lines, note="soon", payment=CASH)) == digest(
            [("CHAIR", None, "verde", 1, (1050, "EUR"))], "soon", ("CASH",)
        )


class TestPaying:
    async def test_of_many_who_pay_at_once_one_does(self, database: SqlDatabase) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        await keep(database, order)
        outcomes = await asyncio.gather(*(database.transact(paid(order)) for _ in range(8)), return_exceptions=True)
        refused = [one for one in outcomes if isinstance(one, Refused)]
        assert len(refused) == 7
        assert all(isinstance(one.refusal, InvalidTransition) for one in refused)
        assert len(await of(database, order)) == 1

    async def test_the_same_key_at_once_is_one_payment(self, database: SqlDatabase) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        await keep(database, order)
        made = await asyncio.gather(*(database.transact(paid(order, "k")) for _ in range(8)))
        assert len({payment.id for payment in made}) == 1
        with pytest.raises(Refused) as refused:
            await database.transact(paid(order, "k", CASH))
        assert refused.value.refusal == IdempotencyConflict(key="k")

    async def test_a_refused_payment_has_not_used_its_key(self, database: SqlDatabase) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        payment = await put(database, order)
        with pytest.raises(Refused):
            await database.transact(paid(order, "k"))
        await database.transact(lambda tx: apply(tx, make_result(payment, Outcome.DECLINED), make_cause()))
        assert (await database.transact(paid(order, "k"))).is_open

    @pytest.mark.parametrize("first", ["cancel", "approve"])
    async def test_an_approval_and_a_cancellation_at_once_lose_no_money(
        self, database: SqlDatabase, first: str
    ) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        payment = await put(database, order)
        cancel = partial(
            orders.cancel, viewer=ADMIN, id=order.id, reason=None, expected_version=None, cause=make_cause()
        )
        approve = partial(apply, result=make_result(payment), cause=make_cause())
        works: list[Any] = [cancel, approve] if first == "cancel" else [approve, cancel]
        await asyncio.gather(*map(database.transact, works))
        [after] = await of(database, order)
        assert after.status is PaymentStatus.REFUND_REQUESTED
        async with database.reading() as rows:
            kept = await rows.orders.get(order.id)
            types = [event.type for event in await rows.events.read(after=0, upto=99, limit=99)]
        assert kept
        assert kept.status is OrderStatus.CANCELLED
        assert types.count(EventType.PAYMENT_REFUND_REQUESTED) == 1


class TestGivingUp:
    async def test_what_is_not_paid_in_time_is_cancelled_in_batches(self, database: SqlDatabase) -> None:
        late = [make_unpaid() for _ in range(5)]
        other = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        await keep(database, *late, other, make_order())
        found = [await database.transact(partial(orders.cancel_unpaid, cause=make_cause(), limit=2)) for _ in range(4)]
        assert [len(batch) for batch in found] == [2, 2, 1, 0]
        async with database.reading() as rows:
            kept = await rows.orders.by_ids([order.id for order in (*late, other)])
        assert [kept[order.id].status for order in late] == [OrderStatus.CANCELLED] * 5
        assert kept[other.id] == other

    async def test_two_workers_give_up_each_its_own(self, mariadb_database: SqlDatabase) -> None:
        await keep(mariadb_database, *(make_unpaid() for _ in range(4)))
        giving_up = partial(orders.cancel_unpaid, cause=make_cause(), limit=2)
        async with Held(mariadb_database, giving_up) as held:
            theirs = await mariadb_database.transact(giving_up)
            ours = await held.commit()
        assert isinstance(ours, list)
        assert len({order.id for order in [*ours, *theirs]}) == 4

    async def test_a_worker_that_gives_up_holds_nothing_else(self, mariadb_database: SqlDatabase) -> None:
        """Not the orders that wait on, and not those that are placed meanwhile."""
        waiting = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        await keep(mariadb_database, make_unpaid(), waiting, make_order())
        async with Held(mariadb_database, partial(orders.cancel_unpaid, cause=make_cause(), limit=9)):
            async with mariadb_database.reading() as rows:
                assert [one.id for one in await rows.orders.lock_free([waiting.id])] == [waiting.id]
            await keep(mariadb_database, make_unpaid(pay_until=now() + HALF_AN_HOUR))

    async def test_a_card_that_was_not_answered_fails_and_another_may_be_tried(self, database: SqlDatabase) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        payment = await put(database, order)
        fail = partial(paying.fail_unanswered, deadlines=AT_ONCE, cause=make_cause(), limit=9)
        assert [one.id for one in await database.transact(fail)] == [payment.id]
        assert await database.transact(fail) == []
        assert (await database.transact(paid(order))).is_open

    async def test_what_somebody_else_is_changing_is_left_to_them(self, mariadb_database: SqlDatabase) -> None:
        order = make_unpaid(pay_until=now() + HALF_AN_HOUR)
        payment = await put(mariadb_database, order)
        approve = partial(apply, result=make_result(payment), cause=make_cause())
        fail = partial(paying.fail_unanswered, deadlines=AT_ONCE, cause=make_cause(), limit=9)
        async with Held(mariadb_database, approve):
            assert await mariadb_database.transact(fail) == []
        assert await mariadb_database.transact(fail) == []
        [after] = await of(mariadb_database, order)
        assert after.status is PaymentStatus.APPROVED


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            "SELECT * FROM orders FORCE INDEX (ix_orders_unpaid) WHERE pay_until <= NOW() "
            "ORDER BY pay_until LIMIT 50 FOR UPDATE SKIP LOCKED",
            "ix_orders_unpaid",
        ),
        (
            "SELECT * FROM payments FORCE INDEX (ix_payments_unanswered) WHERE unanswered_since <= NOW() "
            "ORDER BY unanswered_since LIMIT 50",
            "ix_payments_unanswered",
        ),
        ("SELECT * FROM payments WHERE order_id IN (x'00', x'01') ORDER BY id FOR UPDATE", "ix_payments_order"),
    ],
)
async def test_what_is_looked_for_again_and_again_is_found_by_an_index(
    mariadb_database: SqlDatabase, statement: str, index: str
) -> None:
    async def fill(tx: SqlTransaction) -> None:
        made = [make_unpaid() for _ in range(300)]
        await tx.orders.add(made)
        await tx.payments.add([make_payment(order, status=PaymentStatus.APPROVED) for order in made])

    await mariadb_database.transact(fill)
    async with mariadb_database.reading() as rows:
        plan = (await rows.connection.execute(text(f"EXPLAIN {statement}"))).mappings().one()
        assert await rows.connection.scalar(select(func.count()).select_from(payments)) == 300
    assert plan["key"] == index
    assert plan["type"] != "ALL"
