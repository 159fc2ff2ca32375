"""Paying: what customers and staff do about the payments of an order."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.clock import now
from domain.drafts import MOST_KEY
from domain.events import Cause
from domain.ids import new_id
from domain.orders import Order, OrderStatus, theirs, touched
from domain.payment_wishes import Deadlines, PaymentWish
from domain.payments import Payment, PaymentDraft, PaymentMethod, PaymentStatus
from domain.ports import Transaction
from domain.refusals import InvalidTransition, Issues, Refused, not_found
from domain.till import Till, till_of
from domain.users import STAFF, Viewer

MOST_PAYMENTS = 20
UNDER_WAY = "A payment of this order is under way: wait for its answer."
NOT_AWAITED = "This order waits for no payment."
TOO_MANY = f"This order has had {MOST_PAYMENTS} payments. Cancel it, and order again."
PROCESSORS = "Whether a card payment is approved, the processor of cards says."
NO_ANSWER = "The processor of cards has not answered in time."


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """An order that is to be paid, and how: checked."""

    order_id: UUID
    draft: PaymentDraft
    idempotency_key: str


def payment_order(viewer: Viewer, order_id: UUID, wish: PaymentWish, *, idempotency_key: str) -> PaymentOrder:
    """Raises Refused with InvalidInput naming everything that is wrong, or with CardRejected."""
    issues = Issues()
    wish.check(issues, ("input", "method"))
    key = issues.text(("input", "idempotencyKey"), idempotency_key, least=1, most=MOST_KEY) or ""
    issues.refuse()
    draft = wish.draft(user_id=viewer.user_id, operation="payOrder", key=key)
    return PaymentOrder(order_id=order_id, draft=draft, idempotency_key=key)


def checked_key(key: str) -> str:
    """An idempotency key that is an argument by itself; raises Refused(InvalidInput)."""
    issues = Issues()
    clean = issues.text(("idempotencyKey",), key, least=1, most=MOST_KEY) or ""
    issues.refuse()
    return clean


async def pay(tx: Transaction, viewer: Viewer, asked: PaymentOrder, *, deadlines: Deadlines, cause: Cause) -> Payment:
    """A payment of all that an order costs, by its customer or by staff for them.

    Raises Refused with NotFound, InvalidTransition or IdempotencyConflict.
    """
    body, id = (asked.order_id, *asked.draft.asked), new_id()
    known = await tx.keys.claim_as("payOrder", viewer.user_id, asked.idempotency_key, body, result_id=id)
    if known != id:
        return await _there(tx, known)
    order = await theirs(tx, viewer, asked.order_id, None)
    till = await till_of(tx, [order])
    _check_payable(order, till)
    at = now()
    payment = till.request(order, asked.draft, at, id=id)
    if payment.method is PaymentMethod.CASH:
        after = order.to_be_paid_later(at)
    else:
        until = deadlines.again(payment.method, at)
        after = replace(order, pay_until=max(order.pay_until or until, until))
    await touched(tx, order, after, cause, at=at)
    await till.write(tx, cause)
    return payment


async def confirm(tx: Transaction, viewer: Viewer, id: UUID, *, key: str, cause: Cause) -> Payment:
    """Staff's word that cash or a transfer has arrived; of an order that does not take it, it is owed back.

    Raises Refused with NotAllowed, NotFound, InvalidTransition or IdempotencyConflict, as `refund` does.
    """
    viewer.must_have(*STAFF)
    if not await tx.keys.claim("confirmPayment", viewer.user_id, key, (id,)):
        return await _there(tx, id)
    order, till = await _locked(tx, id)
    payment, at = till.payments[id], now()
    if payment.by_card or not payment.may_be_approved:
        raise _refused(order, PROCESSORS if payment.by_card else f"This payment is {payment.status} already.")
    after = till.approve(order, payment, at, amount=payment.amount)
    await touched(tx, order, after, cause, at=at)
    await till.write(tx, cause)
    return till.payments[id]


async def refund(tx: Transaction, viewer: Viewer, id: UUID, *, key: str, cause: Cause) -> Payment:
    """By card, the processor is asked to give the money back; of the others it is staff's word that they have."""
    viewer.must_have(*STAFF)
    if not await tx.keys.claim("refundPayment", viewer.user_id, key, (id,)):
        return await _there(tx, id)
    order, till = await _locked(tx, id)
    payment, at, after = till.payments[id], now(), order
    if not payment.holds_money or (payment.by_card and payment.status is PaymentStatus.REFUND_REQUESTED):
        raise _refused(order, f"This payment is {payment.status}, so it cannot be refunded.")
    if payment.by_card:
        till.owe_back(payment, at)
    else:
        after = till.give_back(order, payment, at)
    await touched(tx, order, after, cause, at=at)
    await till.write(tx, cause)
    return till.payments[id]


async def fail_unanswered(tx: Transaction, *, deadlines: Deadlines, cause: Cause, limit: int) -> list[Payment]:
    """Payments by card to which no answer has come become FAILED, so that their orders may be paid again.

    What somebody else is about to change is left to them.
    """
    at = now()
    since = at - deadlines.answer
    waiting = await tx.payments.unanswered(since, limit)
    orders = await tx.orders.lock_free([one.order_id for one in waiting]) if waiting else []
    till = await till_of(tx, orders)
    for order in orders:
        one = till.open(order)
        if one and one.by_card and one.created_at <= since:
            till.fail(one, at, NO_ANSWER)
            await touched(tx, order, order, cause, at=at)
    await till.write(tx, cause)
    return [payment for _, payment, _ in till.happened]


def _check_payable(order: Order, till: Till) -> None:
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        raise Refused(InvalidTransition(from_=order.status, to=OrderStatus.PENDING, because=NOT_AWAITED))
    if till.open(order):
        raise _refused(order, UNDER_WAY)
    if len(till.of(order)) >= MOST_PAYMENTS:
        raise _refused(order, TOO_MANY)


async def _locked(tx: Transaction, id: UUID) -> tuple[Order, Till]:
    """The order that a payment is of, and all its payments; raises Refused(NotFound)."""
    known = await tx.payments.get(id)
    order = await tx.orders.lock(known.order_id) if known else None
    if order is None:
        raise not_found(id)
    return order, await till_of(tx, [order])


async def _there(tx: Transaction, id: UUID) -> Payment:
    """What a request that has come again made of it."""
    payment = await tx.payments.get(id)
    if payment is None:
        raise not_found(id)
    return payment


def _refused(order: Order, because: str) -> Refused:
    return Refused(InvalidTransition(from_=order.status, to=order.status, because=because))
