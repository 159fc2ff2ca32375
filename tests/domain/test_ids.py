"""Ids are UUIDv7: they sort by the time they were made."""

import time
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id, parse_id

ID = "01997bc9-d45b-7000-8000-00000000000a"


def test_an_id_is_a_uuid_of_version_seven() -> None:
    id = new_id()
    assert (id.version, id.variant) == (7, RFC_4122)


def test_an_id_begins_with_the_millisecond_it_was_made_in() -> None:
    before = time.time_ns()
    id = new_id()
    after = time.time_ns()
    assert before // 1_000_000 <= id.int >> 80 <= after // 1_000_000


def test_an_id_goes_on_with_the_fraction_of_the_millisecond() -> None:
    before = time.time_ns()
    id = new_id()
    after = time.time_ns()
    nanoseconds = (id.int >> 80) * 1_000_000 + ((id.int >> 64 & 0xFFF) * 1_000_000 >> 12)
    assert before - 245 <= nanoseconds <= after  # 12 bits of a millisecond are steps of 244 ns


def test_what_is_made_later_sorts_later() -> None:
    made = []
    for _ in range(200):
        made.append(new_id())
        started = time.time_ns()
        while time.time_ns() - started < 1_000:  # more than one step of the clock in the id
            pass
    assert made == sorted(made)
    assert [id.bytes for id in made] == sorted(id.bytes for id in made)


def test_no_two_ids_are_the_same() -> None:
    assert len({new_id() for _ in range(2_000)}) == 2_000


@given(st.uuids())
def test_an_id_is_read_back_from_its_text_in_either_case(id: UUID) -> None:
    assert parse_id(str(id)) == parse_id(str(id).upper()) == id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lamp",
        ID.replace("-", ""),
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f" {ID}",
        f"{ID}\n",
        ID[:-1],
        ID[:-1] + "g",
        ID.replace("-", "_"),
        "01997bc9-d45b7-000-8000-000000000000",
        "0x997bc9-d45b-7000-8000-000000000000",
        "\u06601997bc9-d45b-7000-8000-000000000000",
        "0_997bc9-d45b-7000-8000-000000000000",
    ],
)
def test_other_text_is_no_id(text: str) -> None:
    assert parse_id(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_ids(text: str) -> None:
    found = parse_id(text)
    assert found is None or str(found) == text.lower()
