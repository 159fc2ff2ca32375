"""Wishes: how a customer wants to pay, checked before anything is asked of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.cards import Card, card_payment
from domain.clock import now
from domain.payments import PaymentDraft, PaymentMethod
from domain.ports import CardTokens
from domain.refusals import Issues

MOST_REFERENCE = 140  # of a transfer's message (ISO 20022, unstructured remittance information)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long an order waits for its payment, and a payment by card for its answer."""

    card: timedelta = timedelta(minutes=30)
    transfer: timedelta = timedelta(days=5)
    answer: timedelta = timedelta(minutes=5)

    def of(self, method: PaymentMethod | None) -> timedelta | None:
        """For an order that is to be paid so; None when it does not wait. No method stands for one still to come."""
        waits = {PaymentMethod.CASH: None, PaymentMethod.BANK_TRANSFER: self.transfer}
        return waits.get(method, self.card) if method else self.card

    def again(self, method: PaymentMethod, at: datetime) -> datetime:
        """Until when an order that is paid again waits at least: a card is answered soon, a transfer takes days."""
        return at + (self.transfer if method is PaymentMethod.BANK_TRANSFER else self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWish:
    """Exactly one of card, cash and bank_transfer is given; `tokens` makes what stands for the card."""

    tokens: CardTokens
    card: Card | None = None
    cash: bool | None = None
    bank_transfer: str | None = None

    def check(self, issues: Issues, path: Sequence[str]) -> None:
        """What can be said without looking at the card."""
        if self.cash is False:
            issues.add((*path, "cash"), "FALSE", "must be true: name another way to pay instead")
        if self.bank_transfer is not None:
            issues.text((*path, "bankTransfer"), self.bank_transfer, least=1, most=MOST_REFERENCE)

    def draft(self, *, user_id: UUID, operation: str, key: str | None) -> PaymentDraft:
        """Of a wish that was checked. Raises Refused(CardRejected)."""
        if self.card:
            return card_payment(self.card, self.tokens, user_id=user_id, operation=operation, key=key, at=now())
        if self.bank_transfer is not None:
            reference = self.bank_transfer.strip()
            asked = ("BANK_TRANSFER", reference)
            return PaymentDraft(method=PaymentMethod.BANK_TRANSFER, reference=reference, asked=asked)
        return PaymentDraft(method=PaymentMethod.CASH, asked=("CASH",))
