"""Faults: what goes into the top-level `errors`. Refusals do not; they are data."""

from enum import StrEnum


class Code(StrEnum):
    """The closed list of `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    CURSOR_INVALID = "CURSOR_INVALID"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Fault(Exception):
    """Ends the field, or the subscription, with a code that a program can act on."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def unauthenticated() -> Fault:
    return Fault(Code.UNAUTHENTICATED, "This needs a signed-in user. Send `authorization: Bearer <accessToken>`.")
