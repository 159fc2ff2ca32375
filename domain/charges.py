"""Charges: what the processor of cards is asked for, and what its answers mean.

An answer may come late, twice, or after a later one. Each message is taken in once, and the rules of the till make of
any order of them the same.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.money import Money
from domain.orders import Order, touched
from domain.payments import Payment, PaymentStatus
from domain.ports import Transaction
from domain.till import Till, till_of

MOST_MESSAGE_ID, MOST_TRANSACTION_ID, MOST_REASON = 100, 100, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Take this from the card that the token stands for: once for each payment, however often it is asked."""

    payment_id: UUID
    order_id: UUID
    amount: Money
    token: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Give back what a transaction took."""

    payment_id: UUID
    transaction_id: str
    amount: Money
    at: datetime


class Outcome(StrEnum):
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer of the processor. `message_id` is the same when the same message comes again.

    `amount` is what was taken or given back. Raises ValueError for an answer that nobody could act on.
    """

    message_id: str
    payment_id: UUID
    outcome: Outcome
    transaction_id: str | None
    amount: Money
    reason: str | None
    at: datetime

    def __post_init__(self) -> None:
        if not (1 <= len(self.message_id) <= MOST_MESSAGE_ID and self.message_id.isascii()):
            raise ValueError(f"a message id has 1 to {MOST_MESSAGE_ID} ASCII characters")
        if self.outcome in (Outcome.APPROVED, Outcome.REFUNDED) and not self.transaction_id:
            raise ValueError(f"{self.outcome} without a transaction id")
        if len(self.transaction_id or "") > MOST_TRANSACTION_ID:
            raise ValueError(f"a transaction id has at most {MOST_TRANSACTION_ID} characters")


def request_of(event: Event) -> Charge | Refund | None:
    """What an event asks of the processor; None for most."""
    asks = event.type in (EventType.PAYMENT_REQUESTED, EventType.PAYMENT_REFUND_REQUESTED)
    return still_asked(event.subject) if asks and isinstance(event.subject, Payment) else None


def still_asked(payment: Payment) -> Charge | Refund | None:
    """What is asked of the processor about a payment as it is."""
    asked: dict[str, Any] = {"payment_id": payment.id, "amount": payment.amount, "at": payment.updated_at}
    if not payment.by_card:
        return None
    if payment.is_open and payment.token:
        return Charge(**asked, order_id=payment.order_id, token=payment.token)
    if payment.status is PaymentStatus.REFUND_REQUESTED and payment.transaction_id:
        return Refund(**asked, transaction_id=payment.transaction_id)
    return None


async def apply(tx: Transaction, result: Result, cause: Cause) -> Payment | None:
    """What an answer changes, once for each message; the payment as it is then, or None when nothing changes."""
    if not await tx.inbox.take(result.message_id, payment_id=result.payment_id, at=now()):
        return None
    known = await tx.payments.get(result.payment_id)
    order = await tx.orders.lock(known.order_id) if known else None
    if known is None or order is None or not known.by_card:
        return None
    till = await till_of(tx, [order])
    at = now()
    after = _applied(till, order, till.payments[known.id], result, at)
    if not till.happened:
        return None
    await touched(tx, order, after, cause, at=at)
    await till.write(tx, cause)
    return till.payments[known.id]


def _applied(till: Till, order: Order, payment: Payment, result: Result, at: datetime) -> Order:
    reason = (result.reason or "")[:MOST_REASON] or None
    match result.outcome:
        case Outcome.APPROVED:
            return till.approve(order, payment, at, amount=result.amount, transaction_id=result.transaction_id)
        case Outcome.DECLINED:
            till.decline(payment, at, reason)
        case Outcome.FAILED:
            till.fail(payment, at, reason)
        case Outcome.REFUNDED if _answers_refund(payment, result):
            return till.give_back(order, payment, at)
        case _:
            pass
    return order


def _answers_refund(payment: Payment, result: Result) -> bool:
    """Only what was asked for is believed: this transaction, and all of it."""
    asked = payment.status is PaymentStatus.REFUND_REQUESTED
    return asked and payment.transaction_id == result.transaction_id and payment.amount == result.amount
