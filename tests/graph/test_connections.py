"""Connections: Relay's arguments, edges and page info."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from domain.ids import new_id
from domain.ports import Slice
from graph.connections import Page, PageInfo, slice_of
from graph.faults import Code, Fault

ID = "01997bc9-d45b-7000-8000-00000000000a"


@dataclass(frozen=True)
class Row:
    id: UUID


ROWS = sorted((Row(new_id()) for _ in range(7)), key=lambda row: row.id, reverse=True)
"""Newest first, as a client lists them."""


def found(part: Slice) -> list[Row]:
    """As the database answers: rows from either end, nearest first."""
    rows = ROWS[::-1] if part.backwards else ROWS
    begin = next(n for n, row in enumerate(rows, 1) if row.id == part.after) if part.after else 0
    return rows[begin : begin + part.size]


def page(
    first: int | None = None, after: Row | None = None, last: int | None = None, before: Row | None = None
) -> tuple[list[Row], PageInfo]:
    part = slice_of(first, str(after.id) if after else None, last, str(before.id) if before else None)
    made = Page.of(found(part), part)
    assert [edge.cursor for edge in made.edges] == [str(edge.node.id) for edge in made.edges]
    return [edge.node for edge in made.edges], made.page_info


def info(*, more: bool, before: bool, start: Row | None, end: Row | None) -> PageInfo:
    return PageInfo(
        has_next_page=more,
        has_previous_page=before,
        start_cursor=str(start.id) if start else None,
        end_cursor=str(end.id) if end else None,
    )


class TestSlice:
    def test_without_arguments_the_first_twenty_are_meant(self) -> None:
        assert slice_of(None, None) == Slice(size=21)

    def test_one_row_more_is_read_to_know_whether_the_list_goes_on(self) -> None:
        id = new_id()
        assert slice_of(100, str(id)) == Slice(size=101, after=id)
        assert slice_of(None, None, 5, None) == Slice(size=6, backwards=True)
        assert slice_of(None, None, None, str(id)) == Slice(size=21, after=id, backwards=True)

    @pytest.mark.parametrize("size", [0, -1, 101, 2**31 - 1, -(2**31)])
    def test_a_page_has_1_to_100_rows(self, size: int) -> None:
        for name, arguments in (("first", (size, None, None, None)), ("last", (None, None, size, None))):
            with pytest.raises(Fault, match=f"{name} must be 1 to 100, it is {size}") as fault:
                slice_of(*arguments)
            assert fault.value.code is Code.BAD_USER_INPUT

    @pytest.mark.parametrize("forwards", [(1, None), (None, "x"), (1, "x")])
    @pytest.mark.parametrize("backwards", [(1, None), (None, "x"), (1, "x")])
    def test_nobody_can_page_in_both_directions(
        self, forwards: tuple[int | None, str | None], backwards: tuple[int | None, str | None]
    ) -> None:
        with pytest.raises(Fault, match="not both") as fault:
            slice_of(*forwards, *backwards)
        assert fault.value.code is Code.BAD_USER_INPUT

    @pytest.mark.parametrize("cursor", ["", "x", "AAAAAAAAAAAAAAAA", f"{ID} ", ID.replace("-", "")])
    def test_a_cursor_of_another_list_is_refused(self, cursor: str) -> None:
        for arguments in ((None, cursor, None, None), (None, None, None, cursor)):
            with pytest.raises(Fault, match="cursor") as fault:
                slice_of(*arguments)
            assert fault.value.code is Code.BAD_USER_INPUT


class TestPages:
    def test_a_list_is_paged_forwards_to_its_end(self) -> None:
        assert page(3) == (ROWS[:3], info(more=True, before=False, start=ROWS[0], end=ROWS[2]))
        assert page(3, ROWS[2]) == (ROWS[3:6], info(more=True, before=True, start=ROWS[3], end=ROWS[5]))
        assert page(3, ROWS[5]) == (ROWS[6:], info(more=False, before=True, start=ROWS[6], end=ROWS[6]))

    def test_a_list_is_paged_backwards_to_its_beginning_in_the_same_order(self) -> None:
        assert page(last=3) == (ROWS[4:], info(more=False, before=True, start=ROWS[4], end=ROWS[6]))
        assert page(last=3, before=ROWS[4]) == (ROWS[1:4], info(more=True, before=True, start=ROWS[1], end=ROWS[3]))
        assert page(last=3, before=ROWS[1]) == (ROWS[:1], info(more=True, before=False, start=ROWS[0], end=ROWS[0]))

    def test_a_page_that_holds_the_whole_list_has_no_neighbours(self) -> None:
        whole = (ROWS, info(more=False, before=False, start=ROWS[0], end=ROWS[6]))
        assert page(7) == page(last=7) == page() == whole

    def test_beyond_the_end_there_is_an_empty_page(self) -> None:
        assert page(3, ROWS[6]) == ([], info(more=False, before=True, start=None, end=None))
        assert page(last=3, before=ROWS[0]) == ([], info(more=True, before=False, start=None, end=None))
