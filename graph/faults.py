"""Faults: what goes into the top-level `errors`. Refusals do not; they are data."""

from enum import StrEnum


class Code(StrEnum):
    """The closed list of `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    CURSOR_INVALID = "CURSOR_INVALID"
    SESSION_REVOKED = "SESSION_REVOKED"
    SLOW_CONSUMER = "SLOW_CONSUMER"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_COMPLEX = "TOO_COMPLEX"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Fault(Exception):
    """Ends the field, or the subscription, with a code that a program can act on."""

    def __init__(self, code: Code, message: str, **extensions: str) -> None:
        """`extensions` go into those of the error, beside its code."""
        super().__init__(message)
        self.code = code
        self.extensions = extensions


def revoked() -> Fault:
    return Fault(Code.SESSION_REVOKED, "This session was ended, or what its user may do has changed. Connect again.")


def unauthenticated() -> Fault:
    return Fault(Code.UNAUTHENTICATED, "This needs a signed-in user. Send `authorization: Bearer <accessToken>`.")
