"""Cards: whether what a customer typed can be one, and what stands for it from then on.

The number and the code go no further than the request that brought them: the shop keeps the brand, the last four
digits, and a token. The processor of cards is a simulated one, and some numbers tell it how to behave.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.payments import CardSummary, PaymentDraft, PaymentMethod
from domain.ports import CardTokens
from domain.refusals import CardRejected, Refused
from domain.text import is_text

MOST_HOLDER, MOST_YEARS = 120, 30


class Scenario(StrEnum):
    """How the simulated processor answers; it reads that in the token."""

    APPROVED = "approved"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LOST_CARD = "lost_card"
    PROCESSING_ERROR = "processing_error"
    NO_ANSWER = "no_answer"
    LATE_ANSWER = "late_answer"
    ANSWER_TWICE = "answer_twice"
    DECLINE_THEN_APPROVE = "decline_then_approve"


SCENARIOS = {
    "4242424242424242": Scenario.APPROVED,
    "4000000000009995": Scenario.INSUFFICIENT_FUNDS,
    "4000000000009987": Scenario.LOST_CARD,
    "4000000000000119": Scenario.PROCESSING_ERROR,
    "4000000000000259": Scenario.NO_ANSWER,
    "4000000000000341": Scenario.LATE_ANSWER,
    "4000000000000101": Scenario.ANSWER_TWICE,
    "4000000000000069": Scenario.DECLINE_THEN_APPROVE,
}
"""Any other card is approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`prefixes` are ranges of what its numbers begin with, ends included; `code` is how long its CVC is."""

    name: str
    prefixes: tuple[tuple[int, int], ...]
    lengths: frozenset[int]
    code: int = 3

    def issued(self, number: str) -> bool:
        return any(first <= int(number[: len(str(first))]) <= last for first, last in self.prefixes)


BRANDS = (
    Brand(name="visa", prefixes=((4, 4),), lengths=frozenset({13, 16, 19})),
    Brand(name="mastercard", prefixes=((51, 55), (2221, 2720)), lengths=frozenset({16})),
    Brand(name="amex", prefixes=((34, 34), (37, 37)), lengths=frozenset({15}), code=4),
    Brand(name="discover", prefixes=((6011, 6011), (644, 649), (65, 65)), lengths=frozenset({16, 19})),
    Brand(name="diners", prefixes=((300, 305), (36, 36), (38, 39)), lengths=frozenset({14, 16, 19})),
    Brand(name="jcb", prefixes=((3528, 3589),), lengths=frozenset({16, 19})),
    Brand(name="unionpay", prefixes=((62, 62),), lengths=frozenset({16, 17, 18, 19})),
)
"""ISO/IEC 7812: the first digits say who has issued a card."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Card:
    """As it was typed: nothing in it has been checked, and nothing of it may be written down."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str
    holder: str

    @property
    def digits(self) -> str:
        """The number without the blanks and dashes that people put into it."""
        return self.number.replace(" ", "").replace("-", "")


def card_payment(
    card: Card, tokens: CardTokens, *, user_id: UUID, operation: str, key: str | None, at: datetime
) -> PaymentDraft:
    """A payment by that card, without it. Raises Refused(CardRejected) for the first thing that is wrong.

    The token of a request that comes again with its idempotency `key` is the same.
    """
    brand = _checked(card, at)
    number = card.digits
    scenario = SCENARIOS.get(number, Scenario.APPROVED)
    return PaymentDraft(
        method=PaymentMethod.CARD,
        token=tokens.token(scenario, user_id=user_id, operation=operation, key=key),
        card=CardSummary(brand=brand.name, last4=number[-4:]),
        asked=("CARD", tokens.fingerprint(number), card.exp_month, card.exp_year, card.holder.strip()),
    )


def _checked(card: Card, at: datetime) -> Brand:
    number = card.digits
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and passes_luhn(number)):
        raise _rejected("NUMBER", "The number is not that of a card: look for a mistyped digit.")
    brand = next((one for one in BRANDS if one.issued(number)), None)
    if brand is None:
        names = ", ".join(one.name for one in BRANDS)
        raise _rejected("BRAND", f"Cards of this issuer are not taken. There is {names}.")
    if len(number) not in brand.lengths:
        raise _rejected("NUMBER", f"The number is not that of a {brand.name} card: it has too few or too many digits.")
    for problem in _about_expiry(card, at):
        raise _rejected("EXPIRY", problem)
    if not (card.cvc.isascii() and card.cvc.isdigit() and len(card.cvc) == brand.code):
        raise _rejected("CVC", f"The code of a {brand.name} card has {brand.code} digits.")
    if not (1 <= len(card.holder.strip()) <= MOST_HOLDER and is_text(card.holder)):
        raise _rejected("HOLDER", f"The name on the card must have 1 to {MOST_HOLDER} characters.")
    return brand


def _about_expiry(card: Card, at: datetime) -> Iterator[str]:
    """A card is good until the end of its month."""
    if not 1 <= card.exp_month <= 12:
        yield "The month must be 1 to 12."
    elif not at.year <= card.exp_year <= at.year + MOST_YEARS:
        yield f"The year must be {at.year} to {at.year + MOST_YEARS}: an earlier one has expired."
    elif (card.exp_year, card.exp_month) < (at.year, at.month):
        yield "The card has expired."


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and the sum of all digits ends in 0."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def _rejected(reason: str, message: str) -> Refused:
    return Refused(CardRejected(reason=reason, message=message))
