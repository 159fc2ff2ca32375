"""Settings: read once from SWAPSHOP_* variables, typed, and every default runs on a laptop."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from web.broker import Broker
from web.vault import read_keys

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
LEAST_KEY_BYTES = 32
DRIVERS = ("sqlite+aiosqlite", "mysql+aiomysql")


class NotReady(Exception):
    """Something that a start needs is missing; the message says what, and what to do."""


def duration(text: Any) -> Any:
    """ "250ms", "5s", "30m", "2h", "1d", or plain seconds."""
    if not isinstance(text, str):
        return text
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d)?\s*", text)
    if not match:
        raise ValueError(f'{text!r} is not a duration; write it like "5s", "30m" or "2h"')
    return timedelta(seconds=float(match[1]) * UNITS[match[2] or "s"])


def durations(text: Any) -> Any:
    return [duration(part) for part in text.split(",")] if isinstance(text, str) else text


def words(text: Any) -> Any:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


def upper(text: Any) -> Any:
    return text.upper() if isinstance(text, str) else text


def lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def known_database(url: SecretStr | None) -> SecretStr | None:
    """The message does not repeat the URL: it may hold a password."""
    try:
        driver = make_url(url.get_secret_value()).drivername if url else DRIVERS[0]
    except (ArgumentError, ValueError):
        raise ValueError("is not a database URL like mysql+aiomysql://user:password@host/swapshop") from None
    if driver not in DRIVERS:
        raise ValueError(f"{driver!r} is not supported; use {' or '.join(DRIVERS)}")
    return url


def known_broker(url: SecretStr | None) -> SecretStr | None:
    """The message does not repeat the URL: it may hold a password."""
    if url is not None:
        Broker.at(url.get_secret_value())
    return url


def known_keys(keys: SecretStr | None) -> SecretStr | None:
    if keys is not None:
        read_keys(keys.get_secret_value())
    return keys


def long_key(key: SecretStr | None) -> SecretStr | None:
    if key is not None and (size := len(key.get_secret_value().encode())) < LEAST_KEY_BYTES:
        raise ValueError(f"must have at least {LEAST_KEY_BYTES} bytes, it has {size}; try: openssl rand -hex 32")
    return key


Duration = Annotated[timedelta, BeforeValidator(duration)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SWAPSHOP_", hide_input_in_errors=True)

    data: Path = Field(default=Path("data"), description="folder of the embedded default: database, keys, lock")
    database_url: Annotated[SecretStr | None, AfterValidator(known_database)] = Field(
        default=None, description="sqlite+aiosqlite:///… or mysql+aiomysql://…; serve and worker need it"
    )
    redis_url: SecretStr | None = Field(default=None, description="redis://…; without it there is one process")
    mqtt_url: Annotated[SecretStr | None, AfterValidator(known_broker)] = Field(
        default=None,
        description="mqtt://… or mqtts://…, to the card processor; without it a simulated one is in the worker",
    )
    mqtt_ca_file: FilePath | None = Field(
        default=None, description="certificates of whoever has signed that of the broker; those of the system otherwise"
    )
    provider_delay: Duration = Field(
        default=timedelta(milliseconds=300), description="how long the simulated card processor takes to answer"
    )
    provider_late: Duration = Field(
        default=timedelta(minutes=6), description="how long it takes when the card says that its answer is late"
    )
    secret_key: Annotated[SecretStr | None, AfterValidator(long_key)] = Field(
        default=None, description="signs access tokens; 32 bytes or more; serve needs it"
    )
    webhook_keys: Annotated[SecretStr | None, AfterValidator(known_keys)] = Field(
        default=None,
        description="id:64 hex digits, with commas; the first seals the secrets of webhooks, all open them",
    )
    access_token_lifetime: Duration = Field(default=timedelta(minutes=15), description="e.g. 15m")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR; DEBUG has a line for each operation and each event"
    )
    log_format: Annotated[Literal["auto", "json", "console"], BeforeValidator(lower)] = Field(
        default="auto", description="json, console, or auto: console on a terminal and JSON elsewhere"
    )
    pages: Path | None = Field(default=None, description="folder of the built front end; without it frontend/dist")
    most_body: int = Field(default=1_048_576, ge=1_024, description="bytes of one GraphQL request over HTTP")
    most_operations: int = Field(default=20, ge=1, description="operations at a time on one websocket")
    most_sockets: int = Field(default=20, ge=1, description="websockets of one user at a time on one API")
    most_messages: int = Field(default=50, ge=1, description="messages a second that a client may send on a websocket")
    socket_init_timeout: Duration = Field(default=timedelta(seconds=5), description="for a websocket to say who it is")
    socket_grace: Duration = Field(
        default=timedelta(seconds=30), description="how long a websocket stays open after its access token has expired"
    )
    socket_drain: Duration = Field(
        default=timedelta(seconds=5), description="over how long websockets are told to go (1012) when a process stops"
    )
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$", description="of all prices")
    custom_items: Literal["everyone", "staff"] = Field(
        default="everyone", description="who may order articles that they describe by hand"
    )
    regions: Annotated[list[str], NoDecode, BeforeValidator(words)] = Field(
        default=["north", "south"], min_length=1, description="where stock is kept; the first is where orders are from"
    )
    promote_after: Duration = Field(default=timedelta(0), description="how long an order stays PENDING at least")
    card_deadline: Duration = Field(
        default=timedelta(minutes=30),
        gt=timedelta(0),
        description="how long an order waits to be paid by card; then it is cancelled and what it reserved is released",
    )
    transfer_deadline: Duration = Field(
        default=timedelta(days=5), gt=timedelta(0), description="the same for an order to be paid by bank transfer"
    )
    payment_timeout: Duration = Field(
        default=timedelta(minutes=5),
        gt=timedelta(0),
        description="a card payment that is not answered in this time is FAILED, and the order may be paid again",
    )
    log_retention: Duration = Field(
        default=timedelta(days=30), description="how far back clients may resume from; older cursors are CURSOR_EXPIRED"
    )
    webhook_schedule: Annotated[list[timedelta], NoDecode, BeforeValidator(durations)] = Field(
        default=[duration(wait) for wait in ("5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h")],
        description="the waits between the attempts of a webhook, each ±20 %",
    )
    webhook_give_up_after: Duration = Field(
        default=timedelta(days=5), description="an endpoint to which nothing gets through for so long is disabled"
    )
    webhook_retention: Duration = Field(
        default=timedelta(days=30),
        description="how long settled deliveries are kept, to look at and to repeat",
    )
    webhook_timeout: Duration = Field(default=timedelta(seconds=15), description="for one attempt, all of it")
    webhook_allow_private: bool = Field(
        default=False, description="also send to private addresses, over plain http, to any port"
    )
    receiver_secrets: Annotated[list[SecretStr], NoDecode, BeforeValidator(words)] = Field(
        default=[], description="whsec_… of the endpoints that `swapshop receiver` takes webhooks for, with commas"
    )
    seed: Annotated[Literal["demo", "none"], BeforeValidator(lower)] = Field(
        default="demo", description="what `start` and `up` begin with: articles and orders to look at, or none"
    )
    seed_password: SecretStr | None = Field(
        default=None, description="of the people that `swapshop seed` makes in SWAPSHOP_DATABASE_URL"
    )
    admin_password: SecretStr | None = Field(default=None, description="of the admin that `swapshop bootstrap` makes")
    receiver_secrets_file: Path | None = Field(
        default=None, description="a file with more of them, one a line; read at each webhook, so that they may change"
    )
