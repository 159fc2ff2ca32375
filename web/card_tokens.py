"""Card tokens: what the shop keeps in place of a card, made where its number ends."""

import hmac
import secrets
from uuid import UUID

RANDOM = 16  # bytes


class HmacCardTokens:
    """See domain.ports.CardTokens. HMAC-SHA256 (RFC 2104) under keys that are derived from the server's.

    There are few enough card numbers to try them all, so without the key a fingerprint leads back to none.
    """

    def __init__(self, key: str) -> None:
        self._tokens = _derived(key, b"token")
        self._numbers = _derived(key, b"number")

    def token(self, scenario: str, *, user_id: UUID, operation: str, key: str | None) -> str:
        request = repr((user_id.hex, operation, key)).encode()
        random = secrets.token_bytes(RANDOM) if key is None else _mac(self._tokens, request)[:RANDOM]
        return f"tok_{scenario}_{random.hex()}"

    def fingerprint(self, number: str) -> str:
        return _mac(self._numbers, number.encode()).hex()


def _derived(key: str, purpose: bytes) -> bytes:
    return _mac(key.encode(), b"swapshop card " + purpose)


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
