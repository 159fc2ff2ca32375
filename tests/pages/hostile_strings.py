"""Fifty strings that somebody types to see what breaks: markup, other languages' syntax, and odd characters."""

import re

from domain.text import is_text

MARKUP = (
    "<script>hostile = 1</script>",
    "</script><script>hostile = 1</script>",
    "<img src=x onerror=hostile=1>",
    "<svg/onload=hostile=1>",
    '"><svg onload="hostile=1">',
    "' autofocus onfocus='hostile=1",
    "javascript:hostile=1//",
    "<iframe srcdoc='<script>parent.hostile=1</script>'></iframe>",
    "</title></textarea></style><b>bold</b>",
    "<!-- <![CDATA[ ]]> -->",
    "&lt;b&gt; &amp; &#x41; &nbsp;",
)
SYNTAX = (
    "{{constructor.constructor('hostile=1')()}}",
    "${hostile=1} #{hostile=1} <%= 7*7 %>",
    "%s %n %d {0} {name} {count}",
    "'; DROP TABLE orders; --",
    "' OR '1'='1",
    "100% _under_ \\ back",
    "$(touch hostile) `id` ; ls | cat && true",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file%00.png%0d%0aSet-Cookie:%20a=b",
    '=HYPERLINK("http://evil.test","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '{"a": [1, null], "__typename": "Order"}',
    "} mutation { logout { __typename } } #",
    'query { __schema { types { name } } } """',
    "__proto__",
    "constructor",
    "null",
    "undefined",
    "[object Object]",
    "http://evil.test/?a=b&c=d#e",
)
NUMBERS = ("1e999", "NaN", "-0", "٣", "0x10", "99999999999999999999")
CHARACTERS = (
    "nul \x00 in it",
    "bell \x07 escape \x1b[31m delete \x7f",
    "half \ud83d an emoji",
    "other half \ude00",
    "\u202egnp.exe\u202c مرحبا שלום",
    "Z\u0351\u036b\u0343\u036aa\u0321\u034a\u0353l\u0308\u033fg\u0338\u0335o\u031b",
    "zero\u200bwidth\u200d\u2060\ufeff",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏿",
    "a\tb\r\nc\nd\u2028e\u2029f",
    " \u00a0\u3000 ",
    "W" * 100,
    "x" * 10_000,
)
BLANKS = "[\\s\ufeff]"
HOSTILE = (*MARKUP, *SYNTAX, *NUMBERS, *CHARACTERS)


def as_sent(text: str) -> str:
    """A half of a surrogate pair is no text: it becomes the sign for that, as in every form of a browser."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def trimmed(text: str) -> str:
    """As a page trims it: a byte order mark is a blank for browsers."""
    return re.sub(f"^{BLANKS}+|{BLANKS}+$", "", text)


def taken(text: str, *, most: int, least: int = 1) -> bool:
    """Whether the shop takes it where it takes any text."""
    return is_text(as_sent(text)) and least <= len(trimmed(text)) <= most
