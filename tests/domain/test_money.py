"""Money is counted in whole hundredths."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, minor_units


@given(st.integers(-(10**18), 10**18))
def test_an_amount_written_out_is_read_back_to_the_cent(minor: int) -> None:
    assert minor_units(Money(minor=minor, currency="EUR").amount) == minor


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_any_amount_of_two_places_is_whole_cents(amount: Decimal) -> None:
    assert minor_units(amount) == amount * 100


@given(st.integers(-(10**9), 10**9), st.integers(1, 9), st.integers(3, 15))
def test_a_fraction_of_a_cent_is_never_rounded_away(cents: int, digit: int, place: int) -> None:
    assert minor_units(Decimal(cents).scaleb(-2) + Decimal(digit).scaleb(-place)) is None


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_amount(text: str) -> None:
    assert minor_units(Decimal(text)) is None


@pytest.mark.parametrize(("text", "minor"), [("20", 2000), ("20.00", 2000), ("20.000", 2000), ("2E1", 2000), ("-0", 0)])
def test_spelling_does_not_change_an_amount(text: str, minor: int) -> None:
    assert minor_units(Decimal(text)) == minor


def test_three_lamps_cost_three_times_as_much() -> None:
    lamp = Money(minor=1999, currency="EUR")
    assert lamp.times(3) == Money(minor=5997, currency="EUR")
    assert str(lamp.times(3).amount) == "59.97"


def test_a_price_of_whole_euros_still_shows_its_cents() -> None:
    assert str(Money(minor=2000, currency="EUR").amount) == "20.00"
