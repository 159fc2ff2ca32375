"""Keeping: the refresh token of a browser, which keeps it where no script can read it."""

from dataclasses import dataclass


@dataclass(slots=True)
class KeptToken:
    """What one request of such a browser brought, and what the answer to it has the browser keep."""

    sent: str | None = None
    kept: str | None = None
    seconds: int = 0
    changed: bool = False

    def keep(self, token: str, seconds: int) -> None:
        self.kept, self.seconds, self.changed = token, seconds, True

    def forget(self) -> None:
        self.kept, self.seconds, self.changed = None, 0, True
