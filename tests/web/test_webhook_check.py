"""`swapshop webhook check`: it finds nothing wrong with a right receiver, and the fault of each wrong one."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.responses import Response

from domain.events import EventType
from tests.support.receiver import Behaviour, Received, Receiver, fails, receiving, redirects
from tests.support.things import SECRET
from tests.web.test_cli import Ended, swapshop
from web.doctor import Finding, State
from web.receiver import create_receiver
from web.serving import Server, bound, url_of
from web.webhook_check import examine, trials

ALL = ["good", "duplicate", "tampered", "old", "unsigned", "ours first", "ours second"]
TAKEN, REFUSED = Response(status_code=204), Response("who are you?", status_code=401)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started


@pytest.fixture
async def reference(tmp_path: Path) -> AsyncIterator[str]:
    """The address of the receiver that the shop brings along."""
    listener = bound(0)
    app = create_receiver(database=tmp_path / "receiver.db", secrets=[SECRET])
    async with Server(app, listener):
        yield url_of(listener)


async def check(url: str, *arguments: str, secret: str = SECRET) -> Ended:
    return await swapshop("webhook", "check", url, *arguments, settings={"SWAPSHOP_WEBHOOK_SECRET": secret})


async def found(url: str) -> list[Finding]:
    return [one async for one in examine(url, secret=SECRET, type=EventType.ORDER_READY)]


async def test_the_reference_receiver_does_all_that_it_must(reference: str) -> None:
    ended = await check(f"{reference}/webhook")
    assert (ended.status, ended.complained) == (0, "")
    lines = [line for line in ended.said.splitlines() if "->" not in line]
    assert [line[9:29].strip() for line in lines[:-1]] == ALL
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == "it does what a receiver must"
    async with httpx.AsyncClient(base_url=reference) as inbox:
        kept = {one["id"]: one["times"] for one in (await inbox.get("/notifications")).json()}
    told = re.search(r"acted once on (\S+)", ended.said)
    assert told
    assert kept.pop(told[1]) == 2  # and of those that it refused it has kept nothing
    assert list(kept.values()) == [1, 1]


async def test_any_type_of_event_can_be_sent(reference: str) -> None:
    ended = await check(f"{reference}/webhook", "--type", "webhook_ping")
    assert ended.status == 0
    async with httpx.AsyncClient(base_url=reference) as inbox:
        assert {one["type"] for one in (await inbox.get("/notifications")).json()} == {"webhook.ping"}


async def takes_all(_: Received) -> Response:
    return TAKEN


def ours(received: Received, signature: str) -> bool:
    """Whether one signature is that of the secret."""
    headers = received.headers
    signed = f"{headers['webhook-id']}.{headers.get('webhook-timestamp')}.".encode() + received.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return hmac.compare_digest(signature.encode(), expected.encode())


async def knows_no_time(received: Received) -> Response:
    given = received.headers.get("webhook-signature", "").split(" ")
    return TAKEN if any(ours(received, one) for one in given) else REFUSED


def verifies(received: Received) -> bool:
    try:
        received.verified(SECRET)
    except WebhookVerificationError:
        return False
    return True


def with_one_signature(at: int) -> Behaviour:
    """Looks at the first (0) or the last (-1) signature only."""

    async def answer(received: Received) -> Response:
        given = received.headers.get("webhook-signature", "").split(" ")[at]
        return TAKEN if verifies(received) and ours(received, given) else REFUSED

    return answer


def refuses_what_it_has() -> Behaviour:
    seen: set[str] = set()

    async def answer(received: Received) -> Response:
        if not verifies(received):
            return REFUSED
        known = received.id in seen
        seen.add(received.id)
        return Response("I have that", status_code=409) if known else TAKEN

    return answer


async def breaks_on_what_it_cannot_verify(received: Received) -> Response:
    return TAKEN if verifies(received) else Response("Traceback …", status_code=500)


async def verifies_what_is_signed(received: Received) -> Response:
    return TAKEN if "webhook-signature" not in received.headers or verifies(received) else REFUSED


async def wants_no_more(_: Received) -> Response:
    return Response(status_code=410)


async def takes_what_it_verifies(received: Received) -> Response:
    return TAKEN if verifies(received) else REFUSED


FAULTS: dict[str, tuple[Callable[[], Behaviour], dict[str, str]]] = {
    "takes what it verifies": (lambda: takes_what_it_verifies, {}),
    "verifies nothing": (
        lambda: takes_all,
        {"tampered": "verify the signature", "old": "after 5 minutes", "unsigned": "neither timestamp nor signature"},
    ),
    "knows no time": (lambda: knows_no_time, {"old": "signed 6 minutes ago"}),
    "refuses what it has": (refuses_what_it_has, {"duplicate": "answer 2xx for a webhook-id that you have"}),
    "reads the first signature": (lambda: with_one_signature(0), {"ours second": "compare with each of them"}),
    "reads the last signature": (lambda: with_one_signature(-1), {"ours first": "compare with each of them"}),
    "breaks": (
        lambda: breaks_on_what_it_cannot_verify,
        {"tampered": "refuse it with 400", "old": "refuse it with 400", "unsigned": "refuse it with 400"},
    ),
    "verifies what is signed": (lambda: verifies_what_is_signed, {"unsigned": "neither timestamp nor signature"}),
    "fails": (lambda: fails, {"good": "is the secret that of this receiver?"}),
    "redirects": (lambda: redirects("http://127.0.0.1:1/"), {"good": "redirects are not followed"}),
    "wants no more": (lambda: wants_no_more, {"good": "disable the endpoint"}),
}


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_receiver_is_told_what_is_wrong_with_it(receiver: Receiver, kind: str) -> None:
    behaviour, faults = FAULTS[kind]
    receiver.behaviours["/hook"] = behaviour()
    findings = await found(receiver.url("/hook"))
    wrong = {one.name: one.advice for one in findings if one.state is State.WRONG}
    assert list(wrong) == list(faults)
    for name, words in faults.items():
        assert words in wrong[name]
    assert [one.name for one in findings] == (["good"] if "good" in faults else ALL)


async def test_a_wrong_receiver_ends_it_with_status_1(receiver: Receiver) -> None:
    receiver.behaviours["/"] = refuses_what_it_has()
    ended = await check(receiver.url())
    assert ended.status == 1
    assert "wrong    duplicate            409: I have that" in ended.said
    assert ended.said.splitlines()[-1].startswith("something is wrong")


async def test_where_nobody_listens_it_ends_after_the_first() -> None:
    [finding] = await found("http://127.0.0.1:1/")
    assert finding.state is State.WRONG
    assert "refused" in finding.detail.lower()


@pytest.mark.parametrize("type", [type for type in EventType if not type.is_internal])
async def test_what_is_tampered_with_is_other_json_in_one_byte(receiver: Receiver, type: EventType) -> None:
    """So that a receiver that only reads the JSON takes it."""
    async for _ in examine(receiver.url(), secret=SECRET, type=type):
        pass
    sent = dict(zip(ALL, receiver.at(), strict=True))
    changed, key = sent["tampered"], Webhook(SECRET)
    same = [one for one in _with_other_last_digits(changed.body) if _verifies(key, one, changed)]
    assert len(same) == 1
    assert type_of(changed) == type.dotted == changed.headers["x-swapshop-event"]


def _with_other_last_digits(body: bytes) -> list[bytes]:
    at = max(place for place, byte in enumerate(body) if chr(byte).isdigit())
    return [body[:at] + str(digit).encode() + body[at + 1 :] for digit in range(10)]


def _verifies(key: Webhook, body: bytes, received: Received) -> bool:
    try:
        key.verify(body, dict(received.headers))
    except WebhookVerificationError:
        return False
    return True


def type_of(received: Received) -> Any:
    return json.loads(received.body)["type"]


def test_only_the_duplicate_has_the_id_of_another() -> None:
    ids = [trial.event.id for trial in trials(EventType.ORDER_READY, SECRET)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == len(ids) - 1


@pytest.mark.parametrize(
    ("arguments", "secret", "words"),
    [
        (("http://127.0.0.1:1/",), "hunter2-hunter2", "the secret is not whsec_"),
        (("http://127.0.0.1:1/",), "whsec_aHVudGVyMg==", "24 to 64 bytes"),
        (("http://127.0.0.1:1/",), "whsec_not base64 at all, hunter2", "the secret is not whsec_"),
        (("depot",), SECRET, "scheme is missing"),
        (("http://127.0.0.1:1/", "--type", "ORDER_LOST"), SECRET, "there is no event type 'ORDER_LOST'"),
        (("http://127.0.0.1:1/", "--type", "SESSION_REVOKED"), SECRET, "there is no event type"),
    ],
)
async def test_what_cannot_be_sent_is_named_and_no_secret_repeated(
    arguments: tuple[str, ...], secret: str, words: str
) -> None:
    ended = await check(*arguments, secret=secret)
    assert (ended.status, words in ended.complained) == (1, True), ended
    assert secret.removeprefix("whsec_") not in ended.complained + ended.said
