"""The hub in any order of commits, joins, refusals and leaving: each is told exactly its part of the log."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import event as noted
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.events import Event, EventType
from domain.users import Viewer
from graph.scalars import read_cursor
from tests.persistence.shops import happen, until
from tests.support.hubs import ANA, BEA, EVENTS, STAFF, Inbox, Process, ids, running
from tests.support.invariants import whole_log
from tests.support.things import make_event, make_order
from web import hub as hub_module

SLOWLY = EVENTS.replace("id type", "id type ... on OrderEvent { order { history(first: 1) { oldest } } }")
"""Each execution asks the database, and meanwhile others join, leave and fall behind."""
TYPES = ("ORDER_CREATED", "ORDER_READY")
people = some.sampled_from((STAFF, STAFF, ANA, BEA))
documents = some.sampled_from((EVENTS, SLOWLY, SLOWLY))
filters = some.sampled_from((None, {"types": ["ORDER_READY"]}))
rooms = some.sampled_from((None, 0, 1, 2, 5))
anybody = some.integers(0, 99)
"""Of those who are there, by their number."""


class Commit(NamedTuple):
    of: list[tuple[Viewer, str]]


class Join(NamedTuple):
    viewer: Viewer
    document: str
    filter: dict[str, Any] | None
    room: int | None
    like: int | None
    """Resumes where that one is."""


class Room(NamedTuple):
    whose: int
    room: int | None


class Leave(NamedTuple):
    whose: int


class Wait(NamedTuple):
    milliseconds: int
    """In which what was begun goes on: a commit takes some."""


commits = some.builds(Commit, some.lists(some.tuples(people, some.sampled_from(TYPES)), min_size=1, max_size=6))
joins = some.builds(Join, people, documents, filters, rooms, some.none() | anybody)
waits = some.builds(Wait, some.integers(0, 12))
steps = some.one_of(
    commits, commits, joins, joins, waits, some.builds(Room, anybody, rooms), some.builds(Leave, anybody)
)
stories = some.lists(steps, min_size=5, max_size=60)


class Told(NamedTuple):
    viewer: Viewer
    filter: dict[str, Any] | None
    inbox: Inbox

    def wants(self, event: Event) -> bool:
        mine = self.viewer.is_staff or event.owner_id == self.viewer.user_id
        return mine and (self.filter is None or event.type in self.filter["types"])


@dataclass(slots=True)
class Story:
    process: Process
    told: list[Told] = field(default_factory=list)
    committing: list[asyncio.Task[Any]] = field(default_factory=list)

    async def step(self, step: object) -> None:
        match step:
            case Commit(of):
                events = [make_event(EventType(type), make_order(customer_id=viewer.user_id)) for viewer, type in of]
                self.committing.append(asyncio.create_task(happen(self.process.database, *events)))
            case Join(viewer, document, filter, room, like):
                after = self._cursor(like)
                inbox = self.process.subscribing(viewer, document, Inbox(room), after=after, filter=filter)
                self.told.append(Told(viewer, filter, inbox))
            case Room(whose, room) if self.told:
                self.told[whose % len(self.told)].inbox.take(room)
            case Leave(whose) if self.told:
                self.told.pop(whose % len(self.told)).inbox.subscription.stop()
            case Wait(milliseconds):
                await asyncio.sleep(milliseconds / 1000)

    def _cursor(self, like: int | None) -> str | None:
        payloads = self.told[like % len(self.told)].inbox.messages if like is not None and self.told else ()
        return payloads[-1]["cursor"] if payloads else None

    async def ended(self) -> None:
        """Each has had room, and has been told all that it wants, in order, once."""
        await asyncio.gather(*self.committing)
        for one in self.told:
            one.inbox.take(None)
        await self.process.settled(*(one.inbox for one in self.told))
        log = await whole_log(self.process.database)
        for one in self.told:
            start = read_cursor(one.inbox.messages[0]["cursor"]).position
            assert one.inbox.events == ids([event for event in log if event.position > start and one.wants(event)])
            noted("refused" if one.inbox.refused else "always had room")
            one.inbox.subscription.stop()


@settings(max_examples=30, deadline=None)
@given(stories)
def test_each_is_told_exactly_its_part_of_the_log(story: list[object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub_module, "TICK", 0.001)  # so that progress comes between all the rest
        patch.setattr(hub_module, "PROGRESS", 0.002)
        asyncio.run(_told(story))


async def _told(story: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as process:
            before, told = asyncio.all_tasks(), Story(process)
            for step in story:
                await told.step(step)
            await told.ended()
            await until(lambda: asyncio.all_tasks() <= before)
            assert not process.hub._groups
            assert not process.hub._topics
