"""Without a connection: in the middle of ordering, and of watching."""

from playwright.async_api import Route, expect

from tests.pages.doing import describe, orders_of, place, status_of
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.waiting import until

OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket"
WAITING = "The shop cannot be reached. Your order is sent as soon as it can be, and counts once."


async def test_an_order_that_is_placed_offline_is_placed_once_when_the_connection_is_back(
    visit: Visits, customer: Client
) -> None:
    ana = await visit(email=customer.user["email"])
    ana.watch.expect(OFFLINE)
    page = await ana.go("/orders/new")
    await describe(page)
    await ana.context.set_offline(True)
    await place(page)
    await expect(page.get_by_text(WAITING)).to_be_visible()
    await expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Sending the order")).to_be_disabled()
    assert await orders_of(customer) == []
    await ana.context.set_offline(False)
    await expect(status_of(page, "Processed")).to_be_visible()
    assert len(await orders_of(customer)) == 1


async def test_an_order_whose_answer_was_lost_is_one_order_also_after_a_reload(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    ana.watch.expect(OFFLINE)
    page = await ana.go("/orders/new")
    await describe(page)

    async def lose_the_answer(route: Route) -> None:
        if "createOrder" in (route.request.post_data or ""):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/graphql", lose_the_answer)
    await place(page)
    await expect(page.get_by_text(WAITING)).to_be_visible()
    await until(lambda: has_orders(customer))
    await page.unroute_all(behavior="wait")  # it is sent again and again: one may be on its way
    await page.reload()
    await expect(status_of(page, "Processed")).to_be_visible()
    assert len(await orders_of(customer)) == 1


async def test_pressing_twice_is_one_order(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/orders/new")
    await describe(page)
    await page.get_by_role("button", name="Place the order").dblclick()
    await expect(status_of(page, "Processed")).to_be_visible()
    assert len(await orders_of(customer)) == 1


async def test_who_watches_misses_nothing_of_what_happens_while_offline(
    visit: Visits, customer: Client, staff: Client
) -> None:
    order = await customer.order()
    ana = await visit(email=customer.user["email"])
    ana.watch.expect(OFFLINE)
    page = await ana.go(f"/orders/{order['id']}")
    await expect(status_of(page, "Processed")).to_be_visible()
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    await ana.context.set_offline(True)
    await expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    await staff.run("mutation($id: ID!) { completeOrder(id: $id) { __typename } }", id=order["id"])
    await ana.context.set_offline(False)
    await expect(status_of(page, "Completed")).to_be_visible()
    await expect(page.get_by_text("Connected again: 1 event was recovered.")).to_be_visible()
    await expect(page.get_by_role("button", name="Notifications: 2 unread")).to_be_visible()


async def has_orders(customer: Client) -> bool:
    return bool(await orders_of(customer))
