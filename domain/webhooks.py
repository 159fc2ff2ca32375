"""Webhook endpoints: addresses of other companies that are told what happens, each a cursor on the log."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.circuits import CLOSED
from domain.clock import now
from domain.drafts import Kept
from domain.events import Actor, ActorKind, Cause, Event, EventType, Place
from domain.ids import new_id
from domain.ports import Transaction
from domain.refusals import Issues, Refused, VersionConflict, not_found
from domain.users import Role, User, Viewer

MOST_NAME, MOST_ENDPOINTS, MOST_IN_FLIGHT = 120, 20, 64
SECRET_PREFIX = "whsec_"  # noqa: S105
SYSTEM = Actor(kind=ActorKind.SYSTEM)


class WebhookStatus(StrEnum):
    """PAUSED by its owner, DISABLED by the shop. Either way its place in the log stays, and nothing is lost."""

    ENABLED = "ENABLED"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"


class WebhookOrdering(StrEnum):
    """PER_SUBJECT: of one order, an event is sent when the one before it has arrived or was given up."""

    NONE = "NONE"
    PER_SUBJECT = "PER_SUBJECT"


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
    ordering: WebhookOrdering = WebhookOrdering.NONE
    max_in_flight: int = 8
    document: str | None = None
    """A subscription that shapes the bodies; None for the default ones."""

    def wants(self, event: Event, owner: User) -> bool:
        """Whether it is sent the event: of a type it listens to, and its owner's to see.

        What happened to a webhook endpoint is never sent to that endpoint; a ping gets there by another way.
        """
        about_itself = event.subject_id == self.id
        if about_itself or event.type is EventType.WEBHOOK_PING or event.type not in self.types or not owner.active:
            return False
        return viewer_for(owner).may_see(event.owner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecrets:
    """As they are stored: encrypted. Within the grace after a rotation there are two, and both sign."""

    current: str
    old: str | None = None
    old_until: datetime | None = None

    def at(self, moment: datetime) -> tuple[str, ...]:
        """Those that sign at a moment, the newest first."""
        old = self.old if self.old_until and moment < self.old_until else None
        return (self.current, old) if old else (self.current,)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChange:
    """What the owner wants to be different; None leaves it as it is. No document is a wish too."""

    name: str | None = None
    url: str | None = None
    types: Sequence[EventType] | None = None
    ordering: WebhookOrdering | None = None
    max_in_flight: int | None = None
    status: WebhookStatus | None = None
    document: str | Kept | None = Kept.KEPT


@dataclass(frozen=True, slots=True)
class NewSecret:
    """24 random bytes, as Standard Webhooks writes a symmetric secret."""

    text: str = field(default_factory=lambda: SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode())

    @property
    def hint(self) -> str:
        return f"…{self.text[-4:]}"


def viewer_for(user: User) -> Viewer:
    """What a user may see now, whether signed in or not."""
    return Viewer(user_id=user.id, session_id=user.id, roles=frozenset(user.roles))


def may_manage(viewer: Viewer, target: WebhookEndpoint) -> bool:
    """Owners manage their own endpoints, an ADMIN all of them."""
    return target.owner_id == viewer.user_id or Role.ADMIN in viewer.roles


def endpoint(
    viewer: Viewer,
    *,
    name: str,
    url: str,
    types: Sequence[EventType],
    secret_hint: str,
    ordering: WebhookOrdering = WebhookOrdering.NONE,
    max_in_flight: int = 8,
    document: str | None = None,
) -> WebhookEndpoint:
    """Checks a new endpoint; raises Refused with NotAllowed or InvalidInput. Url and document are checked elsewhere."""
    viewer.must_have(Role.SELLER, Role.OPERATOR, Role.ADMIN)
    return _checked(
        WebhookEndpoint(
            id=new_id(),
            name=name,
            url=url,
            owner_id=viewer.user_id,
            status=WebhookStatus.ENABLED,
            disabled_reason=None,
            types=tuple(types),
            ordering=ordering,
            max_in_flight=max_in_flight,
            document=document,
            secret_hint=secret_hint,
            created_at=now(),
            version=1,
        )
    )


async def create(tx: Transaction, new: WebhookEndpoint, *, secret: str, start: Place | None) -> WebhookEndpoint:
    """Keeps a new endpoint, which hears of what happens after `start`, or from now on.

    `secret` is encrypted. Raises Refused(InvalidInput) when its owner has too many.
    """
    if await tx.endpoints.count(new.owner_id) >= MOST_ENDPOINTS:
        issues = Issues()
        issues.add(("input",), "COUNT", f"there are {MOST_ENDPOINTS} endpoints already; delete one first")
        issues.refuse()
    place = start or await tx.events.head()
    await tx.endpoints.add(new, secrets=WebhookSecrets(current=secret), place=place)
    return new


async def update(
    tx: Transaction, viewer: Viewer, id: UUID, change: EndpointChange, *, expected_version: int
) -> WebhookEndpoint:
    """Changes an endpoint; raises Refused with NotFound, VersionConflict or InvalidInput.

    Enabled again it goes on from where it stood, whoever had stopped it.
    """
    known = await theirs(tx, viewer, id)
    if known.version != expected_version:
        raise Refused(VersionConflict(expected=expected_version, actual=known.version))
    changed = _checked(_with(known, change), wish=change.status)
    await tx.endpoints.update(changed)
    if changed.status is WebhookStatus.ENABLED is not known.status:
        await tx.endpoints.set_circuit(id, CLOSED)
    return changed


async def disable(tx: Transaction, known: WebhookEndpoint, *, reason: str) -> WebhookEndpoint:
    """The shop stops sending to an endpoint, and tells its owner."""
    disabled = replace(known, status=WebhookStatus.DISABLED, disabled_reason=reason, version=known.version + 1)
    await tx.endpoints.update(disabled)
    tx.events.append(Event(type=EventType.WEBHOOK_DISABLED, subject=disabled, cause=Cause(actor=SYSTEM)))
    return disabled


async def rotate(
    tx: Transaction, viewer: Viewer, id: UUID, *, new: str, hint: str, grace: timedelta
) -> WebhookEndpoint:
    """Puts a new (encrypted) secret in the place of the old one, which goes on to sign too until the grace is over.

    Without a grace the old one is forgotten: it may have leaked, or be sealed with a key that was lost.
    """
    known = await theirs(tx, viewer, id)
    was = await tx.endpoints.secrets(id)
    graced = WebhookSecrets(current=new, old=was.current, old_until=now() + grace)
    await tx.endpoints.set_secrets(id, graced if grace else WebhookSecrets(current=new))
    changed = replace(known, secret_hint=hint, version=known.version + 1)
    await tx.endpoints.update(changed)
    return changed


async def delete(tx: Transaction, viewer: Viewer, id: UUID) -> None:
    """Forgets an endpoint and what it was still owed; raises Refused(NotFound)."""
    await theirs(tx, viewer, id)
    await tx.endpoints.delete(id)


async def theirs(tx: Transaction, viewer: Viewer, id: UUID) -> WebhookEndpoint:
    """An endpoint that the viewer may manage, locked; raises Refused(NotFound)."""
    found = await tx.endpoints.lock(id)
    if found is None or not may_manage(viewer, found):
        raise not_found(id)
    return found


def _with(known: WebhookEndpoint, change: EndpointChange) -> WebhookEndpoint:
    given = {
        name: value
        for name in ("name", "url", "types", "ordering", "max_in_flight", "status")
        if (value := getattr(change, name)) is not None
    }
    if change.document is not Kept.KEPT:
        given["document"] = change.document
    reason = known.disabled_reason if change.status is None else None
    return replace(known, **given, disabled_reason=reason, version=known.version + 1)


def _checked(new: WebhookEndpoint, *, wish: WebhookStatus | None = None) -> WebhookEndpoint:
    issues = Issues()
    name = issues.text(("input", "name"), new.name, least=1, most=MOST_NAME) or ""
    if not new.types:
        issues.add(("input", "types"), "COUNT", "must name at least one event type")
    if not 1 <= new.max_in_flight <= MOST_IN_FLIGHT:
        issues.add(("input", "maxInFlight"), "RANGE", f"must be 1 to {MOST_IN_FLIGHT}, it is {new.max_in_flight}")
    if wish is WebhookStatus.DISABLED:
        issues.add(("input", "status"), "VALUE", "DISABLED is the shop's to say: use PAUSED, or ENABLED")
    issues.refuse()
    return replace(new, name=name, types=tuple(dict.fromkeys(new.types)))
