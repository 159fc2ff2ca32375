"""Pictures over HTTP, at /pictures/KIND-COLOR.svg."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.pictures.drawing import picture

HEADERS = {
    "cache-control": "public, max-age=86400",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
"""There is nothing in a picture to run or to fetch, also where a browser opens it by itself."""


def picture_route() -> Route:
    return Route("/pictures/{name}.svg", _served, methods=["GET"])


async def _served(request: Request) -> Response:
    drawn = picture(request.path_params["name"])
    if drawn is None:
        return PlainTextResponse("There is no such picture.", 404)
    headers = {**HEADERS, "etag": f'"{sha256(drawn.encode()).hexdigest()[:16]}"'}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(drawn, media_type="image/svg+xml", headers=headers)
