"""The pages: the front end as it was built, under the same origin as the API, with nothing from anywhere else."""

import re
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.staticfiles import NotModifiedResponse

BUILT = Path(__file__).parents[1] / "frontend" / "dist"
SHOP, GRAPHIQL = "index.html", "graphiql.html"
HASHED = "assets/"
NAME = re.compile(r"[\w@-][\w.@-]{0,150}", re.ASCII)
"""Of a file or folder: none is hidden, or leads upwards."""
MOST_FOLDERS = 4

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; font-src 'self'{fonts}; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""https://www.w3.org/TR/CSP3/: no script but our files, no other host, no frame around us."""
STRICT = {"styles": "", "fonts": ""}
LOOSER = {GRAPHIQL: {"styles": " 'unsafe-inline'", "fonts": " data:"}}
"""Its editor makes its style sheets as it goes, and has its icons in one; scripts are files there too."""
GUARDS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Swap Shop</title>
<h1>The pages are not built</h1>
<p>The API is here, at <code>/graphql</code>. <code>./run</code> builds the pages when it starts the shop; without it:
<code>cd frontend &amp;&amp; npm ci &amp;&amp; npm run build</code>, with Node.js 22.18 or newer.</p>
<p>A folder of pages that is elsewhere is named with <code>SWAPSHOP_PAGES</code>.</p></html>
"""


class Pages:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def routes(self) -> list[Route]:
        """The last ones: they take every path."""
        return [Route("/", self.shop), Route("/{path:path}", self.any)]

    async def shop(self, request: Request) -> Response:
        return self._page(SHOP, request)

    async def graphiql(self, request: Request) -> Response:
        return self._page(GRAPHIQL, request)

    async def any(self, request: Request) -> Response:
        """A file; or else the shop, which knows its own paths, for whoever opens a page."""
        path = request.path_params["path"]
        if file := self._file(path):
            kept = "public, max-age=31536000, immutable" if path.startswith(HASHED) else "no-cache"
            return _sent(file, request, {**_guards(path), "cache-control": kept})
        if path.startswith(HASHED) or "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("There is nothing here.", 404, _guards(path))
        return await self.shop(request)

    def _page(self, name: str, request: Request) -> Response:
        if file := self._file(name):
            return _sent(file, request, {**_guards(name), "cache-control": "no-cache"})
        return HTMLResponse(NOT_BUILT, 503, {**_guards(name), "cache-control": "no-store"})

    def _file(self, path: str) -> Path | None:
        names = path.split("/")
        if len(names) > MOST_FOLDERS or not all(NAME.fullmatch(name) for name in names):
            return None
        file = self._folder.joinpath(*names).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _guards(name: str) -> dict[str, str]:
    return {**GUARDS, "content-security-policy": POLICY.format(**LOOSER.get(name, STRICT))}


def _sent(file: Path, request: Request, headers: dict[str, str]) -> Response:
    """Compressed, where the build has done that and the browser takes it; with 304 what it has already."""
    kind, packed = guess_type(file.name)[0], file.with_name(f"{file.name}.gz")
    if packed.is_file():
        headers["vary"] = "accept-encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"], file = "gzip", packed
    response = FileResponse(file, headers=headers, media_type=kind, stat_result=file.stat())
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return NotModifiedResponse(response.headers) if response.headers["etag"] in known else response
