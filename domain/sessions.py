"""Sessions: one sign-in on one device, a family of refresh tokens of which only the newest is good.

After RFC 9700 (OAuth 2.0 Security Best Current Practice), 4.14.2: a refresh token is replaced each time it is used, and
one that comes twice ends its family. The successor follows from the token itself, so that a client whose answer was
lost asks again and gets the same one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.clock import now
from domain.events import Actor, ActorKind, Cause, Event, EventType
from domain.ids import new_id
from domain.ports import RefreshTokens, Transaction
from domain.refusals import InvalidCredentials, RefreshTokenReused, Refused, not_found
from domain.text import is_text
from domain.users import User, Viewer

LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)
MOST_USER_AGENT = 255
MOST_LIVE = 100
"""Sessions of one user at a time: whoever signs in once more ends the one that was used least lately."""

NOT_GOOD = InvalidCredentials(message="This refresh token is not good, or not good any more. Sign in again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: UUID
    user_id: UUID
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    version: int

    @property
    def owner_id(self) -> UUID:
        return self.user_id

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Digests of the refresh token that is good and of the one it replaced, and since when."""

    newest: bytes
    previous: bytes | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session and the refresh token that is now good for it."""

    user: User
    session: Session
    refresh_token: str


async def begin(tx: Transaction, user: User, tokens: RefreshTokens, *, user_agent: str | None) -> Opened:
    """A new sign-in."""
    at, id = now(), new_id()
    session = Session(
        id=id,
        user_id=user.id,
        user_agent=_plain(user_agent),
        created_at=at,
        last_used_at=at,
        expires_at=at + LIFETIME,
        revoked_at=None,
        version=1,
    )
    token = tokens.first(id)
    await tx.sessions.add(session, Rotation(newest=tokens.digest(token), previous=None, at=at))
    return Opened(user=user, session=session, refresh_token=token)


async def sign_in(
    tx: Transaction, user_id: UUID, tokens: RefreshTokens, *, verified_hash: str, user_agent: str | None, cause: Cause
) -> Opened:
    """A new sign-in with a password that matched `verified_hash`; raises Refused(InvalidCredentials).

    The user is locked and asked again: the password may have changed, or the user been deactivated, meanwhile.
    """
    found = await tx.users.lock(user_id)
    if found is None or found[1] != verified_hash or not found[0].active:
        raise Refused(InvalidCredentials())
    live = sorted(await tx.sessions.lock_live(user_id, at=now()), key=lambda session: session.last_used_at)
    await _revoke(tx, live[: max(0, len(live) + 1 - MOST_LIVE)], cause)
    return await begin(tx, found[0], tokens, user_agent=user_agent)


async def refresh(
    tx: Transaction, token: str, tokens: RefreshTokens, *, cause: Cause
) -> Opened | InvalidCredentials | RefreshTokenReused:
    """The successor of a refresh token. A refusal is returned, not raised: a revocation has to be committed."""
    at, id = now(), tokens.session_of(token)
    found = await tx.sessions.lock(id) if id else None
    if found is None or not found[0].is_live(at):
        return NOT_GOOD
    session, rotation = found
    digest = tokens.digest(token)
    in_grace = digest == rotation.previous and at - rotation.at <= GRACE
    if digest != rotation.newest and not in_grace:
        await _revoke(tx, [session], cause)
        return RefreshTokenReused()
    user = (await tx.users.by_ids([session.user_id]))[session.user_id]
    if not user.active:
        return NOT_GOOD
    if in_grace:
        return Opened(user=user, session=session, refresh_token=tokens.successor(session.id, digest))
    return await _rotate(tx, user, session, rotation, tokens)


async def change_password(
    tx: Transaction, viewer: Viewer, tokens: RefreshTokens, *, verified_hash: str, new_hash: str, cause: Cause
) -> Opened:
    """Ends the viewer's other sessions and goes on with this one; raises Refused(InvalidCredentials).

    The old refresh token of this session has its grace: a client that renews at this moment gets the same successor.
    """
    found, own = await tx.users.lock(viewer.user_id), await tx.sessions.lock(viewer.session_id)
    if found is None or found[1] != verified_hash or own is None or not own[0].is_live(now()):
        raise Refused(InvalidCredentials(message="The current password is wrong, or this session has ended."))
    await tx.users.set_password(viewer.user_id, new_hash)
    await revoke_all(tx, viewer.user_id, but=viewer.session_id, cause=cause)
    return await _rotate(tx, found[0], *own, tokens)


async def _rotate(tx: Transaction, user: User, session: Session, rotation: Rotation, tokens: RefreshTokens) -> Opened:
    at = now()
    token = tokens.successor(session.id, rotation.newest)
    used = replace(session, last_used_at=at, expires_at=at + LIFETIME, version=session.version + 1)
    await tx.sessions.update(used, Rotation(newest=tokens.digest(token), previous=rotation.newest, at=at))
    return Opened(user=user, session=used, refresh_token=token)


async def revoke_one(tx: Transaction, viewer: Viewer, id: UUID, *, cause: Cause) -> int:
    """Ends one of the viewer's sessions; raises Refused(NotFound) for any other, and for one that has ended."""
    found = await tx.sessions.lock(id)
    if found is None or found[0].user_id != viewer.user_id or not found[0].is_live(now()):
        raise not_found(id)
    return await _revoke(tx, [found[0]], cause)


async def log_out(tx: Transaction, viewer: Viewer, *, cause: Cause) -> int:
    """Ends the session of the viewer's own access token."""
    found = await tx.sessions.lock(viewer.session_id)
    return await _revoke(tx, [found[0]] if found else [], cause)


async def revoke_all(tx: Transaction, user_id: UUID, *, but: UUID | None = None, cause: Cause) -> int:
    """Ends every session of a user, or every other one; how many there were."""
    live = await tx.sessions.lock_live(user_id, at=now())
    return await _revoke(tx, [session for session in live if session.id != but], cause)


async def _revoke(tx: Transaction, sessions: Iterable[Session], cause: Cause) -> int:
    at = now()
    ended = [
        replace(session, revoked_at=at, version=session.version + 1) for session in sessions if session.is_live(at)
    ]
    if ended:
        await tx.sessions.revoke(ended)
    for session in ended:
        tx.events.append(Event(type=EventType.SESSION_REVOKED, subject=session, cause=cause, at=at))
    return len(ended)


def nobodys(correlation_id: UUID) -> Cause:
    """When the shop itself ends a session: it does not know who has sent the token."""
    return Cause(actor=Actor(kind=ActorKind.SYSTEM), correlation_id=correlation_id)


def _plain(user_agent: str | None) -> str | None:
    return user_agent[:MOST_USER_AGENT] if user_agent and is_text(user_agent) else None
