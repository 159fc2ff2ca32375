"""Auth: passwords that are never kept, and tokens that cannot be made by others."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from domain.ids import new_id
from domain.refusals import Refused, TooManyAttempts
from domain.users import Role, User
from web.auth import Argon2Passwords, JwtTokens, bearer

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


def make_tokens(*, key: str = KEY, lifetime: timedelta = timedelta(minutes=15)) -> JwtTokens:
    return JwtTokens(key, lifetime=lifetime)


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


def test_a_token_says_who_somebody_is() -> None:
    tokens, user = make_tokens(), make_user(Role.SELLER, Role.OPERATOR)
    token = tokens.issue(user)
    assert token.expires_in == 900
    for _ in range(2):
        viewer = tokens.verify(token.text)
        assert viewer
        assert (viewer.user_id, viewer.roles) == (user.id, frozenset({Role.SELLER, Role.OPERATOR}))


def test_each_sign_in_is_a_session_of_its_own() -> None:
    tokens, user = make_tokens(), make_user()
    viewers = [tokens.verify(tokens.issue(user).text) for _ in range(2)]
    assert len({viewer.session_id for viewer in viewers if viewer}) == 2


def test_a_token_is_good_in_every_process_that_has_the_key_and_in_no_other() -> None:
    token = make_tokens().issue(make_user()).text
    assert make_tokens().verify(token)
    assert make_tokens(key=KEY[::-1]).verify(token) is None


def test_a_token_that_has_expired_is_not_good_even_if_it_was() -> None:
    tokens = make_tokens(lifetime=timedelta(seconds=1))
    token = tokens.issue(make_user()).text
    assert tokens.verify(token)
    expires = jwt.decode(token, options={"verify_signature": False})["exp"]
    while datetime.now(UTC).timestamp() <= expires:
        assert tokens.verify(token) or datetime.now(UTC).timestamp() >= expires
    assert tokens.verify(token) is None
    assert make_tokens().verify(token) is None


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
