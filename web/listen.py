"""`swapshop listen`: posts what happens in a shop to a developer's own machine, signed, as its webhooks would."""

import asyncio
from collections.abc import Callable, Sequence

from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import Answer
from domain.events import Event
from domain.webhooks import NewSecret
from web.following import Account, Json, Watch, Wish, aside, printable, until_stopped
from web.outbound import Outbound
from web.told import EVENTS, Unknown, event_of
from web.webhook_posts import check_secret, check_url, event_type, signed, to_their_own

WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the attempts while nobody answers: long enough for a server to start again after a change."""


class Forwarder:
    """The bodies are the default ones, made here by the shop's own code of what the API tells: the same bytes."""

    def __init__(
        self,
        outbound: Outbound,
        url: str,
        *,
        secret: str,
        waits: Sequence[float] = WAITS,
        say: Callable[[str], None] = aside,
    ) -> None:
        self._outbound = outbound
        self._url = url
        self._secret = secret
        self._waits = waits
        self._say = say

    async def forward(self, told: Json) -> None:
        """Posts one event, and prints how that went."""
        try:
            event = event_of(told)
        except Unknown as fault:
            self._say(f"{told['type']} is passed over: {fault}")
            return
        answer = await self._posted(event)
        print(printable(as_line(event, answer)), flush=True)

    async def _posted(self, event: Event) -> Answer:
        """An answer that is no success is an answer: only silence is tried again."""
        body = body_of(event)
        for wait in self._waits:
            answer = await self._post(event, body)
            if answer.status is not None:
                return answer
            self._say(f"{event.type.dotted} {event.id}: {answer.error} Again in {wait:g} s.")
            await asyncio.sleep(wait)
        return await self._post(event, body)

    async def _post(self, event: Event, body: str) -> Answer:
        """Signed at each attempt, or a receiver that was away for long would find it too old."""
        headers = signed(event, body, secrets=[self._secret], at=now())
        return await self._outbound.post(self._url, headers, body.encode())


def as_line(event: Event, answer: Answer) -> str:
    what = f"{event.at:%H:%M:%S}.{event.at.microsecond // 1000:03d}  {event.type.dotted:<17}  {event.id}"
    if answer.status is None:
        return f"{what}  given up"
    return f"{what}  {answer.status} in {answer.duration_ms} ms"


async def run_listen(
    url: str, account: Account, *, forward: str, types: str | None, secret: str | None, after: str | None
) -> None:
    """Until Ctrl-C or SIGTERM, then says where to go on from. Raises NotReady when the shop or an argument says no."""
    check_url(forward)
    if secret:
        check_secret(secret)
    wanted = [event_type(name.strip()).value for name in types.split(",")] if types else []
    wish = Wish(document=EVENTS, variables={"filter": {"types": wanted}} if wanted else {})
    used = secret or NewSecret().text
    again = ["swapshop listen --forward", forward]
    again += ["--types", ",".join(wanted)] if wanted else []
    again += [] if secret else ["--secret", used]
    async with to_their_own() as outbound:
        print(f"to {forward}, signed with {'the secret that you gave' if secret else used}", flush=True)
        watch = Watch(url, account, wish, cursor=after, say=aside)
        await until_stopped(watch, Forwarder(outbound, forward, secret=used).forward, again=" ".join(again))
