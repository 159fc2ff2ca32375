"""Money: whole minor units and a currency. Never a float."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.refusals import Issues

MOST_MINOR = 999_999_999
MOST_DIGITS = 30


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


def price_of(issues: Issues, path: tuple[str, ...], amount: Decimal) -> int:
    """The minor units of a price; an issue for what is none."""
    minor = minor_units(amount)
    if minor is None:
        issues.add(path, "PRECISION", f"must have at most 2 decimal places, it is {amount}")
    elif not 0 < minor <= MOST_MINOR:
        issues.add(path, "RANGE", f"must be 0.01 to {Decimal(MOST_MINOR).scaleb(-2)}, it is {amount}")
    return minor or 0


def minor_units(amount: Decimal) -> int | None:
    """Hundredths in `amount`, exactly; None when it has more than two places, is absurdly large, or is no number."""
    if not amount.is_finite() or amount.adjusted() > MOST_DIGITS:
        return None
    hundredths = Fraction(amount) * 100
    return hundredths.numerator if hundredths.denominator == 1 else None
