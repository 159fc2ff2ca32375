"""Webhooks: endpoints that other companies give us, and the deliveries we owe them."""

import base64
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import bodies
from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.ids import new_id
from domain.ports import Transaction
from domain.refusals import Issues, Refused, not_found
from domain.users import Role, User, Viewer

log = logging.getLogger(__name__)

MOST_NAME, MOST_ENDPOINTS, MOST_ERROR = 120, 20, 500

SECRET_PREFIX = "whsec_"  # noqa: S105


class WebhookStatus(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DeliveryStatus(StrEnum):
    PENDING = "PENDING"
    RETRYING = "RETRYING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    id: UUID
    name: str
    url: str
    owner_id: UUID
    status: WebhookStatus
    disabled_reason: str | None
    types: tuple[EventType, ...]
    secret_hint: str
    created_at: datetime
    version: int

    def wants(self, event: Event, owner: User) -> bool:
        """Whether this endpoint is sent the event. A ping goes to its own endpoint only, not through here."""
        if event.type is EventType.WEBHOOK_PING or event.type not in self.types or not owner.active:
            return False
        return viewer_for(owner).may_see(event.owner_id)


def new_secret() -> str:
    """24 random bytes, as Standard Webhooks writes a symmetric secret."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def viewer_for(user: User) -> Viewer:
    """What a user may see now, whether signed in or not."""
    return Viewer(user_id=user.id, session_id=user.id, roles=frozenset(user.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One event for one endpoint. `body` is stored when the event is fanned out and never changes."""

    endpoint_id: UUID
    event_id: UUID
    event_type: EventType
    body: str
    created_at: datetime
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempt: int = 0
    next_attempt_at: datetime | None
    settled_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one attempt. No status means that nothing was answered, and `error` says why."""

    status: int | None
    error: str | None
    body: str
    duration_ms: int

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
class ClaimedDelivery:
    """A delivery that is ours to send until its lease ends. `attempt` and the lease are the fencing token."""

    id: UUID
    event_id: UUID
    event_type: EventType
    attempt: int
    leased_until: datetime
    body: str
    endpoint_id: UUID
    url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ended and what follows from it."""

    claimed: ClaimedDelivery
    status: DeliveryStatus
    next_attempt_at: datetime | None
    attempt: WebhookAttempt


def outcome(
    claimed: ClaimedDelivery, answer: Answer, *, started: datetime, schedule: Sequence[timedelta], jitter: float
) -> Outcome:
    """2xx is success; anything else is tried again after the schedule's next wait, times `jitter`."""
    attempt = WebhookAttempt(
        delivery_id=claimed.id,
        number=claimed.attempt,
        at=started,
        duration_ms=answer.duration_ms,
        status=answer.status,
        error=answer.error[:MOST_ERROR] if answer.error else None,
        response_body=answer.body or None,
    )
    if answer.ok:
        status, again = DeliveryStatus.SUCCEEDED, None
    elif claimed.attempt > len(schedule):
        status, again = DeliveryStatus.FAILED, None
    else:
        status, again = DeliveryStatus.RETRYING, now() + schedule[claimed.attempt - 1] * jitter
    return Outcome(claimed=claimed, status=status, next_attempt_at=again, attempt=attempt)


def endpoint(viewer: Viewer, *, name: str, url: str, types: Sequence[EventType], secret: str) -> WebhookEndpoint:
    """Checks a new endpoint; raises Refused with NotAllowed or InvalidInput. The url is checked by the sender."""
    viewer.must_have(Role.SELLER, Role.OPERATOR, Role.ADMIN)
    issues = Issues()
    name = issues.text(("input", "name"), name, least=1, most=MOST_NAME) or ""
    if not types:
        issues.add(("input", "types"), "COUNT", "must name at least one event type")
    issues.refuse()
    return WebhookEndpoint(
        id=new_id(),
        name=name,
        url=url,
        owner_id=viewer.user_id,
        status=WebhookStatus.ENABLED,
        disabled_reason=None,
        types=tuple(dict.fromkeys(types)),
        secret_hint=f"…{secret[-4:]}",
        created_at=now(),
        version=1,
    )


async def create(tx: Transaction, new: WebhookEndpoint, *, secret: str) -> WebhookEndpoint:
    """Keeps a new endpoint, which hears of what happens from now on; raises Refused(InvalidInput)."""
    if await tx.endpoints.count(new.owner_id) >= MOST_ENDPOINTS:
        issues = Issues()
        issues.add(("input",), "COUNT", f"there are {MOST_ENDPOINTS} endpoints already; delete one first")
        issues.refuse()
    await tx.endpoints.add(new, secret=secret, place=await tx.events.head())
    return new


async def delete(tx: Transaction, viewer: Viewer, id: UUID) -> None:
    """Forgets an endpoint and what it was still owed; raises Refused(NotFound)."""
    await _theirs(tx, viewer, id)
    await tx.endpoints.delete(id)


async def ping(tx: Transaction, viewer: Viewer, id: UUID, *, cause: Cause) -> WebhookDelivery:
    """Sends a test event to one endpoint, whatever types it listens to; raises Refused(NotFound)."""
    target = await _theirs(tx, viewer, id)
    event = Event(type=EventType.WEBHOOK_PING, subject=target, cause=cause)
    delivery = delivery_of(event, target, rendered(event))
    tx.events.append(event)
    await tx.deliveries.add([delivery])
    return delivery


async def redeliver(tx: Transaction, viewer: Viewer, id: UUID) -> WebhookDelivery:
    """Makes a delivery due now: the same id and the same bytes once more; raises Refused(NotFound)."""
    delivery = await tx.deliveries.get(id)
    if delivery is None:
        raise not_found(id)
    try:
        await _theirs(tx, viewer, delivery.endpoint_id)
    except Refused:
        raise not_found(id) from None
    if not delivery.body:
        return delivery
    return await tx.deliveries.make_due(delivery, at=now())


def rendered(event: Event) -> str | None:
    """The body for an event; None when it cannot be rendered."""
    try:
        return bodies.body_of(event)
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
        body=body or "",
        created_at=at,
        status=DeliveryStatus.PENDING if body else DeliveryStatus.FAILED,
        next_attempt_at=at if body else None,
        settled_at=None if body else at,
    )


async def _theirs(tx: Transaction, viewer: Viewer, id: UUID) -> WebhookEndpoint:
    found = await tx.endpoints.lock(id)
    if found is None or not may_manage(viewer, found):
        raise not_found(id)
    return found


def may_manage(viewer: Viewer, target: WebhookEndpoint) -> bool:
    """Owners manage their own endpoints, an ADMIN all of them."""
    return target.owner_id == viewer.user_id or Role.ADMIN in viewer.roles
