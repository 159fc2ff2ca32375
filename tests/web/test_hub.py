"""The hub: one execution for all who ask for the same; nobody waits for anybody, misses anything or is told twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.events import EventType, Place
from domain.users import Role
from graph.scalars import write_cursor
from tests.persistence.shops import happen, keep, until
from tests.support.hubs import ANA, BEA, EVENTS, STAFF, Inbox, Process, deaf, ids, running
from tests.support.things import make_event, make_order, make_viewer
from web import hub as hub_module
from web import subscription
from web.hub import Hub

ALSO_EVENTS = EVENTS.replace("id type", "type id")
WITH_OWN = EVENTS.replace("id type", "id type ... on WebhookEvent { endpoint { lag } }")
ORDER_UPDATED = """subscription($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
  cursor order { version } event { id version } } }"""
NOTIFICATIONS = "subscription { notificationReceived { cursor notification { title } } }"


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    async with running(tmp_path) as started:
        yield started


def groups_of(*inboxes: Inbox) -> int:
    return len({id(inbox.subscription.group) for inbox in inboxes})


class TestSharing:
    async def test_an_event_is_executed_and_encoded_once_for_all_who_asked_for_the_same(self, process: Process) -> None:
        inboxes = [await process.subscribe(make_viewer(Role.ADMIN), EVENTS) for _ in range(20)]
        happened = await process.happen(3)
        await process.settled(*inboxes)
        assert all(inbox.events == happened for inbox in inboxes)
        for number in (-1, -2, -3):
            assert len({id(inbox.payloads[number]) for inbox in inboxes}) == 1, "the very same bytes"

    async def test_who_asks_for_something_else_is_in_another_group(self, process: Process) -> None:
        first = await process.subscribe(STAFF, EVENTS, filter={"types": ["ORDER_READY"]})
        others = [
            await process.subscribe(STAFF, EVENTS, filter={"types": ["ORDER_CREATED"]}),
            await process.subscribe(STAFF, EVENTS),
            await process.subscribe(STAFF, ALSO_EVENTS),
            await process.subscribe(ANA, EVENTS, filter={"types": ["ORDER_READY"]}),
            await process.subscribe(BEA, EVENTS, filter={"types": ["ORDER_READY"]}),
        ]
        assert groups_of(first, *others) == 6
        created = await process.happen(2, owner_id=ANA.user_id)
        ready = await process.happen(1, owner_id=BEA.user_id, type=EventType.ORDER_READY)
        await process.settled(first, *others)
        assert [one.events for one in (first, *others)] == [ready, created, created + ready, created + ready, [], ready]

    async def test_the_order_of_the_variables_does_not_matter(self, process: Process) -> None:
        types, subjects = {"types": ["ORDER_READY"]}, {"subjectIds": [str(ANA.user_id)]}
        one = await process.subscribe(STAFF, EVENTS, filter={**types, **subjects})
        other = await process.subscribe(STAFF, EVENTS, filter={**subjects, **types})
        assert groups_of(one, other) == 1

    async def test_where_one_begins_does_not_matter(self, process: Process) -> None:
        first = await process.subscribe(STAFF, EVENTS)
        happened = await process.happen(4)
        await process.settled(first)
        cursors = [message["cursor"] for message in first.messages]
        resumed = [await process.subscribe(STAFF, EVENTS, after=cursor) for cursor in cursors]
        assert groups_of(first, *resumed) == 1
        assert [one.events for one in resumed] == [happened[number:] for number in range(5)]
        happened += await process.happen(1)
        await process.settled(*resumed)
        assert [one.events for one in resumed] == [happened[number:] for number in range(5)]
        assert len({id(one.payloads[-1]) for one in (first, *resumed)}) == 1

    async def test_staff_share_whatever_their_roles_but_not_what_is_each_ones_own(self, process: Process) -> None:
        people = [make_viewer(Role.ADMIN), make_viewer(Role.OPERATOR), make_viewer(Role.ADMIN)]
        assert groups_of(*[await process.subscribe(viewer, EVENTS) for viewer in people]) == 1
        assert groups_of(*[await process.subscribe(viewer, WITH_OWN) for viewer in people]) == 3
        assert groups_of(*[await process.subscribe(people[0], WITH_OWN) for _ in range(2)]) == 1

    async def test_one_person_as_staff_and_as_a_customer_does_not_share(self, process: Process) -> None:
        as_staff = replace(ANA, roles=frozenset({Role.ADMIN}))
        inboxes = [await process.subscribe(viewer, NOTIFICATIONS) for viewer in (ANA, as_staff, ANA)]
        assert groups_of(*inboxes) == 2


class TestFallingBehind:
    async def test_one_without_room_catches_up_in_order_and_joins_again(self, process: Process) -> None:
        quick = await process.subscribe(STAFF, EVENTS)
        slow = await process.subscribe(STAFF, EVENTS, Inbox(room=3))  # the opening, and two events
        happened = await process.happen(5)
        await process.settled(quick)
        assert (quick.events, slow.events, slow.live) == (happened, happened[:2], False)
        happened += await process.happen(300)  # more than one page of the log
        await process.settled(quick)
        assert (quick.events, slow.events) == (happened, happened[:2]), "nobody waits for it"
        for room in (1, 7, None):
            slow.take(room)
            await until(lambda: slow.left == 0 or slow.live)
        happened += await process.happen(2)
        await process.settled(slow)
        assert slow.events == quick.events == happened
        assert slow.payloads[-1] is quick.payloads[-1]

    @pytest.mark.parametrize("resumes", [False, True], ids=["live", "catching up"])
    async def test_one_that_takes_nothing_is_given_up_at_the_last_that_it_took(
        self, process: Process, monkeypatch: pytest.MonkeyPatch, resumes: bool
    ) -> None:
        monkeypatch.setattr(subscription, "STALLED", 0.05)
        quick, stalled = await process.subscribe(STAFF, EVENTS), Inbox(room=3)
        start = quick.messages[0]["cursor"]
        if not resumes:
            await process.subscribe(STAFF, EVENTS, stalled)
        happened = await process.happen(5)
        await process.settled(quick)
        if resumes:
            process.subscribing(STAFF, EVENTS, stalled, after=start)
        await until(lambda: stalled.given_up_at)
        assert stalled.events == happened[:2]
        assert stalled.given_up_at
        resumed = await process.subscribe(STAFF, EVENTS, after=write_cursor(stalled.given_up_at))
        assert resumed.events == happened[2:]

    async def test_a_connection_that_raises_does_not_harm_the_others(
        self, process: Process, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Broken(Inbox):
            def push(self, payload: bytes, place: Place) -> bool:
                if self.payloads:
                    raise RuntimeError("a wire that is no more")
                return super().push(payload, place)

        broken = await process.subscribe(STAFF, EVENTS, Broken())
        sound = await process.subscribe(STAFF, EVENTS)
        happened = await process.happen(2)
        await process.settled(sound)
        assert sound.events == happened
        assert not broken.events
        assert "a wire that is no more" in caplog.text


class TestOneOrder:
    async def test_what_the_opening_told_is_not_told_again_and_all_else_is(self, process: Process) -> None:
        """The order is newer than what the process knows of the log, as when another one has changed it."""
        order = make_order(version=3)
        await keep(process.database, order)
        async with deaf(process):
            before = [make_event(subject=replace(order, version=version)) for version in (1, 2, 3)]
            await happen(process.database, *before)
            opening = process.subscribing(STAFF, ORDER_UPDATED, id=str(order.id))
            await until(lambda: len(opening.payloads) == 2)
        after = [make_event(subject=replace(order, version=version)) for version in (4, 5)]
        await happen(process.database, *after)
        await process.settled(opening)
        assert [message["order"] for message in opening.messages[:2]] == [None, {"version": 3}]
        assert opening.events == ids(after)

    async def test_who_shares_with_it_is_told_what_they_have_not_been_told(self, process: Process) -> None:
        order = make_order(version=1)
        await keep(process.database, order)
        [created] = await happen(process.database, make_event(subject=order))
        early = await process.subscribe(STAFF, ORDER_UPDATED, id=str(order.id), after=write_cursor(created.place))
        late = await process.subscribe(STAFF, ORDER_UPDATED, id=str(order.id))
        changes = [make_event(subject=replace(order, version=version)) for version in (2, 3)]
        await happen(process.database, *changes)
        await process.settled(early, late)
        assert early.events == late.events == ids(changes)
        assert groups_of(early, late) == 1


class TestProgress:
    async def test_those_to_whom_nothing_happens_are_told_how_far_the_log_is(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub_module, "TICK", 0.01)
        monkeypatch.setattr(hub_module, "PROGRESS", 0.05)
        async with Hub(process.shop.log) as hub:  # whose clock is quicker from the beginning
            quicker = replace(process, hub=hub)
            quiet, busy = await quicker.subscribe(ANA, EVENTS), await quicker.subscribe(BEA, EVENTS)
            [id] = await quicker.happen(1, owner_id=BEA.user_id)
            await quicker.settled(quiet, busy)
            reached = write_cursor(hub.place)
            await until(lambda: quiet.messages[-1]["cursor"] == reached)
        assert (quiet.events, busy.events) == ([], [id])
        resumed = await process.subscribe(BEA, EVENTS, after=quiet.messages[-1]["cursor"])
        assert not resumed.events


class TestLeaving:
    async def test_who_leaves_is_forgotten_whatever_they_were_doing(self, process: Process) -> None:
        tasks = asyncio.all_tasks()
        order = make_order()
        await keep(process.database, order)
        live = [await process.subscribe(viewer, EVENTS) for viewer in (STAFF, STAFF, ANA, BEA)]
        live += [await process.subscribe(viewer, ORDER_UPDATED, id=str(order.id)) for viewer in (STAFF, STAFF)]
        behind = await process.subscribe(STAFF, EVENTS, Inbox(room=1))
        happened = await process.happen(3)
        await process.settled(*live)
        opening = process.subscribing(STAFF, EVENTS, Inbox(room=0))
        begun = process.subscribing(STAFF, ALSO_EVENTS)
        for inbox in (*live, behind, opening, begun):
            inbox.subscription.stop()
        await process.happen(2)
        await until(lambda: asyncio.all_tasks() == tasks)
        assert not process.hub._groups
        assert not process.hub._topics
        assert not process.hub._filed
        assert live[0].events == happened

    async def test_who_stops_twice_is_left_once(self, process: Process) -> None:
        one, other = [await process.subscribe(STAFF, EVENTS) for _ in range(2)]
        for _ in range(2):
            one.subscription.stop()
        happened = await process.happen(1)
        await process.settled(other)
        assert (one.events, other.events) == ([], happened)

    async def test_whoever_may_see_nothing_more_is_told_nothing_more(self, process: Process) -> None:
        one, other = [await process.subscribe(STAFF, EVENTS) for _ in range(2)]
        one.subscription.context.revoked = True
        happened = await process.happen(1)
        await process.settled(other)
        assert (one.events, other.events) == ([], happened)
