"""What holds of money and orders whatever comes: found by hypothesis, which looks for the case that breaks it."""

from datetime import timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.drafts import MOST_ITEMS, MOST_QUANTITY, CustomItem, draft
from domain.money import MOST_MINOR, Money, minor_units
from domain.orders import NEXT, Order, OrderStatus
from domain.placing import place
from domain.refusals import InvalidInput, InvalidTransition, Refused
from domain.reservations import Shelf
from tests.support.things import NOON, TERMS, make_cause, make_order, make_viewer

EXACT = 200
"""Digits that the check itself calculates with; more than any amount here has."""

bounded = settings(max_examples=50, deadline=None)  # so that the rules are still checked in about a second

amounts = some.decimals(allow_nan=True, allow_infinity=True)
minors = some.integers(min_value=-(10**12), max_value=10**12)
prices = some.integers(min_value=1, max_value=MOST_MINOR).map(lambda minor: Decimal(minor).scaleb(-2))
words = some.text(some.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)
details = some.none() | words
articles = some.builds(
    CustomItem,
    product=words,
    size=details,
    color=details,
    quantity=some.integers(min_value=1, max_value=MOST_QUANTITY),
    unit_price=prices,
)
anything = some.builds(
    CustomItem,
    product=some.text(max_size=200),
    size=some.none() | some.text(max_size=60),
    color=some.none() | some.text(max_size=60),
    quantity=some.integers(),
    unit_price=amounts,
)


def placed(items: list[CustomItem]) -> Order:
    viewer = make_viewer()
    asked = draft(viewer, items=items, note=None, idempotency_key=None, shop=TERMS, cause=make_cause(viewer.user_id))
    return place(asked, Shelf(), serial=1, promote_after=timedelta(0)).order


def outcome(items: list[CustomItem]) -> object:
    """The order, or the refusal."""
    try:
        return placed(items)
    except Refused as refused:
        return refused.refusal


@bounded
@given(amounts)
def test_an_amount_has_minor_units_only_when_they_are_exactly_it(amount: Decimal) -> None:
    minor = minor_units(amount)
    if minor is not None:
        with localcontext(prec=EXACT):
            assert Decimal(minor).scaleb(-2) == amount


@bounded
@given(minors)
def test_money_comes_back_from_its_amount_as_it_was(minor: int) -> None:
    assert minor_units(Money(minor=minor, currency="EUR").amount) == minor


@bounded
@given(minors, some.integers(min_value=3, max_value=12), some.integers(min_value=1, max_value=9))
def test_a_fraction_of_a_cent_is_never_rounded(minor: int, places: int, digit: int) -> None:
    amount = Decimal(minor).scaleb(-2) + Decimal(digit).scaleb(-places)
    assert minor_units(amount) is None


@bounded
@given(minors, some.integers(min_value=0, max_value=10**6), some.integers(min_value=0, max_value=10**6))
def test_buying_in_two_lots_costs_the_same(minor: int, some_of_it: int, the_rest: int) -> None:
    price = Money(minor=minor, currency="EUR")
    assert price.times(some_of_it).minor + price.times(the_rest).minor == price.times(some_of_it + the_rest).minor


@bounded
@given(some.lists(articles, min_size=1, max_size=MOST_ITEMS))
def test_the_total_is_the_exact_sum_of_its_lines(items: list[CustomItem]) -> None:
    order = placed(items)
    with localcontext(prec=EXACT):
        assert order.total.amount == sum(item.unit_price * item.quantity for item in items)
    assert [line.product for line in order.items] == [item.product for item in items]


@bounded
@given(some.lists(anything, max_size=MOST_ITEMS + 2))
def test_an_order_is_placed_as_it_was_asked_for_or_refused_with_reasons(items: list[CustomItem]) -> None:
    match outcome(items):
        case Order() as order:
            assert 1 <= len(order.items) == len(items) <= MOST_ITEMS
            for line, item in zip(order.items, items, strict=True):
                assert 1 <= line.quantity == item.quantity <= MOST_QUANTITY
                assert 0 < line.unit_price.minor <= MOST_MINOR
                assert line.unit_price.amount == item.unit_price
            assert order.total.minor > 0
        case InvalidInput(issues=issues):
            assert issues
            assert all(issue.path[:2] == ("input", "items") for issue in issues)
        case other:
            pytest.fail(f"an order was refused as {other}")


@bounded
@given(some.lists(some.sampled_from(["processed", "completed", "cancelled"]), max_size=8))
def test_an_order_only_ever_moves_as_the_rules_say_and_counts_its_moves(moves: list[str]) -> None:
    order = make_order()
    for count, move in enumerate(moves, start=2):
        before, at = order, NOON + timedelta(seconds=count)
        arguments = (at, "why") if move == "cancelled" else (at,)
        to = OrderStatus[move.upper()]
        if to in NEXT[before.status]:
            order = getattr(before, move)(*arguments)
            assert (order.status, order.version, order.updated_at) == (to, before.version + 1, at)
            assert (order.id, order.items, order.total) == (before.id, before.items, before.total)
        else:
            with pytest.raises(Refused) as refused:
                getattr(before, move)(*arguments)
            assert refused.value.refusal == InvalidTransition(from_=before.status, to=to)


def test_from_every_status_an_order_comes_to_an_end() -> None:
    ends = {status for status in OrderStatus if not NEXT[status]}
    assert ends == {OrderStatus.COMPLETED, OrderStatus.CANCELLED}
    for status in set(OrderStatus) - ends:
        assert NEXT[status] & (ends | NEXT[OrderStatus.PROCESSED])
        assert OrderStatus.CANCELLED in NEXT[status]
