"""Scalars: exactly what is taken as an amount, a time or a place in the log."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from domain.events import START, Place
from graph.faults import Code, Fault
from graph.scalars import SCALARS, read_cursor, read_decimal, read_time, write_cursor, write_decimal, write_time
from graph.schema import schema as shop

CREATE = "mutation($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }"


@strawberry.type
class Query:
    @strawberry.field
    def amount(self, of: Decimal) -> Decimal:
        return of

    @strawberry.field
    def time(self, of: datetime) -> datetime:
        return of


echo = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))


def echoed(document: str, **variables: object) -> Any:
    """The one field of the answer, or None where it is refused."""
    answer = echo.execute_sync(document, variable_values=variables)
    return None if answer.errors else next(iter((answer.data or {}).values()))


class TestDecimal:
    @pytest.mark.parametrize("literal", ["20", "20.00", '"20.00"', '"20"', "0", "-1.50", '"-1.50"', "0.001"])
    def test_a_plain_number_is_taken_as_a_literal(self, literal: str) -> None:
        assert echoed(f"{{ amount(of: {literal}) }}") == literal.strip('"')

    @pytest.mark.parametrize(
        ("value", "amount"),
        [("20.00", "20.00"), ("20", "20"), (20, "20"), (20.0, "20.0"), (19.99, "19.99"), ("-0.01", "-0.01")],
    )
    def test_a_plain_number_is_taken_as_a_variable(self, value: object, amount: str) -> None:
        assert echoed("query($of: Decimal!) { amount(of: $of) }", of=value) == amount

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            " 1 ",
            "1 ",
            "1\n",
            "+1",
            "1.",
            ".5",
            "1,5",
            "1_000",
            "0x10",
            "NaN",
            "sNaN",
            "Infinity",
            "-inf",
            "1e3",
            "1e999",
            "1E+999999",
            "\u0663",
            "\uff12\uff10",
            "9" * 19,
            "1." + "9" * 19,
            "9" * 5_000,
            "ten",
        ],
    )
    def test_any_other_text_is_refused(self, text: str) -> None:
        assert echoed("query($of: Decimal!) { amount(of: $of) }", of=text) is None
        assert echoed(f"{{ amount(of: {json.dumps(text)}) }}") is None

    @pytest.mark.parametrize(
        "literal", ["1e3", "1e999", "1.5e0", "true", "null", "[]", "[20]", "{}", "TEN", "9" * 5_000]
    )
    def test_any_other_literal_is_refused(self, literal: str) -> None:
        assert echoed(f"{{ amount(of: {literal}) }}") is None

    @pytest.mark.parametrize("value", [True, None, [20], {}, float("nan"), float("inf"), 1e300, 1e-7, 10**19])
    def test_any_other_variable_is_refused(self, value: object) -> None:
        assert echoed("query($of: Decimal!) { amount(of: $of) }", of=value) is None

    @given(st.decimals(min_value=-(10**17), max_value=10**17, places=2))
    def test_an_amount_survives_the_way_there_and_back(self, amount: Decimal) -> None:
        assert read_decimal(write_decimal(amount)) == amount

    @pytest.mark.parametrize("price", ["NaN", "1e999", "\u0663", " 1 ", "", "9" * 5_000, None, True])
    def test_a_bad_price_is_the_clients_mistake_and_no_fault_of_ours(self, price: object) -> None:
        item = {"custom": {"product": "lamp", "quantity": 1, "unitPrice": price}}
        answer = shop.execute_sync(CREATE, variable_values={"input": {"items": [item]}})
        assert answer.errors
        assert [error.extensions for error in answer.errors] == [{"code": "BAD_USER_INPUT"}]
        assert len(answer.errors[0].message) < 500


class TestDateTime:
    @pytest.mark.parametrize(
        ("text", "utc"),
        [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.123456Z"),
            ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000000Z"),
            ("2026-01-31T12:00:00.5-00:30", "2026-01-31T12:30:00.500000Z"),
        ],
    )
    def test_a_time_is_told_in_utc_with_microseconds(self, text: str, utc: str) -> None:
        assert echoed("query($of: DateTime!) { time(of: $of) }", of=text) == utc
        assert echoed(f'{{ time(of: "{text}") }}') == utc

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "now",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-30T12:00:00Z",
            "2026-01-31T25:00:00Z",
            1769860800,
            True,
        ],
    )
    def test_a_time_without_its_zone_or_without_sense_is_refused(self, value: object) -> None:
        with pytest.raises(GraphQLError):
            read_time(value)
        assert echoed("query($of: DateTime!) { time(of: $of) }", of=value) is None

    @given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)), st.integers(-14, 14))
    def test_a_time_survives_the_way_there_and_back(self, at: datetime, hours: int) -> None:
        moment = at.replace(tzinfo=timezone(timedelta(hours=hours)))
        assert read_time(write_time(moment)) == moment
        assert read_time(write_time(moment)).tzinfo is UTC


class TestCursor:
    @given(st.integers(0, 2**64 - 1), st.binary(min_size=4, max_size=4))
    def test_a_cursor_leads_back_to_its_place(self, position: int, mark: bytes) -> None:
        place = Place(position=position, mark=mark)
        text = write_cursor(place)
        assert read_cursor(text) == place
        assert len(text) == 16
        assert text.isascii()

    def test_the_beginning_has_a_cursor(self) -> None:
        assert read_cursor(write_cursor(START)) == START

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "A",
            "AAAA",
            "A" * 15,
            "A" * 17,
            "A" * 20,
            "A" * 15 + "=",
            "A" * 15 + "\n",
            " " + "A" * 15,
            "é" * 8,
            "\ud800" * 8,
            "A" * 15 + "!",
            "A" * 100_000,
            None,
            7,
            b"A" * 16,
            ["A" * 16],
        ],
    )
    def test_what_is_no_cursor_is_told_with_its_own_code(self, value: object) -> None:
        with pytest.raises(Fault) as fault:
            read_cursor(value)
        assert fault.value.code is Code.CURSOR_INVALID
        assert len(str(fault.value)) < 200

    @given(st.text(max_size=40))
    def test_no_text_breaks_the_reading_of_cursors(self, text: str) -> None:
        with suppress(Fault):
            assert len(write_cursor(read_cursor(text))) == 16
