"""Pictures: whatever may be asked for is a small drawing, and harmless."""

from xml.etree import ElementTree

import pytest

from tests.support.client import Client
from tests.support.processes import Stack
from web.pictures.colors import PALETTES
from web.pictures.drawing import KINDS, picture
from web.seed.catalogue import CATALOGUE

SVG = "{http://www.w3.org/2000/svg}"
MARKS = {SVG + name for name in ("svg", "g", "path", "rect", "circle", "ellipse")}
ATTRIBUTES = {"viewBox", "width", "height", "x", "y", "rx", "ry", "cx", "cy", "r", "d", "fill", "opacity", "transform"}
STROKES = {"stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_small_and_has_nothing_that_runs_or_is_fetched(kind: str) -> None:
    for color in PALETTES:
        drawn = picture(f"{kind}-{color}")
        assert drawn is not None
        assert len(drawn) < 4_000
        for element in ElementTree.fromstring(drawn).iter():
            assert element.tag in MARKS
            assert set(element.attrib) <= ATTRIBUTES | STROKES


def test_the_colors_of_one_kind_are_different_pictures() -> None:
    assert len({picture(f"jacket-{color}") for color in PALETTES}) == len(PALETTES)


@pytest.mark.parametrize("name", ["", "jacket", "jacket-", "-blue", "jacket-plaid", "spaceship-blue", "__init__-blue"])
def test_a_name_that_is_no_kind_and_color_has_no_picture(name: str) -> None:
    assert picture(name) is None


def test_each_article_of_the_seed_has_a_picture_of_its_own_kind() -> None:
    articles = [article for listed in CATALOGUE.values() for article in listed]
    assert len(articles) == 60
    assert len({article.sku for article in articles}) == 60
    for article in articles:
        assert picture(article.image_url.removeprefix("/pictures/").removesuffix(".svg")), article.sku


async def test_a_picture_is_served_to_be_kept_and_may_do_nothing(stack: Stack) -> None:
    async with Client(stack.url) as client:
        found = await client.http.get("/pictures/road-bike-red.svg")
        assert (found.status_code, found.headers["content-type"]) == (200, "image/svg+xml")
        assert found.text == picture("road-bike-red")
        assert found.headers["cache-control"] == "public, max-age=86400"
        assert found.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert found.headers["x-content-type-options"] == "nosniff"
        kept = await client.http.get("/pictures/road-bike-red.svg", headers={"if-none-match": found.headers["etag"]})
        assert (kept.status_code, kept.content) == (304, b"")
        other = await client.http.get("/pictures/road-bike-blue.svg", headers={"if-none-match": found.headers["etag"]})
        assert other.status_code == 200


@pytest.mark.parametrize("path", ["spaceship-red.svg", "road-bike-red.png", "..%2fshop.db.svg", "a/b-red.svg", ""])
async def test_a_picture_that_is_not_drawn_is_not_found(stack: Stack, path: str) -> None:
    async with Client(stack.url) as client:
        assert (await client.http.get(f"/pictures/{path}")).status_code == 404
        assert (await client.http.post("/pictures/road-bike-red.svg")).status_code == 405
