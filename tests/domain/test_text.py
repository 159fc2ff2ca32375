"""Text: when two spellings are one, and what can be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import folded, is_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", " ANA\n"),
        ("Straße", "STRASSE"),
        ("\uff33\uff37-\uff11", "sw-1"),  # full width
        ("an\u0303a", "AÑA"),  # composed and not
        ("\u212b", "å"),  # the sign of the ångström
        ("\u017f", "s"),  # a long s
    ],
)
def test_two_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("ana", "aña"), ("a b", "ab"), ("1", "l")])
def test_two_words_are_two(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_what_is_folded_stays_so_apart_from_blanks(text: str) -> None:
    assert folded(folded(text)) == folded(text).strip()


@pytest.mark.parametrize("text", ["", "a\tb\r\nc", "ñ 👗 \u200d", "\x80"])
def test_text_can_be_kept(text: str) -> None:
    assert is_text(text)


def test_control_characters_and_half_characters_cannot() -> None:
    for sign in "\x00\x0b\x1f\x7f\ud800\udfff":
        assert not is_text(sign)
        assert not is_text(f"before{sign}after")


@given(st.text())
def test_what_is_text_can_be_written(text: str) -> None:
    if is_text(text):
        assert text.encode().decode() == text
