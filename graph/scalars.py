"""Scalars: how times, money and places in the log are written as text."""

import base64
import binascii
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from domain.events import Place
from graph.faults import Code, Fault

Cursor = NewType("Cursor", object)

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
CURSOR_BYTES, POSITION_BYTES = 12, 8
URL_SAFE = bytes.maketrans(b"+/", b"-_")


def write_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        utc = moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        utc = None
    if utc is None:
        raise GraphQLError(f"DateTime must be text like 2026-01-31T12:00:00Z, not {_shown(value)}.")
    return utc


def write_decimal(value: Decimal) -> str:
    return f"{value:f}"


def read_decimal(value: object) -> Decimal:
    """Plain decimal notation only: no exponent, no NaN, no blanks, no digits of other scripts."""
    text = str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if not PLAIN_NUMBER.fullmatch(text):
        raise GraphQLError(f'Decimal must be a plain number like "20.00", not {_shown(value)}.')
    return Decimal(text)


def _literal_decimal(node: ValueNode, _variables: object = None) -> Decimal:
    if not isinstance(node, (StringValueNode, IntValueNode, FloatValueNode)):
        raise GraphQLError('Decimal must be a plain number like "20.00".', node)
    return read_decimal(node.value)


def write_cursor(place: Place) -> str:
    raw = place.position.to_bytes(POSITION_BYTES, "big") + place.mark
    return binascii.b2a_base64(raw, newline=False).translate(URL_SAFE).decode()


def read_cursor(value: object) -> Place:
    """Raises CURSOR_INVALID; whether the place is in this log is asked when it is used."""
    try:
        raw = base64.b64decode(value.encode(), altchars=b"-_", validate=True) if isinstance(value, str) else b""
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    if len(raw) != CURSOR_BYTES:
        raise Fault(Code.CURSOR_INVALID, f"{_shown(value)} is not a cursor of this log. Start without `after`.")
    return Place(position=int.from_bytes(raw[:POSITION_BYTES], "big"), mark=raw[POSITION_BYTES:])


def read_cursor_text(value: object) -> str:
    """A malformed cursor is told by the field that uses it, with its own code."""
    return value if isinstance(value, str) else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


SCALARS: dict[object, ScalarDefinition] = {
    # Without the address of its specification, which clients in Python leave out of what they print.
    JSON: strawberry.scalar(
        name="JSON", description="Any JSON value.", serialize=lambda value: value, parse_value=lambda value: value
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 in UTC, microseconds.",
        serialize=write_time,
        parse_value=read_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='Exact decimal number as text, e.g. "20.00".',
        serialize=write_decimal,
        parse_value=read_decimal,
        parse_literal=_literal_decimal,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="An opaque place in the event log. Resume any subscription from it.",
        serialize=lambda place: write_cursor(place) if isinstance(place, Place) else place,
        parse_value=read_cursor_text,
    ),
}
