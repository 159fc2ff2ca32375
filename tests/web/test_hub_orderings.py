"""The hub while an event is just being told: who joins at that moment, and what else must wait for it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.events import Event, Place
from graph.plans import Plan
from graph.scalars import read_cursor, write_cursor
from tests.persistence.shops import until
from tests.support.hubs import ANA, BEA, EVENTS, STAFF, Process, running
from web import hub as hub_module
from web.groups import Group
from web.hub import Hub

ASKED = EVENTS.replace("event {", "event @include(if: true) {")
"""Without a plan: what is told of an event is not there at once."""
ALSO_ASKED = ASKED.replace("id type", "type id")


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    async with running(tmp_path) as started:
        yield started


class Held:
    """The first event that is rendered waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came, self.may_go = asyncio.Event(), asyncio.Event()
        rendered = Group.rendered

        async def held(group: Group, place: Place, event: Event | None) -> bytes:
            if event and not self.came.is_set():
                self.came.set()
                await self.may_go.wait()
            return await rendered(group, place, event)

        monkeypatch.setattr(Group, "rendered", held)


@pytest.mark.parametrize("query", [ASKED, ALSO_ASKED], ids=["of the same group", "of another"])
async def test_who_joins_while_an_event_is_told_has_it_once(
    process: Process, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    early = await process.subscribe(STAFF, ASKED)
    held = Held(monkeypatch)
    happened = await process.happen(1)
    await held.came.wait()
    joining = await process.subscribe(STAFF, query, after=early.messages[0]["cursor"])
    held.may_go.set()
    happened += await process.happen(1)
    await process.settled(early, joining)
    assert early.events == joining.events == happened


async def test_nobody_is_told_how_far_the_log_is_before_what_lies_on_the_way(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "TICK", 0.005)
    monkeypatch.setattr(hub_module, "PROGRESS", 0.01)
    async with Hub(process.shop.log) as hub:  # whose clock is quicker from the beginning
        quicker = replace(process, hub=hub)
        one = await quicker.subscribe(STAFF, ASKED)
        held = Held(monkeypatch)
        happened = await quicker.happen(1)
        await held.came.wait()
        await asyncio.sleep(0.1)  # in which progress was due many times
        held.may_go.set()
        await until(lambda: one.events == happened)
        count = len(one.messages)
        await until(lambda: len(one.messages) > count)
    places = [read_cursor(message["cursor"]).position for message in one.messages]
    assert places == sorted(places)


async def test_a_hub_that_never_rests_tells_those_to_whom_nothing_happens_how_far_it_has_come(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "TICK", 0.005)
    monkeypatch.setattr(hub_module, "PROGRESS", 0.01)
    async with Hub(process.shop.log) as hub:
        quicker = replace(process, hub=hub)
        quiet, busy = await quicker.subscribe(ANA, ASKED), await quicker.subscribe(BEA, ASKED)
        await quicker.happen(2, owner_id=BEA.user_id)
        await quicker.settled(quiet, busy)
        reached, held = hub.told, Held(monkeypatch)
        happened = await quicker.happen(1, owner_id=BEA.user_id)
        await held.came.wait()
        await until(lambda: quiet.messages[-1]["cursor"] == write_cursor(reached))
        told = len(quiet.messages)
        await until(lambda: len(quiet.messages) > told)
        assert quiet.messages[-1]["cursor"] == write_cursor(reached)
        held.may_go.set()
        await until(lambda: busy.events[-1:] == happened)


async def test_an_event_of_which_the_plan_fails_is_told_before_those_that_follow(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await process.subscribe(STAFF, EVENTS)
    written, failed = Plan.written, list[object]()

    def fails_once(plan: Plan, message: object) -> bytes:
        if len(failed) < 2:  # the executor tries it again before it goes its own way
            failed.append(message)
            raise RuntimeError("something is not as its type says")
        return written(plan, message)

    monkeypatch.setattr(Plan, "written", fails_once)
    happened = await process.happen(3)
    await process.settled(one)
    assert one.events == happened
    assert len(failed) == 2
