"""The cookie in which a browser keeps its refresh token: out of reach of scripts, and of pages of other sites."""

from starlette.requests import Request
from starlette.responses import Response
from strawberry.http.websocket_origin import is_same_origin

from graph.keeping import KeptToken

HEADER, WANTED = "x-swapshop-session", "cookie"
NAME = "swapshop_refresh"
PATH = "/graphql"


def kept_token(request: Request) -> KeptToken | None:
    """What the browser keeps, if anything; None for a request that may neither use the cookie nor be given one.

    A page of another site cannot send the header: browsers would ask first, and are never told yes.
    """
    if request.headers.get(HEADER, "").strip().lower() != WANTED or not _of_our_own_page(request):
        return None
    return KeptToken(sent=request.cookies.get(NAME))


def write(response: Response, token: KeptToken | None, request: Request) -> None:
    if token and token.changed:
        response.set_cookie(
            NAME,
            token.kept or "",
            max_age=token.seconds,
            path=PATH,
            secure=_is_https(request),
            httponly=True,
            samesite="strict",
        )


def _of_our_own_page(request: Request) -> bool:
    """Whether the browser says so; a program that is no browser says nothing, and has no cookies of anybody's."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is None or is_same_origin(origin, request.headers.get("host"))


def _is_https(request: Request) -> bool:
    """Here or at the proxy, whoever that is: at worst somebody has kept a cookie from themselves."""
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    return "https" in (request.url.scheme, forwarded)
