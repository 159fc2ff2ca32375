"""Refresh tokens: 16 bytes of the session's id, 32 that nobody can guess, 16 that prove the shop has issued them."""

import base64
import binascii
import hashlib
import hmac
import secrets
from uuid import UUID

ID, SECRET, PROOF = 16, 32, 16
LENGTH = 86  # characters of base64url without padding for all 64 bytes


class HmacRefreshTokens:
    """See domain.ports.RefreshTokens. HMAC-SHA256 (RFC 2104) under keys that are derived from the server's."""

    def __init__(self, key: str) -> None:
        self._successors = _derived(key, b"successor")
        self._proofs = _derived(key, b"proof")

    def first(self, session_id: UUID) -> str:
        return self._written(session_id.bytes, secrets.token_bytes(SECRET))

    def successor(self, session_id: UUID, digest: bytes) -> str:
        return self._written(session_id.bytes, _mac(self._successors, digest))

    def session_of(self, token: str) -> UUID | None:
        """None for text that this shop has not issued, to the letter: base64 has several spellings of one token."""
        try:
            raw = base64.b64decode(token + "==", altchars=b"-_", validate=True) if len(token) == LENGTH else b""
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != ID + SECRET + PROOF:
            return None
        issued = self._written(raw[:ID], raw[ID:-PROOF])
        return UUID(bytes=raw[:ID]) if hmac.compare_digest(token, issued) else None

    def digest(self, token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()

    def _written(self, id: bytes, secret: bytes) -> str:
        raw = id + secret + self._proof(id + secret)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def _proof(self, raw: bytes) -> bytes:
        return _mac(self._proofs, raw)[:PROOF]


def _derived(key: str, purpose: bytes) -> bytes:
    return _mac(key.encode(), b"swapshop refresh token " + purpose)


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
