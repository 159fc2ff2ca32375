"""Webhook deliveries: each event for each endpoint once, under one id and with one body, however often it is sent."""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.bodies import body_of
from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.ids import new_id
from domain.ports import Shape, Transaction
from domain.refusals import Refused, not_found
from domain.users import Viewer
from domain.webhooks import WebhookEndpoint, theirs

log = logging.getLogger(__name__)

GONE = 410


class DeliveryStatus(StrEnum):
    """CANCELLED: its owner may not see it any more, so it is not sent. SUCCEEDED, FAILED and CANCELLED are settled."""

    PENDING = "PENDING"
    RETRYING = "RETRYING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One event for one endpoint. `body` is stored when the event is fanned out and never changes.

    `next_attempt_at` is None when nothing is left to do. One that a person asked for again is `manual`: it neither
    waits for what came before it nor keeps what comes after it waiting. Of what a process of an older version has
    fanned out, subject, owner and position are not known.
    """

    endpoint_id: UUID
    event_id: UUID
    event_type: EventType
    subject_id: UUID | None
    event_owner_id: UUID | None
    position: int | None
    body: str
    created_at: datetime
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempt: int = 0
    next_attempt_at: datetime | None
    settled_at: datetime | None = None
    manual: bool = False
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one attempt. No status means that nothing was answered, and `error` says why.

    `retry_after` is how long the receiver asks us to wait.
    """

    status: int | None
    error: str | None
    body: str
    duration_ms: int
    retry_after: timedelta | None = None

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAttempt:
    delivery_id: UUID
    number: int
    at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    response_body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStats:
    """Of what is kept of one endpoint; the times are of the last attempts that were answered."""

    succeeded: int = 0
    failed: int = 0
    pending: int = 0
    p50_ms: int | None = None
    p99_ms: int | None = None
    consecutive_failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that is ours to send until its lease ends. `attempt` and the lease are the fencing token.

    `secrets` are as they are stored. A `probe` is the one attempt that an open circuit lets through.
    """

    id: UUID
    event_id: UUID
    event_type: EventType
    correlation_id: UUID
    attempt: int
    leased_until: datetime
    body: str
    endpoint_id: UUID
    url: str
    secrets: tuple[str, ...]
    probe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ended and what follows from it."""

    claimed: ClaimedDelivery
    status: DeliveryStatus
    next_attempt_at: datetime | None
    attempt: WebhookAttempt

    @property
    def ok(self) -> bool:
        return self.status is DeliveryStatus.SUCCEEDED

    @property
    def gone(self) -> bool:
        """The receiver says that nobody wants it any more."""
        return self.attempt.status == GONE


async def ping(tx: Transaction, viewer: Viewer, id: UUID, *, cause: Cause) -> WebhookDelivery:
    """Sends a test event to one endpoint, whatever types it listens to; raises Refused(NotFound)."""
    target = await theirs(tx, viewer, id)
    event = Event(type=EventType.WEBHOOK_PING, subject=target, cause=cause)
    delivery = replace(delivery_of(event, target, body_of(event)), manual=True)
    tx.events.append(event)
    await tx.deliveries.add([delivery])
    return delivery


async def redeliver(tx: Transaction, viewer: Viewer, id: UUID) -> WebhookDelivery:
    """Makes a delivery due now: the same id and the same bytes once more; raises Refused(NotFound)."""
    delivery = await tx.deliveries.get(id)
    if delivery is None:
        raise not_found(id)
    try:
        await theirs(tx, viewer, delivery.endpoint_id)
    except Refused:
        raise not_found(id) from None
    if delivery.body:
        await tx.deliveries.make_due([delivery.id], at=now())
    return await tx.deliveries.get(id) or delivery


def rendered(shape: Shape, event: Event) -> str | None:
    """The body for an event; None when it cannot be rendered."""
    try:
        return shape.body(event)
    except Exception:
        log.exception("event %s cannot be rendered as a webhook", event.id)
        return None


def delivery_of(event: Event, target: WebhookEndpoint, body: str | None) -> WebhookDelivery:
    """The delivery of an event to an endpoint. One whose body could not be rendered is FAILED, and never sent."""
    at = now()
    return WebhookDelivery(
        endpoint_id=target.id,
        event_id=event.id,
        event_type=event.type,
        subject_id=event.subject_id,
        event_owner_id=event.owner_id,
        position=event.position,
        body=body or "",
        created_at=at,
        status=DeliveryStatus.PENDING if body else DeliveryStatus.FAILED,
        next_attempt_at=at if body else None,
        settled_at=None if body else at,
    )
