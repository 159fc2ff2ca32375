"""Fifty hostile strings in the fields of a page: nothing runs or breaks, and what is taken is shown as it is."""

from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.pages.doing import email_of
from tests.pages.hostile_strings import HOSTILE, as_sent, taken
from tests.pages.hostile_typing import Outcome, at_the_keyboard, typed
from tests.pages.visiting import Visits
from tests.support.client import PASSWORD, Client
from tests.support.processes import Stack

pytestmark = pytest.mark.parametrize("stack", ["embedded"], indirect=True)

PLAIN_ITEM = {"Quantity": "2", "Price of one": "10.00"}


async def test_signing_in_and_registering(visit: Visits, stack: Stack) -> None:
    page = (await at_the_keyboard(visit, "/sign-in")).page
    for text in HOSTILE:
        assert (await typed(page, text, press="Sign in")).path == "/sign-in"
    await page.goto(f"{stack.url}/register")
    for text in HOSTILE:
        assert (await typed(page, text, press="Create the account")).path == "/register"


async def test_a_name_that_is_markup_is_shown_as_it_is(visit: Visits, stack: Stack) -> None:
    page = (await at_the_keyboard(visit, "/register")).page
    name = "<img src=x onerror=hostile=1>"
    plain = {"E-mail address": "markup@example.test", "Password": PASSWORD}
    await typed(page, name, plain=plain, press="Create the account")
    await expect(page.get_by_role("button", name=f"Account: {name}")).to_be_visible()


async def test_the_password(visit: Visits, stack: Stack, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/account", email=customer.user["email"])).page
    for text in HOSTILE:
        assert len((await typed(page, text, press="Change it")).held) == 2
    await customer.login(customer.user["email"])


async def test_an_order_that_is_described_by_hand(visit: Visits, stack: Stack, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/orders/new", email=customer.user["email"])).page
    how = {"path": "/orders/new", "choose": "Bank transfer", "press": "Place the order"}
    for text in HOSTILE:
        assert (await typed(page, text, **how)).path == "/orders/new"
        detailed = {} if len(text) <= 40 else {"Size": "", "Color": ""}
        after = await typed(page, text, plain={**PLAIN_ITEM, **detailed}, **how)
        shown_where_taken(after, "Product", most=120, stays="/orders/new")


@pytest.mark.parametrize(
    "path",
    [
        "/orders/%00",
        "/articles/%E0%A4%A",
        "/articles/__proto__",
        "/catalogue/..%2f..%2fetc%2fpasswd",
        "/webhooks/%3Cscript%3Ehostile=1%3C%2Fscript%3E",
        "/?search=%E0%A4%A&min=%00&condition=__proto__",
        "/board?from=9999-12-31&to=9999-12-31",
        "/board?from=0000-00-00&to=0000-99-99",
        "/board?customer=%00&payment=constructor",
        "/orders?status=__proto__",
    ],
)
async def test_an_address_that_somebody_made_up(visit: Visits, stack: Stack, staff: Client, path: str) -> None:
    page = (await at_the_keyboard(visit, path, email=await email_of(staff))).page
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await typed(page, "")


@pytest.mark.parametrize("path", ["javascript:hostile=1", "//evil.test", "/\\evil.test", "https://evil.test", "\x00"])
async def test_signing_in_leads_nowhere_else(visit: Visits, stack: Stack, customer: Client, path: str) -> None:
    page = (await at_the_keyboard(visit, f"/sign-in?next={quote(path)}")).page
    plain = {"E-mail address": customer.user["email"], "Password": PASSWORD}
    await typed(page, "", plain=plain, press="Sign in")
    await expect(page.get_by_role("button", name="Account: Ana")).to_be_visible()
    assert page.url.startswith(f"{stack.url}/")


def shown_where_taken(after: Outcome, field: str, *, most: int, stays: str, shows: str | None = None) -> None:
    """The shop takes what is text, and then the next page shows it exactly; else the page stays."""
    deciding, shown = as_sent(after.held[field]), as_sent(after.held[shows or field])
    assert (after.path != stays) == taken(deciding, most=most), ascii(deciding[:80])
    assert after.path == stays or shown.strip() in after.texts, ascii(shown)
