"""Payments, the inbox and the readers of the log, on both kinds of database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.charges import Outcome, apply
from domain.events import START, EventType, Place
from domain.ids import new_id
from domain.orders import OrderStatus, PaymentState
from domain.payments import Payment, PaymentMethod, PaymentStatus
from persistence.database import SqlDatabase
from tests.persistence.shops import keep
from tests.support.things import NOON, make_cause, make_order, make_payment, make_result, make_unpaid

MINUTE = timedelta(minutes=1)


async def put(database: SqlDatabase, *payments: Payment) -> None:
    await database.transact(lambda tx: tx.payments.add(payments))


async def test_a_payment_comes_back_as_it_was_kept(database: SqlDatabase) -> None:
    card = make_payment(transaction_id="tx_1", decline_reason="Nö", status=PaymentStatus.DECLINED, version=3)
    transfer = make_payment(method=PaymentMethod.BANK_TRANSFER, reference="Rechnung 7 💡")
    await put(database, card, transfer)
    async with database.reading() as rows:
        assert await rows.payments.get(card.id) == card
        assert await rows.payments.by_ids([card.id, transfer.id, new_id()]) == {card.id: card, transfer.id: transfer}
        assert await rows.payments.get(new_id()) is None


async def test_the_payments_of_an_order_come_the_oldest_first(database: SqlDatabase) -> None:
    order, other = make_unpaid(), make_payment()
    failed, second = make_payment(order, status=PaymentStatus.FAILED), make_payment(order)
    await put(database, second, other, failed)
    async with database.reading() as rows:
        assert await rows.payments.of([order.id]) == [failed, second]
        assert len(await rows.payments.of([order.id, other.order_id])) == 3
    found = await database.transact(lambda tx: tx.payments.lock_of([order.id]))
    assert found == {failed.id: failed, second.id: second}


async def test_an_order_has_one_open_payment_at_most(database: SqlDatabase) -> None:
    order = make_unpaid()
    first = make_payment(order)
    await put(database, first)
    with pytest.raises(IntegrityError):
        await put(database, make_payment(order))
    await database.transact(lambda tx: tx.payments.update([first.failed(NOON, None)]))
    await put(database, make_payment(order))


async def test_only_card_payments_without_an_answer_are_unanswered(database: SqlDatabase) -> None:
    early, late = make_payment(created_at=NOON - MINUTE), make_payment()
    cash = make_payment(method=PaymentMethod.CASH, created_at=NOON - MINUTE)
    answered = make_payment(status=PaymentStatus.APPROVED, created_at=NOON - MINUTE)
    await put(database, early, late, cash, answered)
    async with database.reading() as rows:
        assert await rows.payments.unanswered(NOON - MINUTE, 9) == [early]
        assert await rows.payments.unanswered(NOON, 9) == [early, late]
        assert await rows.payments.unanswered(NOON, 1) == [early]


async def test_the_processor_is_still_asked_for_what_it_has_not_answered(database: SqlDatabase) -> None:
    asked, cash = make_payment(), make_payment(method=PaymentMethod.CASH)
    owed_back = make_payment(status=PaymentStatus.REFUND_REQUESTED, transaction_id="tx_1", created_at=NOON - MINUTE)
    answered = [make_payment(status=status) for status in (PaymentStatus.APPROVED, PaymentStatus.REFUNDED)]
    await put(database, asked, cash, owed_back, *answered)
    async with database.reading() as rows:
        assert {one.id for one in await rows.payments.still_asked(NOON, 9)} == {asked.id, owed_back.id}
        assert await rows.payments.still_asked(NOON - MINUTE, 9) == []
        assert await rows.payments.unanswered(NOON, 9) == [asked]


async def test_an_answer_is_applied_with_its_events_or_not_at_all(database: SqlDatabase) -> None:
    order = make_unpaid()
    payment = make_payment(order)
    await keep(database, order)
    await put(database, payment)
    result = make_result(payment)
    for _ in range(2):
        await database.transact(lambda tx: apply(tx, result, make_cause()))
    async with database.reading() as rows:
        paid, kept = await rows.orders.get(order.id), await rows.payments.get(payment.id)
        events = await rows.events.read(after=0, upto=99, limit=99)
    assert paid
    assert kept
    assert (paid.status, paid.payment_state, paid.version) == (OrderStatus.PENDING, PaymentState.PAID, 2)
    assert kept.status is PaymentStatus.APPROVED
    assert [event.type for event in events] == [EventType.ORDER_UPDATED, EventType.PAYMENT_APPROVED]
    assert [event.subject for event in events] == [paid, kept]


async def test_of_the_same_message_twice_at_once_one_is_taken_in(database: SqlDatabase) -> None:
    order = make_unpaid()
    payment = make_payment(order)
    await keep(database, order)
    await put(database, payment)
    results = [make_result(payment, Outcome.DECLINED, message_id="one") for _ in range(6)]
    applied = await asyncio.gather(
        *(database.transact(lambda tx, result=result: apply(tx, result, make_cause())) for result in results)
    )
    assert [one is not None for one in applied].count(True) == 1


async def test_a_message_that_was_undone_is_taken_in_again(database: SqlDatabase) -> None:
    async def take_and_fall(tx: object) -> None:
        assert await tx.inbox.take("one", payment_id=new_id(), at=NOON)  # type: ignore[attr-defined]
        raise RuntimeError("fallen")

    with pytest.raises(RuntimeError, match="fallen"):
        await database.transact(take_and_fall)
    assert await database.transact(lambda tx: tx.inbox.take("one", payment_id=new_id(), at=NOON))
    assert not await database.transact(lambda tx: tx.inbox.take("one", payment_id=new_id(), at=NOON))


async def test_a_reader_is_held_by_one_until_its_lease_has_ended(database: SqlDatabase) -> None:
    async def hold(holder: str, minutes: int) -> Place | None:
        at = NOON + minutes * MINUTE
        return await database.transact(lambda tx: tx.readers.hold("bridge", holder, at=at, until=at + MINUTE))

    place = Place(position=7, mark=b"abcd")
    assert await hold("one", 0) == START
    assert await hold("other", 0) is None
    assert await database.transact(lambda tx: tx.readers.advance("bridge", "one", place))
    assert await hold("one", 0) == place
    assert await hold("other", 1) == place, "the lease has ended"
    assert not await database.transact(lambda tx: tx.readers.advance("bridge", "one", START))
    assert await hold("other", 1) == place
    other = await database.transact(lambda tx: tx.readers.hold("other bridge", "one", at=NOON, until=NOON))
    assert other == START


async def test_of_many_who_want_a_new_reader_one_gets_it(database: SqlDatabase) -> None:
    async def hold(holder: int) -> Place | None:
        until = NOON + MINUTE
        return await database.transact(lambda tx: tx.readers.hold("bridge", str(holder), at=NOON, until=until))

    places = await asyncio.gather(*(hold(holder) for holder in range(6)))
    assert [place for place in places if place] == [START]


async def test_an_order_that_waits_for_its_payment_comes_back_with_its_deadline(database: SqlDatabase) -> None:
    order = make_unpaid()
    await keep(database, order, replace(make_order(), id=new_id()))
    async with database.reading() as rows:
        assert await rows.orders.get(order.id) == order
