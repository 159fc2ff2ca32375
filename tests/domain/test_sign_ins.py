"""Sign-ins, and changes of a password: what was verified must still hold when the session begins or goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.clock import now
from domain.refusals import InvalidCredentials, Refused
from domain.sessions import LIFETIME, MOST_LIVE, log_out, sign_in
from tests.domain.signed_in import Shop, opened, viewer_of
from tests.support.things import make_cause, make_user


class TestSignIn:
    async def test_a_sign_in_with_the_password_that_holds_is_a_session(self) -> None:
        shop = Shop()
        began = await sign_in(
            shop.tx, shop.ana.id, shop.tokens, verified_hash="hashed", user_agent=None, cause=make_cause()
        )
        assert shop.is_live(began)

    @pytest.mark.parametrize("change", ["another password", "deactivated", "gone"])
    async def test_what_has_changed_since_the_password_was_verified_counts(self, change: str) -> None:
        shop = Shop()
        if change == "another password":
            await shop.users.set_password(shop.ana.id, "new hash")
        elif change == "deactivated":
            shop.know(replace(shop.ana, active=False))
        else:
            shop.users.rows.clear()
        with pytest.raises(Refused) as refused:
            await sign_in(
                shop.tx, shop.ana.id, shop.tokens, verified_hash="hashed", user_agent=None, cause=make_cause()
            )
        assert refused.value.refusal == InvalidCredentials()
        assert shop.sessions.rows == {}

    async def test_whoever_signs_in_once_too_often_ends_the_session_that_was_used_least_lately(self) -> None:
        shop = Shop()
        begun = [await shop.begin() for _ in range(MOST_LIVE)]
        idle = begun[7].session
        shop.sessions.rows[idle.id] = replace(idle, last_used_at=idle.last_used_at - timedelta(days=1))
        await sign_in(
            shop.tx, shop.ana.id, shop.tokens, verified_hash="hashed", user_agent=None, cause=make_cause(shop.ana.id)
        )
        assert shop.revoked == [idle.id]
        assert sum(session.is_live(now()) for session in shop.sessions.rows.values()) == MOST_LIVE


class TestChangePassword:
    async def test_the_other_sessions_end_and_this_one_goes_on(self) -> None:
        shop = Shop()
        bea = shop.know(make_user(email="bea@example.test"))
        mine, other, old, beas = [await shop.begin() for _ in range(3)] + [await shop.begin(user=bea)]
        await shop.sessions.revoke([replace(old.session, revoked_at=now())])
        changed = await shop.change_password(mine)
        assert shop.users.hashes == {shop.ana.id: "new hash", bea.id: "hashed"}
        assert shop.revoked == [other.session.id]
        assert shop.events.appended[0].cause.actor.user_id == shop.ana.id
        assert [shop.is_live(one) for one in (mine, other, beas)] == [True, False, True]
        assert changed.session.id == mine.session.id
        assert changed.refresh_token != mine.refresh_token
        again = opened(await shop.refresh(mine.refresh_token))
        assert again.refresh_token == changed.refresh_token, "a client that renews at this moment is not thrown out"

    async def test_of_two_who_verified_the_same_password_one_wins(self) -> None:
        shop = Shop()
        mine, other = await shop.begin(), await shop.begin()
        await shop.change_password(mine, new="first")
        for late in (mine, other):
            with pytest.raises(Refused) as refused:
                await shop.change_password(late, new="second")
            assert isinstance(refused.value.refusal, InvalidCredentials)
        assert shop.users.hashes[shop.ana.id] == "first"
        assert shop.is_live(mine)

    @pytest.mark.parametrize("ended", ["revoked", "expired", "unknown"])
    async def test_a_session_that_has_ended_changes_nothing(self, ended: str) -> None:
        shop = Shop()
        mine = await shop.begin()
        if ended == "revoked":
            await log_out(shop.tx, viewer_of(mine), cause=make_cause())
        elif ended == "expired":
            shop.pass_time(LIFETIME)
        else:
            shop.sessions.rows.clear()
        with pytest.raises(Refused) as refused:
            await shop.change_password(mine)
        assert isinstance(refused.value.refusal, InvalidCredentials)
        assert shop.users.hashes[shop.ana.id] == "hashed"
