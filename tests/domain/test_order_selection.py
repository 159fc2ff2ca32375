"""Selections of orders: which ones a list or a board is about."""

from datetime import timedelta
from typing import Any

import pytest

from domain.ids import new_id
from domain.order_selection import OrderSelection
from domain.orders import OrderStatus, PaymentState
from tests.support.things import NOON, make_item, make_order

PENDING, PROCESSED, CANCELLED = OrderStatus.PENDING, OrderStatus.PROCESSED, OrderStatus.CANCELLED
ANA, BEA = new_id(), new_id()
INSTANT = timedelta(microseconds=1)
ORDER = make_order(
    customer_id=ANA,
    serial=123,
    status=PROCESSED,
    note="By THURSDAY, 100% please",
    items=(make_item("Lámpara_verde"), make_item("Straße")),
)


@pytest.mark.parametrize(
    ("matching", "other"),
    [
        ({"owner_id": ANA}, {"owner_id": BEA}),
        ({"customer_id": ANA}, {"customer_id": BEA}),
        ({"owner_id": ANA, "customer_id": ANA}, {"owner_id": BEA, "customer_id": ANA}),
        ({"statuses": (CANCELLED, PROCESSED)}, {"statuses": (CANCELLED,)}),
        ({"payment_states": (PaymentState.NOT_REQUIRED,)}, {"statuses": (CANCELLED,)}),
        ({"created_from": NOON}, {"created_from": NOON + INSTANT}),
        ({"created_to": NOON + INSTANT}, {"created_to": NOON}),
        ({"created_from": NOON, "created_to": NOON + INSTANT}, {"created_from": NOON, "created_to": NOON}),
        ({"statuses": (PROCESSED,), "search": "123"}, {"statuses": (PENDING,), "search": "123"}),
    ],
)
def test_every_part_that_is_given_must_match(matching: dict[str, Any], other: dict[str, Any]) -> None:
    assert OrderSelection().matches(ORDER, None)
    assert OrderSelection(**matching).matches(ORDER, None)
    assert not OrderSelection(**other).matches(ORDER, None)


def test_a_board_sees_an_order_leave() -> None:
    pending = OrderSelection(statuses=(PENDING,))
    assert pending.matches(ORDER, PENDING)
    assert not pending.matches(ORDER, CANCELLED)
    assert not OrderSelection(statuses=(PENDING,), customer_id=BEA).matches(ORDER, PENDING)


@pytest.mark.parametrize(
    "text", ["123", "SW-000123", "sw-123", " Sw-0123 ", "000123", "\uff33\uff37-123", "0" * 20 + "123"]
)
def test_an_order_is_found_by_its_number_as_people_write_it(text: str) -> None:
    assert OrderSelection(search=text).serial == 123
    assert OrderSelection(search=text).matches(ORDER, None)


@pytest.mark.parametrize("text", ["12", "1234", "SW123", "SW-", "-123", "123 ", "9" * 19, "0" * 30, "SW-1e2"])
def test_what_is_another_number_or_none_does_not_find_it(text: str) -> None:
    assert OrderSelection(search=text).matches(ORDER, None) is (text.strip() == "123")


@pytest.mark.parametrize("text", ["thursday", "THURSDAY", "100% p", " lámpara", "LÁMPARA_", "strasse", "STRASSE", ", "])
def test_an_order_is_found_by_words_of_its_note_and_its_products_in_whatever_case(text: str) -> None:
    assert OrderSelection(search=text).matches(ORDER, None)


@pytest.mark.parametrize("text", ["friday", "lampara_", "1%0", "by_thursday", "%", "verde straße"])
def test_nothing_in_a_search_is_a_wildcard(text: str) -> None:
    assert OrderSelection(search=text).matches(ORDER, None) is (text == "%")


def test_an_order_without_a_note_is_found_by_its_products_only() -> None:
    bare = make_order(note=None)
    assert OrderSelection(search="lamp").matches(bare, None)
    assert not OrderSelection(search="none").matches(bare, None)
