"""Standard Webhooks (standardwebhooks.com, specification 1.0.0): headers and signatures."""

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events import EventType
from domain.webhooks import SECRET_PREFIX


def headers(secrets: Sequence[str], *, id: UUID, at: datetime, body: str) -> dict[str, str]:
    """The id is the event's: the same on every attempt, so that a receiver can drop what it has seen.

    Each secret signs: while one is replaced by another, a receiver may know either.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{id}.{timestamp}.{body}".encode()
    return {
        "webhook-id": str(id),
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def unsigned(event_type: EventType, correlation_id: UUID) -> dict[str, str]:
    """All headers but those of Standard Webhooks."""
    return {
        "content-type": "application/json",
        "user-agent": "swapshop-webhooks/1",
        "x-swapshop-event": event_type.dotted,
        "traceparent": _traceparent(correlation_id),
    }


def _traceparent(correlation_id: UUID) -> str:
    """W3C Trace Context, level 1: the trace is whatever joins all that one request did; each attempt is a span."""
    return f"00-{correlation_id.hex}-{random.token_hex(8)}-01"


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.digest(base64.b64decode(secret.removeprefix(SECRET_PREFIX)), signed, hashlib.sha256)
    return base64.b64encode(digest).decode()
