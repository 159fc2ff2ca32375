"""Payments: what one is, and what may happen to it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import new_id
from domain.money import Money


class PaymentMethod(StrEnum):
    CARD = "CARD"
    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"


class PaymentStatus(StrEnum):
    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    REFUND_REQUESTED = "REFUND_REQUESTED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSummary:
    """As much of a card as may be shown and kept."""

    brand: str
    last4: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDraft:
    """How an order is to be paid, checked. `asked` is what tells two requests for it apart."""

    method: PaymentMethod
    token: str | None = None
    card: CardSummary | None = None
    reference: str | None = None
    asked: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """`token` stands for the card at the processor; `transaction_id` is the processor's name for what it took."""

    id: UUID = field(default_factory=new_id)
    order_id: UUID
    customer_id: UUID
    method: PaymentMethod
    status: PaymentStatus
    amount: Money
    token: str | None = None
    card: CardSummary | None = None
    reference: str | None = None
    transaction_id: str | None = None
    decline_reason: str | None = None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def owner_id(self) -> UUID:
        return self.customer_id

    @property
    def known_as(self) -> str | None:
        """What the money is found by: the processor's name for it, or the reference that a transfer bears."""
        return self.transaction_id or self.reference

    @property
    def is_open(self) -> bool:
        """Whether its answer is still awaited. An order has one such payment at most."""
        return self.status is PaymentStatus.REQUESTED

    @property
    def by_card(self) -> bool:
        """Whether the processor of cards answers it; the shop's staff answer the others."""
        return self.method is PaymentMethod.CARD

    @property
    def holds_money(self) -> bool:
        """Whether the shop has something that the customer gave, or owes back."""
        return self.status in (PaymentStatus.APPROVED, PaymentStatus.REFUND_REQUESTED)

    @property
    def may_be_approved(self) -> bool:
        """An approval beats the other answers: money that was taken is never forgotten."""
        return self.status in (PaymentStatus.REQUESTED, PaymentStatus.DECLINED, PaymentStatus.FAILED)

    def approved(self, at: datetime, *, amount: Money, transaction_id: str | None) -> "Payment":
        """`amount` is what was taken, whatever was asked for."""
        return replace(
            self._moved(PaymentStatus.APPROVED, at), amount=amount, transaction_id=transaction_id, decline_reason=None
        )

    def owed_back(self, at: datetime) -> "Payment":
        return self._moved(PaymentStatus.REFUND_REQUESTED, at)

    def refunded(self, at: datetime) -> "Payment":
        return self._moved(PaymentStatus.REFUNDED, at)

    def declined(self, at: datetime, reason: str | None) -> "Payment":
        return replace(self._moved(PaymentStatus.DECLINED, at), decline_reason=reason)

    def failed(self, at: datetime, reason: str | None) -> "Payment":
        return replace(self._moved(PaymentStatus.FAILED, at), decline_reason=reason)

    def of(self, amount: Money, at: datetime) -> "Payment":
        """The same with another amount, while it is open."""
        return replace(self, amount=amount, updated_at=at, version=self.version + 1)

    def _moved(self, to: PaymentStatus, at: datetime) -> "Payment":
        return replace(self, status=to, updated_at=at, version=self.version + 1)
