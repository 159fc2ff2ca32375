"""Money: whole minor units and a currency. Never a float."""

from dataclasses import dataclass
from decimal import Decimal

MOST_MINOR = 999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """`minor` counts hundredths of the currency: 2000 is 20.00."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-2)

    def times(self, quantity: int) -> "Money":
        return Money(minor=self.minor * quantity, currency=self.currency)


def minor_units(amount: Decimal) -> int | None:
    """Hundredths in `amount`; None when it has more than two places or is not a number."""
    if not amount.is_finite():
        return None
    hundredths = amount.scaleb(2)
    whole = hundredths.to_integral_value()
    return int(whole) if whole == hundredths else None
