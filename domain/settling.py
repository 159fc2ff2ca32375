"""Settling: what the answer of a receiver means for its delivery and for its endpoint."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.circuits import Circuit
from domain.clock import now
from domain.deliveries import GONE, Answer, ClaimedDelivery, DeliveryStatus, Outcome, WebhookAttempt
from domain.events import Cause, Event, EventType
from domain.ports import Transaction
from domain.webhooks import SYSTEM, WebhookEndpoint, WebhookStatus, disable

MOST_ERROR = 500
BUSY = (429, 503)
LONGEST_WISH = timedelta(hours=24)
"""So long a receiver may have us wait with `Retry-After`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long it is tried. `schedule` has the waits between attempts; an endpoint to which nothing got
    through for as long as `give_up_after` is disabled."""

    schedule: Sequence[timedelta]
    give_up_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one attempt ended, and for how long its place is lent to the next delivery; None: to none."""

    outcome: Outcome
    lease: timedelta | None

    @property
    def endpoint_id(self) -> UUID:
        return self.outcome.claimed.endpoint_id


def outcome(
    claimed: ClaimedDelivery, answer: Answer, *, started: datetime, schedule: Sequence[timedelta], jitter: float
) -> Outcome:
    """2xx is success; anything else is tried again after the schedule's next wait, times `jitter`.

    A receiver that is busy (429, 503) may ask for a longer wait.
    """
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
        wish = answer.retry_after if answer.status in BUSY and answer.retry_after else timedelta(0)
        wait = max(schedule[claimed.attempt - 1] * jitter, min(wish, LONGEST_WISH))
        status, again = DeliveryStatus.RETRYING, now() + wait
    return Outcome(claimed=claimed, status=status, next_attempt_at=again, attempt=attempt)


async def settle(tx: Transaction, outcomes: Sequence[Outcome], patience: Patience) -> None:
    """Writes down how attempts ended, and what that means for their endpoints.

    An attempt whose lease was lost is kept, and decides nothing.
    """
    endpoints = await tx.endpoints.lock_all({one.claimed.endpoint_id for one in outcomes})
    held = await tx.deliveries.settle(outcomes)
    for id, (known, circuit) in endpoints.items():
        await _judge(tx, known, circuit, [one for one in held if one.claimed.endpoint_id == id], patience)


async def claim(tx: Transaction, room: Mapping[UUID, int], *, lease: timedelta) -> list[ClaimedDelivery]:
    """At most so many due deliveries of each endpoint; workers together never take more than it may be sent at once."""
    await tx.endpoints.lock_all(room)  # before they are counted
    return await _claim(tx, room, lease)


async def _claim(tx: Transaction, room: Mapping[UUID, int], lease: timedelta) -> list[ClaimedDelivery]:
    at = now()
    return await tx.deliveries.claim(room, at=at, lease_until=at + lease)


async def settle_and_pass_on(
    tx: Transaction, endings: Sequence[Ending], patience: Patience
) -> list[ClaimedDelivery | None]:
    """Settles, and claims for each place that is lent on the next that its endpoint is owed; None when none is."""
    await settle(tx, [ending.outcome for ending in endings], patience)
    leases = [ending.lease for ending in endings if ending.lease]
    if not leases:
        return [None] * len(endings)
    claimed = defaultdict(list)
    for delivery in await _claim(tx, Counter(one.endpoint_id for one in endings if one.lease), max(leases)):
        claimed[delivery.endpoint_id].append(delivery)
    return [_next(ending, claimed[ending.endpoint_id]) for ending in endings]


def _next(ending: Ending, claimed: list[ClaimedDelivery]) -> ClaimedDelivery | None:
    return claimed.pop(0) if claimed and ending.lease else None


async def _judge(
    tx: Transaction, known: WebhookEndpoint, circuit: Circuit, held: Sequence[Outcome], patience: Patience
) -> None:
    before = circuit
    for one in sorted(held, key=lambda one: one.attempt.at):
        probe = one.claimed.probe
        circuit = circuit.after(ok=one.ok, probe=probe, at=one.attempt.at, schedule=patience.schedule)
        if one.status is DeliveryStatus.FAILED:
            tx.events.append(Event(type=EventType.WEBHOOK_EXHAUSTED, subject=known, cause=Cause(actor=SYSTEM)))
    if circuit != before:
        await tx.endpoints.set_circuit(known.id, circuit)
    reason = _reason_to_disable(circuit, held, patience)
    if reason and known.status is not WebhookStatus.DISABLED:
        await disable(tx, known, reason=reason)


def _reason_to_disable(circuit: Circuit, held: Sequence[Outcome], patience: Patience) -> str | None:
    if any(one.gone for one in held):
        return f"It answered {GONE} (Gone)."
    since = circuit.failing_since
    if since and now() - since >= patience.give_up_after:
        return f"Nothing has got through since {since:%Y-%m-%d %H:%M} UTC, in {circuit.failures} attempts."
    return None
