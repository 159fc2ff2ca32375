"""A shop with one user who signs in, and a clock that can be put forward."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.refusals import InvalidCredentials, RefreshTokenReused
from domain.sessions import Opened, begin, change_password, nobodys, refresh
from domain.users import Role, User, Viewer
from tests.domain.fakes import FakeRefreshTokens, FakeShop
from tests.support.things import make_cause, make_user


class Shop(FakeShop):
    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.tokens = FakeRefreshTokens()
        self.ana = self.know(user or make_user())

    async def begin(self, *, user_agent: str | None = None, user: User | None = None) -> Opened:
        return await begin(self.tx, user or self.ana, self.tokens, user_agent=user_agent)

    async def refresh(self, token: str) -> Opened | InvalidCredentials | RefreshTokenReused:
        return await refresh(self.tx, token, self.tokens, cause=nobodys(new_id()))

    async def change_password(self, opened: Opened, *, verified: str = "hashed", new: str = "new hash") -> Opened:
        cause = make_cause(opened.user.id)
        viewer = viewer_of(opened)
        return await change_password(self.tx, viewer, self.tokens, verified_hash=verified, new_hash=new, cause=cause)

    def pass_time(self, span: timedelta) -> None:
        """As if so much time had gone by: every moment that is kept lies further back."""
        for id, rotation in self.sessions.rotations.items():
            session = self.sessions.rows[id]
            self.sessions.rotations[id] = replace(rotation, at=rotation.at - span)
            self.sessions.rows[id] = replace(session, expires_at=session.expires_at - span)

    def is_live(self, opened: Opened) -> bool:
        return self.sessions.rows[opened.session.id].is_live(now())

    @property
    def revoked(self) -> list[UUID]:
        """The sessions whose end the log tells of."""
        assert {event.type for event in self.events.appended} <= {EventType.SESSION_REVOKED}
        return [event.subject_id for event in self.events.appended]


def viewer_of(opened: Opened) -> Viewer:
    return Viewer(user_id=opened.user.id, session_id=opened.session.id, roles=frozenset({Role.CUSTOMER}))


def opened(outcome: object) -> Opened:
    assert isinstance(outcome, Opened), outcome
    return outcome
