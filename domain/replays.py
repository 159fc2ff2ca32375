"""Replays: a part of the log once more for one endpoint. Each event keeps its one delivery, with its id and body."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.clock import now
from domain.deliveries import DeliveryStatus, delivery_of, rendered
from domain.events import START, Event, EventType, Place
from domain.ports import Database, Shape, Shapes, Transaction
from domain.refusals import InputIssue, InvalidInput, Issues, Refused
from domain.users import User, Viewer
from domain.webhooks import WebhookEndpoint, theirs, viewer_for

MOST = 100_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What is wanted of the events after one place and up to another, or up to where the fan-out has come.

    Either those that failed, or all: what has arrived, and what was never owed, too.
    """

    endpoint_id: UUID
    after: Place
    until: Place | None
    types: Sequence[EventType]
    only_failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    queued: int
    reached: int
    done: bool


async def replay(database: Database, shapes: Shapes, viewer: Viewer, wanted: Replay) -> int:
    """How many deliveries were made due; raises Refused with NotFound or InvalidInput.

    Some hundred events in each transaction: what was made due stays so when a later one fails.
    """
    queued, reached, done = 0, wanted.after.position, False
    while not done:
        step = await _transacted(database, shapes, viewer, wanted, reached)
        queued, reached, done = queued + step.queued, step.reached, step.done
    return queued


async def _transacted(database: Database, shapes: Shapes, viewer: Viewer, wanted: Replay, reached: int) -> _Step:
    return await database.transact(lambda tx: _step(tx, shapes, viewer, wanted, reached))


async def _step(tx: Transaction, shapes: Shapes, viewer: Viewer, wanted: Replay, reached: int) -> _Step:
    known = await theirs(tx, viewer, wanted.endpoint_id)
    place = await tx.endpoints.place(known.id) or START  # what is beyond comes by itself
    upto = min(place.position, wanted.until.position) if wanted.until else place.position
    _check(upto - reached)
    owner = (await tx.users.by_ids([known.owner_id]))[known.owner_id]
    shape = await _shape_of(known, owner, shapes)
    events = await tx.events.read(after=reached, upto=upto, limit=AT_ONCE)
    those = [event for event in events if not wanted.types or event.type in wanted.types]
    its = [event for event in those if known.wants(event, owner) and shape.wants(event)]
    queued = await _queue(tx, known, its, shape, only_failed=wanted.only_failed)
    return _Step(queued=queued, reached=events[-1].position if events else upto, done=len(events) < AT_ONCE)


async def _shape_of(known: WebhookEndpoint, owner: User, shapes: Shapes) -> Shape:
    try:
        return await shapes.of(known.document, viewer_for(owner))
    except Refused as refused:
        said = f"{refused.refusal.message} Change it first."
        issue = InputIssue(path=("input", "endpointId"), code="DOCUMENT", message=said)
        raise Refused(InvalidInput(issues=(issue,))) from None


async def _queue(
    tx: Transaction, known: WebhookEndpoint, events: Sequence[Event], shape: Shape, *, only_failed: bool
) -> int:
    there = await tx.deliveries.of_events(known.id, [event.id for event in events])
    settled = [one for one in there.values() if one.body and one.settled_at]
    due = [one.id for one in settled if not only_failed or one.status is DeliveryStatus.FAILED]
    await tx.deliveries.make_due(due, at=now())
    missing = [] if only_failed else [event for event in events if event.id not in there]
    new = [replace(delivery_of(event, known, rendered(shape, event)), manual=True) for event in missing]
    await tx.deliveries.add(new)
    return len(due) + len(new)


def _check(count: int) -> None:
    issues = Issues()
    if count > MOST:
        issues.add(("input", "until"), "RANGE", f"is {count:,} events after `after`; at most {MOST:,} at a time")
    issues.refuse()
