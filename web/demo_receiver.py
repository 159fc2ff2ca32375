"""The webhook receiver, as the demonstration asks it."""

import asyncio
import time
from datetime import datetime
from typing import Any

import httpx

from web.answers import NoAnswer, unreachable
from web.demo_updates import PATIENCE

POLL_EVERY = 0.02


class Receiver:
    """The reference webhook receiver, which lists only what it has verified."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def greet(self) -> None:
        """Found out before anything is ordered: without a receiver the demonstration cannot end well."""
        await self._get("/healthz")

    async def ready(self, order_id: str, number: str) -> float:
        """When the order's order.ready webhook was received, in seconds since 1970."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            notifications = await self._get("/notifications", orderId=order_id)
            received = [found for found in notifications if found["type"] == "order.ready"]
            if received:
                return datetime.fromisoformat(received[0]["receivedAt"]).timestamp()
            await asyncio.sleep(POLL_EVERY)
        raise NoAnswer(
            f"No order.ready webhook about {number} was verified at {self._url} within {PATIENCE:g} s: look "
            "at the endpoint's deliveries in the shop, and whether the receiver has the endpoint's secret."
        )

    async def _get(self, path: str, **query: str) -> Any:
        try:
            response = await self._client.get(self._url + path, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable("The webhook receiver", self._url, fault) from fault
        if response.status_code != httpx.codes.OK:
            raise NoAnswer(f"{response.url} answered {response.status_code}: is that the webhook receiver?")
        return response.json()
