"""Cards: which ones are taken, what is said of the others, and what is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.cards import BRANDS, SCENARIOS, Card, Scenario, card_payment, passes_luhn
from domain.ids import new_id
from domain.payments import CardSummary, PaymentDraft, PaymentMethod
from domain.refusals import CardRejected, Refused
from tests.support.things import FakeCardTokens, make_card

MARCH = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
BUYER = new_id()


def paid(card: Card, *, at: datetime = MARCH) -> PaymentDraft:
    return card_payment(card, FakeCardTokens(), user_id=BUYER, operation="payOrder", key="k", at=at)


def rejected(**given: Any) -> CardRejected:
    with pytest.raises(Refused) as refused:
        paid(make_card(**given))
    assert isinstance(refused.value.refusal, CardRejected)
    return refused.value.refusal


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4242424242424242", "visa"),
        ("4222222222222", "visa"),
        ("5555555555554444", "mastercard"),
        ("2223003122003222", "mastercard"),
        ("378282246310005", "amex"),
        ("6011111111111117", "discover"),
        ("30569309025904", "diners"),
        ("3530111333300000", "jcb"),
        ("6200000000000005", "unionpay"),
    ],
)
def test_a_card_is_known_by_its_first_digits(number: str, brand: str) -> None:
    cvc = "1234" if brand == "amex" else "123"
    spaced = f" {number[:4]} {number[4:8]}-{number[8:]} "
    for typed in (number, spaced):
        assert paid(make_card(number=typed, cvc=cvc)).card == CardSummary(brand=brand, last4=number[-4:])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"number": "4242424242424241"}, "NUMBER"),
        ({"number": ""}, "NUMBER"),
        ({"number": "4242 4242"}, "NUMBER"),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "NUMBER"),
        ({"number": "4" * 300}, "NUMBER"),
        ({"number": "5555555555554444".replace("4444", "44") + "00"}, "NUMBER"),
        ({"number": "9999999999999995"}, "BRAND"),
        ({"number": "1234567812345670"}, "BRAND"),
        ({"exp_month": 0}, "EXPIRY"),
        ({"exp_month": 13}, "EXPIRY"),
        ({"exp_month": 2, "exp_year": 2026}, "EXPIRY"),
        ({"exp_year": 2025}, "EXPIRY"),
        ({"exp_year": 26}, "EXPIRY"),
        ({"exp_year": 2057}, "EXPIRY"),
        ({"cvc": "12"}, "CVC"),
        ({"cvc": "1234"}, "CVC"),
        ({"cvc": "12a"}, "CVC"),
        ({"cvc": "١٢٣"}, "CVC"),
        ({"number": "378282246310005", "cvc": "123"}, "CVC"),
        ({"holder": "  "}, "HOLDER"),
        ({"holder": "n" * 121}, "HOLDER"),
        ({"holder": "A\x00na"}, "HOLDER"),
    ],
)
def test_what_is_wrong_with_a_card_is_said_and_nothing_of_it_is_repeated(given: dict[str, Any], reason: str) -> None:
    refusal, card = rejected(**given), make_card(**given)
    assert refusal.reason == reason
    for part in (card.number, card.digits, card.cvc):
        assert not part or part not in refusal.message


def test_a_number_of_the_wrong_length_for_its_brand_is_no_card() -> None:
    assert passes_luhn("42424242424242")
    assert rejected(number="42424242424242").reason == "NUMBER"


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    card = make_card(exp_month=3, exp_year=2026)
    assert paid(card, at=MARCH)
    with pytest.raises(Refused):
        paid(card, at=datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize(("number", "scenario"), SCENARIOS.items())
def test_some_numbers_tell_the_simulated_processor_how_to_behave(number: str, scenario: Scenario) -> None:
    assert paid(make_card(number=number)).token == f"tok_{scenario}_1"


def test_each_scenario_has_a_number_and_any_other_card_is_approved() -> None:
    assert set(SCENARIOS.values()) == set(Scenario)
    assert paid(make_card(number="5555555555554444")).token == "tok_approved_1"


def test_what_is_kept_has_neither_the_number_nor_the_code() -> None:
    draft = paid(make_card(number="4000 0000 0000 9995", cvc="987"))
    assert (draft.method, draft.reference) == (PaymentMethod.CARD, None)
    assert draft.asked == ("CARD", "fingerprint of 4000000000009995", 12, 2030, "Ana")
    assert "4000000000009995" not in str([draft.token, draft.card])
    assert "987" not in str(draft)


def test_a_card_that_is_printed_says_nothing() -> None:
    assert "4242" not in f"{make_card()} {make_card()!r} {[make_card()]}"


def test_the_code_is_no_part_of_what_was_asked_for() -> None:
    """It may not be kept, not even in a digest: there are only a thousand."""
    assert paid(make_card(cvc="111")) == paid(make_card(cvc="222"))


@given(some.integers(10**11, 10**18))
def test_of_ten_numbers_that_differ_in_the_last_digit_one_passes(number: int) -> None:
    assert [passes_luhn(f"{number}{digit}") for digit in range(10)].count(True) == 1


def test_no_number_is_of_two_brands() -> None:
    for first in range(1_000, 10_000):
        assert sum(brand.issued(f"{first}000000000000") for brand in BRANDS) <= 1
