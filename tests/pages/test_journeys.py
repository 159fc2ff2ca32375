"""From the first visit to an order that is done, as people see it."""

from playwright.async_api import expect

from tests.pages.doing import describe, email_of, place, register, status_of
from tests.pages.visiting import Visits
from tests.support.client import Client


async def test_a_new_customer_orders_and_sees_the_order_become_processed_by_itself(visit: Visits) -> None:
    ana = await visit()
    page = await ana.go("/orders/new")
    await page.get_by_role("link", name="Register").click()
    await register(page)
    await describe(page, color="negro", price="10,50")
    await expect(page.get_by_role("main").get_by_text("€10.50").first).to_be_visible()
    await place(page)
    await expect(status_of(page, "Processed")).to_be_visible()
    await expect(page.get_by_text("by itself: the poller")).to_be_visible()

    await page.get_by_role("button", name="Notifications: 1 unread").click()
    bell = page.get_by_role("dialog", name="Notifications")
    await expect(bell.get_by_text("is ready")).to_be_visible()
    await bell.get_by_role("link", name="All notifications").click()
    shown = page.get_by_role("main")
    for words in ("ORDER_READY", "Ana", "€10.50", "negro"):
        await expect(shown.get_by_text(words, exact=True)).to_be_visible()
    await shown.get_by_role("button", name="View payload").click()
    await expect(page.get_by_role("dialog")).to_contain_text('"type": "ORDER_READY"')
    await page.keyboard.press("Escape")
    await shown.get_by_role("button", name="Mark all as read").click()
    await expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()


async def test_a_customer_sees_what_staff_do_in_another_browser(visit: Visits, customer: Client, staff: Client) -> None:
    order = await customer.order()
    ana, eva = await visit(email=customer.user["email"]), await visit(email=await email_of(staff))
    await ana.go(f"/orders/{order['id']}")
    await expect(status_of(ana.page, "Processed")).to_be_visible()
    await eva.go(f"/orders/{order['id']}")
    await eva.page.get_by_role("button", name="Complete").click()
    await expect(status_of(ana.page, "Completed")).to_be_visible()
    await expect(ana.page.get_by_text("by hand, in the shop")).to_be_visible()
    await expect(eva.page.get_by_text("by you")).to_be_visible()
    await expect(eva.page.get_by_role("heading", name="Sent to webhooks")).to_be_visible()
    await expect(ana.page.get_by_role("heading", name="Sent to webhooks")).to_have_count(0)


async def test_a_list_of_orders_moves_by_itself(visit: Visits, customer: Client, staff: Client) -> None:
    ana = await visit(email=customer.user["email"])
    await ana.go("/orders")
    await expect(ana.page.get_by_text("You have no orders yet.")).to_be_visible()
    order = await customer.order()
    row = ana.page.get_by_role("listitem").filter(has_text=order["number"])
    await expect(row.get_by_text("Processed")).to_be_visible()
    await staff.run("mutation($id: ID!) { completeOrder(id: $id) { __typename } }", id=order["id"])
    await expect(row.get_by_text("Completed")).to_be_visible()


async def test_an_order_can_be_cancelled_with_a_reason(visit: Visits, customer: Client) -> None:
    waiting = {"bankTransfer": "camisa"}
    order = await customer.order(payment=waiting)
    ana = await visit(email=customer.user["email"])
    page = await ana.go(f"/orders/{order['id']}")
    await page.get_by_role("button", name="Cancel the order").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why?").fill("it rains")
    await dialog.get_by_role("button", name="Cancel the order").click()
    await expect(status_of(page, "Cancelled")).to_be_visible()
    await expect(page.get_by_text("it rains")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel the order")).to_have_count(0)


async def test_nobody_sees_the_order_of_another(visit: Visits, customer: Client, staff: Client) -> None:
    order = await staff.order()
    ana = await visit(email=customer.user["email"])
    page = await ana.go(f"/orders/{order['id']}")
    await expect(page.get_by_text("There is no such order, or it is not yours to see.")).to_be_visible()


async def test_a_page_at_rest_asks_for_nothing(visit: Visits, customer: Client) -> None:
    order = await customer.order()
    ana = await visit(email=customer.user["email"])
    page = await ana.go(f"/orders/{order['id']}")
    await expect(status_of(page, "Processed")).to_be_visible()
    await expect(page.get_by_text("Connected")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    before = list(ana.watch.requests)
    await page.wait_for_timeout(3_000)  # that nothing is asked for cannot be waited for
    assert ana.watch.requests == before
