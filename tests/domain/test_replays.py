"""Replays: a part of the log once more for one endpoint, each event under its one id."""

from dataclasses import dataclass, field, replace

import pytest

from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import DeliveryStatus, WebhookDelivery, delivery_of
from domain.events import START, Event, EventType, Place
from domain.ids import new_id
from domain.ports import Shape
from domain.refusals import DocumentInvalid, InvalidInput, NotFound, Refused
from domain.replays import AT_ONCE, MOST, Replay, replay
from domain.users import Role, User, Viewer
from domain.webhooks import WebhookEndpoint
from tests.domain.fakes import FakeShop
from tests.support.things import make_endpoint, make_event, make_order, make_user, make_viewer

READY, CREATED = EventType.ORDER_READY, EventType.ORDER_CREATED
SUCCEEDED, FAILED, PENDING = DeliveryStatus.SUCCEEDED, DeliveryStatus.FAILED, DeliveryStatus.PENDING


@dataclass(frozen=True)
class Plain:
    """Of every event that is not in `unwanted`."""

    unwanted: frozenset[str] = frozenset()

    def wants(self, event: Event) -> bool:
        return str(event.id) not in self.unwanted

    def body(self, event: Event) -> str:
        return body_of(event)


@dataclass
class Plainly:
    """Shapes: the same for every document; `asked` is what was asked for, `refused` why there is none."""

    shape: Plain = Plain()
    refused: tuple[str, ...] = ()
    asked: list[str | None] = field(default_factory=list)

    async def of(self, document: str | None, viewer: Viewer) -> Shape:
        self.asked.append(document)
        if self.refused:
            raise Refused(DocumentInvalid(errors=self.refused))
        return self.shape


class Scene:
    """A shop with one endpoint of an admin's, and a log of so many orders that were ready, the first at 1."""

    def __init__(self, events: int = 0, *, owner: User | None = None) -> None:
        self.owner = owner or make_user(Role.ADMIN)
        self.target = make_endpoint(owner_id=self.owner.id, types=(READY, CREATED))
        self.shop = FakeShop(endpoints=[self.target])
        self.shop.know(self.owner)
        self.log = self.shop.events.log = [make_event(READY, position=n) for n in range(1, events + 1)]
        self.stands_at(events)
        self.shapes = Plainly()

    def stands_at(self, position: int) -> None:
        self.shop.endpoints.places[self.target.id] = Place(position=position, mark=b"mark")

    def told(self, event: Event, status: DeliveryStatus) -> WebhookDelivery:
        """Its delivery, as it is in the database."""
        over = None if status is PENDING else now()
        new = delivery_of(event, self.target, body_of(event))
        one = replace(new, status=status, settled_at=over, next_attempt_at=None if over else new.next_attempt_at)
        self.shop.deliveries.rows[one.id] = one
        return one

    async def replay(
        self,
        *,
        after: int = 0,
        until: int | None = None,
        types: tuple[EventType, ...] = (),
        only_failed: bool = False,
        viewer: Viewer | None = None,
        target: WebhookEndpoint | None = None,
    ) -> int:
        wanted = Replay(
            endpoint_id=(target or self.target).id,
            after=Place(position=after, mark=b"mark") if after else START,
            until=None if until is None else Place(position=until, mark=b"mark"),
            types=types,
            only_failed=only_failed,
        )
        by = viewer or make_viewer(Role.ADMIN, user_id=self.owner.id)
        return await replay(self.shop.database, self.shapes, by, wanted)

    @property
    def due(self) -> set[int]:
        """The positions of what is due."""
        return {one.position or 0 for one in self.shop.deliveries.rows.values() if one.next_attempt_at}


async def test_only_what_failed_is_due_again_under_its_id_and_with_its_body() -> None:
    scene = Scene(4)
    [good, bad, waits] = [scene.told(*one) for one in zip(scene.log, (SUCCEEDED, FAILED, PENDING), strict=False)]
    scene.shop.deliveries.rows[bad.id] = bad = replace(bad, body="as it was then")
    assert await scene.replay(only_failed=True) == 1
    again = scene.shop.deliveries.rows[bad.id]
    assert (again.id, again.event_id, again.body) == (bad.id, bad.event_id, "as it was then")
    assert (again.status, again.manual) == (PENDING, True)
    assert again.next_attempt_at
    assert set(scene.shop.deliveries.rows) == {good.id, bad.id, waits.id}
    assert scene.shop.deliveries.rows[good.id] == good
    assert scene.shop.deliveries.rows[waits.id] == waits, "it is owed already, and keeps its turn"


async def test_everything_is_sent_again_and_what_was_never_owed_too() -> None:
    scene = Scene(4)
    scene.told(scene.log[0], SUCCEEDED)
    scene.told(scene.log[1], PENDING)
    assert await scene.replay() == 3
    by_event = {one.event_id: one for one in scene.shop.deliveries.rows.values()}
    assert set(by_event) == {event.id for event in scene.log}
    assert len(scene.shop.deliveries.rows) == 4, "one for each event"
    assert [by_event[event.id].manual for event in scene.log] == [True, False, True, True]
    assert by_event[scene.log[3].id].body == body_of(scene.log[3])


@pytest.mark.parametrize(
    ("after", "until", "due"),
    [(0, None, {1, 2, 3, 4}), (2, None, {3, 4}), (0, 3, {1, 2, 3}), (1, 3, {2, 3}), (3, 1, set()), (9, None, set())],
)
async def test_a_range_is_after_one_place_and_up_to_another(after: int, until: int | None, due: set[int]) -> None:
    scene = Scene(4)
    assert await scene.replay(after=after, until=until) == len(due)
    assert scene.due == due


async def test_what_the_endpoint_has_not_come_to_yet_comes_by_itself() -> None:
    scene = Scene(4)
    scene.stands_at(2)
    assert await scene.replay(until=4) == 2
    assert scene.due == {1, 2}


async def test_only_what_the_endpoint_listens_to_its_owner_may_see_and_was_asked_for() -> None:
    owner = make_user(Role.SELLER)
    scene = Scene(owner=owner)
    own = {"subject": make_order(customer_id=owner.id)}
    filtered = make_event(READY, position=5, **own)
    scene.shop.events.log = [
        make_event(READY, position=1, **own),
        make_event(READY, position=2),
        make_event(CREATED, position=3, **own),
        make_event(EventType.ORDER_CANCELLED, position=4, **own),
        filtered,
    ]
    scene.stands_at(5)
    scene.shapes.shape = Plain(unwanted=frozenset({str(filtered.id)}))
    assert await scene.replay(types=(READY,)) == 1
    assert scene.due == {1}
    assert await scene.replay(types=(CREATED, EventType.ORDER_CANCELLED)) == 1
    assert scene.due == {1, 3}


async def test_a_body_that_was_never_rendered_is_of_the_endpoints_document() -> None:
    scene = Scene(1)
    scene.shop.endpoints.rows[scene.target.id] = replace(scene.target, document="subscription { … }")
    await scene.replay()
    assert scene.shapes.asked == ["subscription { … }"]


async def test_with_a_document_that_cannot_be_served_nothing_is_sent_again() -> None:
    scene = Scene(2)
    scene.told(scene.log[0], FAILED)
    scene.shapes.refused = ("Cannot query field 'colour' on type 'Order'.",)
    with pytest.raises(Refused) as refused:
        await scene.replay()
    assert isinstance(refused.value.refusal, InvalidInput)
    [issue] = refused.value.refusal.issues
    assert (issue.path, issue.code) == (("input", "endpointId"), "DOCUMENT")
    assert issue.message == (
        "This document cannot shape webhooks: Cannot query field 'colour' on type 'Order'. Change it first."
    )
    assert scene.due == set()


async def test_what_could_not_be_rendered_stays_failed() -> None:
    scene = Scene(1)
    broken = replace(scene.told(scene.log[0], FAILED), body="")
    scene.shop.deliveries.rows[broken.id] = broken
    assert await scene.replay(only_failed=True) == await scene.replay() == 0
    assert scene.shop.deliveries.rows == {broken.id: broken}


@pytest.mark.parametrize("events", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 300])
async def test_more_than_fit_into_one_transaction_are_sent_once_each(events: int) -> None:
    scene = Scene(events)
    assert await scene.replay() == events
    assert scene.due == set(range(1, events + 1))
    assert len(scene.shop.deliveries.rows) == events


async def test_what_is_not_for_the_endpoint_does_not_end_a_replay_early() -> None:
    scene = Scene(2 * AT_ONCE + 10)
    wanted = {1, AT_ONCE + 7, 2 * AT_ONCE + 3}
    scene.shapes.shape = Plain(unwanted=frozenset(str(event.id) for event in scene.log if event.position not in wanted))
    assert await scene.replay() == 3
    assert scene.due == wanted


async def test_so_many_at_a_time_and_no_more() -> None:
    scene = Scene()
    scene.stands_at(MOST + 1)
    with pytest.raises(Refused) as refused:
        await scene.replay()
    assert isinstance(refused.value.refusal, InvalidInput)
    [issue] = refused.value.refusal.issues
    assert (issue.path, issue.code) == (("input", "until"), "RANGE")
    assert issue.message == "is 100,001 events after `after`; at most 100,000 at a time"
    assert await scene.replay(after=1) == 0
    assert await scene.replay(until=MOST) == 0


async def test_an_endpoint_of_somebody_else_is_as_unknown_as_one_that_never_was() -> None:
    scene = Scene(1)
    for target, viewer in ((scene.target, make_viewer(Role.OPERATOR)), (make_endpoint(id=new_id()), None)):
        with pytest.raises(Refused) as refused:
            await scene.replay(target=target, viewer=viewer)
        assert refused.value.refusal == NotFound(id=str(target.id))
    assert scene.shop.deliveries.rows == {}
    assert await scene.replay(viewer=make_viewer(Role.ADMIN)) == 1, "an admin may"
