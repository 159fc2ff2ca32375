"""Sessions in SQL: kept whole, used by one at a time, and ended in the log."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain import accounts, sessions
from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.ports import Transaction
from domain.refusals import InvalidCredentials, NotAllowed, RefreshTokenReused, Refused
from domain.sessions import LIFETIME, Opened, Rotation, Session
from domain.users import Role, User, Viewer
from persistence.database import SqlDatabase
from tests.persistence.shops import Held
from tests.support.things import NOON, ago, make_cause, make_user, make_viewer
from web.refresh_tokens import HmacRefreshTokens

TOKENS = HmacRefreshTokens("a-key-for-the-tests-that-is-long-enough")


def make_session(**given: object) -> Session:
    at = now()
    fields: dict[str, object] = {
        "id": new_id(),
        "user_id": new_id(),
        "user_agent": None,
        "created_at": at,
        "last_used_at": at,
        "expires_at": at + LIFETIME,
        "revoked_at": None,
        "version": 1,
    }
    return Session(**{**fields, **given})  # type: ignore[arg-type]


def make_rotation(**given: object) -> Rotation:
    fields: dict[str, object] = {"newest": bytes(range(32)), "previous": None, "at": NOON}
    return Rotation(**{**fields, **given})  # type: ignore[arg-type]


async def add(database: SqlDatabase, *kept: Session) -> None:
    async def work(tx: Transaction) -> None:
        for session in kept:
            await tx.sessions.add(session, make_rotation())

    await database.transact(work)


async def add_user(database: SqlDatabase, user: User | None = None) -> User:
    user = user or make_user()
    assert await database.transact(lambda tx: tx.users.add(user, password_hash="hashed"))
    return user


async def begin(database: SqlDatabase, user: User) -> Opened:
    return await database.transact(lambda tx: sessions.begin(tx, user, TOKENS, user_agent=None))


async def refresh(database: SqlDatabase, token: str) -> object:
    cause = sessions.nobodys(new_id())
    return await database.transact(lambda tx: sessions.refresh(tx, token, TOKENS, cause=cause))


def change_password(opened: Opened, new_hash: str) -> Callable[[Transaction], Awaitable[Opened]]:
    viewer = Viewer(user_id=opened.user.id, session_id=opened.session.id, roles=frozenset({Role.CUSTOMER}))
    return lambda tx: sessions.change_password(
        tx, viewer, TOKENS, verified_hash="hashed", new_hash=new_hash, cause=make_cause(viewer.user_id)
    )


class TestRows:
    async def test_a_session_is_read_as_it_was_kept(self, database: SqlDatabase) -> None:
        session = make_session(user_agent="Ñandú/1.0 👗 " + "x" * 243, revoked_at=NOON, version=7)
        rotation = make_rotation(
            newest=b"\x00\xff" * 16, previous=b"\xff\x00" * 16, at=NOON + timedelta(microseconds=1)
        )
        await database.transact(lambda tx: tx.sessions.add(session, rotation))
        assert await database.transact(lambda tx: tx.sessions.lock(session.id)) == (session, rotation)
        assert await database.transact(lambda tx: tx.sessions.lock(new_id())) is None

    async def test_a_rotation_changes_its_own_session_only(self, database: SqlDatabase) -> None:
        one, other = make_session(), make_session()
        await add(database, one, other)
        used = replace(one, last_used_at=now(), version=2)
        rotation = make_rotation(newest=b"n" * 32, previous=b"p" * 32)
        await database.transact(lambda tx: tx.sessions.update(used, rotation))
        assert await database.transact(lambda tx: tx.sessions.lock(one.id)) == (used, rotation)
        assert await database.transact(lambda tx: tx.sessions.lock(other.id)) == (other, make_rotation())

    async def test_a_revocation_keeps_everything_else(self, database: SqlDatabase) -> None:
        one, other = make_session(), make_session()
        await add(database, one, other)
        ended = replace(one, revoked_at=now(), version=2, user_agent="not written")
        await database.transact(lambda tx: tx.sessions.revoke([ended]))
        assert await database.transact(lambda tx: tx.sessions.lock(one.id)) == (
            replace(ended, user_agent=None),
            make_rotation(),
        )
        assert await database.transact(lambda tx: tx.sessions.lock(other.id)) == (other, make_rotation())

    async def test_live_sessions_are_a_users_own_the_last_used_first(self, database: SqlDatabase) -> None:
        ana, at = new_id(), now()
        older = make_session(user_id=ana, last_used_at=ago(hours=2))
        newer = make_session(user_id=ana, last_used_at=ago(hours=1))
        oldest = make_session(user_id=ana, last_used_at=ago(days=1))
        gone = [make_session(user_id=ana, expires_at=at), make_session(user_id=ana, revoked_at=at), make_session()]
        await add(database, older, newer, oldest, *gone)
        async with database.reading() as rows:
            assert await rows.sessions.live(ana, at=at, limit=9) == [newer, older, oldest]
            assert await rows.sessions.live(ana, at=at, limit=2) == [newer, older]
        locked = await database.transact(lambda tx: tx.sessions.lock_live(ana, at=at))
        assert locked == sorted([older, newer, oldest], key=lambda session: session.id)

    async def test_what_was_revoked_lately_is_found(self, database: SqlDatabase) -> None:
        at = ago(minutes=5)
        before = make_session(revoked_at=at - timedelta(microseconds=1))
        then, later, live = make_session(revoked_at=at), make_session(revoked_at=now()), make_session()
        await add(database, before, then, later, live)
        async with database.reading() as rows:
            found = await rows.sessions.revoked_since(at)
        assert sorted(one.id for one in found) == sorted([then.id, later.id])


class TestTogether:
    async def test_of_many_who_refresh_at_once_all_get_one_successor(self, database: SqlDatabase) -> None:
        first = await begin(database, await add_user(database))
        outcomes = await asyncio.gather(*(refresh(database, first.refresh_token) for _ in range(20)))
        assert all(isinstance(outcome, Opened) for outcome in outcomes), outcomes
        assert len({outcome.refresh_token for outcome in outcomes if isinstance(outcome, Opened)}) == 1
        found = await database.transact(lambda tx: tx.sessions.lock(first.session.id))
        assert found
        assert found[0].version == 2

    async def test_a_reuse_is_committed_and_in_the_log(self, database: SqlDatabase) -> None:
        first = await begin(database, await add_user(database))
        second = await refresh(database, first.refresh_token)
        assert isinstance(second, Opened)
        await refresh(database, second.refresh_token)
        assert await refresh(database, first.refresh_token) == RefreshTokenReused()
        assert await refresh(database, second.refresh_token) == sessions.NOT_GOOD
        async with database.reading() as rows:
            [event] = await rows.events.read(after=0, upto=9, limit=9)
            [revoked] = await rows.sessions.revoked_since(ago(hours=1))
        assert (event.type, event.subject) == (EventType.SESSION_REVOKED, revoked)

    async def test_of_two_who_change_a_password_at_once_one_wins(self, database: SqlDatabase) -> None:
        user = await add_user(database)
        one, other = await begin(database, user), await begin(database, user)
        outcomes = await asyncio.gather(
            database.transact(change_password(one, "one")),
            database.transact(change_password(other, "other")),
            return_exceptions=True,
        )
        [refused] = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert isinstance(refused.refusal, InvalidCredentials)
        [won] = [outcome for outcome in outcomes if isinstance(outcome, Opened)]
        async with database.reading() as rows:
            assert await rows.users.credentials(user.email) == (
                user,
                "one" if won.session.id == one.session.id else "other",
            )
            assert [session.id for session in await rows.sessions.live(user.id, at=now(), limit=9)] == [won.session.id]

    async def test_many_changes_of_one_users_sessions_at_once_all_end(self, database: SqlDatabase) -> None:
        """Refreshes, a change of the password and revocations of all, in whatever order they come."""
        user = await add_user(database)
        begun = [await begin(database, user) for _ in range(6)]
        admin = await add_admin(database)
        outcomes = await asyncio.gather(
            *(refresh(database, one.refresh_token) for one in begun),
            *(database.transact(change_password(one, "new")) for one in begun),
            database.transact(lambda tx: accounts.set_active(tx, admin, user.id, False, cause=make_cause())),
            return_exceptions=True,
        )
        faults = [
            outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
        ]
        assert faults == []
        async with database.reading() as rows:
            assert await rows.sessions.live(user.id, at=now(), limit=9) == []


async def add_admin(database: SqlDatabase) -> Viewer:
    admin = make_user(Role.ADMIN, email=f"{new_id()}@example.test")
    await database.transact(lambda tx: tx.users.add(admin, password_hash="hashed"))
    return make_viewer(Role.ADMIN, user_id=admin.id)


class TestRaces:
    """With the one transaction held open before its COMMIT, the other has to wait, and then sees the truth."""

    @staticmethod
    async def after(database: SqlDatabase, held: Held, late: Awaitable[object]) -> object:
        async with held:
            waiting = asyncio.ensure_future(late)
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done, "it has to wait for the other"
            await held.commit()
            return await waiting

    @staticmethod
    def sign_in(database: SqlDatabase, user: User) -> Awaitable[object]:
        return database.transact(
            lambda tx: sessions.sign_in(
                tx, user.id, TOKENS, verified_hash="hashed", user_agent=None, cause=make_cause()
            )
        )

    async def test_who_verified_the_old_password_gets_no_session(self, mariadb_database: SqlDatabase) -> None:
        user = await add_user(mariadb_database)
        mine = await begin(mariadb_database, user)
        changing = Held(mariadb_database, change_password(mine, "new"))
        with pytest.raises(Refused) as refused:
            await self.after(mariadb_database, changing, self.sign_in(mariadb_database, user))
        assert refused.value.refusal == InvalidCredentials()
        async with mariadb_database.reading() as rows:
            assert [one.id for one in await rows.sessions.live(user.id, at=now(), limit=9)] == [mine.session.id]

    async def test_whoever_is_deactivated_meanwhile_gets_no_session(self, mariadb_database: SqlDatabase) -> None:
        user, admin = await add_user(mariadb_database), await add_admin(mariadb_database)
        ending = Held(mariadb_database, lambda tx: accounts.set_active(tx, admin, user.id, False, cause=make_cause()))
        with pytest.raises(Refused) as refused:
            await self.after(mariadb_database, ending, self.sign_in(mariadb_database, user))
        assert refused.value.refusal == InvalidCredentials()

    async def test_a_session_that_begins_first_ends_with_the_others(self, mariadb_database: SqlDatabase) -> None:
        user, admin = await add_user(mariadb_database), await add_admin(mariadb_database)
        signing_in = Held(
            mariadb_database,
            lambda tx: sessions.sign_in(
                tx, user.id, TOKENS, verified_hash="hashed", user_agent=None, cause=make_cause()
            ),
        )
        await self.after(
            mariadb_database,
            signing_in,
            mariadb_database.transact(lambda tx: accounts.set_active(tx, admin, user.id, False, cause=make_cause())),
        )
        async with mariadb_database.reading() as rows:
            assert await rows.sessions.live(user.id, at=now(), limit=9) == []

    async def test_two_admins_who_demote_each_other_do_not_both_succeed(self, mariadb_database: SqlDatabase) -> None:
        eva, bea = await add_admin(mariadb_database), await add_admin(mariadb_database)

        def demote(admin: Viewer, other: Viewer) -> Callable[[Transaction], Awaitable[User]]:
            return lambda tx: accounts.set_roles(tx, admin, other.user_id, [Role.CUSTOMER], cause=make_cause())

        demoting = Held(mariadb_database, demote(eva, bea))
        with pytest.raises(Refused) as refused:
            await self.after(mariadb_database, demoting, mariadb_database.transact(demote(bea, eva)))
        assert isinstance(refused.value.refusal, NotAllowed)

    async def test_a_refresh_that_waits_for_a_revocation_is_refused(self, mariadb_database: SqlDatabase) -> None:
        mine = await begin(mariadb_database, await add_user(mariadb_database))
        viewer = make_viewer(user_id=mine.user.id)
        ending = Held(mariadb_database, lambda tx: sessions.revoke_all(tx, viewer.user_id, cause=make_cause()))
        outcome = await self.after(mariadb_database, ending, refresh(mariadb_database, mine.refresh_token))
        assert outcome == sessions.NOT_GOOD
