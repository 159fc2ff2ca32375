"""Discretion: what the library says of a mistake, without the client's words in it: they may be a card.

The client knows what it has sent, and a message may end up in its logs or on a screen.
"""

import re

QUOTED = re.compile(
    r"(?P<kept>"
    r", found"  # … to include required field 'cvc', found: {…}
    r"|cannot represent [^:]*"  # Int cannot represent non-integer value: "x"
    r"|(?:found|Unexpected) (?:String|BlockString|Int|Float)(?= ')"  # Syntax Error: Expected Name, found String '…'
    r")(?:: | ').*",
    re.DOTALL,
)
LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){11,}")
HIDDEN = "[hidden]"


def discreet(message: str) -> str:
    """The message without the value that it is about, and without any number as long as a card's."""
    return LONG_NUMBER.sub(HIDDEN, QUOTED.sub(_kept, message))


def _kept(match: re.Match[str]) -> str:
    kept = match["kept"]
    return "." if kept == ", found" else f"{kept}."
