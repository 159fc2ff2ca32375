"""The data folder: one shop at a time, its key, and where a running one answers."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from web.settings import NotReady
from web.vault import new_keys

UP = "up"  # the folder, in the data folder, of the shop that `swapshop up` runs


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process; the lock ends with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(f"{folder} is used by another Swap Shop{_where(folder)}. Stop it, or give --data.") from None
        try:
            yield
        finally:
            (folder / "running.json").unlink(missing_ok=True)


def secret_key(folder: Path) -> str:
    """The key of this folder's shop, made when there is none."""
    file = folder / "secret.key"
    if not file.exists() or not file.read_text().strip():
        write_secret(file, secrets.token_hex(32))
    return file.read_text().strip()


def webhook_keys(folder: Path) -> str:
    """What the secrets of this shop's webhooks are sealed with, made when there is none."""
    file = folder / "webhook.keys"
    if not file.exists() or not file.read_text().strip():
        write_secret(file, new_keys())
    return file.read_text().strip()


def write_secret(file: Path, secret: str) -> None:
    """Readable by its owner only, from the first moment."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        os.fchmod(descriptor, 0o600)  # one that was there already keeps its mode otherwise
        opened.write(secret)


def announce(folder: Path, *, url: str, receiver: str) -> None:
    """Tells other commands, such as the demo, where this shop answers."""
    (folder / "running.json").write_text(json.dumps({"url": url, "receiver": receiver, "pid": os.getpid()}))


def running(folder: Path) -> dict[str, str]:
    """Where the shop of the folder answers; raises NotReady when there is none."""
    for place in (folder, folder / UP):
        with suppress(FileNotFoundError, ValueError):
            found: dict[str, str] = json.loads((place / "running.json").read_text())
            return found
    raise NotReady(f"No shop runs on {folder}. Start it in another terminal: ./run")


def _where(folder: Path) -> str:
    try:
        return f" ({running(folder)['url']}, process {running(folder)['pid']})"
    except NotReady:
        return ""
