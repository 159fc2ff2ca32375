"""Settings: what may be set, how it is written, and how a mistake is told."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from web.settings import Settings

LONG = "a-key-that-is-long-enough-for-hmac"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SWAPSHOP_{name.upper()}", raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"SWAPSHOP_{name.upper()}", value)
    return Settings()


def test_every_setting_has_a_default_that_runs_on_a_laptop() -> None:
    settings = Settings()
    assert (settings.database_url, settings.redis_url, settings.secret_key) == (None, None, None)
    assert settings.promote_after == timedelta(0)
    assert settings.webhook_schedule[0] == timedelta(seconds=5)
    assert settings.webhook_allow_private is False
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("250ms", 0.25), ("5s", 5), (" 1.5 s ", 1.5), ("30m", 1800), ("2h", 7200), ("1d", 86400), ("7", 7), ("0", 0)],
)
def test_a_duration_is_written_with_its_unit(monkeypatch: pytest.MonkeyPatch, text: str, seconds: float) -> None:
    assert read(monkeypatch, promote_after=text).promote_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5s", "5 minutes", "5S", "1e3", "٣s", "5s,"])
def test_what_is_no_duration_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(ValidationError, match="is not a duration"):
        read(monkeypatch, webhook_timeout=text)


def test_a_schedule_is_a_list_of_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = read(monkeypatch, webhook_schedule="5s, 5m,1h").webhook_schedule
    assert schedule == [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=1)]


def test_the_secrets_of_the_receiver_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = read(monkeypatch, receiver_secrets="whsec_a, whsec_b,").receiver_secrets
    assert [secret.get_secret_value() for secret in secrets] == ["whsec_a", "whsec_b"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("secret_key", "x" * 31, "must have at least 32 bytes, it has 31"),
        ("database_url", "postgresql://ana:hunter2@host/shop", "'postgresql' is not supported"),
        ("database_url", "hunter2", "is not a database URL like mysql"),
        ("currency", "eur", "match"),
        ("webhook_allow_private", "perhaps", "boolean"),
    ],
)
def test_a_mistake_names_its_setting_and_keeps_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        read(monkeypatch, **{name: value})
    (error,) = refused.value.errors(include_input=False)
    assert error["loc"] == (name,)
    assert value not in str(refused.value)


@pytest.mark.parametrize("size", [32, 33, 500])
def test_a_key_of_32_bytes_or_more_is_taken(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    key = read(monkeypatch, secret_key="x" * size).secret_key
    assert key
    assert key.get_secret_value() == "x" * size


@pytest.mark.parametrize("shown", [str, repr])
def test_settings_that_are_printed_show_no_secret(monkeypatch: pytest.MonkeyPatch, shown: Any) -> None:
    settings = read(
        monkeypatch,
        secret_key=LONG,
        database_url="mysql+aiomysql://ana:hunter2@host/shop",
        redis_url="redis://:hunter2@host/0",
        receiver_secrets="whsec_hunter2",
    )
    assert LONG not in shown(settings)
    assert "hunter2" not in shown(settings)
