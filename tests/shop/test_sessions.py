"""Sessions: staying signed in, and being signed out everywhere at once."""

import asyncio
import base64
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.client import PASSWORD, Client
from tests.support.processes import ServerStack, Stack
from tests.support.signing_in import (
    CHANGE,
    PROMPTLY,
    SESSIONS,
    SignIn,
    log_in,
    refresh,
    refreshed,
    seconds_until_refused,
    sign_in,
)
from web.stack import MariaDB

NEW = "a battery of horses"
LOGOUT = "mutation { logout { sessionsRevoked } }"
REVOKE = """mutation($id: ID!) { revokeSession(id: $id) {
  __typename ... on LoggedOut { sessionsRevoked } ... on Refusal { message } } }"""
REVOKE_ALL = "mutation { revokeAllSessions { sessionsRevoked } }"


@pytest.fixture(scope="session")
def unconnected(mariadb: MariaDB, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two API processes with one database and no Redis: the log is all that joins them."""
    started = ServerStack(tmp_path_factory.mktemp("unconnected"), mariadb, None).start(workers=0)
    yield started
    started.stop()


@pytest.fixture
async def mine(customer: Client) -> SignIn:
    """A sign-in of a new customer, beside the one that registering is."""
    return await sign_in(customer.url, customer.user["email"])


async def sessions_of(one: SignIn) -> list[dict[str, object]]:
    async with one.client() as client:
        shown: list[dict[str, object]] = await client.run(SESSIONS)
        return shown


async def session_id(one: SignIn) -> str:
    return next(str(session["id"]) for session in await sessions_of(one) if session["current"])


async def change(one: SignIn, *, current: str = PASSWORD, new: str = NEW, url: str | None = None) -> dict[str, object]:
    async with one.client(url) as client:
        answer: dict[str, object] = await client.run(CHANGE, current=current, new=new)
        return answer


class TestRefresh:
    async def test_a_sign_in_gives_both_tokens_and_is_one_of_the_users_sessions(self, customer: Client) -> None:
        begun = datetime.now(UTC) - timedelta(seconds=1)
        one = await sign_in(customer.url, customer.user["email"])
        assert one.tokens["expiresIn"] == 900
        assert 30 * 86_400 - 60 < one.tokens["refreshExpiresIn"] <= 30 * 86_400
        async with one.client() as client:
            client.http.headers["user-agent"] = "Swapper/1.0"
            again = await sign_in(customer.url, customer.user["email"])
            sessions = await client.run(SESSIONS)
        assert len(sessions) == 3, "the registration, and two sign-ins"
        assert [session["current"] for session in sessions] == [False, True, False]
        assert await session_id(again) == sessions[0]["id"]
        for session in sessions:
            assert UUID(session["id"]).version == 7
            assert begun <= datetime.fromisoformat(session["createdAt"]) or session is sessions[2]
            assert session["lastUsedAt"] == session["createdAt"]
            lasts = datetime.fromisoformat(session["expiresAt"]) - datetime.fromisoformat(session["lastUsedAt"])
            assert lasts == timedelta(days=30)

    async def test_a_session_shows_the_program_that_began_it(self, customer: Client) -> None:
        given = {"email": customer.user["email"], "password": PASSWORD}
        document = "mutation($i: LoginInput!) { login(input: $i) { ... on SignedIn { tokens { accessToken } } } }"
        await customer.post(document, {"user-agent": "Swapper/1.0 (" + "x" * 300}, i=given)
        [newest, *_] = await customer.run(SESSIONS)
        assert newest["userAgent"] == ("Swapper/1.0 (" + "x" * 300)[:255]

    async def test_a_session_goes_on_at_every_api(self, stack: Stack, mine: SignIn) -> None:
        session, used = await session_id(mine), mine
        for n in range(5):
            after = await refresh(stack.apis[n % len(stack.apis)].url, used.refresh)
            assert after.refresh != used.refresh
            assert after.access != used.access
            assert await after.is_let_in(stack.apis[-1].url)
            used = after
        assert await mine.is_let_in(), "an access token is good until it expires"
        assert await session_id(used) == session
        [shown] = [one for one in await sessions_of(used) if one["current"]]
        assert str(shown["lastUsedAt"]) > str(shown["createdAt"])

    async def test_whoever_lost_the_answer_gets_the_same_successor_at_any_api(self, stack: Stack, mine: SignIn) -> None:
        first = await refresh(stack.url, mine.refresh)
        again = [await refresh(api.url, mine.refresh) for api in stack.apis]
        assert {one.refresh for one in again} == {first.refresh}
        assert len({one.access for one in (first, *again)}) == len(again) + 1
        await refresh(stack.url, first.refresh)

    async def test_a_token_that_comes_twice_ends_its_session_and_no_other(
        self, stack: Stack, customer: Client, mine: SignIn
    ) -> None:
        second = await refresh(stack.url, mine.refresh)
        third = await refresh(stack.url, second.refresh)
        reused = await refreshed(stack.apis[-1].url, mine.refresh)
        assert reused["__typename"] == "RefreshTokenReused"
        assert reused["message"]
        for one in (mine, second, third):
            assert await seconds_until_refused(one, stack) < PROMPTLY
            assert (await refreshed(stack.url, one.refresh))["__typename"] == "InvalidCredentials"
        assert (await customer.run("{ me { id } }"))["id"] == customer.user["id"]
        assert [session["current"] for session in await customer.run(SESSIONS)] == [True]

    @pytest.mark.parametrize("kind", ["guessed", "changed", "access token", "text", "nothing"])
    async def test_what_the_shop_did_not_issue_is_refused_and_ends_nothing(self, mine: SignIn, kind: str) -> None:
        raw = bytearray(base64.urlsafe_b64decode(mine.refresh + "=="))
        raw[20] ^= 1
        forged = {
            "guessed": base64.urlsafe_b64encode(UUID(await session_id(mine)).bytes + bytes(48)).decode().rstrip("="),
            "changed": base64.urlsafe_b64encode(raw).decode().rstrip("="),
            "access token": mine.access,
            "text": "let me in 👗",
            "nothing": None,
        }
        assert (await refreshed(mine.url, forged[kind]))["__typename"] == "InvalidCredentials"
        await refresh(mine.url, mine.refresh)


class TestEnd:
    async def test_logout_ends_this_session_and_no_other(self, stack: Stack, customer: Client, mine: SignIn) -> None:
        async with mine.client() as client:
            assert await client.run(LOGOUT) == {"sessionsRevoked": 1}
        assert await seconds_until_refused(mine, stack) < PROMPTLY
        assert (await refreshed(mine.url, mine.refresh))["__typename"] == "InvalidCredentials"
        assert len(await customer.run(SESSIONS)) == 1

    async def test_one_session_is_ended_from_another(self, stack: Stack, customer: Client, mine: SignIn) -> None:
        id = await session_id(mine)
        assert await customer.run(REVOKE, id=id.upper()) == {"__typename": "LoggedOut", "sessionsRevoked": 1}
        assert await seconds_until_refused(mine, stack) < PROMPTLY
        assert (await customer.run(REVOKE, id=id))["__typename"] == "NotFound"
        assert len(await customer.run(SESSIONS)) == 1

    async def test_all_sessions_are_ended_at_once_this_one_too(
        self, stack: Stack, customer: Client, stranger: Client, mine: SignIn
    ) -> None:
        others = [await sign_in(api.url, customer.user["email"]) for api in stack.apis]
        assert await customer.run(REVOKE_ALL) == {"sessionsRevoked": 2 + len(others)}
        for one in (mine, *others):
            assert await seconds_until_refused(one, stack) < PROMPTLY
        assert (await stranger.run("{ me { id } }"))["id"] == stranger.user["id"]
        assert await (await sign_in(stack.url, customer.user["email"])).is_let_in()

    async def test_every_api_knows_within_a_second_without_redis_too(self, unconnected: Stack, full: bool) -> None:
        """Each session ends as soon as the end of the one before is known: that is the worst moment for the next."""
        here, there = unconnected.apis
        assert "SWAPSHOP_REDIS_URL" not in {**here.environment, **there.environment}
        async with await Client(here.url).register() as customer:
            begun = [await sign_in(there.url, customer.user["email"]) for _ in range(8)]
            took: list[float] = []
            for one in begun:
                assert await one.is_let_in(here.url)
                async with one.client() as client:
                    await client.run(LOGOUT)
                took.append(await seconds_until_refused(one, unconnected))
            assert max(took) < (1.0 if full else PROMPTLY), took

    async def test_an_api_that_starts_later_knows_what_was_ended_before(self, unconnected: Stack) -> None:
        async with await Client(unconnected.url).register() as customer:
            one = await sign_in(unconnected.url, customer.user["email"])
            await customer.run(REVOKE_ALL)
            late = unconnected.process("serve", "--port", "0", name="late").start()
            try:
                assert not await one.is_let_in(late.url)
                assert await (await sign_in(late.url, customer.user["email"])).is_let_in(late.url)
            finally:
                late.stop()


class TestPassword:
    async def test_a_new_password_ends_the_other_sessions_and_this_one_goes_on(
        self, stack: Stack, customer: Client, mine: SignIn
    ) -> None:
        other = await sign_in(stack.apis[-1].url, customer.user["email"])
        changed = SignIn.of(mine.url, await change(mine))
        assert await seconds_until_refused(other, stack) < PROMPTLY
        assert (await refreshed(stack.url, other.refresh))["__typename"] == "InvalidCredentials"
        assert await mine.is_let_in()
        assert await changed.is_let_in(stack.apis[-1].url)
        assert [session["current"] for session in await sessions_of(changed)] == [True]
        at_the_same_moment = await refresh(stack.apis[-1].url, mine.refresh)
        assert at_the_same_moment.refresh == changed.refresh
        await refresh(stack.url, changed.refresh)
        email = customer.user["email"]
        assert (await log_in(stack.apis[-1].url, email, PASSWORD))["__typename"] == "InvalidCredentials"
        assert (await log_in(stack.apis[-1].url, email, NEW))["__typename"] == "SignedIn"

    async def test_whoever_does_not_know_the_password_does_not_change_it(self, customer: Client, mine: SignIn) -> None:
        refused = await change(mine, current=PASSWORD + "!")
        assert refused["__typename"] == "InvalidCredentials"
        assert await mine.is_let_in()
        assert len(await customer.run(SESSIONS)) == 2
        assert (await log_in(mine.url, customer.user["email"]))["__typename"] == "SignedIn"

    @pytest.mark.parametrize("new", ["eleven char", "ñ" * 129, "Password1234", "EMAIL"])
    async def test_a_new_password_is_measured_as_the_first_one(self, customer: Client, mine: SignIn, new: str) -> None:
        refused = await change(mine, new=customer.user["email"].upper() if new == "EMAIL" else new)
        assert refused["__typename"] == "InvalidInput"
        assert isinstance(refused["issues"], list)
        assert [(issue["path"], issue["code"]) for issue in refused["issues"]] == [(["new"], "PASSWORD")]
        assert len(await customer.run(SESSIONS)) == 2

    async def test_of_two_who_change_it_at_once_one_wins(self, stack: Stack, customer: Client) -> None:
        for round in range(3):
            current = f"{PASSWORD} {round}" if round else PASSWORD
            pair = [await sign_in(api.url, customer.user["email"], current) for api in (stack.apis[0], stack.apis[-1])]
            answers = await asyncio.gather(
                *(change(one, current=current, new=f"{PASSWORD} {round + 1}") for one in pair)
            )
            kinds = Counter(str(answer["__typename"]) for answer in answers)
            assert kinds == {"SignedIn": 1, "InvalidCredentials": 1}
            lost = next(one for one, answer in zip(pair, answers, strict=True) if answer["__typename"] != "SignedIn")
            assert await seconds_until_refused(lost, stack) < PROMPTLY

    async def test_no_sign_in_with_the_old_password_outlives_its_change(self, stack: Stack, customer: Client) -> None:
        """Sign-ins all the while: each is refused, or its session ends with the others."""
        mine, changed = await sign_in(stack.url, customer.user["email"]), asyncio.Event()

        async def signing_in(url: str) -> list[SignIn]:
            got: list[SignIn] = []
            while True:
                last = changed.is_set()
                answer = await log_in(url, customer.user["email"])
                got += [SignIn.of(url, answer)] if answer["__typename"] == "SignedIn" else []
                if last:
                    assert answer["__typename"] == "InvalidCredentials"
                    return got

        trying = [asyncio.create_task(signing_in(api.url)) for api in stack.apis for _ in range(3)]
        await asyncio.sleep(0.3)  # so that some are under way when the password changes
        kept = SignIn.of(stack.url, await change(mine))
        changed.set()
        old = [one for got in await asyncio.gather(*trying) for one in got]
        assert old
        for one in old:
            assert await seconds_until_refused(one, stack) < PROMPTLY
        assert len(await sessions_of(kept)) == 1
