"""Connections: Relay's shape for lists, over keyset cursors."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from domain.ids import parse_id
from domain.ports import Slice
from graph.faults import Code, Fault

T = TypeVar("T")

DEFAULT, MOST = 20, 100

Count = Callable[[], Awaitable[int]]


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo


@dataclass(slots=True, kw_only=True)
class Page:
    """What every connection type reads: the edges, and what is beyond them."""

    edges: Sequence[Any]
    page_info: PageInfo
    count: Count | None = None

    @staticmethod
    def of(found: Sequence[Any], part: Slice, *, count: Count | None = None) -> "Page":
        """`found` has one row more than was asked for when the list goes on; `count` counts when it is asked to."""
        goes_on, came_from = len(found) >= part.size, part.after is not None
        kept = found[: part.size - 1]
        edges = [Edge(cursor=str(node.id), node=node) for node in (reversed(kept) if part.backwards else kept)]
        return Page(
            edges=edges,
            page_info=page_info(
                edges,
                more=came_from if part.backwards else goes_on,
                before=goes_on if part.backwards else came_from,
            ),
            count=count,
        )


def page_info(edges: Sequence[Any], *, more: bool, before: bool) -> PageInfo:
    return PageInfo(
        has_next_page=more,
        has_previous_page=before,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )


def slice_of(first: int | None, after: str | None, last: int | None = None, before: str | None = None) -> Slice:
    """The rows that Relay's arguments ask for, and one more; raises BAD_USER_INPUT."""
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise Fault(Code.BAD_USER_INPUT, "Page forwards with first/after or backwards with last/before, not both.")
    backwards = last is not None or before is not None
    size = size_of("last" if backwards else "first", last if backwards else first)
    cursor = before if backwards else after
    return Slice(size=size + 1, after=_row(cursor) if cursor is not None else None, backwards=backwards)


def size_of(name: str, size: int | None) -> int:
    if size is not None and not 1 <= size <= MOST:
        raise Fault(Code.BAD_USER_INPUT, f"{name} must be 1 to {MOST}, it is {size}.")
    return size or DEFAULT


def check_count(name: str, values: Sequence[Any] | None) -> None:
    """Raises BAD_USER_INPUT for a longer list than anybody needs: each entry is compared or looked up."""
    if values is not None and len(values) > MOST:
        raise Fault(Code.BAD_USER_INPUT, f"{name} may have {MOST} entries, it has {len(values)}. Ask several times.")


def _row(cursor: str) -> Any:
    id = parse_id(cursor)
    if id is None:
        raise Fault(Code.BAD_USER_INPUT, "That cursor is not one of this list. Start without it.")
    return id
