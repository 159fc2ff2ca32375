"""Passwords: long enough, not too long, and not the first that anybody would try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.passwords import COMMONEST, LEAST_BYTES, MOST_BYTES, problem

EMAIL = "anastasia@example.test"


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaa", "111122223333", " " * 12, "no digits at all", "ñññññó", "x" * 256]
)
def test_nothing_is_asked_of_a_password_but_its_length(password: str) -> None:
    assert problem(password, email=EMAIL) is None


@pytest.mark.parametrize(("password", "size"), [("", 0), ("eleven char", 11), ("ñ" * 129, 258), ("x" * 257, 257)])
def test_the_length_is_told_in_bytes(password: str, size: int) -> None:
    assert problem(password, email=EMAIL) == f"must have 12 to 256 bytes, it has {size}"


@pytest.mark.parametrize("password", [EMAIL, EMAIL.upper(), f" {EMAIL}\n", EMAIL.replace("a", "\uff41")])
def test_an_address_is_no_password_in_whatever_spelling(password: str) -> None:
    assert problem(password, email=EMAIL) == "must not be the e-mail address"
    assert problem(password, email="another@example.test") is None


@pytest.mark.parametrize(
    "password", ["password1234", "PassWord1234", " qwerty123456", "123456789012", "\uff30assword1234"]
)
def test_the_commonest_are_refused_in_whatever_case(password: str) -> None:
    assert problem(password, email=EMAIL) == "is one of the first that anybody would try: choose another"


def test_every_word_of_the_list_would_be_long_enough_and_is_refused() -> None:
    assert len(COMMONEST) > 50
    for word in COMMONEST:
        assert LEAST_BYTES <= len(word) <= MOST_BYTES, word
        assert problem(word, email=EMAIL), word


@given(st.text(min_size=8, max_size=40))
def test_whatever_text_is_sent_a_password_is_good_or_its_problem_is_said(password: str) -> None:
    size = len(password.encode("utf-8", "surrogatepass"))
    said = problem(password, email=EMAIL)
    assert (said is None) or said.startswith("must have") or size >= LEAST_BYTES


@given(st.text(st.characters(categories=["Cs", "Lu", "Ll"]), min_size=12, max_size=60))
def test_half_characters_are_no_reason_to_fail(password: str) -> None:
    problem(password, email=EMAIL)
