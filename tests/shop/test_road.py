"""The main road, end to end: an order is placed, promoted, told to its customer, and kept in the inbox."""

from tests.support.client import Client
from tests.support.processes import Stack

FOLLOW = """subscription($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
  cursor order { status version } event { type } } }"""
INBOX = "{ notifications { unreadCount edges { node { title event { type subjectId } } } } }"


async def test_an_order_is_promoted_and_its_customer_hears_of_it(stack: Stack, customer: Client) -> None:
    order = await customer.order()
    assert (order["status"], order["total"]) == ("PENDING", {"amount": "30.00", "currency": "EUR"})
    async with customer.subscribe(FOLLOW, id=order["id"]) as following:
        first = await following.next()
        assert first["cursor"]
        assert first["order"] is None
        seen = await following.until(lambda message: message["order"] and message["order"]["status"] == "PROCESSED")
    assert seen[-1]["order"]["version"] == 2
    inbox = await customer.run(INBOX)
    assert inbox["unreadCount"] == 1
    assert inbox["edges"][0]["node"]["event"] == {"type": "ORDER_READY", "subjectId": order["id"]}
