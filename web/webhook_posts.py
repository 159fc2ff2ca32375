"""Webhooks that a developer's tools post, as the shop itself would."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from domain.events import Event, EventType
from domain.webhooks import SECRET_PREFIX
from web.outbound import Outbound
from web.reach import Reach, UrlRefused, read_target
from web.settings import NotReady
from worker.signing import headers, unsigned

LEAST_KEY, MOST_KEY = 24, 64
"""Bytes, after Standard Webhooks."""


def to_their_own() -> Outbound:
    """For a developer's own receiver: it may be on any address, over plain http, on any port."""
    return Outbound(Reach(private=True))


def signed(event: Event, body: str, *, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    return {**unsigned(event.type, event.cause.correlation_id), **headers(secrets, id=event.id, at=at, body=body)}


def check_url(url: str) -> None:
    """Raises NotReady for what cannot be posted to."""
    try:
        read_target(url)
    except UrlRefused as refused:
        raise NotReady(str(refused)) from None


def check_secret(secret: str) -> None:
    """Raises NotReady, and does not repeat it."""
    try:
        size = len(base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith(SECRET_PREFIX) or not LEAST_KEY <= size <= MOST_KEY:
        raise NotReady(
            f"the secret is not {SECRET_PREFIX} and base64 of {LEAST_KEY} to {MOST_KEY} bytes:"
            " give it as createWebhookEndpoint or `swapshop listen` has shown it"
        )


def event_type(name: str) -> EventType:
    """Raises NotReady for one that there is not."""
    known = [type for type in EventType if not type.is_internal]
    if name.upper() not in known:
        raise NotReady(f"there is no event type {name!r}; there are {', '.join(known)}")
    return EventType(name.upper())
