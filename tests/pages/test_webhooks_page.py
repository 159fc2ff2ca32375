"""Webhooks in the browser: made with a preview, delivered, seen live, sent again, changed and deleted."""

from playwright.async_api import expect

from domain.users import Role
from tests.pages.staff import email_of
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import receiving
from tests.support.waiting import until

PATIENCE = 20_000
DOCUMENT = "subscription { ordersUpdated { order { number note } } }"


async def test_an_endpoint_is_made_in_the_page_and_its_deliveries_are_seen_live(
    visit: Visits, stack: Stack, customer: Client
) -> None:
    async with receiving() as receiver, await signed_in(stack, Role.ADMIN) as admin:
        page = await (await visit(email=await email_of(admin))).go("/webhooks/new")
        await page.get_by_label("Shape of the body").fill("subscription { nothing }")
        await expect(page.get_by_text("nothing", exact=False).nth(1)).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("Shape of the body").fill(DOCUMENT)
        await expect(page.locator("pre", has_text="SW-000123")).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("button", name="Create the endpoint").click()
        await expect(page.get_by_text("Please fill this in.")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("Name").fill("Depot")
        await page.get_by_label("Address").fill("ftp://nowhere.test")
        await page.get_by_role("button", name="Create the endpoint").click()
        await expect(page.get_by_text("This address cannot receive webhooks")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("Address").fill(receiver.url("/hook"))
        await page.get_by_role("button", name="Create the endpoint").click()
        secret = await page.locator("dialog code").inner_text(timeout=PATIENCE)
        assert secret.startswith("whsec_")
        await page.get_by_role("button", name="I have kept it").click()
        await expect(page.get_by_text(secret)).to_have_count(0)
        await customer.order(note="a webhook of the page")
        came = {one.verified(secret)["type"]: one for one in await receiver.has(2, "/hook")}  # in any order
        received = came["order.created"]
        assert received.verified(secret)["data"]["ordersUpdated"]["order"]["note"] == "a webhook of the page"
        line = page.locator("li[data-delivery=SUCCEEDED]", has_text="order.created")
        await expect(line).to_be_visible(timeout=PATIENCE)
        await line.get_by_role("button", expanded=False).click()
        await expect(line.locator("pre")).to_contain_text("a webhook of the page", timeout=PATIENCE)
        await line.get_by_role("button", name="Send again").click()

        async def has_come_twice() -> bool:
            return [one.id for one in receiver.at("/hook")].count(received.id) >= 2

        await until(has_come_twice)
        await expect(line.get_by_text("Attempt 2")).to_be_visible(timeout=PATIENCE)


async def test_an_endpoint_is_pinged_paused_given_a_new_secret_and_deleted(visit: Visits, stack: Stack) -> None:
    async with receiving() as receiver, await signed_in(stack, Role.SELLER) as seller:
        page = await (await visit(email=await email_of(seller))).go("/webhooks/new")
        await page.get_by_label("Name").fill("Attic")
        await page.get_by_label("Address").fill(receiver.url("/attic"))
        await page.get_by_role("button", name="Create the endpoint").click()
        await page.get_by_role("button", name="I have kept it").click(timeout=PATIENCE)
        await page.get_by_role("button", name="Ping").click()
        await expect(page.locator("li[data-delivery=SUCCEEDED]", has_text="webhook.ping")).to_be_visible(
            timeout=PATIENCE
        )
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_text("Paused", exact=True)).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="New secret").click()
        await page.get_by_role("dialog").get_by_role("button", name="New secret").click()
        await expect(page.locator("dialog code")).to_contain_text("whsec_", timeout=PATIENCE)
        await page.get_by_role("button", name="I have kept it").click()
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Replay").click()
        await page.get_by_role("dialog").get_by_role("button", name="Replay").click()
        await expect(page.get_by_text("on their way again")).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(page.get_by_text("No endpoints yet")).to_be_visible(timeout=PATIENCE)
