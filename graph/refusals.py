"""Refusals in the graph: every way the shop says no, as a type that a client can act on."""

import strawberry

from domain import refusals
from graph.money import Money
from graph.views import view


@strawberry.interface(description="The shop says no, and why.")
class Refusal:
    message: str


@view(of=refusals.InputIssue)
class InputIssue:
    """One thing that is wrong, and where: `path` leads from the arguments to the field."""

    path: list[str]
    code: str
    message: str


@view(of=refusals.InvalidInput)
class InvalidInput(Refusal):
    """One entry for every thing that is wrong, so a form can mark every field at once."""

    issues: list[InputIssue]


@view(of=refusals.NotFound)
class NotFound(Refusal):
    """Nothing has that id, or it is not the viewer's to see: the two are told apart by nobody."""

    id: strawberry.ID


@view(of=refusals.NotAllowed)
class NotAllowed(Refusal):
    """The viewer lacks the role."""


@view(of=refusals.EmailTaken)
class EmailTaken(Refusal):
    """Somebody has registered with that e-mail address."""


@view(of=refusals.InvalidCredentials)
class InvalidCredentials(Refusal):
    """The e-mail address or the password is wrong; which one is not said."""


@view(of=refusals.RefreshTokenReused)
class RefreshTokenReused(Refusal):
    """The refresh token was used twice: every token of that sign-in is revoked."""


@view(of=refusals.TooManyAttempts)
class TooManyAttempts(Refusal):
    """Too many sign-ins are waiting."""

    retry_after_seconds: int


@view(of=refusals.VersionConflict)
class VersionConflict(Refusal):
    """Somebody else changed it first."""

    expected: int
    actual: int


@view(of=refusals.OutOfStock)
class OutOfStock(Refusal):
    """There are not so many of an article."""

    product_id: strawberry.ID
    requested: int
    available: int


@view(of=refusals.PriceChanged)
class PriceChanged(Refusal):
    """The article has another price now."""

    product_id: strawberry.ID
    expected: Money
    actual: Money


@view(of=refusals.CardRejected)
class CardRejected(Refusal):
    """What was typed is not a card that can be charged: `reason` is NUMBER, BRAND, EXPIRY, CVC or HOLDER."""

    reason: str


@view(of=refusals.IdempotencyConflict)
class IdempotencyConflict(Refusal):
    """The key belongs to another request."""

    key: str


@view(of=refusals.DocumentInvalid)
class DocumentInvalid(Refusal):
    """The document cannot shape webhooks."""

    errors: list[str]


@view(of=refusals.UrlRejected)
class UrlRejected(Refusal):
    """The address cannot receive webhooks."""

    reason: str
