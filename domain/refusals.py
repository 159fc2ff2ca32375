"""Every way the shop says no. A refusal is an answer, so it is plain data; one exception carries it out."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from domain.text import is_text

if TYPE_CHECKING:
    from domain.money import Money
    from domain.orders import OrderStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class InputIssue:
    path: tuple[str, ...]
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidInput:
    issues: tuple[InputIssue, ...]

    @property
    def message(self) -> str:
        return "; ".join(f"{'.'.join(issue.path)}: {issue.message}" for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    id: str
    message: str = "There is nothing here with that id, or it is not yours to see."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTaken:
    message: str = "Somebody has registered with this e-mail address. Sign in, or use another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidCredentials:
    message: str = "The e-mail address or the password is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokenReused:
    message: str = "This refresh token was used before, so somebody else may have it: sign in again."


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyAttempts:
    retry_after_seconds: int

    @property
    def message(self) -> str:
        return f"Too many sign-ins at once. Try again in {self.retry_after_seconds} s."


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidTransition:
    """`because` says more than the two states do."""

    from_: "OrderStatus"
    to: "OrderStatus"
    because: str | None = None

    @property
    def message(self) -> str:
        if self.because:
            return self.because
        if self.from_ == self.to:
            return f"The order is {self.from_} already, so this cannot be done any more."
        return f"An order that is {self.from_} cannot become {self.to}."


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict:
    expected: int
    actual: int

    @property
    def message(self) -> str:
        return f"It has changed: you saw version {self.expected}, it is now {self.actual}. Read it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfStock:
    product_id: UUID
    requested: int
    available: int

    @property
    def message(self) -> str:
        return f"Of this article {self.requested} were asked for, and {self.available} can be had."


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChanged:
    product_id: UUID
    expected: "Money"
    actual: "Money"

    @property
    def message(self) -> str:
        return f"The price of this article is {self.actual.amount} now, and not {self.expected.amount}. Ask again."


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRejected:
    """`reason` is one of NUMBER, BRAND, EXPIRY, CVC and HOLDER. The message repeats nothing of the card."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyConflict:
    key: str

    @property
    def message(self) -> str:
        return f"The key {self.key!r} was used for another request. Use a new key for a new request."


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRejected:
    reason: str

    @property
    def message(self) -> str:
        return f"This address cannot receive webhooks: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInvalid:
    errors: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"This document cannot shape webhooks: {self.errors[0]}"


Refusal = (
    InvalidInput
    | NotFound
    | NotAllowed
    | EmailTaken
    | InvalidCredentials
    | RefreshTokenReused
    | TooManyAttempts
    | InvalidTransition
    | VersionConflict
    | IdempotencyConflict
    | OutOfStock
    | PriceChanged
    | CardRejected
    | UrlRejected
    | DocumentInvalid
)


class Refused(Exception):
    """Undoes the transaction and carries the refusal out of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(slots=True)
class Issues:
    """Collects everything that is wrong with an input, so that a form can mark every field at once."""

    found: list[InputIssue] = field(default_factory=list)

    def add(self, path: tuple[str, ...], code: str, message: str) -> None:
        self.found.append(InputIssue(path=path, code=code, message=message))

    def text(self, path: tuple[str, ...], value: str | None, *, most: int, least: int = 0) -> str | None:
        """The text without surrounding blanks; an issue when it is too short, too long or unprintable."""
        if value is None:
            return None
        value = value.strip()
        if not least <= len(value) <= most:
            self.add(path, "LENGTH", f"must have {least} to {most} characters, it has {len(value)}")
        elif not is_text(value):
            self.add(path, "CHARACTERS", "has characters that are not text (control characters, half an emoji)")
        return value

    def refuse(self) -> None:
        """Raises Refused(InvalidInput) when anything was found."""
        if self.found:
            raise Refused(InvalidInput(issues=tuple(self.found)))


def not_found(id: UUID | str) -> Refused:
    return Refused(NotFound(id=str(id)))
