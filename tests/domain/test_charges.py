"""What the processor is asked for, and what its answers mean: whatever their order, and however often they come."""

from dataclasses import replace

import pytest

from domain.charges import Charge, Outcome, Refund, apply, request_of
from domain.events import Event, EventType
from domain.money import Money
from domain.orders import Order, OrderStatus, PaymentState
from domain.payments import Payment, PaymentMethod, PaymentStatus
from tests.domain.fakes import FakeShop
from tests.support.things import NOON, make_cause, make_event, make_order, make_payment, make_result, make_unpaid

ANSWERED = (Outcome.APPROVED, Outcome.DECLINED, Outcome.FAILED)


def test_a_card_payment_that_is_requested_asks_for_a_charge() -> None:
    payment = make_payment()
    assert request_of(make_event(EventType.PAYMENT_REQUESTED, payment, at=NOON)) == Charge(
        payment_id=payment.id, order_id=payment.order_id, amount=payment.amount, token=payment.token or "", at=NOON
    )


def test_a_card_payment_that_is_owed_back_asks_for_a_refund() -> None:
    payment = make_payment(status=PaymentStatus.REFUND_REQUESTED, transaction_id="tx_1")
    assert request_of(make_event(EventType.PAYMENT_REFUND_REQUESTED, payment, at=NOON)) == Refund(
        payment_id=payment.id, transaction_id="tx_1", amount=payment.amount, at=NOON
    )


@pytest.mark.parametrize(
    ("type", "subject"),
    [
        (EventType.PAYMENT_REQUESTED, make_payment(method=PaymentMethod.CASH)),
        (EventType.PAYMENT_REFUND_REQUESTED, make_payment(method=PaymentMethod.BANK_TRANSFER)),
        (EventType.PAYMENT_APPROVED, make_payment()),
        (EventType.ORDER_CREATED, make_order()),
    ],
)
def test_nothing_else_asks_for_anything(type: EventType, subject: Payment | Order) -> None:
    assert request_of(make_event(type, subject)) is None


async def test_an_approval_pays_the_order_and_moves_it_on() -> None:
    order = make_unpaid(promote_at=NOON.replace(second=3))
    shop = FakeShop()
    payment = shop.owe(order)
    done = await apply(shop.tx, make_result(payment, transaction_id="tx_1"), make_cause())
    assert done
    assert (done.status, done.transaction_id, done.version) == (PaymentStatus.APPROVED, "tx_1", 2)
    after = shop.orders.rows[order.id]
    assert (after.status, after.payment_state, after.pay_until) == (OrderStatus.PENDING, PaymentState.PAID, None)
    assert after.version == 2
    assert after.promote_at - after.updated_at == order.promote_at - order.created_at, "PENDING for as long as others"
    assert happened(shop) == [EventType.ORDER_UPDATED, EventType.PAYMENT_APPROVED]
    assert shop.events.appended[0].previous_status is OrderStatus.AWAITING_PAYMENT


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.FAILED])
async def test_an_order_whose_payment_was_not_approved_waits_on_and_may_be_paid_again(outcome: Outcome) -> None:
    shop, order = FakeShop(), make_unpaid()
    payment = shop.owe(order)
    done = await apply(shop.tx, make_result(payment, outcome, reason="insufficient_funds"), make_cause())
    assert done
    assert (done.status.value, done.decline_reason, done.is_open) == (outcome.value, "insufficient_funds", False)
    after = shop.orders.rows[order.id]
    assert after == replace(order, version=2, updated_at=after.updated_at)


@pytest.mark.parametrize("first", [Outcome.DECLINED, Outcome.FAILED])
async def test_an_approval_beats_what_was_answered_before(first: Outcome) -> None:
    shop, order = FakeShop(), make_unpaid()
    payment = shop.owe(order)
    for outcome in (first, Outcome.APPROVED):
        await apply(shop.tx, make_result(payment, outcome, reason="lost"), make_cause())
    assert shop.payments.rows[payment.id].status is PaymentStatus.APPROVED
    assert shop.payments.rows[payment.id].decline_reason is None
    assert shop.orders.rows[order.id].payment_state is PaymentState.PAID


@pytest.mark.parametrize("late", ANSWERED)
async def test_nothing_changes_what_is_approved(late: Outcome) -> None:
    shop, order = FakeShop(), make_unpaid()
    payment = shop.owe(order)
    await apply(shop.tx, make_result(payment), make_cause())
    before = (dict(shop.payments.rows), dict(shop.orders.rows), happened(shop))
    assert await apply(shop.tx, make_result(payment, late), make_cause()) is None
    assert (shop.payments.rows, shop.orders.rows, happened(shop)) == before


async def test_the_same_message_is_taken_in_once() -> None:
    shop = FakeShop()
    payment = shop.owe(make_unpaid())
    result = make_result(payment, Outcome.DECLINED)
    assert await apply(shop.tx, result, make_cause())
    shop.payments.rows[payment.id] = payment
    assert await apply(shop.tx, result, make_cause()) is None
    assert shop.payments.rows[payment.id] == payment


@pytest.mark.parametrize(
    "order",
    [
        make_order(status=OrderStatus.CANCELLED, payment_state=PaymentState.NOT_REQUIRED),
        make_order(payment_state=PaymentState.PAID),
        make_order(status=OrderStatus.PROCESSED, payment_state=PaymentState.REFUNDED),
    ],
)
@pytest.mark.parametrize("status", [PaymentStatus.REQUESTED, PaymentStatus.FAILED, PaymentStatus.DECLINED])
async def test_money_for_an_order_that_does_not_take_it_is_owed_back(order: Order, status: PaymentStatus) -> None:
    shop = FakeShop()
    payment = shop.owe(order, status=status)
    done = await apply(shop.tx, make_result(payment, transaction_id="tx_1"), make_cause())
    assert done
    assert (done.status, done.transaction_id) == (PaymentStatus.REFUND_REQUESTED, "tx_1")
    assert shop.orders.rows[order.id].payment_state is order.payment_state
    assert shop.orders.rows[order.id].status is order.status
    asked = request_of(shop.events.appended[-1])
    assert isinstance(asked, Refund)
    assert asked.amount == payment.amount


async def test_another_amount_than_was_asked_for_is_owed_back_as_it_was_taken() -> None:
    shop, order = FakeShop(), make_unpaid()
    payment, taken = shop.owe(order), Money(minor=1, currency="EUR")
    done = await apply(shop.tx, make_result(payment, amount=taken), make_cause())
    assert done
    assert (done.status, done.amount) == (PaymentStatus.REFUND_REQUESTED, taken)
    assert shop.orders.rows[order.id].status is OrderStatus.AWAITING_PAYMENT


async def test_another_open_payment_is_closed_when_the_order_is_paid() -> None:
    """Its approval, if it comes after all, is owed back."""
    shop, order = FakeShop(), make_unpaid()
    late, second = shop.owe(order, status=PaymentStatus.FAILED), shop.owe(order)
    await apply(shop.tx, make_result(late), make_cause())
    assert shop.payments.rows[second.id].status is PaymentStatus.FAILED
    await apply(shop.tx, make_result(second), make_cause())
    assert shop.payments.rows[second.id].status is PaymentStatus.REFUND_REQUESTED
    await apply(shop.tx, make_result(second, Outcome.REFUNDED), make_cause())
    assert shop.payments.rows[second.id].status is PaymentStatus.REFUNDED
    assert shop.orders.rows[order.id].payment_state is PaymentState.PAID, "the other payment is still its"


async def test_a_refund_that_was_asked_for_is_the_end() -> None:
    shop = FakeShop()
    order = make_order(status=OrderStatus.CANCELLED, payment_state=PaymentState.PAID)
    payment = shop.owe(order, status=PaymentStatus.REFUND_REQUESTED, transaction_id="tx_1")
    for transaction, amount in (("tx_2", payment.amount), ("tx_1", Money(minor=1, currency="EUR"))):
        other = make_result(payment, Outcome.REFUNDED, transaction_id=transaction, amount=amount)
        assert await apply(shop.tx, other, make_cause()) is None
    await apply(shop.tx, make_result(payment, Outcome.REFUNDED, transaction_id="tx_1"), make_cause())
    assert shop.payments.rows[payment.id].status is PaymentStatus.REFUNDED
    assert shop.orders.rows[order.id].payment_state is PaymentState.REFUNDED
    for outcome in Outcome:
        assert await apply(shop.tx, make_result(payment, outcome, transaction_id="tx_1"), make_cause()) is None


async def test_a_refund_that_nobody_asked_for_changes_nothing() -> None:
    shop = FakeShop()
    payment = shop.owe(
        make_order(payment_state=PaymentState.PAID), status=PaymentStatus.APPROVED, transaction_id="tx_1"
    )
    result = make_result(payment, Outcome.REFUNDED, transaction_id="tx_1")
    assert await apply(shop.tx, result, make_cause()) is None


async def test_an_answer_about_a_payment_that_is_not_here_or_not_the_processors_changes_nothing() -> None:
    shop = FakeShop()
    cash = shop.owe(make_order(), method=PaymentMethod.CASH)
    for payment in (make_payment(), cash):
        assert await apply(shop.tx, make_result(payment), make_cause()) is None
    assert shop.payments.rows == {cash.id: cash}


@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": ""},
        {"message_id": "m" * 101},
        {"message_id": "é"},
        {"transaction_id": None},
        {"transaction_id": "t" * 101},
    ],
)
def test_an_answer_that_nobody_could_act_on_is_none(wrong: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match=r"id|APPROVED"):
        make_result(make_payment(), **wrong)


def happened(shop: FakeShop) -> list[EventType]:
    events: list[Event] = shop.events.appended
    return [event.type for event in events]
