"""Languages, themes, narrow screens, keyboards and screen readers."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.pages.axe import violations
from tests.pages.doing import article, email_of
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.processes import Stack

SHOTS = os.environ.get("SWAPSHOP_SCREENSHOTS")
"""A folder: every page is drawn there in both themes."""
OF_NOBODY = ("/", "/sign-in", "/register", "/no-such-page")
OF_EVERYBODY = (
    "/",
    "/articles/{article}",
    "/basket",
    "/orders/new",
    "/orders",
    "/orders/{order}",
    "/notifications",
    "/account",
)

one_stack = pytest.mark.parametrize("stack", ["embedded"], indirect=True)  # the pages are the same on both


async def test_the_language_is_changed_at_once_and_kept(visit: Visits) -> None:
    ana = await visit()
    page = await ana.go("/sign-in")
    await page.get_by_role("button", name="Language").click()
    await page.get_by_role("menuitemradio", name="Español").click()
    await expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    await expect(page).to_have_title("Entrar · Swap Shop")
    await page.reload()
    await expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "es"


async def test_the_theme_is_there_before_anything_is_drawn(visit: Visits) -> None:
    ana = await visit()
    page = await ana.go("/sign-in")
    await page.get_by_role("button", name="Theme").click()
    await page.get_by_role("menuitemradio", name="Dark").click()
    dark = "rgb(12, 10, 9)"
    await expect(page.locator("html")).to_have_css("background-color", dark)
    await page.route("**/assets/*.js", lambda route: route.abort())  # as long as no script of the page runs
    ana.watch.expect("ERR_FAILED")
    await page.reload()
    assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


async def test_the_system_chooses_the_theme_of_who_has_not(visit: Visits) -> None:
    ana = await visit(theme="system")
    page = await ana.go("/sign-in")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_shop_is_used_with_a_keyboard_alone(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/orders")
    await expect(page.get_by_role("heading", name="My orders")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("main").get_by_role("link", name="New order")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="New order")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type("camisa")
    await expect(page.get_by_label("Product")).to_have_value("camisa")


async def test_a_narrow_screen_scrolls_in_one_direction_only(visit: Visits, stack: Stack, customer: Client) -> None:
    lamp, order = await article(stack, name="Lampadario" * 10), await customer.order(items=[LONG])
    ana = await visit(email=customer.user["email"], width=360, height=740)
    for path in OF_EVERYBODY:
        await open_page(ana.page, ana.watch.origin + path.format(article=lamp["id"], order=order["id"]))
        assert await ana.page.evaluate("document.documentElement.scrollWidth") == 360, path
    await ana.page.get_by_role("button", name="Menu").click()
    await ana.page.get_by_role("dialog").get_by_role("link", name="Basket").click()
    await expect(ana.page.get_by_role("heading", name="Basket")).to_be_visible()


LONG = {"product": "camisa" * 20, "size": "M", "color": "negro" * 8, "quantity": 1, "unitPrice": "10.00"}


@one_stack
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_axe_finds_nothing(visit: Visits, stack: Stack, staff: Client, theme: str, language: str) -> None:
    lamp, order = await article(stack), await staff.order(payment={"bankTransfer": "camisa"})
    nobody = await visit(theme=theme, language=language)
    eva = await visit(theme=theme, language=language, email=await email_of(staff))
    found = {}
    for visitor, paths in ((nobody, OF_NOBODY), (eva, OF_EVERYBODY)):
        for path in paths:
            page = visitor.page
            await open_page(page, visitor.watch.origin + path.format(article=lamp["id"], order=order["id"]))
            found[path] = await violations(page)
            await draw(page, f"{theme}-{language}{path.split('{')[0].rstrip('/').replace('/', '-')}-{len(found)}")
    assert {path: problems for path, problems in found.items() if problems} == {}


async def open_page(page: Page, url: str) -> None:
    """Returns when it has drawn what it asked for."""
    await page.goto(url)
    await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    await page.wait_for_load_state("networkidle")


async def draw(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
