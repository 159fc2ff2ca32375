"""Drafts of changes: what is to become of an order, and what is to stay."""

import pytest

from domain.drafts import CustomItem, Kept, OrderChange, change
from domain.money import Money
from domain.orders import OrderItem
from domain.refusals import InvalidInput, Refused
from tests.support.things import TERMS, make_custom, make_viewer


def asked(items: list[CustomItem] | None = None, note: str | Kept | None = Kept.KEPT) -> OrderChange:
    return change(make_viewer(), items=items, note=note, shop=TERMS)


def issues_of(items: list[CustomItem] | None = None, note: str | Kept | None = Kept.KEPT) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        asked(items, note)
    assert isinstance(refused.value.refusal, InvalidInput)
    return [(".".join(issue.path), issue.code) for issue in refused.value.refusal.issues]


def test_what_is_not_named_stays() -> None:
    assert asked().fields == {}
    assert asked(note=None).fields == {"note": None}
    assert asked().lines is None
    assert asked([make_custom()]).fields == {}


def test_a_note_is_taken_without_the_blanks_around_it() -> None:
    assert asked(note=" please ").fields == {"note": "please"}
    assert asked(note="").fields == {"note": ""}


def test_items_are_taken_as_those_of_a_new_order() -> None:
    lamp = OrderItem(product="lamp", size=None, color="verde", quantity=2, unit_price=Money(minor=1050, currency="EUR"))
    assert asked([make_custom(" lamp ")]).lines == (lamp,)


@pytest.mark.parametrize("count", [0, 101])
def test_an_order_cannot_be_left_without_items_or_with_too_many(count: int) -> None:
    assert issues_of([make_custom()] * count) == [("input.items", "COUNT")]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = make_custom("", quantity=0)
    assert issues_of([make_custom(), wrong], note="n" * 2001) == [
        ("input.items.1.custom.quantity", "RANGE"),
        ("input.items.1.custom.product", "LENGTH"),
        ("input.note", "LENGTH"),
    ]
