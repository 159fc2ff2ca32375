"""Paying: what customers and staff do about payments, and what becomes of orders that are not paid."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import now
from domain.drafts import OrderChange, Terms, draft
from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import Order, OrderStatus, PaymentState, cancel, cancel_unpaid, update
from domain.paying import PaymentOrder, confirm, fail_unanswered, pay, payment_order, refund
from domain.payment_wishes import Deadlines, PaymentWish
from domain.payments import Payment, PaymentDraft, PaymentMethod, PaymentStatus
from domain.placing import place
from domain.refusals import IdempotencyConflict, InvalidInput, InvalidTransition, NotAllowed, NotFound, Refusal, Refused
from domain.reservations import Shelf
from domain.users import Role, Viewer
from tests.domain.fakes import FakeShop
from tests.support.things import (
    TERMS,
    FakeCardTokens,
    make_card,
    make_cause,
    make_custom,
    make_draft,
    make_item,
    make_order,
    make_payment,
    make_unpaid,
    make_viewer,
)

CARD, CASH, TRANSFER = PaymentMethod.CARD, PaymentMethod.CASH, PaymentMethod.BANK_TRANSFER
AWAITING, PENDING, CANCELLED = OrderStatus.AWAITING_PAYMENT, OrderStatus.PENDING, OrderStatus.CANCELLED
REQUESTED, APPROVED, FAILED = PaymentStatus.REQUESTED, PaymentStatus.APPROVED, PaymentStatus.FAILED
OWED, REFUNDED, DECLINED = PaymentStatus.REFUND_REQUESTED, PaymentStatus.REFUNDED, PaymentStatus.DECLINED
OPERATOR = make_viewer(Role.OPERATOR)
DEADLINES = Deadlines(card=timedelta(minutes=30), transfer=timedelta(days=5), answer=timedelta(minutes=5))
WISHES = {
    CARD: PaymentWish(tokens=FakeCardTokens(), card=make_card()),
    CASH: PaymentWish(tokens=FakeCardTokens(), cash=True),
    TRANSFER: PaymentWish(tokens=FakeCardTokens(), bank_transfer=" Invoice 7 "),
}


def asked(order: Order, method: PaymentMethod = CARD, key: str | None = None) -> PaymentOrder:
    key = key or str(new_id())
    return payment_order(make_viewer(), order.id, WISHES[method], idempotency_key=key)


async def paid(shop: FakeShop, order: Order, method: PaymentMethod = CARD, by: Viewer | None = None) -> Payment:
    viewer = by or make_viewer(user_id=order.customer_id)
    return await pay(shop.tx, viewer, asked(order, method), deadlines=DEADLINES, cause=make_cause(viewer.user_id))


async def confirmed(shop: FakeShop, payment: Payment, by: Viewer = OPERATOR, key: str = "k") -> Payment:
    return await confirm(shop.tx, by, payment.id, key=key, cause=make_cause(by.user_id))


async def refunded(shop: FakeShop, payment: Payment, by: Viewer = OPERATOR, key: str = "k") -> Payment:
    return await refund(shop.tx, by, payment.id, key=key, cause=make_cause(by.user_id))


async def refusal_of(doing: Coroutine[Any, Any, Any], shop: FakeShop) -> Refusal:
    """The refusal, after which nothing has changed."""
    before = (dict(shop.orders.rows), dict(shop.payments.rows))
    with pytest.raises(Refused) as refused:
        await doing
    assert (shop.orders.rows, shop.payments.rows) == before
    assert shop.events.appended == []
    return refused.value.refusal


def happened(shop: FakeShop) -> list[EventType]:
    events: list[Event] = shop.events.appended
    return [event.type for event in events]


class TestPlacing:
    @pytest.mark.parametrize(
        ("method", "status", "state", "within"),
        [
            (CARD, AWAITING, PaymentState.AWAITING, timedelta(minutes=30)),
            (TRANSFER, AWAITING, PaymentState.AWAITING, timedelta(days=5)),
            (CASH, PENDING, PaymentState.NOT_REQUIRED, None),
        ],
    )
    def test_an_order_that_says_how_it_is_paid_waits_for_it_unless_it_is_in_cash(
        self, method: PaymentMethod, status: OrderStatus, state: PaymentState, within: timedelta | None
    ) -> None:
        viewer = make_viewer()
        wanted = draft(
            viewer,
            items=[make_custom()],
            note=None,
            payment=WISHES[method],
            idempotency_key=None,
            shop=TERMS,
            cause=make_cause(viewer.user_id),
        )
        made = place(wanted, Shelf(), serial=1, promote_after=timedelta(0))
        order, payment = made.order, made.payment
        assert payment
        assert (order.status, order.payment_state, order.version) == (status, state, 1)
        assert order.pay_until == (None if within is None else order.created_at + within)
        assert (payment.order_id, payment.customer_id, payment.amount) == (order.id, order.customer_id, order.total)
        assert (payment.method, payment.status, payment.version) == (method, REQUESTED, 1)
        assert payment.reference == ("Invoice 7" if method is TRANSFER else None)
        assert (payment.token is not None, payment.card is not None) == (method is CARD, method is CARD)
        assert [(event.type, event.subject) for event in made.events] == [
            (EventType.ORDER_CREATED, order),
            (EventType.PAYMENT_REQUESTED, payment),
        ]

    def test_an_order_by_hand_that_does_not_say_how_it_is_paid_does_not_wait(self) -> None:
        made = place(make_draft(), Shelf(), serial=1, promote_after=timedelta(0))
        assert (made.order.status, made.order.payment_state, made.payment) == (PENDING, PaymentState.NOT_REQUIRED, None)

    @pytest.mark.parametrize(
        ("wish", "code"),
        [
            (PaymentWish(tokens=FakeCardTokens(), cash=False), "FALSE"),
            (PaymentWish(tokens=FakeCardTokens(), bank_transfer="  "), "LENGTH"),
            (PaymentWish(tokens=FakeCardTokens(), bank_transfer="n" * 141), "LENGTH"),
            (PaymentWish(tokens=FakeCardTokens(), bank_transfer="\x07"), "CHARACTERS"),
        ],
    )
    def test_a_wish_that_is_none_is_said_where_the_form_has_it(self, wish: PaymentWish, code: str) -> None:
        for path, check in (
            ("payment", lambda: draft_with(wish)),
            ("method", lambda: payment_order(make_viewer(), new_id(), wish, idempotency_key="k")),
        ):
            with pytest.raises(Refused) as refused:
                check()
            assert isinstance(refused.value.refusal, InvalidInput)
            [issue] = refused.value.refusal.issues
            name = "cash" if wish.cash is False else "bankTransfer"
            assert (issue.path, issue.code) == (("input", path, name), code)


def draft_with(wish: PaymentWish) -> None:
    terms = Terms(currency="EUR", regions=("north",))
    items = [make_custom()]
    draft(make_viewer(), items=items, note=None, payment=wish, idempotency_key=None, shop=terms, cause=make_cause())


class TestPaying:
    @pytest.mark.parametrize("method", [CARD, TRANSFER])
    async def test_a_payment_is_of_all_that_the_order_costs_and_the_order_waits_on(self, method: PaymentMethod) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.orders.rows[order.id] = order
        payment = await paid(shop, order, method)
        after = shop.orders.rows[order.id]
        assert shop.payments.rows == {payment.id: payment}
        assert (payment.amount, payment.status, payment.customer_id) == (order.total, REQUESTED, order.customer_id)
        assert (after.status, after.payment_state, after.version) == (AWAITING, PaymentState.AWAITING, 2)
        patience = DEADLINES.transfer if method is TRANSFER else DEADLINES.answer
        assert after.pay_until == payment.created_at + patience, "its old deadline had passed"
        assert happened(shop) == [EventType.ORDER_UPDATED, EventType.PAYMENT_REQUESTED]

    async def test_a_card_does_not_keep_what_is_reserved_for_longer(self) -> None:
        shop, order = FakeShop(), make_unpaid(pay_until=now() + timedelta(minutes=20))
        shop.orders.rows[order.id] = order
        await paid(shop, order)
        assert shop.orders.rows[order.id].pay_until == order.pay_until

    async def test_in_cash_the_order_goes_on_at_once(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.orders.rows[order.id] = order
        payment = await paid(shop, order, CASH)
        after = shop.orders.rows[order.id]
        assert (after.status, after.payment_state, after.pay_until) == (PENDING, PaymentState.NOT_REQUIRED, None)
        assert payment.is_open, "until staff say that it has come"

    async def test_staff_pay_for_a_customer(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.orders.rows[order.id] = order
        assert (await paid(shop, order, by=OPERATOR)).customer_id == order.customer_id

    async def test_somebody_elses_order_is_not_there(self) -> None:
        order = make_unpaid()
        shop = FakeShop(order)
        for viewer in (make_viewer(), make_viewer(Role.SELLER)):
            assert await refusal_of(paid(shop, order, by=viewer), shop) == NotFound(id=str(order.id))

    @pytest.mark.parametrize("status", [one for one in OrderStatus if one is not AWAITING])
    async def test_only_an_order_that_waits_for_its_payment_is_paid(self, status: OrderStatus) -> None:
        order = make_order(status=status)
        shop = FakeShop(order)
        refusal = await refusal_of(paid(shop, order), shop)
        assert isinstance(refusal, InvalidTransition)
        assert (refusal.from_, refusal.to, refusal.message) == (status, PENDING, "This order waits for no payment.")

    async def test_one_payment_at_a_time(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.owe(order)
        refusal = await refusal_of(paid(shop, order), shop)
        assert isinstance(refusal, InvalidTransition)
        assert "under way" in refusal.message

    @pytest.mark.parametrize("status", [DECLINED, FAILED])
    async def test_what_was_not_paid_may_be_paid_again(self, status: PaymentStatus) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.owe(order, status=status)
        assert (await paid(shop, order)).is_open

    async def test_but_not_for_ever(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        for _ in range(20):
            shop.owe(order, status=DECLINED)
        refusal = await refusal_of(paid(shop, order), shop)
        assert isinstance(refusal, InvalidTransition)
        assert "20 payments" in refusal.message

    async def test_the_same_key_is_the_same_payment_and_another_wish_a_conflict(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        shop.orders.rows[order.id] = order
        viewer = make_viewer(user_id=order.customer_id)

        async def again(method: PaymentMethod) -> Payment:
            given = asked(order, method, key="k")
            return await pay(shop.tx, viewer, given, deadlines=DEADLINES, cause=make_cause(viewer.user_id))

        first = await again(CARD)
        assert await again(CARD) == first
        assert len(shop.payments.rows) == 1
        with pytest.raises(Refused) as refused:
            await again(CASH)
        assert refused.value.refusal == IdempotencyConflict(key="k")


class TestStaff:
    @pytest.mark.parametrize("method", [CASH, TRANSFER])
    async def test_what_has_arrived_pays_the_order(self, method: PaymentMethod) -> None:
        shop, order = FakeShop(), make_unpaid() if method is TRANSFER else make_order()
        payment = shop.owe(order, method=method)
        done = await confirmed(shop, payment)
        after = shop.orders.rows[order.id]
        assert done.status is APPROVED
        assert (after.status, after.payment_state) == (PENDING, PaymentState.PAID)
        assert await confirmed(shop, payment) == done, "with the same key"
        refusal = await again_refused(confirmed(shop, payment, key="other"))
        assert refusal.message == "This payment is APPROVED already."

    async def test_cash_is_confirmed_when_the_order_is_complete_too(self) -> None:
        shop, order = FakeShop(), make_order(status=OrderStatus.COMPLETED)
        await confirmed(shop, shop.owe(order, method=CASH))
        after = shop.orders.rows[order.id]
        assert (after.status, after.payment_state) == (OrderStatus.COMPLETED, PaymentState.PAID)

    async def test_what_arrives_for_a_cancelled_order_is_owed_back_and_given_back(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        payment = shop.owe(order, method=TRANSFER)
        await cancel(shop.tx, OPERATOR, order.id, reason=None, expected_version=None, cause=make_cause())
        assert shop.payments.rows[payment.id].status is FAILED
        assert (await confirmed(shop, payment)).status is OWED
        assert (await refunded(shop, payment)).status is REFUNDED
        assert shop.orders.rows[order.id].payment_state is PaymentState.NOT_REQUIRED

    async def test_a_card_is_not_confirmed_by_hand(self) -> None:
        shop = FakeShop()
        payment = shop.owe(make_unpaid())
        refusal = await refusal_of(confirmed(shop, payment), shop)
        assert isinstance(refusal, InvalidTransition)
        assert "processor" in refusal.message

    async def test_a_card_is_refunded_by_the_processor(self) -> None:
        shop, order = FakeShop(), make_order(payment_state=PaymentState.PAID)
        payment = shop.owe(order, status=APPROVED, transaction_id="tx_1")
        assert (await refunded(shop, payment)).status is OWED
        assert shop.orders.rows[order.id].payment_state is PaymentState.PAID, "until it has"
        assert shop.orders.rows[order.id].version == 2
        assert happened(shop) == [EventType.ORDER_UPDATED, EventType.PAYMENT_REFUND_REQUESTED]
        refusal = await again_refused(refunded(shop, payment, key="other"))
        assert "cannot be refunded" in refusal.message

    async def test_cash_that_was_given_back_is_refunded(self) -> None:
        shop, order = FakeShop(), make_order(payment_state=PaymentState.PAID)
        payment = shop.owe(order, status=APPROVED, method=CASH)
        assert (await refunded(shop, payment)).status is REFUNDED
        assert shop.orders.rows[order.id].payment_state is PaymentState.REFUNDED

    @pytest.mark.parametrize("status", [REQUESTED, DECLINED, FAILED, REFUNDED])
    async def test_only_what_the_shop_has_is_refunded(self, status: PaymentStatus) -> None:
        shop = FakeShop()
        payment = shop.owe(make_order(), status=status)
        assert isinstance(await refusal_of(refunded(shop, payment), shop), InvalidTransition)

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    async def test_only_staff_say_so(self, role: Role) -> None:
        shop, order = FakeShop(), make_order()
        payment, viewer = shop.owe(order, method=CASH), make_viewer(role, user_id=order.customer_id)
        for doing in (confirmed, refunded):
            assert isinstance(await refusal_of(doing(shop, payment, by=viewer), shop), NotAllowed)

    async def test_an_unknown_payment_is_not_there(self) -> None:
        shop, payment = FakeShop(), make_payment()
        for doing in (confirmed, refunded):
            assert await refusal_of(doing(shop, payment), shop) == NotFound(id=str(payment.id))


async def again_refused(doing: Coroutine[Any, Any, Any]) -> InvalidTransition:
    with pytest.raises(Refused) as refused:
        await doing
    assert isinstance(refused.value.refusal, InvalidTransition)
    return refused.value.refusal


class TestOrders:
    async def test_cancelling_what_is_paid_asks_for_the_money_to_be_given_back(self) -> None:
        shop, order = FakeShop(), make_order(payment_state=PaymentState.PAID)
        payment = shop.owe(order, status=APPROVED, transaction_id="tx_1")
        owner = make_viewer(user_id=order.customer_id)
        await cancel(shop.tx, owner, order.id, reason=None, expected_version=None, cause=make_cause(owner.user_id))
        assert shop.payments.rows[payment.id].status is OWED
        assert happened(shop) == [EventType.ORDER_CANCELLED, EventType.PAYMENT_REFUND_REQUESTED]

    async def test_an_owner_cancels_what_is_not_paid_yet(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        payment = shop.owe(order)
        owner = make_viewer(user_id=order.customer_id)
        await cancel(shop.tx, owner, order.id, reason=None, expected_version=None, cause=make_cause(owner.user_id))
        after, closed = shop.orders.rows[order.id], shop.payments.rows[payment.id]
        assert (after.status, after.payment_state, after.pay_until) == (CANCELLED, PaymentState.NOT_REQUIRED, None)
        assert (closed.status, closed.decline_reason) == (FAILED, "The order was cancelled.")

    async def test_what_is_to_be_paid_in_cash_follows_what_the_order_costs(self) -> None:
        shop, order = FakeShop(), make_order()
        payment = shop.owe(order, method=CASH)
        change = OrderChange(lines=(make_item(quantity=5),))
        after = await update(shop.tx, OPERATOR, order.id, change, expected_version=1, cause=make_cause())
        assert shop.payments.rows[payment.id].amount == after.total != order.total
        assert happened(shop) == [EventType.ORDER_UPDATED, EventType.PAYMENT_REQUESTED]
        await confirmed(shop, payment)
        assert shop.orders.rows[order.id].payment_state is PaymentState.PAID

    async def test_what_was_paid_keeps_its_price(self) -> None:
        order = make_order(payment_state=PaymentState.PAID)
        shop = FakeShop(order)

        async def changed(change: OrderChange) -> Order:
            return await update(shop.tx, OPERATOR, order.id, change, expected_version=1, cause=make_cause())

        refusal = await refusal_of(changed(OrderChange(lines=(make_item(quantity=5),))), shop)
        assert isinstance(refusal, InvalidTransition)
        assert "paid" in refusal.message
        same = make_item("CHAIR")
        assert (await changed(OrderChange(lines=(same,), fields={"note": "by hand"}))).items == (same,)

    async def test_an_order_that_waits_for_its_payment_is_not_changed(self) -> None:
        order = make_unpaid()
        shop = FakeShop(order)
        changing = update(
            shop.tx, OPERATOR, order.id, OrderChange(fields={"note": "x"}), expected_version=1, cause=make_cause()
        )
        refusal = await refusal_of(changing, shop)
        assert isinstance(refusal, InvalidTransition)
        assert "waits for its payment" in refusal.message


class TestExpiry:
    async def test_an_order_that_was_not_paid_in_time_is_cancelled_and_its_payment_closed(self) -> None:
        late, other = make_unpaid(), make_unpaid(pay_until=now() + timedelta(minutes=1))
        shop = FakeShop(other, make_order())
        payment = shop.owe(late, method=TRANSFER)
        assert [order.id for order in await cancel_unpaid(shop.tx, cause=make_cause(), limit=9)] == [late.id]
        after = shop.orders.rows[late.id]
        assert (after.status, after.cancel_reason) == (CANCELLED, "It was not paid in time.")
        assert after.payment_state is PaymentState.NOT_REQUIRED
        assert shop.payments.rows[payment.id].status is FAILED
        assert happened(shop) == [EventType.ORDER_CANCELLED, EventType.PAYMENT_FAILED]
        assert await cancel_unpaid(shop.tx, cause=make_cause(), limit=9) == []

    async def test_a_card_payment_without_an_answer_fails_and_the_order_waits_on(self) -> None:
        shop, order = FakeShop(), make_unpaid()
        payment = shop.owe(order)
        fresh = shop.owe(make_unpaid(), created_at=now() - timedelta(minutes=4))
        cash, answered = shop.owe(make_order(), method=CASH), shop.owe(make_unpaid(), status=DECLINED)
        done = await fail_unanswered(shop.tx, deadlines=DEADLINES, cause=make_cause(), limit=9)
        assert [(one.id, one.status) for one in done] == [(payment.id, FAILED)]
        after = shop.orders.rows[order.id]
        assert after == replace(order, version=2, updated_at=after.updated_at)
        for untouched in (fresh, cash, answered):
            assert shop.payments.rows[untouched.id] == untouched
        assert await fail_unanswered(shop.tx, deadlines=DEADLINES, cause=make_cause(), limit=9) == []


def test_how_long_an_order_waits_depends_on_how_it_is_paid() -> None:
    assert [DEADLINES.of(method) for method in (CARD, TRANSFER, CASH, None)] == [
        timedelta(minutes=30),
        timedelta(days=5),
        None,
        timedelta(minutes=30),
    ]


def test_a_draft_says_nothing_of_a_card() -> None:
    made = PaymentDraft(method=CARD, token="tok_approved_1")
    assert made.asked == ()
