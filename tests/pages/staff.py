"""What the tests of the staff's pages share: who signs in, and many orders at once."""

import asyncio

from tests.support.client import SHIRT, Client

AT_ONCE, EACH = 16, 5
"""So many requests at a time, each with so many orders: what comes at once is committed together."""


async def email_of(client: Client) -> str:
    """For `visit`."""
    email: str = (await client.run("{ me { email } }"))["email"]
    return email


async def many_orders(customer: Client, count: int) -> None:
    """`count`, rounded up to whole documents."""
    wishes = "\n".join(f"o{place}: createOrder(input: {{items: $items}}) {{ __typename }}" for place in range(EACH))
    room = asyncio.Semaphore(AT_ONCE)

    async def some() -> None:
        async with room:
            document = f"mutation($items: [OrderItemInput!]!) {{ {wishes} }}"
            answer = await customer.post(document, items=[{"custom": SHIRT}])
        assert {made["__typename"] for made in answer["data"].values()} == {"Order"}, answer

    await asyncio.gather(*(some() for _ in range(-(-count // EACH))))
