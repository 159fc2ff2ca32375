"""The till: the payments of orders that one transaction has locked, and what it does to them.

Money is never lost to a race: an approval beats every other answer, and money for an order that does not take it (any
more) is owed back from that moment on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.events import Cause, Event, EventType
from domain.ids import new_id
from domain.money import Money
from domain.payments import Payment, PaymentDraft, PaymentStatus
from domain.ports import Transaction

if TYPE_CHECKING:
    from domain.orders import Order

CANCELLED, PAID_OTHERWISE = "The order was cancelled.", "The order has been paid otherwise."


def requested(order: "Order", draft: PaymentDraft, at: datetime, *, id: UUID | None = None) -> Payment:
    """The payment of all that an order costs."""
    return Payment(
        id=id or new_id(),
        order_id=order.id,
        customer_id=order.customer_id,
        method=draft.method,
        status=PaymentStatus.REQUESTED,
        amount=order.total,
        token=draft.token,
        card=draft.card,
        reference=draft.reference,
        created_at=at,
        updated_at=at,
        version=1,
    )


@dataclass(slots=True)
class Till:
    payments: dict[UUID, Payment] = field(default_factory=dict)
    happened: list[tuple[EventType, Payment, bool]] = field(default_factory=list)
    new: list[Payment] = field(default_factory=list)

    def open(self, order: "Order") -> Payment | None:
        """The payment of the order whose answer is still awaited."""
        return next((one for one in self.of(order) if one.is_open), None)

    def request(self, order: "Order", draft: PaymentDraft, at: datetime, *, id: UUID) -> Payment:
        payment = requested(order, draft, at, id=id)
        self.new.append(payment)
        self._note(EventType.PAYMENT_REQUESTED, payment)
        return payment

    def approve(
        self, order: "Order", payment: Payment, at: datetime, *, amount: Money, transaction_id: str | None = None
    ) -> "Order":
        """The money is there. Returns the order as it is with it: as before, when it does not take it."""
        if not payment.may_be_approved:
            return order
        approved = payment.approved(at, amount=amount, transaction_id=transaction_id)
        if not order.takes(amount):
            self._note(EventType.PAYMENT_REFUND_REQUESTED, replace(approved, status=PaymentStatus.REFUND_REQUESTED))
            return order
        self._note(EventType.PAYMENT_APPROVED, approved)
        self.close(order, at, PAID_OTHERWISE)
        return order.paid(at)

    def decline(self, payment: Payment, at: datetime, reason: str | None) -> None:
        if payment.is_open:
            self._note(EventType.PAYMENT_DECLINED, payment.declined(at, reason))

    def fail(self, payment: Payment, at: datetime, reason: str | None) -> None:
        if payment.is_open:
            self._note(EventType.PAYMENT_FAILED, payment.failed(at, reason))

    def close(self, order: "Order", at: datetime, reason: str) -> None:
        """Nobody waits for the open payment any more; if it is approved after all, it is owed back.

        That is no news for the customer, who has been told of the reason.
        """
        if one := self.open(order):
            self._note(EventType.PAYMENT_FAILED, one.failed(at, reason), quiet=True)

    def follow(self, order: "Order", at: datetime) -> None:
        """What is asked for is what the order costs."""
        one = self.open(order)
        if one and one.amount != order.total:
            self._note(EventType.PAYMENT_REQUESTED, one.of(order.total, at))

    def cancel(self, order: "Order", at: datetime) -> None:
        """What was paid is owed back, and nothing more is waited for."""
        self.close(order, at, CANCELLED)
        for one in self.of(order):
            self.owe_back(one, at)

    def owe_back(self, payment: Payment, at: datetime) -> None:
        if payment.status is PaymentStatus.APPROVED:
            self._note(EventType.PAYMENT_REFUND_REQUESTED, payment.owed_back(at))

    def give_back(self, order: "Order", payment: Payment, at: datetime) -> "Order":
        """The customer has the money back. Returns the order as it is without it."""
        if not payment.holds_money:
            return order
        self._note(EventType.PAYMENT_REFUNDED, payment.refunded(at))
        return order if any(one.holds_money for one in self.of(order)) else order.refunded()

    async def write(self, tx: Transaction, cause: Cause) -> None:
        """Those that are closed first: the next one takes their place."""
        new = {payment.id for payment in self.new}
        changed = {payment.id: payment for _, payment, _ in self.happened if payment.id not in new}
        await tx.payments.update([changed[id] for id in sorted(changed)])
        await tx.payments.add(self.new)
        for type, payment, quiet in self.happened:
            tx.events.append(Event(type=type, subject=payment, cause=cause, at=payment.updated_at, quiet=quiet))

    def of(self, order: "Order") -> list[Payment]:
        return [one for one in self.payments.values() if one.order_id == order.id]

    def _note(self, type: EventType, payment: Payment, *, quiet: bool = False) -> None:
        self.payments[payment.id] = payment
        self.happened.append((type, payment, quiet))


async def till_of(tx: Transaction, orders: Sequence["Order"]) -> Till:
    """With all payments of orders that are locked."""
    found: Mapping[UUID, Payment] = await tx.payments.lock_of([order.id for order in orders]) if orders else {}
    return Till(dict(found))
