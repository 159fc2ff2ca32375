"""The Standard Webhooks libraries: they accept every delivery, and none in which a byte was changed."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

from tests.clients.programs import BIN, program
from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.receiver import Received, receiving
from tests.support.webhooks import DELETE, PING, ROTATE, listening

NOTE = 'niño 💡 \N{LINE SEPARATOR} \\ " </script>'
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
DOCUMENT = "subscription { events { cursor event { id ... on OrderEvent { order { number note } } } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a receiver was sent, and the secret that it knows."""

    secret: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        body = base64.b64encode(self.body).decode()
        return json.dumps({"secret": self.secret, "headers": dict(self.headers), "body": body}) + "\n"


async def test_python_and_npm_accept_each_delivery_and_reject_it_with_a_byte_changed(
    stack: Stack, scripts: Path, staff: Client, tmp_path: Path
) -> None:
    posts = await _delivered(stack, staff)
    tampered = [changed for post in posts for changed in _tampered(post)]
    assert len(posts) >= 8
    assert len(tampered) > 100 * len(posts)
    assert [_python_accepts(post) for post in posts] == [True] * len(posts)
    assert not any(map(_python_accepts, tampered))
    assert await _npm_accepts(posts, scripts, tmp_path) == [True] * len(posts)
    assert not any(await _npm_accepts(tampered, scripts, tmp_path))


async def _delivered(stack: Stack, staff: Client) -> list[Post]:
    """Of each kind: a ping, an order as it is told and as a document shapes it, and one that two secrets sign."""
    types = ["ORDER_CREATED", "ORDER_READY"]
    async with receiving() as receiver, await Client(stack.url).register() as customer:
        endpoint, old = await listening(staff, receiver.url("/default"), types)
        other, shaped = await listening(staff, receiver.url("/shaped"), types, document=DOCUMENT)
        await staff.run(PING, id=endpoint)
        await customer.order(note=NOTE)
        before = [*await receiver.has(3, "/default")]
        new = (await staff.run(ROTATE, id=endpoint))["secret"]
        await customer.order()
        after = (await receiver.has(5, "/default"))[len(before) :]
        bodies = _posts(await receiver.has(4, "/shaped"), shaped)
        for one in (endpoint, other):
            await staff.run(DELETE, id=one)
    assert {one.event for one in before} == {"webhook.ping", "order.created", "order.ready"}
    assert {len(one.headers["webhook-signature"].split()) for one in after} == {2}
    return [*_posts(before, old), *_posts(after, old), *_posts(after, new), *bodies]


def _posts(received: Sequence[Received], secret: str) -> list[Post]:
    return [
        Post(secret=secret, headers={name: one.headers[name] for name in SIGNED}, body=one.body) for one in received
    ]


def _tampered(post: Post) -> Iterator[Post]:
    """Each byte of the body, of the id and of the time changed, and the first of each signature."""
    for at in range(len(post.body)):
        yield replace(post, body=post.body[:at] + bytes([post.body[at] ^ 1]) + post.body[at + 1 :])
    for name in SIGNED[:2]:
        for at in range(len(post.headers[name])):
            yield replace(post, headers={**post.headers, name: _other(post.headers[name], at)})
    signatures = " ".join(_other(one, len("v1,")) for one in post.headers[SIGNED[2]].split())
    yield replace(post, headers={**post.headers, SIGNED[2]: signatures})


def _other(text: str, at: int) -> str:
    return text[:at] + ("2" if text[at] == "1" else "1") + text[at + 1 :]


def _python_accepts(post: Post) -> bool:
    try:
        Webhook(post.secret).verify(post.body, dict(post.headers))
    except (WebhookVerificationError, UnicodeDecodeError):  # the latter where the byte was a part of a letter
        return False
    return True


async def _npm_accepts(posts: Sequence[Post], scripts: Path, folder: Path) -> list[bool]:
    file = folder / "posts.jsonl"
    file.write_text("".join(post.line for post in posts))
    async with program(BIN / "node", "verify.ts", cwd=scripts, POSTS=str(file)) as running:
        answers = [bool(json.loads(line)) for line in await running.ended()]
    assert len(answers) == len(posts)
    return answers
