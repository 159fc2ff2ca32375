"""Group commit: who waits together leaves together, and nobody suffers for a neighbour."""

import asyncio
from collections.abc import Sequence
from itertools import chain

import pytest

from domain.ports import Unavailable
from persistence.lane import Lane


class Bad(Exception):
    """A call that cannot be carried out."""


class Ferry:
    """Carries numbers, one group at a time, and returns when it is let go. It sinks with a negative one."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.left = asyncio.Event()

    async def cross(self, calls: Sequence[int]) -> Sequence[str]:
        self.groups.append(list(calls))
        self.left.set()
        await self.free.wait()
        if any(call < 0 for call in calls):
            raise Bad(calls)
        return [f"carried {call}" for call in calls]


async def under_way(ferry: Ferry, lane: Lane[int, str]) -> "asyncio.Task[str]":
    """Number 0 is on its way: whoever comes now waits."""
    ferry.free.clear()
    first = asyncio.create_task(call(lane, 0))
    await ferry.left.wait()
    return first


async def call(lane: Lane[int, str], number: int) -> str:
    return await lane(number)


def calls(lane: Lane[int, str], *numbers: int) -> list["asyncio.Task[str]"]:
    return [asyncio.create_task(call(lane, number)) for number in numbers]


async def test_a_lone_call_goes_at_once() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    assert await asyncio.wait_for(lane(7), 1) == "carried 7"
    assert ferry.groups == [[7]]


async def test_calls_of_one_moment_leave_together() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    assert await asyncio.gather(*calls(lane, 1, 2, 3)) == ["carried 1", "carried 2", "carried 3"]
    assert ferry.groups == [[1, 2, 3]]


async def test_calls_that_come_while_one_is_under_way_leave_in_the_next() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    first = await under_way(ferry, lane)
    rest = calls(lane, 1, 2, 3)
    await asyncio.sleep(0)
    assert ferry.groups == [[0]]
    ferry.free.set()
    assert await asyncio.gather(first, *rest) == [f"carried {number}" for number in range(4)]
    assert ferry.groups == [[0], [1, 2, 3]]


async def test_a_group_is_no_larger_than_it_may_be() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross, most=4)
    answers = await asyncio.gather(*calls(lane, *range(10)))
    assert answers == [f"carried {number}" for number in range(10)]
    assert [len(group) for group in ferry.groups] == [4, 4, 2]


async def test_a_bad_call_fails_alone() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    one, bad, two = await asyncio.gather(*calls(lane, 1, -1, 2), return_exceptions=True)
    assert (one, two) == ("carried 1", "carried 2")
    assert isinstance(bad, Bad)
    assert ferry.groups == [[1, -1, 2], [1], [-1], [2]]


async def test_an_outage_is_told_to_everybody_at_once() -> None:
    groups: list[int] = []

    async def drown(calls: Sequence[int]) -> Sequence[str]:
        groups.append(len(calls))
        raise Unavailable("the river is frozen")

    lane = Lane(drown, most=2)
    outcomes = await asyncio.gather(*calls(lane, 1, 2, 3, 4, 5), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert groups == [2], "those who waited are not tried one group after another"


async def test_the_lane_goes_on_after_a_bad_call() -> None:
    lane = Lane(Ferry().cross)
    with pytest.raises(Bad):
        await lane(-1)
    assert await lane(1) == "carried 1"


async def test_a_caller_who_has_gone_does_not_hurt_the_others() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    first = await under_way(ferry, lane)
    gone, waits = calls(lane, 1, 2)
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    ferry.free.set()
    assert await waits == "carried 2"
    assert ferry.groups == [[0], [1, 2]]  # what was called is done, whoever waits for it
    assert gone.cancelled()
    assert first.cancelled()
    assert await lane(3) == "carried 3"


async def test_a_bad_call_whose_caller_has_gone_is_nobodys() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross)
    first = await under_way(ferry, lane)
    gone, waits = calls(lane, -1, 2)
    await asyncio.sleep(0)
    gone.cancel()
    ferry.free.set()
    assert (await first, await waits) == ("carried 0", "carried 2")


async def test_a_lane_is_closed_when_everybody_has_been_answered() -> None:
    ferry = Ferry()
    lane = Lane(ferry.cross, most=2)
    first = await under_way(ferry, lane)
    rest = calls(lane, 1, 2, 3)
    await asyncio.sleep(0)
    closing = asyncio.create_task(lane.close())
    await asyncio.sleep(0)
    assert not closing.done()
    ferry.free.set()
    await closing
    assert [task.done() for task in (first, *rest)] == [True] * 4
    assert list(chain(*ferry.groups)) == [0, 1, 2, 3]


async def test_an_idle_lane_is_closed_at_once() -> None:
    lane = Lane(Ferry().cross)
    await lane.close()
    await lane(1)
    await asyncio.wait_for(lane.close(), 1)
