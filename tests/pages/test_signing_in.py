"""Signing in and out, in one browser and in several."""

import pytest
from playwright.async_api import expect

from tests.pages.doing import register
from tests.pages.visiting import Visits
from tests.support.client import PASSWORD, Client


async def test_a_form_says_at_each_field_what_is_wrong(visit: Visits, customer: Client) -> None:
    ana = await visit()
    page = await ana.go("/register")
    await page.get_by_label("E-mail address").fill("nobody")
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_label("Name")).to_have_accessible_description("Please fill this in.")
    await expect(page.get_by_label("E-mail address")).to_have_accessible_description(
        "Is not an e-mail address like name@example.com."
    )
    await expect(page.get_by_text("Needs 12 to 256 characters.")).to_be_visible()
    await register(page, email=customer.user["email"])
    await expect(page.get_by_text("Somebody has registered with this e-mail address.")).to_be_visible()


async def test_who_signs_in_goes_on_where_they_wanted_to_and_stays_signed_in(visit: Visits, customer: Client) -> None:
    ana = await visit(language="es")
    page = await ana.go("/orders?status=PENDING")
    await page.get_by_label("Correo electrónico").fill(customer.user["email"])
    await page.get_by_label("Contraseña").fill("not the password")
    await page.get_by_role("button", name="Entrar").click()
    await expect(page.get_by_text("El correo o la contraseña no son correctos.")).to_be_visible()
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()
    await expect(page.get_by_role("heading", name="Mis pedidos")).to_be_visible()
    assert page.url.endswith("/orders?status=PENDING")
    await page.reload()
    await expect(page.get_by_role("button", name="Cuenta: Ana")).to_be_visible()
    kept = await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    assert "eyJ" not in kept
    assert "swapshop_refresh" not in kept


async def test_a_session_that_is_ended_elsewhere_ends_in_its_browser(visit: Visits, customer: Client) -> None:
    ana, other = await visit(email=customer.user["email"]), await visit(email=customer.user["email"])
    other.watch.expect("WebSocket|401")
    await other.go("/orders")
    await expect(other.page.get_by_text("Connected", exact=True)).to_be_visible()
    page = await ana.go("/account")
    await expect(page.get_by_text("This one")).to_be_visible()
    rows = page.get_by_role("listitem").filter(has=page.get_by_text("Last used"))
    await expect(rows).to_have_count(3)  # two browsers, and the test itself
    for left in (2, 1):
        await page.get_by_role("button", name="Sign out there").first.click()
        await expect(page.get_by_text("That session has ended.").last).to_be_visible()
        await expect(rows).to_have_count(left)
    await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()


async def test_tabs_of_a_browser_share_a_session_and_its_end(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page, tab = await ana.go("/orders"), await ana.context.new_page()
    await tab.goto(f"{ana.watch.origin}/account")
    await expect(tab.get_by_text("This one")).to_be_visible()
    await expect(page.get_by_role("heading", name="My orders")).to_be_visible()
    await page.get_by_role("button", name="Account: Ana").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Shop")).to_be_visible()
    await expect(tab.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    "stored", ["{", "null", '{"id":7}', '{"id":"x","name":"Ana","roles":[{"a":1}]}', "\\u0000" * 99]
)
async def test_nonsense_in_the_store_blanks_no_page(visit: Visits, stored: str) -> None:
    ana = await visit()
    await expect((await ana.go("/")).get_by_role("heading", name="Shop")).to_be_visible()
    keys = ("viewer", "basket", "theme", "language", "newOrder", "attempt.basket")
    await ana.page.evaluate(
        "([keys, text]) => keys.forEach((key) => localStorage.setItem(`swapshop.${key}`, text))", [keys, stored]
    )
    page = await ana.go("/")
    await expect(page.get_by_role("heading", name="Shop")).to_be_visible()
    await expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    await ana.go("/basket")
    await expect(page.get_by_text("The basket is empty.")).to_be_visible()


async def test_a_changed_password_ends_the_other_sessions_and_not_this_one(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/account")
    await page.get_by_label("Password of now").fill("not the password")
    await page.get_by_label("New password").fill("another horse, another lamp")
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_text("The e-mail address or the password is wrong.")).to_be_visible()
    await page.get_by_label("Password of now").fill(PASSWORD)
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_text("The password is changed.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("This one")).to_be_visible()
