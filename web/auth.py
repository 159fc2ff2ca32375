"""Auth: passwords under Argon2id, and access tokens as JWTs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.clock import now
from domain.ids import new_id
from domain.ports import AccessToken
from domain.refusals import Refused, TooManyAttempts
from domain.users import Role, User, Viewer
from web.gate import Gate

SLOTS, WAITING = 2, 64
RETRY_AFTER = 2
ISSUER = AUDIENCE = "swapshop"
ALGORITHM = "HS256"
CLAIMS = ["exp", "iat", "sub", "aud", "iss", "jti", "sid"]
TOKENS_KEPT = 10_000
CLOCKS_APART = 60.0  # seconds; a token of another process whose clock is ahead is good

T = TypeVar("T")


class Argon2Passwords:
    """19 MiB, 2 passes, 1 lane (OWASP), in two threads; when too many wait, the next is refused at once."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(SLOTS, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobodys = self._hasher.hash("the password of nobody")

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, _bytes(password))

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Without a hash it costs the same and is False: an unknown e-mail cannot be told by the time."""
        matched = await self._run(self._verify, hashed or self._nobodys, _bytes(password))
        return matched and bool(hashed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, hashed: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        if self._waiting >= WAITING:
            raise Refused(TooManyAttempts(retry_after_seconds=RETRY_AFTER))
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


class JwtTokens:
    """RFC 7519 with one algorithm and required claims. Tokens that were good are remembered until they expire."""

    def __init__(self, key: str, gate: Gate, *, lifetime: timedelta) -> None:
        self._key = key
        self._gate = gate
        self._lifetime = lifetime
        self._good: dict[str, tuple[float, Viewer]] = {}

    def issue(self, user: User, session_id: UUID) -> AccessToken:
        at = now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user.id),
            "iat": at,
            "exp": at + self._lifetime,
            "jti": str(new_id()),
            "sid": str(session_id),
            "roles": list(user.roles),
        }
        text = jwt.encode(claims, self._key, algorithm=ALGORITHM)
        return AccessToken(text=text, expires_in=int(self._lifetime.total_seconds()))

    def verify(self, token: str) -> Viewer | None:
        """None for a token that is not ours, was changed, has expired, or whose session was revoked."""
        viewer = self._signed(token)
        return self._gate.admit(viewer) if viewer else None

    def _signed(self, token: str) -> Viewer | None:
        expires, viewer = self._good.get(token, (0.0, None))
        if viewer and expires > now().timestamp():
            return viewer
        self._good.pop(token, None)
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": CLAIMS, "verify_iat": False},  # it would allow no difference between clocks
            )
            if claims["iat"] > now().timestamp() + CLOCKS_APART:
                return None
            viewer = _viewer(claims)
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):  # of JSON nested too deep
            return None
        if len(self._good) >= TOKENS_KEPT:
            self._good.clear()
        self._good[token] = (float(claims["exp"]), viewer)
        return viewer


def _viewer(claims: dict[str, Any]) -> Viewer:
    roles = frozenset(Role(role) for role in claims.get("roles", ()))
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    return Viewer(user_id=UUID(claims["sub"]), session_id=UUID(claims["sid"]), roles=roles, expires_at=expires_at)


def bearer(text: object) -> str | None:
    """The token of an `authorization` value like "Bearer …"; None when there is none."""
    scheme, _, token = text.partition(" ") if isinstance(text, str) else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
