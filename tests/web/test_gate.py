"""The gate: who is no longer let in, as soon as the log says so, and in a process that starts later too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import accounts, sessions
from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.sessions import LIFETIME, Session
from domain.users import Role, User, Viewer
from persistence.database import SqlDatabase
from tests.support.things import ago, make_cause, make_event, make_user, make_viewer
from web.gate import SLACK, Gate
from web.refresh_tokens import HmacRefreshTokens

TOKENS = HmacRefreshTokens("a-key-for-the-tests-that-is-long-enough")
QUARTER = timedelta(minutes=15)


def viewer_of(session: Session, *roles: Role) -> Viewer:
    return Viewer(user_id=session.user_id, session_id=session.id, roles=frozenset(roles or (Role.CUSTOMER,)))


def make_session(user: User | None = None, **given: object) -> Session:
    at = now()
    fields: dict[str, object] = {
        "id": new_id(),
        "user_id": user.id if user else new_id(),
        "user_agent": None,
        "created_at": at,
        "last_used_at": at,
        "expires_at": at + LIFETIME,
        "revoked_at": at,
        "version": 2,
    }
    return Session(**{**fields, **given})  # type: ignore[arg-type]


@pytest.fixture
def gate(database: SqlDatabase) -> Gate:
    return Gate(database, lifetime=QUARTER)


class TestHear:
    def test_whoever_nothing_was_heard_of_is_let_in_as_they_say(self, gate: Gate) -> None:
        viewer = make_viewer(Role.SELLER)
        gate.hear(make_event(EventType.SESSION_REVOKED, make_session()))
        gate.hear(make_event(EventType.USER_CHANGED, make_user(Role.ADMIN)))
        assert gate.admit(viewer) == viewer

    def test_a_session_that_was_revoked_is_not_let_in_and_the_users_others_are(self, gate: Gate) -> None:
        user = make_user()
        ended, other = make_session(user), make_session(user)
        gate.hear(make_event(EventType.SESSION_REVOKED, ended))
        assert gate.admit(viewer_of(ended)) is None
        assert gate.admit(viewer_of(other)) == viewer_of(other)

    def test_roles_are_gained_and_lost(self, gate: Gate) -> None:
        user = make_user()
        viewer = viewer_of(make_session(user))
        for version, roles in ((2, (Role.CUSTOMER, Role.ADMIN)), (3, (Role.CUSTOMER,))):
            gate.hear(make_event(EventType.USER_CHANGED, replace(user, roles=roles, version=version)))
            assert gate.admit(viewer) == replace(viewer, roles=frozenset(roles))

    def test_whoever_is_deactivated_is_not_let_in_until_they_are_active_again(self, gate: Gate) -> None:
        user = make_user()
        viewer = viewer_of(make_session(user))
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, active=False, version=2)))
        assert gate.admit(viewer) is None
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, version=3)))
        assert gate.admit(viewer) == viewer

    def test_what_is_heard_late_does_not_undo_what_is_newer(self, gate: Gate) -> None:
        user = make_user()
        viewer = viewer_of(make_session(user))
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, active=False, version=5)))
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, version=4)))
        assert gate.admit(viewer) is None

    @pytest.mark.parametrize("type", [EventType.USER_REGISTERED, EventType.ORDER_CREATED])
    def test_other_events_are_not_its_business(self, gate: Gate, type: EventType) -> None:
        user = make_user(active=False)
        viewer = viewer_of(make_session(user))
        gate.hear(make_event(type, user if type is EventType.USER_REGISTERED else None))
        assert gate.admit(viewer) == viewer


class TestLoad:
    async def test_a_process_that_starts_later_knows_the_same(self, database: SqlDatabase, gate: Gate) -> None:
        seller, gone, ana = [make_user(email=f"{n}@example.test") for n in range(3)]
        eva = make_user(Role.ADMIN, email="eva@example.test")
        for user in (seller, gone, ana, eva):
            await database.transact(lambda tx, user=user: tx.users.add(user, password_hash="hashed"))
        admin, cause = make_viewer(Role.ADMIN, user_id=eva.id), make_cause()
        begun = {
            user.id: await database.transact(lambda tx, user=user: sessions.begin(tx, user, TOKENS, user_agent=None))
            for user in (seller, gone, ana)
        }
        await database.transact(lambda tx: accounts.set_roles(tx, admin, seller.id, [Role.SELLER], cause=cause))
        await database.transact(lambda tx: accounts.set_active(tx, admin, gone.id, False, cause=cause))
        before = Gate(database, lifetime=QUARTER)
        await before.load()
        await database.transact(lambda tx: sessions.revoke_all(tx, ana.id, cause=cause))
        await gate.load()
        sellers = viewer_of(begun[seller.id].session)
        for one in (before, gate):
            assert one.admit(sellers) == replace(sellers, roles=frozenset({Role.SELLER}))
            assert one.admit(viewer_of(begun[gone.id].session)) is None
            assert one.admit(viewer_of(make_session(gone))) is None
        assert before.admit(viewer_of(begun[ana.id].session))
        assert gate.admit(viewer_of(begun[ana.id].session)) is None

    async def test_what_no_token_can_contradict_any_more_is_not_loaded(self, database: SqlDatabase, gate: Gate) -> None:
        limit = QUARTER + SLACK
        still = make_session(revoked_at=ago(seconds=limit.total_seconds() - 5))
        long_ago = make_session(revoked_at=ago(seconds=limit.total_seconds() + 5))
        rotation = sessions.Rotation(newest=bytes(32), previous=None, at=now())
        for session in (still, long_ago):
            await database.transact(lambda tx, session=session: tx.sessions.add(session, rotation))
        await gate.load()
        assert gate.admit(viewer_of(still)) is None
        assert gate.admit(viewer_of(long_ago)), "the row says so; there is no good token of it"


def test_what_is_older_than_every_token_is_forgotten(database: SqlDatabase) -> None:
    """A gate for tokens that live no longer than the clocks may differ: it keeps nothing."""
    gate = Gate(database, lifetime=-SLACK)
    ended = [make_session() for _ in range(3)]
    users = [make_user() for _ in range(3)]
    for session, user in zip(ended, users, strict=True):
        gate.hear(make_event(EventType.SESSION_REVOKED, session))
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, active=False)))
    gate.hear(make_event(EventType.SESSION_REVOKED, make_session()))
    assert [bool(gate.admit(viewer_of(session))) for session in ended] == [True] * 3
    assert [bool(gate.admit(viewer_of(make_session(user)))) for user in users] == [True] * 3
