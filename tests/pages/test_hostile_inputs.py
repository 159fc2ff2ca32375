"""Fifty hostile strings in the fields of a page: nothing runs or breaks, and what is taken is shown as it is."""

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.pages.doing import CARD, article, email_of
from tests.pages.hostile_strings import HOSTILE, as_sent, taken, trimmed
from tests.pages.hostile_typing import Outcome, at_the_keyboard, typed
from tests.pages.visiting import Visits
from tests.support.client import PASSWORD, Client
from tests.support.processes import Stack

pytestmark = pytest.mark.parametrize("stack", ["embedded"], indirect=True)

PLAIN_ITEM = {"Quantity": "2", "Price of one": "10.00"}
NO_MONEY = "4000 0000 0000 9995"
DECLINED = {"number": NO_MONEY, "expMonth": 12, "expYear": 2040, "cvc": "123", "holder": "Ana"}

SIGN_IN = """(given) => {
  const form = document.querySelector('dialog[open] form');
  [form.elements.email.value, form.elements.password.value] = JSON.parse(given);
  form.querySelector('button[type=submit]').click();
}"""


async def test_signing_in_and_registering(visit: Visits, stack: Stack) -> None:
    page = (await at_the_keyboard(visit, "/sign-in")).page
    for text in HOSTILE:
        assert (await typed(page, text, press="Sign in")).path == "/sign-in"
    await page.goto(f"{stack.url}/register")
    for text in HOSTILE:
        assert (await typed(page, text, press="Create the account")).path == "/register"


async def test_signing_in_at_graphiql(visit: Visits, stack: Stack) -> None:
    page = await (await visit()).go("/graphql?example=<script>hostile=1</script>")
    await page.get_by_label("Sign in as").select_option("somebody else …")
    said = page.get_by_role("dialog", name="Sign in").get_by_role("alert")
    for text in HOSTILE:
        for email in (text, "ana@example.test"):
            await page.evaluate(SIGN_IN, json.dumps([email, text]))
            await expect(said).not_to_have_text("Signing in …")
            assert not await page.evaluate("'hostile' in window"), ascii(text[:80])
    await expect(said).not_to_be_empty()


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


async def test_the_filters_of_the_shop(visit: Visits, stack: Stack) -> None:
    await article(stack)
    page = (await at_the_keyboard(visit, "/")).page
    await page.get_by_role("button", name="Filters").click()
    for text in HOSTILE:
        after = await typed(page, text, may_refuse=True)
        asked = address(page)
        for label, name in {"Search articles": "search", "Size": "size", "Color": "color", "Price from": "min"}.items():
            assert asked.get(name, "") == trimmed(as_sent(after.held[label])), ascii(text[:80])
    after = await typed(page, "")
    assert address(page) == {}


async def test_the_basket_and_a_card(visit: Visits, stack: Stack, customer: Client) -> None:
    lamp = await article(stack, quantity=5_000)
    page = (await at_the_keyboard(visit, f"/articles/{lamp['id']}", email=customer.user["email"])).page
    await typed(page, "", press="Put in the basket")
    quantity = f"Quantity of {lamp['name']}"
    for text in HOSTILE:
        for form in ({}, {"Card number": "4242 4242 4242 4242", quantity: "1"}):
            after = await typed(page, text, path="/basket", plain=form, press="Place the order")
            assert after.path == "/basket"
            kept = json.loads(await page.evaluate("localStorage['swapshop.basket']"))
            assert [line["quantity"] for line in kept] == [1], ascii(text[:80])


async def test_the_note_of_a_basket(visit: Visits, stack: Stack, customer: Client) -> None:
    lamp = await article(stack, quantity=5_000)
    page = (await at_the_keyboard(visit, "/", email=customer.user["email"])).page
    plain = {f"Quantity of {lamp['name']}": "1"}
    for text in HOSTILE:
        await typed(page, "", path=f"/articles/{lamp['id']}", press="Put in the basket")
        after = await typed(page, text, path="/basket", choose="Cash", plain=plain, press="Place the order")
        shown_where_taken(after, "A note for the shop", least=0, most=2_000, stays="/basket")


async def test_why_a_customer_cancels(visit: Visits, stack: Stack, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/orders", email=customer.user["email"])).page
    for text in HOSTILE:
        order = await customer.order(payment={"bankTransfer": "by and by"})
        where = f"/orders/{order['id']}"
        after = await typed(page, text, path=where, open=["Cancel the order"], press="Cancel the order")
        reason = as_sent(after.held["Why? (optional)"])
        status = (await customer.run("query($id: ID!) { order(id: $id) { status } }", id=order["id"]))["status"]
        assert (status == "CANCELLED") == taken(reason, least=0, most=2_000), ascii(text[:80])
        assert status != "CANCELLED" or any(trimmed(reason) in one for one in after.texts), ascii(text[:80])


async def test_paying_what_awaits_its_payment(visit: Visits, stack: Stack, customer: Client) -> None:
    order = await customer.order(payment={"card": DECLINED})
    path = f"/orders/{order['id']}"
    page = (await at_the_keyboard(visit, path, email=customer.user["email"])).page
    await expect(page.get_by_role("button", name="Pay", exact=True)).to_be_visible()
    for text in HOSTILE:
        for plain in ({}, {"Card number": NO_MONEY, **CARD, "Name on the card": text[:100]}):
            await typed(page, text, path=path, open=["Pay"], plain=plain, press="Pay")


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


def address(page: Page) -> dict[str, str]:
    """What is asked for in the address of a page."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def shown_where_taken(after: Outcome, field: str, *, most: int, stays: str, least: int = 1) -> None:
    """The shop takes what is text, and then the next page shows it exactly; else the page stays."""
    text = as_sent(after.held[field])
    assert (after.path != stays) == taken(text, least=least, most=most), ascii(text[:80])
    assert after.path == stays or trimmed(text) in after.texts, ascii(text)
