"""The board in the browser: what staff do on it, what comes to it by itself, and that it stays small."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from domain.users import Role
from tests.conftest import STACKS
from tests.pages.staff import email_of, many_orders
from tests.pages.visiting import Visits
from tests.support.client import SHIRT, Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.webhook_shops import start_shop

PATIENCE = 20_000
MOST_CARDS = 60
PAID_LATER = {"cash": True}


@pytest.fixture(scope="module", params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Its orders stay PENDING until somebody processes them."""
    started = start_shop(request.param, request, tmp_path_factory.mktemp("board"), {"SWAPSHOP_PROMOTE_AFTER": "1h"})
    yield started
    started.stop()


@pytest.fixture
async def at_the_shop(browser: Browser, shop: Stack) -> AsyncIterator[Visits]:
    visits = Visits(browser, shop.url)
    yield visits
    await visits.close()


def column(page: Page, status: str) -> Locator:
    return page.locator(f"section[data-status={status}]")


def card(page: Page, status: str, number: str) -> Locator:
    return column(page, status).get_by_role("article", name=number)


async def test_staff_process_and_complete_on_the_board_and_the_customer_sees_it(
    at_the_shop: Visits, shop: Stack
) -> None:
    async with await signed_in(shop, Role.OPERATOR) as operator, Client(shop.url) as client:
        customer = await client.register()
        order = await customer.order()
        buyer = await at_the_shop(email=customer.user["email"])
        theirs = await buyer.go(f"/orders/{order['id']}")
        await expect(theirs.get_by_text("Pending").first).to_be_visible(timeout=PATIENCE)
        page = await (await at_the_shop(email=await email_of(operator))).go("/board")
        number = order["number"]
        await card(page, "PENDING", number).get_by_role("button", name=f"Process {number}").click()
        await expect(card(page, "PROCESSED", number)).to_be_visible(timeout=PATIENCE)
        await expect(card(page, "PENDING", number)).to_have_count(0)
        await expect(page.get_by_text(f"{number} is now: Processed.")).to_be_attached()
        await expect(theirs.get_by_text("Processed").first).to_be_visible(timeout=PATIENCE)
        await card(page, "PROCESSED", number).get_by_role("button", name=f"Complete {number}").click()
        await expect(card(page, "COMPLETED", number)).to_be_visible(timeout=PATIENCE)
        await expect(theirs.get_by_text("Completed").first).to_be_visible(timeout=PATIENCE)


async def test_an_order_is_cancelled_with_a_reason_and_filters_stand_in_the_address(
    at_the_shop: Visits, shop: Stack
) -> None:
    async with await signed_in(shop, Role.OPERATOR) as operator, Client(shop.url) as client:
        customer = await client.register(name="Nadia Rare")
        order = await customer.order(items=[{**SHIRT, "product": "unusual-teapot"}])
        page = await (await at_the_shop(email=await email_of(operator))).go("/board")
        await page.get_by_role("searchbox").fill("unusual-teapot")
        await expect(page.get_by_role("article")).to_have_count(1, timeout=PATIENCE)
        await expect(page).to_have_url(re.compile("search=unusual-teapot"))
        await page.get_by_role("combobox", name="Customer").fill("Nadia")
        await page.get_by_role("option", name="Nadia Rare").click()
        await expect(page.get_by_role("article")).to_have_count(1, timeout=PATIENCE)
        await expect(page).to_have_url(re.compile(f"customer={customer.user['id']}"))
        await page.get_by_role("button", name=f"Cancel order {order['number']}").click()
        await page.get_by_label("Reason").fill("It has no lid.")
        await page.get_by_role("dialog").get_by_role("button", name="Cancel order").click()
        gone = card(page, "CANCELLED", order["number"])
        await expect(gone.get_by_text("It has no lid.")).to_be_visible(timeout=PATIENCE)


async def test_words_are_looked_for_when_their_writer_pauses_and_cleared_for_good(
    at_the_shop: Visits, shop: Stack
) -> None:
    async with await signed_in(shop, Role.OPERATOR) as operator:
        page = await (await at_the_shop(email=await email_of(operator))).go("/board")
        field = page.get_by_role("searchbox")
        await field.press_sequentially("no such ")
        await expect(page).to_have_url(re.compile(r"search=no\+such$"))
        await field.press_sequentially("thing")  # the blank before it is still there
        await expect(page).to_have_url(re.compile(r"search=no\+such\+thing$"))
        await page.get_by_role("button", name="Clear").click()
        await page.get_by_role("combobox", name="Payment").select_option("PAID")
        await expect(page).to_have_url(re.compile("payment=PAID"))
        await page.wait_for_timeout(500)  # longer than a pause: what was cleared does not come back
        assert "search" not in page.url
        await expect(field).to_have_value("")


async def test_a_refusal_is_shown_at_the_card(at_the_shop: Visits, shop: Stack) -> None:
    """What is sent is made to name another version than the order has, as when somebody else was quicker."""
    async with await signed_in(shop, Role.ADMIN) as admin, Client(shop.url) as client:
        order = await (await client.register()).order()
        visitor = await at_the_shop(email=await email_of(admin))
        page = await visitor.go("/board")
        there = card(page, "PENDING", order["number"])
        await expect(there).to_be_visible(timeout=PATIENCE)
        await page.route(
            "**/graphql", lambda route: route.continue_(post_data=_of_another_version(route.request.post_data or ""))
        )
        await there.get_by_role("button", name="Process").click()
        await expect(there.get_by_role("alert")).to_contain_text("It has changed meanwhile", timeout=PATIENCE)


def _of_another_version(body: str) -> str:
    """With a version that the order does not have."""
    return body.replace('"version":1', '"version":7')


async def test_a_thousand_orders_are_few_cards_and_still_move(at_the_shop: Visits, shop: Stack) -> None:
    """With motion: what moves is a snapshot of the card, which the policy of the page must allow."""
    async with await signed_in(shop, Role.OPERATOR) as operator, Client(shop.url) as client:
        customer = await client.register()
        await many_orders(customer, 1_000)
        last = await customer.order()
        page = (await at_the_shop(email=await email_of(operator))).page
        await page.emulate_media(reduced_motion="no-preference")
        await page.goto(f"{shop.url}/board?customer={customer.user['id']}")
        await expect(column(page, "PENDING").get_by_role("heading", level=2)).to_contain_text("1,001", timeout=PATIENCE)
        assert 0 < await page.get_by_role("article").count() <= MOST_CARDS
        there = card(page, "PENDING", last["number"])
        await there.get_by_role("button", name="Process").click()
        await expect(card(page, "PROCESSED", last["number"])).to_be_visible(timeout=5_000)
        await expect(column(page, "PENDING").get_by_role("heading", level=2)).to_contain_text("1,000", timeout=PATIENCE)
        scroller = column(page, "PENDING").get_by_role("group")
        for _ in range(6):
            await scroller.evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
            await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert 0 < await page.get_by_role("article").count() <= MOST_CARDS
