"""The system in the browser: what the shop stands on, and numbers that go on while the page is open."""

import pytest
from playwright.async_api import expect

from domain.users import Role
from tests.pages.staff import email_of
from tests.pages.visiting import Visits
from tests.support.people import signed_in
from tests.support.processes import Stack

PATIENCE = 20_000


async def test_the_system_is_looked_at_again_while_the_page_is_open(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.OPERATOR) as operator:
        visitor = await visit(email=await email_of(operator))
        page = await visitor.go("/system")
        await expect(page.get_by_text("All is well")).to_be_visible(timeout=PATIENCE)
        await expect(page.get_by_text("database")).to_be_visible(timeout=PATIENCE)
        await expect(page.locator("main svg polygon").first).to_be_attached(timeout=PATIENCE)
        assert visitor.watch.requests.count(f"GET {stack.url}/metrics") >= 2


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
async def test_a_database_that_is_away_is_said(visit: Visits, stack: Stack) -> None:
    """As the page is told of it: the shop itself stands on what all tests share."""
    async with await signed_in(stack, Role.OPERATOR) as operator:
        page = (await visit(email=await email_of(operator))).page
        told = {"__typename": "Dependency", "name": "redis", "ok": False, "latencyMs": None, "detail": "refused"}
        system = {"__typename": "System", "openSockets": 1, "dependencies": [told], "readers": []}

        async def answer(route: object) -> None:
            if "SystemNow" in (route.request.post_data or ""):  # type: ignore[attr-defined]
                await route.fulfill(json={"data": {"system": system}})  # type: ignore[attr-defined]
            else:
                await route.continue_()  # type: ignore[attr-defined]

        await page.route("**/graphql", answer)
        await page.goto(f"{stack.url}/system")
        await expect(page.get_by_role("alert")).to_contain_text("Not well: redis.", timeout=PATIENCE)
