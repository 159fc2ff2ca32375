"""The vault: the secrets of webhooks as they are stored, so that whoever reads the database cannot sign."""

import base64
import binascii
import re
import secrets as random
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.webhooks import SECRET_PREFIX

KEY = re.compile(r"([A-Za-z0-9_-]{1,16}):([0-9a-fA-F]{64})", re.ASCII)
NONCE = 12
"""Bytes, random: of one key no more than 2^32 may be used (NIST SP 800-38D, 8.3)."""


def read_keys(text: str) -> dict[str, bytes]:
    """ "2:<64 hex digits>,1:<64 hex digits>": 32 bytes each, under an id. Raises ValueError, and repeats no key."""
    keys: dict[str, bytes] = {}
    for number, part in enumerate(text.split(","), start=1):
        match = KEY.fullmatch(part.strip())
        if not match:
            raise ValueError(f"key {number} is not an id, a colon and 64 hex digits, like 1:$(openssl rand -hex 32)")
        if match[1] in keys:
            raise ValueError(f"the id {match[1]!r} is there twice")
        keys[match[1]] = bytes.fromhex(match[2])
    return keys


def new_keys() -> str:
    return f"1:{random.token_hex(32)}"


class AesVault:
    """See domain.ports.Vault. AES-256-GCM: the first key seals, all open, and the endpoint's id is authenticated too.

    A sealed secret is the id of its key, a dot, and base64url of nonce, ciphertext and tag. One from before there were
    keys is plain, and opens as it is.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {id: AESGCM(key) for id, key in keys.items()}
        self._newest = next(iter(keys))

    def seal(self, secret: str, *, about: UUID) -> str:
        nonce = random.token_bytes(NONCE)
        sealed = nonce + self._ciphers[self._newest].encrypt(nonce, secret.encode(), about.bytes)
        return f"{self._newest}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, *, about: UUID) -> str:
        if sealed.startswith(SECRET_PREFIX):
            return sealed
        id, _, text = sealed.partition(".")
        if id not in self._ciphers:
            raise LookupError(
                f"the secret of endpoint {about} needs the key {id!r}, which SWAPSHOP_WEBHOOK_KEYS has not"
            )
        try:
            raw = base64.urlsafe_b64decode(text)
            return self._ciphers[id].decrypt(raw[:NONCE], raw[NONCE:], about.bytes).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise LookupError(
                f"the key {id!r} does not open the secret of endpoint {about}: is it the right one?"
            ) from None

    def is_fresh(self, sealed: str) -> bool:
        return sealed.startswith(f"{self._newest}.")
