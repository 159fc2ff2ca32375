"""Sessions: what a refresh token is good for, how often, and what ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import ActorKind, EventType
from domain.ids import new_id
from domain.refusals import NotFound, RefreshTokenReused, Refused
from domain.sessions import LIFETIME, NOT_GOOD, log_out, nobodys, refresh, revoke_all, revoke_one
from domain.users import Role
from tests.domain.signed_in import Shop, opened, viewer_of
from tests.support.things import make_cause, make_user, make_viewer


class TestBegin:
    async def test_a_session_lasts_30_days_and_its_token_is_kept_as_a_digest(self) -> None:
        shop = Shop()
        begun = await shop.begin(user_agent="curl/8")
        session, rotation = shop.sessions.rows[begun.session.id], shop.sessions.rotations[begun.session.id]
        assert (session, begun.user) == (begun.session, shop.ana)
        assert session.expires_at - session.created_at == timedelta(days=30)
        assert (session.user_id, session.owner_id, session.user_agent) == (shop.ana.id, shop.ana.id, "curl/8")
        assert (session.last_used_at, session.revoked_at, session.version) == (session.created_at, None, 1)
        assert (rotation.newest, rotation.previous) == (shop.tokens.digest(begun.refresh_token), None)
        assert begun.refresh_token not in repr((shop.sessions.rows, shop.sessions.rotations))
        assert shop.events.appended == []

    @pytest.mark.parametrize(
        ("given", "kept"), [(None, None), ("", None), ("a" * 300, "a" * 255), ("\x00", None), ("\ud83d", None)]
    )
    async def test_a_user_agent_is_kept_as_far_as_it_is_text(self, given: str | None, kept: str | None) -> None:
        assert (await Shop().begin(user_agent=given)).session.user_agent == kept


class TestRefresh:
    async def test_a_refresh_token_is_replaced_and_its_session_goes_on(self) -> None:
        shop = Shop()
        first = await shop.begin()
        shop.pass_time(timedelta(days=29))
        second = opened(await shop.refresh(first.refresh_token))
        assert second.refresh_token != first.refresh_token
        assert (second.session.id, second.session.created_at) == (first.session.id, first.session.created_at)
        assert second.session.last_used_at > first.session.last_used_at
        assert second.session.expires_at - second.session.last_used_at == LIFETIME
        assert second.session.version == 2
        assert shop.sessions.rows[first.session.id] == second.session
        third = opened(await shop.refresh(second.refresh_token))
        assert third.refresh_token not in (first.refresh_token, second.refresh_token)
        assert shop.events.appended == []

    async def test_whoever_lost_the_answer_is_given_the_same_successor_for_10_seconds(self) -> None:
        shop = Shop()
        first = await shop.begin()
        second = opened(await shop.refresh(first.refresh_token))
        shop.pass_time(timedelta(seconds=9.9))
        again = opened(await shop.refresh(first.refresh_token))
        assert again.refresh_token == second.refresh_token
        assert shop.sessions.rows[first.session.id].version == again.session.version == 2
        assert opened(await shop.refresh(second.refresh_token)).session.version == 3

    async def test_a_token_that_comes_twice_later_ends_its_session_and_the_log_says_so(self) -> None:
        shop, request = Shop(), new_id()
        first, other = await shop.begin(), await shop.begin()
        second = opened(await shop.refresh(first.refresh_token))
        shop.pass_time(timedelta(seconds=10.1))
        reused = await refresh(shop.tx, first.refresh_token, shop.tokens, cause=nobodys(request))
        assert reused == RefreshTokenReused()
        ended = shop.sessions.rows[first.session.id]
        assert ended.revoked_at
        assert ended.version == second.session.version + 1
        [event] = shop.events.appended
        assert (event.type, event.subject, event.owner_id) == (EventType.SESSION_REVOKED, ended, shop.ana.id)
        assert (event.cause.actor.kind, event.cause.actor.user_id) == (ActorKind.SYSTEM, None)
        assert (event.cause.correlation_id, event.at) == (request, ended.revoked_at)
        for token in (first.refresh_token, second.refresh_token):
            assert await shop.refresh(token) == NOT_GOOD
        assert shop.revoked == [first.session.id]
        assert shop.is_live(other)

    async def test_the_grace_ends_when_the_successor_is_used(self) -> None:
        shop = Shop()
        first = await shop.begin()
        second = opened(await shop.refresh(first.refresh_token))
        opened(await shop.refresh(second.refresh_token))
        assert await shop.refresh(first.refresh_token) == RefreshTokenReused()
        assert shop.revoked == [first.session.id]

    async def test_asking_again_within_the_grace_does_not_prolong_it(self) -> None:
        shop = Shop()
        first = await shop.begin()
        opened(await shop.refresh(first.refresh_token))
        for _ in range(2):
            shop.pass_time(timedelta(seconds=4.9))
            opened(await shop.refresh(first.refresh_token))
        shop.pass_time(timedelta(seconds=4.9))
        assert await shop.refresh(first.refresh_token) == RefreshTokenReused()

    async def test_after_30_days_without_use_a_token_is_not_good_any_more(self) -> None:
        shop = Shop()
        first = await shop.begin()
        shop.pass_time(LIFETIME)
        assert await shop.refresh(first.refresh_token) == NOT_GOOD
        assert shop.events.appended == []

    @pytest.mark.parametrize("token", ["", "nonsense", "01997bc9-d45b-7000-8000-00000000000a first 1"])
    async def test_what_the_shop_has_not_issued_ends_nothing(self, token: str) -> None:
        shop = Shop()
        first = await shop.begin()
        assert await shop.refresh(token) == NOT_GOOD
        assert shop.is_live(first)

    async def test_a_user_who_was_deactivated_gets_no_tokens_and_uses_none_up(self) -> None:
        shop = Shop()
        first = await shop.begin()
        shop.know(replace(shop.ana, active=False))
        assert await shop.refresh(first.refresh_token) == NOT_GOOD
        shop.know(shop.ana)
        opened(await shop.refresh(first.refresh_token))

    async def test_new_tokens_are_of_the_user_as_they_are_now(self) -> None:
        shop = Shop()
        first = await shop.begin()
        seller = shop.know(replace(shop.ana, roles=(Role.SELLER,), version=2))
        assert opened(await shop.refresh(first.refresh_token)).user == seller

    @given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 4.0, 11.0])), max_size=12))
    async def test_of_all_tokens_of_a_session_the_newest_is_good_and_the_one_before_it_for_a_while(
        self, steps: list[tuple[int, float]]
    ) -> None:
        """`steps` are how far back the presented token lies, and how many seconds pass before that."""
        shop = Shop()
        issued, age, live = [(await shop.begin()).refresh_token], 0.0, True
        for back, seconds in steps:
            shop.pass_time(timedelta(seconds=seconds))
            age += seconds
            presented = max(len(issued) - 1 - back, 0)
            outcome = await shop.refresh(issued[presented])
            if not live:
                assert outcome == NOT_GOOD
            elif presented == len(issued) - 1:
                issued, age = [*issued, opened(outcome).refresh_token], 0.0
            elif presented == len(issued) - 2 and age < 10:
                assert opened(outcome).refresh_token == issued[-1]
            else:
                assert outcome == RefreshTokenReused()
                live = False
        assert len(set(issued)) == len(issued)
        assert len(shop.revoked) == (0 if live else 1)


class TestRevoke:
    async def test_a_user_ends_one_of_their_sessions_once(self) -> None:
        shop = Shop()
        mine, phone = await shop.begin(), await shop.begin()
        assert await revoke_one(shop.tx, viewer_of(mine), phone.session.id, cause=make_cause(shop.ana.id)) == 1
        assert (shop.revoked, shop.is_live(mine)) == ([phone.session.id], True)
        assert await shop.refresh(phone.refresh_token) == NOT_GOOD
        with pytest.raises(Refused) as refused:
            await revoke_one(shop.tx, viewer_of(mine), phone.session.id, cause=make_cause())
        assert refused.value.refusal == NotFound(id=str(phone.session.id))

    @pytest.mark.parametrize("role", Role)
    async def test_a_session_of_somebody_else_is_as_unknown_as_one_that_never_was(self, role: Role) -> None:
        shop = Shop()
        theirs = await shop.begin()
        for id in (theirs.session.id, new_id()):
            with pytest.raises(Refused) as refused:
                await revoke_one(shop.tx, make_viewer(role), id, cause=make_cause())
            assert refused.value.refusal == NotFound(id=str(id))
        assert shop.is_live(theirs)

    async def test_whoever_logs_out_ends_this_session_and_no_other(self) -> None:
        shop = Shop()
        mine, other = await shop.begin(), await shop.begin()
        assert await log_out(shop.tx, viewer_of(mine), cause=make_cause()) == 1
        assert await log_out(shop.tx, viewer_of(mine), cause=make_cause()) == 0
        assert await log_out(shop.tx, make_viewer(), cause=make_cause()) == 0
        assert (shop.revoked, shop.is_live(other)) == ([mine.session.id], True)

    async def test_all_of_a_users_sessions_are_ended_at_once_and_nobody_elses(self) -> None:
        shop = Shop()
        bea = shop.know(make_user(email="bea@example.test"))
        mine, beas = [await shop.begin() for _ in range(3)], await shop.begin(user=bea)
        assert await revoke_all(shop.tx, shop.ana.id, cause=make_cause()) == 3
        assert shop.revoked == [one.session.id for one in mine]
        assert shop.is_live(beas)
        assert await revoke_all(shop.tx, shop.ana.id, cause=make_cause()) == 0
