"""`swapshop doctor`: what is here, what is missing and how to get it, and what is wrong with a running shop."""

import os
import platform
import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import httpx
from pydantic import SecretStr, ValidationError

from web import folder
from web.settings import NotReady, Settings
from web.stack import SBIN
from web.vault import AesVault, read_keys

PROGRAMS = {
    "mariadbd": "mariadb-server-core",
    "mariadb-install-db": "mariadb-server-core",
    "redis-server": "redis-server",
    "mosquitto": "mosquitto",
}
"""What `swapshop up` and the tests start, and the Debian package that has it."""

LOCK = Path(__file__).parents[1] / "requirements" / "runtime.txt"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(;[^\\]*)?")
PATIENCE = 5.0


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `advice` says what to do, and is empty when nothing is to be done."""

    name: str
    state: State
    detail: str
    advice: str = ""


def fine(name: str, detail: str, advice: str = "") -> Finding:
    return Finding(name=name, state=State.OK, detail=detail, advice=advice)


def warning(name: str, detail: str, advice: str) -> Finding:
    return Finding(name=name, state=State.WARNING, detail=detail, advice=advice)


def wrong(name: str, detail: str, advice: str) -> Finding:
    return Finding(name=name, state=State.WRONG, detail=detail, advice=advice)


async def examine(data: Path | None) -> AsyncIterator[Finding]:
    """Everything that can be found out from here, in the order in which one would mend it."""
    from web.checkup import examine_broker, examine_database, examine_redis

    for finding in here():
        yield finding
    settings, found = read_settings(data)
    for finding in found:
        yield finding
    if settings is None:
        return
    shop = await running(settings.data)
    if shop:
        yield shop
    url = settings.database_url or embedded_url(settings.data)
    if url is None:
        yield fine("database", f"none yet: {settings.data / 'shop.db'} is made by the first ./run")
    else:
        runs = bool(shop or settings.database_url)
        for finding in await examine_database(url.get_secret_value(), runs=runs, vault=vault_of(settings)):
            yield finding
    if settings.redis_url:
        for finding in await examine_redis(settings.redis_url.get_secret_value()):
            yield finding
    if settings.mqtt_url:
        yield await examine_broker(settings.mqtt_url.get_secret_value(), ca_file=settings.mqtt_ca_file)


def here() -> Iterator[Finding]:
    yield fine("python", f"{platform.python_version()} at {sys.executable}")
    yield packages(LOCK)
    path = f"{os.environ.get('PATH', os.defpath)}:{SBIN}"
    for program, package in PROGRAMS.items():
        place = shutil.which(program, path=path)
        if place:
            yield fine(program, place)
        else:
            install = f"apt-get install {package}, or ./run test, which does it"
            yield warning(program, "not installed; ./run needs none, ./run up and ./run test do", install)


def packages(lock: Path) -> Finding:
    """Whether the installed packages are those of the lock, where there is a checkout with one."""
    if not lock.exists():
        return fine("packages", f"no {lock.name} here to compare with")
    other = [f"{name} {found or 'missing'} instead of {wanted}" for name, wanted, found in _differences(lock)]
    if other:
        return warning("packages", "; ".join(other), "./run brings .venv to what the lock says")
    return fine("packages", f"as {lock.name} says")


def _differences(lock: Path) -> Iterator[tuple[str, str, str | None]]:
    for line in lock.read_text().splitlines():
        pin = PIN.match(line)
        if not pin or pin[3]:  # one with a marker is for some other system or Python, or may be
            continue
        try:
            found: str | None = metadata.version(pin[1])
        except metadata.PackageNotFoundError:
            found = None
        if found != pin[2]:
            yield pin[1], pin[2], found


def read_settings(data: Path | None) -> tuple[Settings | None, list[Finding]]:
    """The settings, unless they cannot be read, and what is wrong with them."""
    try:
        settings = Settings()
    except ValidationError as fault:
        refused = fault.errors(include_input=False, include_context=False)
        advice = "`swapshop config` explains each setting"
        return None, [wrong(f"SWAPSHOP_{str(one['loc'][0]).upper()}", one["msg"], advice) for one in refused]
    return settings.model_copy(update={"data": data}) if data else settings, combinations(settings)


def combinations(settings: Settings) -> list[Finding]:
    """Settings that are right by themselves and not together."""
    if settings.database_url is None:
        return [fine("settings", "no SWAPSHOP_DATABASE_URL: the embedded shop, in one process")]
    found = []
    if settings.secret_key is None:
        make = "openssl rand -hex 32, the same for every process"
        found.append(wrong("SWAPSHOP_SECRET_KEY", "not set, and `swapshop serve` does not start without it", make))
    if settings.webhook_keys is None:
        told = "not set, and neither `swapshop serve` nor `swapshop worker` starts without it"
        make = 'echo "1:$(openssl rand -hex 32)", the same for every process'
        found.append(wrong("SWAPSHOP_WEBHOOK_KEYS", told, make))
    if settings.redis_url is None:
        told = "not set: processes hear of each other's commits a second late, and orders are not cached"
        found.append(warning("SWAPSHOP_REDIS_URL", told, "redis://host:6379/0"))
    if settings.mqtt_url is None:
        told = "not set: cards are charged by a simulated processor inside the worker"
        found.append(warning("SWAPSHOP_MQTT_URL", told, "mqtts://user:password@host:8883"))
    if settings.webhook_allow_private:
        told = "webhooks may go to private addresses: whoever makes an endpoint can reach this network"
        found.append(warning("SWAPSHOP_WEBHOOK_ALLOW_PRIVATE", told, "unset it in production"))
    return found or [fine("settings", "they go together")]


def embedded_url(data: Path) -> SecretStr | None:
    """The embedded shop's database, if there is one; looking must not make it."""
    file = data.absolute() / "shop.db"
    return SecretStr(f"sqlite+aiosqlite:///{file}") if file.exists() else None


def vault_of(settings: Settings) -> AesVault | None:
    """Opened with the keys of the settings or of the data folder; looking must not make them."""
    file = settings.data / "webhook.keys"
    kept = file.read_text().strip() if settings.database_url is None and file.exists() else ""
    keys = settings.webhook_keys.get_secret_value() if settings.webhook_keys else kept
    return AesVault(read_keys(keys)) if keys else None


async def running(data: Path) -> Finding | None:
    """Whether the shop that the data folder tells of answers, and is ready; None when it tells of none."""
    try:
        found = folder.running(data)
    except NotReady:
        return None
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            ready = await client.get(f"{found['url']}/readyz")
    except httpx.HTTPError as fault:
        told = f"{found['url']} does not answer ({type(fault).__name__}), though {data} says that it runs"
        return wrong("shop", told, f"look whether process {found['pid']} lives, and at its log; then ./run")
    if ready.status_code == httpx.codes.OK:
        return fine("shop", f"{found['url']} is ready")
    return wrong("shop", f"{found['url']} is not ready: {ready.text[:200]}", "look at its log")


async def report(data: Path | None) -> bool:
    """Prints every finding; False when something is wrong."""
    well = True
    async for finding in examine(data):
        well = well and finding.state is not State.WRONG
        show(finding)
    print("nothing is wrong" if well else "something is wrong; what to do stands beside it")
    return well


def show(finding: Finding) -> None:
    print(f"{finding.state:<8} {finding.name:<20} {finding.detail}", flush=True)
    if finding.advice:
        print(f"{'':<8} {'':<20} -> {finding.advice}", flush=True)
