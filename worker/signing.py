"""Standard Webhooks (standardwebhooks.com, specification 1.0.0): headers and signatures."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from domain.webhooks import SECRET_PREFIX


def headers(secret: str, *, id: UUID, at: datetime, body: str) -> dict[str, str]:
    """The id is the event's: the same on every attempt, so that a receiver can drop what it has seen."""
    timestamp = str(int(at.timestamp()))
    signed = f"{id}.{timestamp}.{body}".encode()
    digest = hmac.digest(base64.b64decode(secret.removeprefix(SECRET_PREFIX)), signed, hashlib.sha256)
    return {
        "webhook-id": str(id),
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
