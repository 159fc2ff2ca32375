"""The pages: what is served of a folder that was built, and what never is."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from web.pages import Pages

SHOP = "<!doctype html><title>Shop</title>"
GRAPHIQL = "<!doctype html><title>GraphiQL</title>"
SCRIPT = "export const shop = 1;\n" * 200
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
GET_OUT = [
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2fsecret.txt",
    "assets/../../secret.txt",
    "assets/..%2f..%2fsecret.txt",
    "..%5csecret.txt",
    "..\\secret.txt",
    "/secret.txt",
    "//secret.txt",
    "%2fsecret.txt",
    "secret.txt%00",
    "%00",
    "....//secret.txt",
    "assets/%2e%2e/%2e%2e/secret.txt",
    ".vite/manifest.json",
    "%2evite/manifest.json",
    "assets/.hidden",
    "a" * 300,
    "/".join("a" * 2_000),
    "%ff%fe",
    "assets",
    "assets/",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    for name, text in {
        "dist/index.html": SHOP,
        "dist/graphiql.html": GRAPHIQL,
        "dist/favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "dist/assets/index-B1a_c-9Z.js": SCRIPT,
        "dist/assets/codicon-DCmgc-ay.ttf": "not compressed",
        "dist/.vite/manifest.json": "{}",
        "dist/assets/.hidden": "hidden",
        "secret.txt": "secret",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    script = dist / "assets/index-B1a_c-9Z.js"
    script.with_name(f"{script.name}.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return dist


@pytest.fixture
async def http(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    pages = Pages(folder)

    async def graphiql(request: Request) -> object:
        return await pages.graphiql(request)

    app = Starlette(routes=[Route("/graphql", graphiql), *pages.routes()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/orders/01997bc9-d45b-7a3e-9f3b-0d6f3c1b2a02", "/board?status=PENDING", "/a.b"])
async def test_every_path_of_the_shop_is_its_page(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers=BROWSER)
    assert (answer.status_code, answer.text) == (200, SHOP)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_root_is_the_page_whoever_asks(http: httpx.AsyncClient) -> None:
    assert (await http.get("/", headers={"accept": "*/*"})).text == SHOP
    assert (await http.head("/")).headers["content-length"] == str(len(SHOP))


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/avif,image/webp,*/*"])
async def test_whoever_wants_no_page_is_told_that_there_is_nothing(http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.get("/orders", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


async def test_a_script_that_is_gone_is_never_a_page(http: httpx.AsyncClient) -> None:
    assert (await http.get("/assets/index-OLD.js", headers=BROWSER)).status_code == 404


async def test_what_has_a_hash_in_its_name_is_kept_for_ever_and_comes_compressed(http: httpx.AsyncClient) -> None:
    packed = await http.get("/assets/index-B1a_c-9Z.js", headers={"accept-encoding": "gzip, br"})
    plain = await http.get("/assets/index-B1a_c-9Z.js", headers={"accept-encoding": "identity"})
    assert packed.text == plain.text == SCRIPT
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 10
    assert packed.headers["etag"] != plain.headers["etag"]
    for answer in (packed, plain):
        assert re.fullmatch(r"(text|application)/javascript(; charset=utf-8)?", answer.headers["content-type"])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "accept-encoding"


async def test_what_was_not_compressed_comes_as_it_is(http: httpx.AsyncClient) -> None:
    answer = await http.get("/assets/codicon-DCmgc-ay.ttf")
    assert (answer.text, answer.headers["content-type"]) == ("not compressed", "font/ttf")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/favicon.svg", "/graphql"])
async def test_what_the_browser_has_already_is_not_sent_again(http: httpx.AsyncClient, folder: Path, path: str) -> None:
    first = await http.get(path)
    again = await http.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    for name in ("index.html", "favicon.svg", "graphiql.html"):
        (folder / name).write_text("a new version")
    new = await http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (new.status_code, new.text) == (200, "a new version")


@pytest.mark.parametrize("path", GET_OUT, ids=lambda path: path[:40])
async def test_nothing_outside_the_folder_and_nothing_hidden_is_sent(http: httpx.AsyncClient, path: str) -> None:
    url = httpx.URL("http://shop", raw_path=b"/" + path.encode())
    for headers in ({"accept": "*/*"}, BROWSER):
        answer = await http.get(url, headers=headers)
        assert (answer.status_code, answer.text) in [(404, "There is nothing here."), (200, SHOP)]


async def test_a_link_out_of_the_folder_is_not_followed(http: httpx.AsyncClient, folder: Path) -> None:
    (folder / "assets" / "link.txt").symlink_to(folder.parent / "secret.txt")
    assert (await http.get("/assets/link.txt")).status_code == 404


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", ["/", "/orders", "/graphql", "/assets/index-B1a_c-9Z.js", "/assets/none.js"])
async def test_browsers_are_told_to_run_our_files_and_nothing_else(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers=BROWSER)
    said = policy(answer)
    assert said["default-src"] == ["'none'"]
    assert said["script-src"] == said["worker-src"] == said["connect-src"] == ["'self'"]
    assert said["frame-ancestors"] == said["base-uri"] == ["'none'"]
    assert said["style-src"] == (["'self'", "'unsafe-inline'"] if path == "/graphql" else ["'self'"])
    allowed = {value for values in said.values() for value in values}
    assert allowed <= {"'self'", "'none'", "'unsafe-inline'", "data:"}, "no other host"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_before_anything_was_built_the_page_says_how_to(http: httpx.AsyncClient, folder: Path) -> None:
    for name in ("index.html", "graphiql.html"):
        (folder / name).unlink()
    for path in ("/", "/orders", "/graphql"):
        answer = await http.get(path, headers=BROWSER)
        assert answer.status_code == 503
        assert "./run" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert policy(answer)["script-src"] == ["'self'"]


async def test_nothing_but_reading_is_for_pages(http: httpx.AsyncClient) -> None:
    assert (await http.post("/orders")).status_code == 405
