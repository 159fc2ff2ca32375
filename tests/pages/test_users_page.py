"""Users in the browser: an admin finds somebody, changes what they may do, and keeps them out."""

import pytest
from playwright.async_api import expect

from domain.users import Role
from tests.pages.staff import email_of
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.waiting import until

PATIENCE = 20_000


async def is_kept_out(client: Client) -> bool:
    """Whether the token that they have already is good for nothing any more."""
    headers = {"authorization": f"Bearer {client.token}"}
    answer = await client.http.post("/graphql", json={"query": "{ me { id } }"}, headers=headers)
    return answer.status_code == 401


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
async def test_roles_are_changed_and_somebody_is_kept_out(visit: Visits, stack: Stack, customer: Client) -> None:
    async with await signed_in(stack, Role.ADMIN) as admin:
        page = await (await visit(email=await email_of(admin))).go("/users")
        await page.get_by_role("searchbox").fill(customer.user["email"])
        row = page.get_by_role("row", name=customer.user["email"])
        await expect(page.get_by_role("row")).to_have_count(2, timeout=PATIENCE)  # the head, and who was found
        await row.get_by_role("button", name="Change the roles").click()
        await page.get_by_role("checkbox", name="Customer").uncheck()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Choose at least one.")).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("checkbox", name="Seller").check()
        await page.get_by_role("button", name="Save").click()
        await expect(row.get_by_text("Seller", exact=True)).to_be_visible(timeout=PATIENCE)
        assert (await customer.run("{ me { roles } }"))["roles"] == ["SELLER"]
        await row.get_by_role("button", name="Deactivate").click()
        await page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
        await expect(row.get_by_text("Not active")).to_be_visible(timeout=PATIENCE)
        await until(lambda: is_kept_out(customer))
        await row.get_by_role("button", name="Activate").click()
        await expect(row.get_by_text("Active", exact=True)).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
async def test_the_staffs_pages_are_not_for_customers(visit: Visits, customer: Client) -> None:
    visitor = await visit(email=customer.user["email"])
    for path in ("/board", "/webhooks", "/catalogue", "/users", "/system"):
        page = await visitor.go(path)
        await expect(page.get_by_role("heading", name="This page is for staff")).to_be_visible(timeout=PATIENCE)
