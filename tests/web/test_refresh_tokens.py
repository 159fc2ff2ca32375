"""Refresh tokens: only the shop makes them, and the next one follows from the one before."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id
from web.refresh_tokens import HmacRefreshTokens

KEY = "a-key-that-is-long-enough-for-hmac"
TOKENS = HmacRefreshTokens(KEY)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def secret_of(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "==")[16:48]


def test_a_token_says_which_session_it_is_of_in_every_process_that_has_the_key() -> None:
    session = new_id()
    token = TOKENS.first(session)
    assert len(token) == 86
    assert set(token) <= set(ALPHABET)
    assert TOKENS.session_of(token) == HmacRefreshTokens(KEY).session_of(token) == session
    assert HmacRefreshTokens(KEY[::-1]).session_of(token) is None


def test_no_two_sessions_begin_with_the_same_token() -> None:
    session = new_id()
    assert len({TOKENS.first(session) for _ in range(100)}) == 100


def test_a_successor_follows_from_the_token_and_from_nothing_else() -> None:
    session = new_id()
    token = TOKENS.first(session)
    successor = TOKENS.successor(session, TOKENS.digest(token))
    assert successor == HmacRefreshTokens(KEY).successor(session, TOKENS.digest(token))
    assert TOKENS.session_of(successor) == session
    assert successor != token
    assert successor != TOKENS.successor(session, TOKENS.digest(TOKENS.first(session)))
    others = HmacRefreshTokens(KEY[::-1]).successor(session, TOKENS.digest(token))
    assert secret_of(successor) != secret_of(others), "it cannot be computed without the key"


def test_the_database_does_not_hold_what_is_needed_to_use_a_session() -> None:
    """Whoever reads the digests has neither the token nor, without the key, its successor."""
    session = new_id()
    token = TOKENS.first(session)
    digest = TOKENS.digest(token)
    assert len(digest) == 32
    raw = base64.urlsafe_b64decode(token + "==")
    assert digest not in raw
    assert not any(raw[n : n + 8] in digest for n in range(len(raw) - 8))
    assert digest not in base64.urlsafe_b64decode(TOKENS.successor(session, digest) + "==")


@pytest.mark.parametrize("place", [0, 15, 16, 40, 47, 48, 63])
def test_a_changed_byte_is_no_token_of_ours(place: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(TOKENS.first(new_id()) + "=="))
    raw[place] ^= 1
    assert TOKENS.session_of(base64.urlsafe_b64encode(raw).decode().rstrip("=")) is None


def test_the_right_session_with_a_guessed_secret_is_no_token_of_ours() -> None:
    """So a stranger who knows a session's id cannot end it."""
    session = new_id()
    forged = base64.urlsafe_b64encode(session.bytes + bytes(48)).decode().rstrip("=")
    assert len(forged) == 86
    assert TOKENS.session_of(forged) is None


@pytest.mark.parametrize(
    "text", ["", "A" * 85, "A" * 86, "A" * 87, "A" * 88, "é" * 86, "=" * 86, " " * 86, "\ud800" * 86, "A" * 100_000]
)
def test_what_is_no_token_is_of_no_session(text: str) -> None:
    assert TOKENS.session_of(text) is None


def test_a_token_has_one_spelling() -> None:
    """Another text of the same bytes would have another digest, and would end the session as one that was reused."""
    token = next(token for token in iter(lambda: TOKENS.first(new_id()), None) if "-" in token and "_" in token)
    assert TOKENS.session_of(token)
    others = [token[:-1] + sign for sign in ALPHABET if sign != token[-1]]
    assert [TOKENS.session_of(other) for other in others] == [None] * 63
    for other in (token + "==", f" {token}", f"{token}\n", token.replace("-", "+"), token.replace("_", "/")):
        assert TOKENS.session_of(other) is None


@given(st.text(max_size=90))
def test_no_text_breaks_the_reading_of_tokens(text: str) -> None:
    assert TOKENS.session_of(text) is None


def test_the_digest_is_of_the_whole_text() -> None:
    assert TOKENS.digest("a") == TOKENS.digest("a") != TOKENS.digest("b")
