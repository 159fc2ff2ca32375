"""What the demonstration's customer does: orders by hand, and an article that is listed, paid for by card."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from web.answers import Json, NoAnswer
from web.demo_receiver import Receiver
from web.demo_shop import BY_HAND, Shop
from web.demo_story import Story
from web.demo_updates import Updates


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Milliseconds from sending createOrder until each of those who must know, knew."""

    answer: float
    socket: float
    receiver: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopping:
    shop: Shop
    receiver: Receiver
    updates: Updates
    story: Story

    async def order_by_hand(self) -> Run:
        """Followed from createOrder to socket and webhook."""
        sent, sent_at = time.perf_counter(), time.time()
        order = await self.shop.order(BY_HAND)
        answer = _ms(time.perf_counter() - sent)
        self.story.tell(f"{order['number']} placed, {_money(order['total'])}", answer)
        socket, receiver = await self._ready(order, sent, sent_at)
        return Run(answer=answer, socket=socket, receiver=receiver)

    async def buy_an_article(self) -> None:
        """Reserved when it is ordered; PENDING when the processor of cards has said yes."""
        article, region = await self._article()
        self.story.tell(f"{article['name']} is in the catalogue, {_money(article['price'])}")
        line = {"productId": article["id"], "quantity": 1, "expectedPrice": article["price"]["amount"]}
        order = await self.shop.order([{"listed": line}], region=region)
        number = order["number"]
        self.story.tell(f"{number} placed, {order['status']}: one {article['name']} is reserved")
        sent, sent_at = time.perf_counter(), time.time()
        card = (await self.shop.pay_by_card(order["id"]))["card"]
        self.story.tell(f"{number} to be paid with the {card['brand']} card ending in {card['last4']}")
        paid = await self.updates.seen(order["id"], number, "PAID")
        self.story.tell(f"{number} PAID over the socket: the processor has approved it", _ms(paid - sent))
        await self._ready(order, sent, sent_at)

    async def _article(self) -> tuple[Json, str]:
        """One that can be had, and where."""
        for article in await self.shop.articles():
            for level in article["stock"]:
                if level["available"] > 0:
                    return article, level["region"]
        raise NoAnswer("The shop lists no article that can be had: stop it, and fill it with ./run seed")

    async def _ready(self, order: Json, sent: float, sent_at: float) -> tuple[float, float]:
        """Milliseconds until the socket and the receiver knew that it is."""
        number = order["number"]
        socket = _ms(await self.updates.seen(order["id"], number, "PROCESSED") - sent)
        self.story.tell(f"{number} PROCESSED over the socket", socket)
        receiver = _ms(await self.receiver.ready(order["id"], number) - sent_at)
        self.story.tell(f"{number} webhook received and verified", receiver)
        return socket, receiver


def _ms(seconds: float) -> float:
    return seconds * 1000


def _money(money: Mapping[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"
