"""Pictures of every page in both themes: `.venv/bin/python -m tests.pages.screenshots FOLDER`, after a build.

With `--readme` it takes the two of the README instead, into docs/images.
"""

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright, expect

from tests.pages.visiting import Visitor, Visits
from tests.support.client import Client
from tests.support.processes import ROOT, EmbeddedStack
from web import demo_data

THEMES = ("light", "dark")
ROUTE = re.compile(r"path: '(?P<path>[^']+)'(?P<rest>[^\n]*)")
IDS = {
    "/catalogue/": "{ products(first: 1) { edges { node { id } } } }",
    "/articles/": "{ products(first: 1, filter: {available: true}) { edges { node { id } } } }",
    "/orders/": "{ orders(first: 1) { edges { node { id } } } }",
    "/webhooks/": "{ webhookEndpoints(first: 1) { edges { node { id } } } }",
}
README = {"shop": "/", "board": "/board"}
MOVED = "{ orders(filter: {status: [PROCESSED, COMPLETED]}) { totalCount } }"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page and whom it is shown to: the demo's customer, its admin, or nobody."""

    path: str
    role: str | None

    @property
    def name(self) -> str:
        return self.path.replace(":id", "one").strip("/").replace("/", "-") or "shop"


def pages() -> list[Shown]:
    """As the front end lists them."""
    return [*dict.fromkeys(_listed()), Shown("/graphql", None)]


def _listed() -> Iterator[Shown]:
    for file in sorted((ROOT / "frontend/src/app").glob("*outes.ts")):
        for route in ROUTE.finditer(file.read_text()):
            signed_out = route["path"] in ("/sign-in", "/register")
            yield Shown(route["path"], None if signed_out else "admin" if "roles:" in route["rest"] else "customer")


async def taken(visits: Visits, page: Shown, *, theme: str, into: Path, width: int = 1280, height: int = 800) -> None:
    email = f"{page.role}@swapshop.test" if page.role else None
    password = demo_data.PASSWORD
    visitor = await visits(email=email, password=password, theme=theme, width=width, height=height)
    await visitor.go(await _address(visitor, page))
    await visitor.page.wait_for_load_state("networkidle")
    await expect(visitor.page.locator("h1, .graphiql-query-editor .mtk1").first).to_be_visible(timeout=30_000)
    await expect(visitor.page.locator(".animate-pulse")).to_have_count(0, timeout=30_000)  # the shape of what comes
    await visitor.page.wait_for_load_state("networkidle")  # the pictures of it
    await visitor.page.screenshot(path=into)
    await visitor.context.close()


async def _address(visitor: Visitor, page: Shown) -> str:
    if ":id" not in page.path:
        return page.path
    prefix = page.path.partition(":id")[0]
    async with await Client(visitor.watch.origin).login(f"{page.role}@swapshop.test", demo_data.PASSWORD) as client:
        found = await client.run(IDS[prefix])
    return page.path.replace(":id", found["edges"][0]["node"]["id"])


async def busy(url: str) -> None:
    """Returns when the pages are there, and the orders of the seed are on their way."""
    async with await Client(url).login("admin@swapshop.test", demo_data.PASSWORD) as admin:
        assert (await admin.http.get("/")).status_code == 200, "The pages are not built: cd frontend && npm run build"
        await admin.until(lambda page: page["totalCount"] >= 10, MOVED, seconds=60)


async def everything(folder: Path, *, readme: bool) -> None:
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed; ./run test installs it")
    with tempfile.TemporaryDirectory() as data:
        shop = EmbeddedStack(Path(data), settings={"SWAPSHOP_SEED": "demo"}).start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--headless", "--no-sandbox"]
                )
                await busy(shop.url)
                visits = Visits(browser, shop.url)
                if readme:
                    for name, path in README.items():
                        [page] = [one for one in pages() if one.path == path]
                        await taken(visits, page, theme="light", into=folder / f"{name}.png", width=1440, height=810)
                    return
                for theme in THEMES:
                    for page in pages():
                        await taken(visits, page, theme=theme, into=folder / f"{page.name}-{theme}.png")
        finally:
            shop.stop()


if __name__ == "__main__":
    for_readme = sys.argv[1:] == ["--readme"]
    to = ROOT / "docs/images" if for_readme else Path(sys.argv[1])
    to.mkdir(parents=True, exist_ok=True)
    asyncio.run(everything(to, readme=for_readme))
    print(f"{len(list(to.glob('*.png')))} pictures in {to}")
