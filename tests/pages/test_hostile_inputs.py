"""Fifty hostile strings in every field: nothing runs, breaks or grows too wide, and what is taken is shown as it is."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import expect

from domain.users import Role
from tests.pages.doing import CARD, article, email_of
from tests.pages.hostile_strings import HOSTILE, as_sent, taken
from tests.pages.hostile_typing import Outcome, at_the_keyboard, typed
from tests.pages.visiting import Visits
from tests.support.client import PASSWORD, Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import receiving

pytestmark = pytest.mark.parametrize("stack", ["embedded"], indirect=True)

TRANSFER = {"payment": {"bankTransfer": "later"}}
PLAIN_ITEM = {"Quantity": "2", "Price of one": "10.00"}
PLAIN_ARTICLE = {"Price in EUR": "9.90", "Picture": "", "Region": "north", "Quantity": "3"}
MOST_ENDPOINTS = 20


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


async def test_the_filters_of_the_shop_also_in_the_address(visit: Visits, stack: Stack) -> None:
    page = (await at_the_keyboard(visit, "/")).page
    names = ("search", "category", "size", "color", "condition", "min", "max", "available")
    for text in HOSTILE:
        held = (await typed(page, text, path="/", apart=True)).held
        assert held.keys() == {"Search articles", "Size", "Color", "Price from", "Price to"}
        await typed(page, text, path=address("/", names, text))


async def test_the_basket_and_paying(visit: Visits, stack: Stack, customer: Client) -> None:
    lamp = await article(stack, quantity=500)
    page = (await at_the_keyboard(visit, "/", email=customer.user["email"])).page
    quantity = f"Quantity of {lamp['name']}"
    how = {"path": "/basket", "press": "Place the order"}
    for text in HOSTILE:
        await typed(page, "", path=f"/articles/{lamp['id']}", press="Put in the basket")
        by_card = await typed(page, text, choose="Card", **how)
        assert by_card.path == "/basket"
        assert by_card.held.keys() == {quantity, "Card number", *CARD, "A note for the shop"}
        after = await typed(page, text, plain={quantity: "1"}, choose="Bank transfer", **how)
        shown_where_taken(after, "Reference of the transfer", most=140, stays="/basket", shows="A note for the shop")


async def test_an_order_that_is_described_by_hand(visit: Visits, stack: Stack, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/orders/new", email=customer.user["email"])).page
    how = {"path": "/orders/new", "choose": "Bank transfer", "press": "Place the order"}
    for text in HOSTILE:
        assert (await typed(page, text, **how)).path == "/orders/new"
        detailed = {} if len(text) <= 40 else {"Size": "", "Color": ""}
        after = await typed(page, text, plain={**PLAIN_ITEM, **detailed}, **how)
        shown_where_taken(after, "Product", most=120, stays="/orders/new")


async def test_the_reason_of_a_customer_who_cancels(visit: Visits, stack: Stack, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/orders", email=customer.user["email"])).page
    for text in HOSTILE:
        order = await customer.order(**TRANSFER)
        cancel = "Cancel the order"
        after = await typed(page, text, path=f"/orders/{order['id']}", open=[cancel], press=cancel)
        await reason_is_kept(customer, order["id"], after, "Why? (optional)")


async def test_the_board(visit: Visits, stack: Stack, customer: Client, staff: Client) -> None:
    page = (await at_the_keyboard(visit, "/board", email=await email_of(staff))).page
    names = ("search", "customer", "from", "to", "payment")
    for text in HOSTILE:
        held = (await typed(page, text, path="/board")).held
        assert held.keys() == {"Number, article or note", "Customer", "Ordered from", "Ordered until"}
        await typed(page, text, path=address("/board", names, text))
        order = await customer.order(**TRANSFER)
        path, cancel = f"/board?search={order['number']}", "Cancel order"
        after = await typed(page, text, path=path, open=[cancel], press=cancel)
        await reason_is_kept(customer, order["id"], after, "Reason")


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_webhooks(visit: Visits, stack: Stack, part: int) -> None:
    """In parts, since nobody may have more than so many endpoints."""
    async with receiving() as receiver, await signed_in(stack, Role.SELLER) as seller:
        page = (await at_the_keyboard(visit, "/webhooks", email=await email_of(seller))).page
        how: dict[str, Any] = {"path": "/webhooks/new", "press": "Create the endpoint"}
        later = {**how, "choose": "What came after a place in the log"}
        plain = {"Address": receiver.url("/hook"), "At the same time": "8", "Shape of the body": ""}
        for text in HOSTILE[part::3]:
            refused = await typed(page, text, may_refuse=True, **later)
            assert refused.path == "/webhooks/new"
            assert refused.held.keys() == {"Name", "Place in the log", *plain}
            after = await typed(page, text, plain=plain, **how)
            shown_where_taken(after, "Name", most=120, stays="/webhooks/new")
    assert len(HOSTILE[part::3]) <= MOST_ENDPOINTS


async def test_articles_and_their_stock(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.SELLER) as seller:
        page = (await at_the_keyboard(visit, "/catalogue", email=await email_of(seller))).page
        how: dict[str, Any] = {"path": "/catalogue/new", "press": "List the article"}
        for place, text in enumerate(HOSTILE):
            await typed(page, text, path="/catalogue")
            assert (await typed(page, text, **how)).path == "/catalogue/new"
            plain = {**PLAIN_ARTICLE, "SKU": f"H-{place}", "Category": "odd"}
            detailed = {} if len(text) <= 40 else {"Size": "", "Color": ""}
            after = await typed(page, text, plain={**plain, **detailed}, **how)
            shown_where_taken(after, "Name", most=120, stays="/catalogue/new")


async def test_an_adjustment_of_the_stock(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin:
        lamp = await article(stack)
        page = (await at_the_keyboard(visit, "/catalogue", email=await email_of(admin))).page
        how: dict[str, Any] = {"path": f"/catalogue/{lamp['id']}", "press": "Adjust"}
        for text in HOSTILE:
            await typed(page, text, path="/catalogue")
            refused = await typed(page, text, open=["Adjust the stock"], **how)
            assert refused.held.keys() == {"Region", "Change", "Reason"}
            await typed(page, "", path="/catalogue")
            after = await typed(page, text, open=["Adjust the stock"], plain={"Region": "north", "Change": "1"}, **how)
            reason = as_sent(after.held["Reason"])
            assert not taken(reason, most=200) or reason.strip() in after.texts, ascii(reason)


async def test_the_search_for_users(visit: Visits, stack: Stack, staff: Client) -> None:
    page = (await at_the_keyboard(visit, "/users", email=await email_of(staff))).page
    for text in HOSTILE:
        assert (await typed(page, text)).held.keys() == {"Name or e-mail address"}


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


def address(path: str, names: tuple[str, ...], text: str) -> str:
    """With the text as the value of each."""
    return f"{path}?{urlencode(dict.fromkeys(names, as_sent(text)[:2_000]))}"


def shown_where_taken(after: Outcome, field: str, *, most: int, stays: str, shows: str | None = None) -> None:
    """The shop takes what is text, and then the next page shows it exactly; else the page stays."""
    deciding, shown = as_sent(after.held[field]), as_sent(after.held[shows or field])
    assert (after.path != stays) == taken(deciding, most=most), ascii(deciding[:80])
    assert after.path == stays or shown.strip() in after.texts, ascii(shown)


async def reason_is_kept(customer: Client, id: str, after: Outcome, field: str) -> None:
    """And shown, where there is one."""
    reason = as_sent(after.held[field])
    order = await customer.run("query($id: ID!) { order(id: $id) { status cancelReason } }", id=id)
    if not taken(reason, most=2_000, least=0):
        assert order["status"] == "AWAITING_PAYMENT"
        return
    assert order["status"] == "CANCELLED", ascii(reason[:80])
    assert (order["cancelReason"] or "") == reason.strip()
    assert not reason.strip() or any(reason.strip() in text for text in after.texts), ascii(reason)
