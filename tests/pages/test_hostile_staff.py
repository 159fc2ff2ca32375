"""Fifty hostile strings in the fields of those who work at the shop."""

import json
import os

import pytest
from playwright.async_api import expect

from domain.users import Role
from tests.pages.doing import article, email_of
from tests.pages.hostile_strings import HOSTILE, as_sent, taken, trimmed
from tests.pages.hostile_typing import at_the_keyboard, typed
from tests.pages.test_hostile_inputs import address, shown_where_taken
from tests.pages.visiting import Visits
from tests.support.client import READ, Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import receiving

pytestmark = pytest.mark.parametrize("stack", ["embedded"], indirect=True)

CREATE_ENDPOINT = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  ... on WebhookSecretIssued { endpoint { id } } } }"""

SHOWN = "(text) => document.querySelector('main').textContent.includes(JSON.parse(text))"
ENDPOINT = "query($id: ID!) { webhookEndpoint(id: $id) { name } }"
DELETE_ENDPOINT = "mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }"


async def test_the_filters_of_the_board(visit: Visits, stack: Stack, staff: Client) -> None:
    page = (await at_the_keyboard(visit, "/board", email=await email_of(staff))).page
    await page.get_by_role("button", name="Filters").click()
    for text in HOSTILE:
        after = await typed(page, text, may_refuse=True)
        words = trimmed(as_sent(after.held["Number, article or note"]))
        assert address(page).get("search", "") == words, ascii(words[:80])


async def test_why_staff_cancel(visit: Visits, stack: Stack, staff: Client, customer: Client) -> None:
    page = (await at_the_keyboard(visit, "/board", email=await email_of(staff))).page
    for text in HOSTILE:
        order = await customer.order()
        await customer.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
        how = {"open": [f"Cancel order {order['number']}"], "press": "Cancel order"}
        after = await typed(page, text, path=f"/board?search={order['number']}", **how)
        reason = as_sent(after.held["Reason"])
        now = await customer.read(order["id"])
        assert (now["status"] == "CANCELLED") == taken(reason, least=0, most=2_000), ascii(text[:80])
        if now["status"] == "CANCELLED":  # the board hears of it a moment later
            await page.wait_for_function(SHOWN, arg=json.dumps(trimmed(reason)))


async def test_the_search_for_users(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin:
        page = (await at_the_keyboard(visit, "/users", email=await email_of(admin))).page
        for text in HOSTILE:
            await typed(page, text, may_refuse=True)
        await typed(page, await email_of(admin))
        await expect(page.get_by_role("row", name=await email_of(admin))).to_be_visible()


async def test_a_new_article(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.SELLER) as seller:
        page = (await at_the_keyboard(visit, "/catalogue", email=await email_of(seller))).page
        new, plain = "/catalogue/new", {"Price in EUR": "1.00", "Region": "north", "Quantity": "1", "Picture": ""}
        for text in HOSTILE:
            assert (await typed(page, text, path=new, press="List the article")).path == new
            form = {**plain, "SKU": os.urandom(4).hex(), "Size": "", "Color": "", "Category": "odd"}
            after = await typed(page, text, path=new, plain=form, press="List the article")
            shown_where_taken(after, "Name", most=120, stays=new)


async def test_an_article_and_its_stock_are_changed(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin:
        lamp = await article(stack)
        path = f"/catalogue/{lamp['id']}"
        page = (await at_the_keyboard(visit, path, email=await email_of(admin))).page
        for text in HOSTILE:
            await typed(page, text, path=path, press="Save")
            await typed(page, text, path=path, plain={"Price in EUR": "2.00", "Picture": ""}, press="Save")
            for plain in ({}, {"Region": "north", "Change": "1"}):
                await typed(page, text, path=path, open=["Adjust the stock"], plain=plain, press="Adjust")
            await page.keyboard.press("Escape")


async def test_a_new_endpoint(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin, receiving() as receiver:
        page = (await at_the_keyboard(visit, "/webhooks", email=await email_of(admin))).page
        new = "/webhooks/new"
        for text in HOSTILE:
            how = {"path": new, "choose": "What came after a place in the log", "press": "Create the endpoint"}
            assert (await typed(page, text, may_refuse=True, **how)).path == new
            plain = {"Address": receiver.url("/odd"), "At the same time": "8", "Shape of the body": ""}
            how["choose"] = "What happens from now on"
            after = await typed(page, text, plain=plain, **how)
            assert (after.path != new) == taken(after.held["Name"], most=100), ascii(text[:80])
            if after.path != new:
                id = after.path.rpartition("/")[2]
                assert (await admin.run(ENDPOINT, id=id))["name"] == trimmed(as_sent(after.held["Name"]))
                await admin.run(DELETE_ENDPOINT, id=id)


async def test_an_endpoint_is_changed_and_replayed(visit: Visits, stack: Stack) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin, receiving() as receiver:
        wish = {"name": "Depot", "url": receiver.url("/odd"), "types": ["ORDER_READY"]}
        path = f"/webhooks/{(await admin.run(CREATE_ENDPOINT, input=wish))['endpoint']['id']}"
        page = (await at_the_keyboard(visit, path, email=await email_of(admin))).page
        for item, press in {"Edit": "Save", "Replay": "Replay"}.items():
            form = page.get_by_role("button", name=press)
            for text in HOSTILE:
                if not await form.count():  # it was closed: what stood in it was taken
                    await page.get_by_role("button", name="More actions").click()
                    await page.get_by_role("menuitem", name=item).click()
                await typed(page, text, press=press, may_refuse=True)
            await page.goto(stack.url + path)
