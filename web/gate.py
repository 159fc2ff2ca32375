"""The gate: whom an access token no longer lets in, though it is signed and has not expired."""

import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.clock import now
from domain.events import Event, EventType
from domain.ports import Database
from domain.sessions import Session
from domain.users import User, Viewer

SLACK = timedelta(minutes=1)  # by so much the clocks of two processes may differ


class Gate:
    """Knows the sessions that were revoked and the users that were changed within the life of an access token.

    They are loaded at the start and then heard of from the log, so every process knows them at once, Redis or not.
    What is older needs no memory: no token that says otherwise is still good.
    """

    def __init__(self, database: Database, *, lifetime: timedelta) -> None:
        self._database = database
        self._kept = lifetime + SLACK
        self._revoked: dict[UUID, float] = {}
        self._changed: dict[UUID, tuple[User, float]] = {}

    async def load(self) -> None:
        since = now() - self._kept
        async with self._database.reading() as rows:
            for session in await rows.sessions.revoked_since(since):
                self._revoke(session)
            for user in await rows.users.changed_since(since):
                self._change(user)

    def hear(self, event: Event) -> None:
        match event.subject:
            case Session() as session if event.type is EventType.SESSION_REVOKED:
                self._revoke(session)
            case User() as user if event.type is EventType.USER_CHANGED:
                self._change(user)

    def admit(self, viewer: Viewer) -> Viewer | None:
        """The viewer with the roles they have now; None when their session was revoked or they were deactivated."""
        if viewer.session_id in self._revoked:
            return None
        user, _ = self._changed.get(viewer.user_id, (None, 0))
        if user is None:
            return viewer
        return replace(viewer, roles=frozenset(user.roles)) if user.active else None

    def _revoke(self, session: Session) -> None:
        self._forget()
        self._revoked[session.id] = self._until()

    def _change(self, user: User) -> None:
        known, _ = self._changed.get(user.id, (None, 0))
        if known is None or known.version < user.version:
            self._changed.pop(user.id, None)
            self._changed[user.id] = (user, self._until())

    def _until(self) -> float:
        return time.monotonic() + self._kept.total_seconds()

    def _forget(self) -> None:
        """Both are in the order in which they were put in, so the oldest come first."""
        at = time.monotonic()
        while self._revoked and self._revoked[oldest := next(iter(self._revoked))] < at:
            del self._revoked[oldest]
        while self._changed and self._changed[oldest := next(iter(self._changed))][1] < at:
            del self._changed[oldest]
