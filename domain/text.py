"""Text: when two spellings are one, and what can be stored and shown."""

import unicodedata


def folded(text: str) -> str:
    """What two spellings have in common: NFKC, case folded, without surrounding blanks."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())


def is_text(value: str) -> bool:
    """Whether it can be stored and shown: no control characters, no half of a surrogate pair."""
    return not any(
        (character < " " and character not in "\t\n\r") or character == "\x7f" or "\ud800" <= character <= "\udfff"
        for character in value
    )
