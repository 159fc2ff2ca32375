"""Sessions of browsers: the refresh token is in a cookie that no script and no page of another site can use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest

from tests.support.client import PASSWORD, REGISTER, Client
from tests.support.processes import Stack
from tests.support.signing_in import CHANGE, LOGIN, REFRESH, SESSIONS, refreshed, sign_in
from web.session_cookie import NAME

WANTED = {"x-swapshop-session": "cookie"}
LOGOUT = "mutation { logout { sessionsRevoked } }"
REVOKE = "mutation($id: ID!) { revokeSession(id: $id) { __typename } }"
REVOKE_ALL = "mutation { revokeAllSessions { sessionsRevoked } }"
MONTH = 30 * 86_400


class Browser:
    """One that keeps its cookies, and says what every page of the shop says."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.access: str | None = None
        self.last: httpx.Response | None = None
        self.http = httpx.AsyncClient(base_url=url, timeout=15)

    async def run(self, document: str, headers: dict[str, str] = WANTED, /, **variables: Any) -> Any:
        """The one field of the answer."""
        authorization = {"authorization": f"Bearer {self.access}"} if self.access else {}
        body = {"query": document, "variables": variables}
        self.last = await self.http.post("/graphql", json=body, headers={**authorization, **headers})
        answer = self.last.json()
        assert "errors" not in answer, answer
        [value] = answer["data"].values()
        if isinstance(value, dict) and value.get("__typename") == "SignedIn":
            self.access = value["tokens"]["accessToken"]
        return value

    async def login(self, email: str, headers: dict[str, str] = WANTED) -> Any:
        return await self.run(LOGIN, headers, input={"email": email, "password": PASSWORD})

    @property
    def cookie(self) -> str | None:
        """What it keeps."""
        return self.http.cookies.get(NAME)

    def keep(self, token: str) -> None:
        """Puts back what it kept before, as a browser does that never saw the answer."""
        self.http.cookies.clear()
        self.http.cookies.set(NAME, token, domain=httpx.URL(self.url).host, path="/graphql")

    def told(self) -> Morsel[str] | None:
        """The cookie of the last answer, with its attributes."""
        assert self.last
        return SimpleCookie(self.last.headers.get("set-cookie", "")).get(NAME)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Browser]:
    browser = Browser(url)
    async with browser.http:
        yield browser


@pytest.fixture
async def browser(stack: Stack, customer: Client) -> AsyncIterator[Browser]:
    """Of a customer who has signed in."""
    async with opened(stack.url) as browser:
        assert (await browser.login(customer.user["email"]))["__typename"] == "SignedIn"
        yield browser


def is_cleared(browser: Browser) -> bool:
    told = browser.told()
    return told is not None and told.value == "" and told["max-age"] == "0" and browser.cookie is None


class TestSignIn:
    async def test_the_token_is_in_a_cookie_that_scripts_and_other_sites_have_no_use_of(self, browser: Browser) -> None:
        told = browser.told()
        assert told is not None
        assert len(told.value) == 86
        assert told["httponly"] is True
        assert told["samesite"] == "strict"
        assert told["path"] == "/graphql"
        assert MONTH - 60 < int(told["max-age"]) <= MONTH
        assert told["domain"] == ""
        assert not told["secure"], "it would not be kept over http"

    async def test_the_answer_does_not_have_it_too(self, browser: Browser, customer: Client) -> None:
        answer = await browser.login(customer.user["email"])
        assert answer["tokens"]["refreshToken"] is None
        assert answer["tokens"]["refreshExpiresIn"] > MONTH - 60
        assert browser.last
        assert browser.cookie
        assert browser.cookie not in browser.last.text

    async def test_registering_and_a_new_password_keep_it_there_as_well(self, stack: Stack) -> None:
        async with opened(stack.url) as browser:
            given = {"name": "Ana", "email": f"{id(browser)}@cookies.example.test", "password": PASSWORD}
            assert (await browser.run(REGISTER, input=given))["__typename"] == "SignedIn"
            first = browser.cookie
            changed = await browser.run(CHANGE, current=PASSWORD, new="a battery of horses")
            assert changed["tokens"]["refreshToken"] is None
            assert browser.cookie not in (None, first)
            assert (await browser.run(REFRESH))["__typename"] == "SignedIn"

    @pytest.mark.parametrize("proto", ["https", "HTTPS", "https, http"])
    async def test_over_https_no_plain_request_ever_carries_it(
        self, stack: Stack, customer: Client, proto: str
    ) -> None:
        async with opened(stack.url) as browser:
            await browser.login(customer.user["email"], {**WANTED, "x-forwarded-proto": proto})
            told = browser.told()
            assert told is not None
            assert told["secure"] is True

    @pytest.mark.parametrize("header", ["", "body", "cookies", "1"])
    async def test_other_clients_have_it_in_the_answer(self, stack: Stack, customer: Client, header: str) -> None:
        async with opened(stack.url) as browser:
            answer = await browser.login(customer.user["email"], {"x-swapshop-session": header} if header else {})
            assert len(answer["tokens"]["refreshToken"]) == 86
            assert browser.told() is None

    async def test_a_refused_sign_in_leaves_the_cookie_alone(self, browser: Browser, customer: Client) -> None:
        given = {"email": customer.user["email"], "password": PASSWORD + "!"}
        assert (await browser.run(LOGIN, input=given))["__typename"] == "InvalidCredentials"
        assert browser.told() is None

    async def test_as_an_event_stream_it_is_the_same(self, stack: Stack, customer: Client) -> None:
        async with opened(stack.url) as browser:
            body = {"query": LOGIN, "variables": {"input": {"email": customer.user["email"], "password": PASSWORD}}}
            headers = {**WANTED, "accept": "text/event-stream"}
            browser.last = await browser.http.post("/graphql", json=body, headers=headers)
            assert '"refreshToken":null' in browser.last.text
            assert browser.told() is not None


class TestRefresh:
    async def test_a_browser_that_starts_anew_is_still_signed_in(self, browser: Browser, customer: Client) -> None:
        browser.access, first = None, browser.cookie
        for _ in range(3):
            answer = await browser.run(REFRESH)
            assert answer["user"]["id"] == customer.user["id"]
            assert answer["tokens"]["refreshToken"] is None
        assert browser.cookie not in (None, first)
        assert (await browser.run("{ me { id } }"))["id"] == customer.user["id"]

    async def test_the_cookie_alone_is_good_for_nothing(self, browser: Browser) -> None:
        """A form of another site would send it, if the browser let it: there the header is missing."""
        browser.access = None
        assert (await browser.run(REFRESH, {}))["__typename"] == "InvalidCredentials"
        assert browser.told() is None
        answer = await browser.http.post("/graphql", json={"query": "{ me { id } }"}, headers=WANTED)
        assert answer.json() == {"data": {"me": None}}
        assert (await browser.run(REFRESH))["__typename"] == "SignedIn"

    @pytest.mark.parametrize(
        "said",
        [
            {"origin": "https://elsewhere.example"},
            {"origin": "null"},
            {"origin": ""},
            {"origin": "http://127.0.0.1"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
            {"sec-fetch-site": "", "origin": "https://elsewhere.example"},
        ],
        ids=str,
    )
    async def test_a_page_of_another_site_gets_nothing_for_it(self, browser: Browser, said: dict[str, str]) -> None:
        browser.access = None
        assert (await browser.run(REFRESH, {**WANTED, **said}))["__typename"] == "InvalidCredentials"
        assert browser.told() is None
        assert (await browser.run(REFRESH))["__typename"] == "SignedIn", "and has not ended the session"

    async def test_a_page_of_another_site_cannot_sign_the_browser_in(self, stack: Stack, customer: Client) -> None:
        async with opened(stack.url) as browser:
            await browser.login(customer.user["email"], {**WANTED, "origin": "https://elsewhere.example"})
            assert browser.told() is None

    async def test_browsers_that_ask_before_they_send_the_header_are_never_told_yes(self, stack: Stack) -> None:
        asks = {
            "origin": "https://elsewhere.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-swapshop-session",
        }
        async with opened(stack.url) as browser:
            answer = await browser.http.options("/graphql", headers=asks)
        assert not [name for name in answer.headers if name.startswith("access-control")]

    @pytest.mark.parametrize("said", [{"origin": "URL"}, {"sec-fetch-site": "same-origin", "origin": "URL"}], ids=str)
    async def test_our_own_pages_are_known_by_what_browsers_say(self, browser: Browser, said: dict[str, str]) -> None:
        headers = {name: browser.url if value == "URL" else value for name, value in said.items()}
        assert (await browser.run(REFRESH, {**WANTED, **headers}))["__typename"] == "SignedIn"

    @pytest.mark.parametrize("cookie", [None, "", "let me in", "=;;=\xff", "A" * 86, "A" * 8_000])
    async def test_the_header_without_a_good_cookie_is_refused(self, stack: Stack, cookie: str | None) -> None:
        async with opened(stack.url) as browser:
            headers = WANTED if cookie is None else {**WANTED, "cookie": f"{NAME}={cookie}".encode("latin-1")}
            answer = await browser.run(REFRESH, headers)  # type: ignore[arg-type]
            assert answer["__typename"] == "InvalidCredentials"
            assert browser.told() is None

    async def test_an_argument_goes_before_the_cookie(self, stack: Stack, browser: Browser, stranger: Client) -> None:
        """And the cookie is then of the session whose token was given."""
        theirs = await sign_in(stack.url, stranger.user["email"])
        before = browser.cookie
        answer = await browser.run(REFRESH, token=theirs.refresh)
        assert answer["user"]["id"] == stranger.user["id"]
        assert browser.cookie not in (None, before)
        browser.keep(before or "")
        browser.access = None
        assert (await browser.run(REFRESH, token="nonsense"))["__typename"] == "InvalidCredentials"
        assert (await browser.run(REFRESH, token=""))["__typename"] == "InvalidCredentials"
        assert browser.told() is None
        assert (await browser.run(REFRESH))["user"]["id"] != stranger.user["id"]

    async def test_an_argument_without_the_header_is_answered_as_it_always_was(
        self, stack: Stack, browser: Browser, stranger: Client
    ) -> None:
        theirs = await sign_in(stack.url, stranger.user["email"])
        answer = await browser.run(REFRESH, {}, token=theirs.refresh)
        assert len(answer["tokens"]["refreshToken"]) == 86
        assert browser.told() is None

    async def test_the_session_goes_on_at_every_api(self, stack: Stack, browser: Browser) -> None:
        for api in stack.apis * 2:
            browser.http.base_url = httpx.URL(api.url)
            assert (await browser.run(REFRESH))["__typename"] == "SignedIn"


class TestTabs:
    async def test_tabs_that_refresh_at_once_are_given_the_same_cookie(self, browser: Browser) -> None:
        answers = await asyncio.gather(
            *(browser.http.post("/graphql", json={"query": REFRESH}, headers=WANTED) for _ in range(8))
        )
        assert all(answer.json()["data"]["refreshTokens"]["__typename"] == "SignedIn" for answer in answers)
        told = {SimpleCookie(answer.headers["set-cookie"])[NAME].value for answer in answers}
        assert told == {browser.cookie}
        assert (await browser.run(REFRESH))["__typename"] == "SignedIn"

    async def test_a_browser_that_never_saw_the_answer_asks_again_and_goes_on(self, browser: Browser) -> None:
        before = browser.cookie or ""
        await browser.run(REFRESH)
        lost = browser.cookie
        browser.keep(before)
        assert (await browser.run(REFRESH))["__typename"] == "SignedIn"
        assert browser.cookie == lost
        assert (await browser.run(REFRESH))["__typename"] == "SignedIn"


class TestEnd:
    async def test_logging_out_clears_the_cookie(self, browser: Browser) -> None:
        kept = browser.cookie or ""
        assert await browser.run(LOGOUT) == {"sessionsRevoked": 1}
        assert is_cleared(browser)
        assert (await refreshed(browser.url, kept))["__typename"] == "InvalidCredentials"

    async def test_ending_this_session_in_the_list_clears_it_and_ending_another_does_not(
        self, browser: Browser, customer: Client
    ) -> None:
        sessions = await browser.run(SESSIONS)
        [other] = [one["id"] for one in sessions if not one["current"]]
        [own] = [one["id"] for one in sessions if one["current"]]
        assert await browser.run(REVOKE, id=other) == {"__typename": "LoggedOut"}
        assert browser.told() is None
        assert await browser.run(REVOKE, id=own) == {"__typename": "LoggedOut"}
        assert is_cleared(browser)

    async def test_ending_all_sessions_clears_it(self, browser: Browser) -> None:
        assert await browser.run(REVOKE_ALL) == {"sessionsRevoked": 2}
        assert is_cleared(browser)

    async def test_a_cookie_that_comes_twice_ends_its_session_and_is_cleared(self, browser: Browser) -> None:
        first = browser.cookie or ""
        await browser.run(REFRESH)
        await browser.run(REFRESH)
        newest = browser.cookie or ""
        browser.keep(first)
        browser.access = None
        assert (await browser.run(REFRESH))["__typename"] == "RefreshTokenReused"
        assert is_cleared(browser)
        browser.keep(newest)
        assert (await browser.run(REFRESH))["__typename"] == "InvalidCredentials"

    async def test_a_session_that_was_ended_elsewhere_is_refused(self, browser: Browser, customer: Client) -> None:
        assert await customer.run(REVOKE_ALL) == {"sessionsRevoked": 2}
        browser.access = None
        assert (await browser.run(REFRESH))["__typename"] == "InvalidCredentials"


async def test_on_a_socket_the_token_is_in_the_answer(stack: Stack, customer: Client) -> None:
    """An answer on a socket has no headers that could set a cookie."""
    async with Client(stack.url).socket() as socket:
        answer = await socket.run(LOGIN, input={"email": customer.user["email"], "password": PASSWORD})
        assert len(answer["tokens"]["refreshToken"]) == 86
