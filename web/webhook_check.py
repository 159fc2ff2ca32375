"""`swapshop webhook check`: sends a receiver what it must take and what it must refuse, and says what it did."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.bodies import body_of
from domain.clock import now
from domain.deliveries import GONE, Answer
from domain.events import Event, EventType
from domain.ids import new_id
from domain.samples import USER, sample
from domain.webhooks import NewSecret
from web.doctor import Finding, State, fine, show, wrong
from web.following import printable
from web.outbound import Outbound
from web.webhook_posts import check_secret, check_url, event_type, signed, to_their_own
from worker.signing import unsigned

AGE = timedelta(minutes=6)
"""Standard Webhooks has receivers refuse what was signed more than five minutes ago."""
SHOWN = 120
REFUSE = "refuse it with 400 or 401"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One delivery. `taken`: whether the receiver must take it; `advice` is for whoever wrote one that does not.

    Without secrets it is not signed. `note` is what is left to do when all is right.
    """

    name: str
    event: Event
    secrets: Sequence[str]
    taken: bool
    advice: str
    age: timedelta = timedelta(0)
    is_changed: bool = False
    note: str = ""

    async def sent(self, outbound: Outbound, url: str) -> Answer:
        body = body_of(self.event)
        headers = unsigned(self.event.type, self.event.cause.correlation_id) | {"webhook-id": str(self.event.id)}
        if self.secrets:
            headers = signed(self.event, body, secrets=self.secrets, at=now() - self.age)
        return await outbound.post(url, headers, (with_one_byte_changed(body) if self.is_changed else body).encode())


def trials(type: EventType, secret: str) -> list[Trial]:
    """In the order in which they are sent; the first is one that every receiver takes."""
    good = Trial(
        name="good",
        event=new_event(type),
        secrets=[secret],
        taken=True,
        advice="is the secret that of this receiver? It must answer 2xx; redirects are not followed",
    )
    duplicate = replace(
        good,
        name="duplicate",
        advice="answer 2xx for a webhook-id that you have: anything else counts as failed, and is sent again",
        note=f"see for yourself that your receiver has acted once on {good.event.id}",
    )
    return [good, duplicate, *_to_refuse(type, secret), *_of_a_rotation(type, secret)]


def _to_refuse(type: EventType, secret: str) -> list[Trial]:
    tampered = Trial(
        name="tampered",
        event=new_event(type),
        secrets=[secret],
        is_changed=True,
        taken=False,
        advice=f"a byte of its body was changed: verify the signature over the bytes as they came, and {REFUSE}",
    )
    old = Trial(
        name="old",
        event=new_event(type),
        secrets=[secret],
        age=AGE,
        taken=False,
        advice=f"it was signed 6 minutes ago, and whoever saw it may send it again: after 5 minutes, {REFUSE}",
    )
    unsigned = Trial(
        name="unsigned",
        event=new_event(type),
        secrets=[],
        taken=False,
        advice=f"it had neither timestamp nor signature: {REFUSE}",
    )
    return [tampered, old, unsigned]


def _of_a_rotation(type: EventType, secret: str) -> list[Trial]:
    other = NewSecret().text
    advice = "while a secret is replaced there are two signatures, with a blank between: compare with each of them"
    orders = {"ours first": [secret, other], "ours second": [other, secret]}
    return [
        Trial(name=name, event=new_event(type), secrets=secrets, taken=True, advice=advice)
        for name, secrets in orders.items()
    ]


def new_event(type: EventType) -> Event:
    """A sample of the type, of which no receiver has heard yet."""
    return replace(sample(type, owner_id=USER), id=new_id())


def with_one_byte_changed(body: str) -> str:
    """The last digit is another one: it is still JSON, so that only a signature tells."""
    at = max(position for position, character in enumerate(body) if character.isdecimal())
    return f"{body[:at]}{(int(body[at]) + 1) % 10}{body[at + 1 :]}"


def judged(trial: Trial, answer: Answer) -> Finding:
    told = printable(answer.error or f"{answer.status} in {answer.duration_ms} ms")
    if answer.status is None:
        return wrong(trial.name, told, "it must answer within 15 seconds: does it listen there?")
    if answer.ok if trial.taken else 400 <= answer.status < 500:
        return fine(trial.name, told, trial.note)
    if answer.status == GONE:
        return wrong(trial.name, told, "410 has the shop disable the endpoint: say it only when you want no more")
    if not answer.ok:
        told = printable(f"{answer.status}: {answer.body[:SHOWN].strip() or 'with nothing to say'}")
    return wrong(trial.name, told, trial.advice)


async def examine(url: str, *, secret: str, type: EventType) -> AsyncIterator[Finding]:
    """What became of each delivery. Ends after the first when even that is not taken: the rest would say nothing."""
    async with to_their_own() as outbound:
        for trial in trials(type, secret):
            finding = judged(trial, await trial.sent(outbound, url))
            yield finding
            if trial.name == "good" and finding.state is State.WRONG:
                return


async def report(url: str, *, secret: str, type: str) -> bool:
    """Prints what the receiver did; False when something of it is wrong. Raises NotReady for what cannot be sent."""
    check_url(url)
    check_secret(secret)
    well = True
    async for finding in examine(url, secret=secret, type=event_type(type)):
        well = well and finding.state is not State.WRONG
        show(finding)
    print("it does what a receiver must" if well else "something is wrong; what to do stands beside it")
    return well
