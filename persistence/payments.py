"""Payments in SQL, and the inbox of the processor's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import Money
from domain.payments import CardSummary, Payment, PaymentMethod, PaymentStatus
from persistence.slices import forced
from persistence.tables import payment_inbox, payments

TAKE = insert(payment_inbox).prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")
SHAPED = {"amount", "card", "method", "status"}
PLAIN = tuple(field.name for field in fields(Payment) if field.name not in SHAPED)


class SqlPayments:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, batch: Sequence[Payment]) -> None:
        if batch:
            await self.connection.execute(insert(payments), [_row(payment) for payment in batch])

    async def update(self, batch: Sequence[Payment]) -> None:
        for payment in batch:
            change = update(payments).where(payments.c.id == payment.id).values(_row(payment))
            await self.connection.execute(change)

    async def get(self, id: UUID) -> Payment | None:
        return (await self.by_ids([id])).get(id)

    async def by_ids(self, ids: Sequence[UUID]) -> dict[UUID, Payment]:
        return {one.id: one for one in await self._all(select(payments).where(payments.c.id.in_(ids)))}

    async def of(self, order_ids: Sequence[UUID]) -> list[Payment]:
        return await self._all(_of(order_ids).order_by(payments.c.order_id, payments.c.id))

    async def lock_of(self, order_ids: Sequence[UUID]) -> Mapping[UUID, Payment]:
        """See domain.ports.Payments. Their orders are locked, so nobody else holds them."""
        return {one.id: one for one in await self._all(_of(order_ids).order_by(payments.c.id).with_for_update())}

    async def unanswered(self, before: datetime, limit: int) -> list[Payment]:
        """See domain.ports.Payments."""
        return await self._all(_waiting(before, limit).where(payments.c.open_order_id.is_not(None)))

    async def still_asked(self, before: datetime, limit: int) -> list[Payment]:
        """See domain.ports.Payments."""
        return await self._all(_waiting(before, limit))

    async def _all(self, query: Select[Any]) -> list[Payment]:
        return [_payment(row) for row in (await self.connection.execute(query)).mappings()]


class SqlInbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def take(self, message_id: str, *, payment_id: UUID, at: datetime) -> bool:
        """See domain.ports.Inbox. One who takes the same at the same time waits for this transaction's end."""
        row = {"message_id": message_id, "payment_id": payment_id, "at": at}
        return (await self.connection.execute(TAKE, row)).rowcount == 1


def _of(order_ids: Sequence[UUID]) -> Select[Any]:
    return select(payments).where(payments.c.order_id.in_(order_ids))


def _waiting(before: datetime, limit: int) -> Select[Any]:
    waiting = select(payments).where(payments.c.unanswered_since <= before)
    return forced(waiting, payments, "ix_payments_unanswered").order_by(payments.c.unanswered_since).limit(limit)


def _unanswered_since(payment: Payment) -> datetime | None:
    if payment.is_open:
        return payment.created_at
    return payment.updated_at if payment.status is PaymentStatus.REFUND_REQUESTED else None


def _row(payment: Payment) -> dict[str, Any]:
    """`open_order_id` is unique; what is settled is in neither it nor the index of what is unanswered.

    A refund waits for its answer too, and belongs to no open order.
    """
    return {name: getattr(payment, name) for name in PLAIN} | {
        "method": payment.method,
        "status": payment.status,
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        "card_brand": payment.card.brand if payment.card else None,
        "card_last4": payment.card.last4 if payment.card else None,
        "open_order_id": payment.order_id if payment.is_open else None,
        "unanswered_since": _unanswered_since(payment) if payment.by_card else None,
    }


def _payment(row: RowMapping) -> Payment:
    return Payment(
        method=PaymentMethod(row["method"]),
        status=PaymentStatus(row["status"]),
        amount=Money(minor=row["amount"], currency=row["currency"]),
        card=CardSummary(brand=row["card_brand"], last4=row["card_last4"]) if row["card_brand"] else None,
        **{name: row[name] for name in PLAIN},
    )
