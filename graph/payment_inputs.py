"""How a customer pays, as it comes in. What is in a CardInput goes no further than the request: nothing prints it."""

import strawberry

from domain.cards import Card
from domain.payment_wishes import PaymentWish
from domain.ports import CardTokens


@strawberry.input(description="Swapped for a token at once: the number and the code are never stored.")
class CardInput:
    number: str = strawberry.field(description="12 to 19 digits, with blanks or dashes as you like.")
    exp_month: int = strawberry.field(description="1 to 12.")
    exp_year: int = strawberry.field(description="With four digits.")
    cvc: str = strawberry.field(description="3 digits, of an American Express card 4.")
    holder: str = strawberry.field(description="The name on the card.")

    def __repr__(self) -> str:
        return "CardInput()"


@strawberry.input(one_of=True)
class PaymentMethodInput:
    card: CardInput | None = strawberry.UNSET
    cash: bool | None = strawberry.field(default=strawberry.UNSET, description="When it is picked up; true.")
    bank_transfer: str | None = strawberry.field(
        default=strawberry.UNSET, description="The reference that the transfer will bear."
    )


def wish_of(method: PaymentMethodInput, tokens: CardTokens) -> PaymentWish:
    """@oneOf: exactly one member is given."""
    return PaymentWish(
        tokens=tokens,
        card=_card(method.card) if method.card else None,
        cash=None if method.cash is strawberry.UNSET else method.cash,
        bank_transfer=method.bank_transfer if isinstance(method.bank_transfer, str) else None,
    )


def _card(given: CardInput) -> Card:
    return Card(
        number=given.number,
        exp_month=given.exp_month,
        exp_year=given.exp_year,
        cvc=given.cvc,
        holder=given.holder,
    )
