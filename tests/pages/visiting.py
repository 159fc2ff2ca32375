"""People with a browser: each in a context of their own, signed in or not."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page

from tests.pages.watching import Watch
from tests.support.client import PASSWORD

LOGIN = """mutation($input: LoginInput!) { login(input: $input) {
  __typename ... on SignedIn { user { id name email roles } } } }"""
COOKIE_SESSION = {"x-swapshop-session": "cookie"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser window. `watch` has what their pages did."""

    page: Page
    watch: Watch

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def go(self, path: str) -> Page:
        await self.page.goto(self.watch.origin + path)
        return self.page


class Visits:
    """Opens windows at a shop; what their pages must never do is looked at when they are closed."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self._open: list[Visitor] = []

    async def __call__(
        self,
        *,
        email: str | None = None,
        password: str = PASSWORD,
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 800,
    ) -> Visitor:
        """A new window; with `email`, of somebody who has signed in before. Nothing is opened in it yet."""
        items = {"swapshop.language": language, "swapshop.theme": theme}
        if email:
            items["swapshop.viewer"] = "{}"  # somebody is: who, the shop will say
        stored = [{"name": name, "value": value} for name, value in items.items()]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            locale={"en": "en-GB", "es": "es-ES"}[language],
            reduced_motion="reduce",
            storage_state={"cookies": [], "origins": [{"origin": self.origin, "localStorage": stored}]},
        )
        if email:
            await context.add_cookies([await self._sign_in(email, password)])
        context.set_default_timeout(20_000)
        watch = Watch(self.origin)
        await watch.over(context)
        visitor = Visitor(await context.new_page(), watch)
        self._open.append(visitor)
        return visitor

    async def _sign_in(self, email: str, password: str) -> Any:
        body = {"query": LOGIN, "variables": {"input": {"email": email, "password": password}}}
        async with httpx.AsyncClient(base_url=self.origin, timeout=15) as http:
            answer = await http.post("/graphql", json=body, headers=COOKIE_SESSION)
        assert answer.json()["data"]["login"]["__typename"] == "SignedIn", answer.text
        (cookie,) = answer.cookies.jar
        parts = {"name": cookie.name, "value": cookie.value or "", "domain": "127.0.0.1", "path": cookie.path}
        return {**parts, "httpOnly": True, "sameSite": "Strict"}

    async def close(self) -> None:
        """Fails when a page did what it must never do."""
        for visitor in self._open:
            await visitor.context.close()
        complaints = [one for visitor in self._open for one in visitor.watch.unexpected()]
        assert not complaints, json.dumps(complaints, indent=2)
