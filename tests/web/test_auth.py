"""Auth: passwords that are never kept, and tokens that cannot be made by others."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest

from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.refusals import Refused, TooManyAttempts
from domain.sessions import LIFETIME, Session
from domain.users import Role, User
from persistence.database import SqlDatabase
from tests.support.things import make_event
from web.auth import Argon2Passwords, JwtTokens, bearer
from web.gate import Gate

KEY = "a-key-that-is-long-enough-for-hmac"
PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> Iterator[Argon2Passwords]:
    made = Argon2Passwords()
    yield made
    made.close()


def make_user(*roles: Role) -> User:
    return User(
        id=new_id(),
        name="Ana",
        email="ana@example.test",
        roles=roles or (Role.CUSTOMER,),
        active=True,
        created_at=datetime.now(UTC),
        version=1,
    )


def make_gate() -> Gate:
    """It has heard of nothing, and asks no database before it is loaded."""
    return Gate(SqlDatabase("sqlite+aiosqlite:///never-opened"), lifetime=timedelta(minutes=15))


def make_tokens(*, key: str = KEY, lifetime: timedelta = timedelta(minutes=15), gate: Gate | None = None) -> JwtTokens:
    return JwtTokens(key, gate or make_gate(), lifetime=lifetime)


def make_session(user: User, id: UUID) -> Session:
    at = now()
    return Session(
        id=id,
        user_id=user.id,
        user_agent=None,
        created_at=at,
        last_used_at=at,
        expires_at=at + LIFETIME,
        revoked_at=at,
        version=2,
    )


async def test_a_password_matches_its_own_hash_only(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in hashed
    assert await passwords.matches(PASSWORD, hashed)
    assert not await passwords.matches(PASSWORD + " ", hashed)
    assert hashed != await passwords.hash(PASSWORD)


@pytest.mark.parametrize("hashed", [None, "plain"])
async def test_without_a_good_hash_nothing_matches(passwords: Argon2Passwords, hashed: str | None) -> None:
    assert not await passwords.matches("the password of nobody", hashed)


async def test_a_password_of_half_characters_is_a_password_too(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("half an emoji \ud83d")
    assert await passwords.matches("half an emoji \ud83d", hashed)
    assert not await passwords.matches("half an emoji \ud83e", hashed)


async def test_of_too_many_at_once_some_are_told_to_come_again(passwords: Argon2Passwords) -> None:
    answers = await asyncio.gather(*(passwords.hash(PASSWORD) for _ in range(80)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 16
    assert all(isinstance(one.refusal, TooManyAttempts) and one.refusal.retry_after_seconds > 0 for one in refused)
    assert await passwords.hash(PASSWORD)


def test_a_token_says_who_somebody_is_and_of_which_session() -> None:
    tokens, user, session = make_tokens(), make_user(Role.SELLER, Role.OPERATOR), new_id()
    token = tokens.issue(user, session)
    assert token.expires_in == 900
    for _ in range(2):
        viewer = tokens.verify(token.text)
        assert viewer
        assert (viewer.user_id, viewer.session_id) == (user.id, session)
        assert viewer.roles == frozenset({Role.SELLER, Role.OPERATOR})


def test_two_tokens_of_one_session_are_two_and_both_good() -> None:
    tokens, user, session = make_tokens(), make_user(), new_id()
    first, second = tokens.issue(user, session).text, tokens.issue(user, session).text
    assert first != second
    assert tokens.verify(first) == tokens.verify(second) is not None


def test_a_token_is_good_in_every_process_that_has_the_key_and_in_no_other() -> None:
    token = make_tokens().issue(make_user(), new_id()).text
    assert make_tokens().verify(token)
    assert make_tokens(key=KEY[::-1]).verify(token) is None


def test_a_token_that_has_expired_is_not_good_even_if_it_was() -> None:
    tokens = make_tokens(lifetime=timedelta(seconds=1))
    token = tokens.issue(make_user(), new_id()).text
    assert tokens.verify(token)
    expires = jwt.decode(token, options={"verify_signature": False})["exp"]
    while datetime.now(UTC).timestamp() <= expires:
        assert tokens.verify(token) or datetime.now(UTC).timestamp() >= expires
    assert tokens.verify(token) is None
    assert make_tokens().verify(token) is None


def test_a_token_of_a_revoked_session_is_not_good_even_if_it_was() -> None:
    gate, user, session = make_gate(), make_user(), new_id()
    tokens = make_tokens(gate=gate)
    token, other = tokens.issue(user, session).text, tokens.issue(user, new_id()).text
    assert tokens.verify(token)
    gate.hear(make_event(EventType.SESSION_REVOKED, make_session(user, session)))
    assert tokens.verify(token) is None
    assert tokens.verify(other)


def test_a_token_opens_what_its_user_may_do_now() -> None:
    gate, user = make_gate(), make_user(Role.CUSTOMER)
    tokens = make_tokens(gate=gate)
    token = tokens.issue(user, new_id()).text
    assert tokens.verify(token)
    for version, roles in ((2, (Role.ADMIN,)), (3, (Role.SELLER,))):
        gate.hear(make_event(EventType.USER_CHANGED, replace(user, roles=roles, version=version)))
        viewer = tokens.verify(token)
        assert viewer
        assert viewer.roles == frozenset(roles)
    gate.hear(make_event(EventType.USER_CHANGED, replace(user, active=False, version=4)))
    assert tokens.verify(token) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "." * 10_000, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_nobodys(token: str) -> None:
    assert make_tokens().verify(token) is None


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic abc", None),
        ("abc", None),
        ("", None),
        (None, None),
        (["Bearer abc"], None),
    ],
)
def test_a_bearer_token_is_found_behind_its_scheme(value: object, token: str | None) -> None:
    assert bearer(value) == token
