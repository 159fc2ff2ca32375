"""The whole schema, asked by schemathesis with arguments of every kind: a running shop answers or refuses."""

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis.graphql import nodes

from domain.events import Place
from domain.ids import new_id
from domain.users import Role
from graph.scalars import write_cursor
from tests.support.hostile import ALARMS
from tests.support.people import signed_in
from tests.support.processes import ROOT, EmbeddedStack, Stack

OURS = {"INTERNAL", "UNAVAILABLE"}
"""Codes that say that something is wrong with the shop, and not with what it was asked."""

ids = some.just(str(new_id())) | some.uuids().map(str) | some.text(max_size=40)
places = some.builds(Place, position=some.integers(0, 2**64 - 1), mark=some.binary(min_size=4, max_size=4))
cursors = places.map(write_cursor) | some.text(max_size=20)
decimals = some.decimals(allow_nan=False, allow_infinity=False).map(str) | some.sampled_from(
    ["-0", "1e999", "NaN", "٣"]
)
prices = some.integers(1, 10**6).map(lambda minor: f"{Decimal(minor).scaleb(-2)}")
times = some.datetimes(timezones=some.just(UTC)).map(lambda at: at.isoformat()) | some.text(max_size=30)

schemathesis.graphql.scalar("ID", ids.map(nodes.String))
schemathesis.graphql.scalar("Cursor", cursors.map(nodes.String))
schemathesis.graphql.scalar("Decimal", (decimals | prices).map(nodes.String))
schemathesis.graphql.scalar("DateTime", times.map(nodes.String))
schemathesis.graphql.scalar("JSON", some.text(max_size=20).map(nodes.String))

SCHEMA = schemathesis.graphql.from_file((ROOT / "schema.graphql").read_text())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One that no other test has to live with afterwards."""
    started = EmbeddedStack(Path(tmp_path_factory.mktemp("asked"))).start()
    yield started
    started.stop()


@pytest.fixture
async def tokens(shop: Stack) -> list[str | None]:
    """Of an admin, of a customer, and of nobody; new ones each time, for some operations end sessions."""
    people = [await signed_in(shop, Role.ADMIN), await signed_in(shop, Role.CUSTOMER)]
    for person in people:
        await person.close()
    return [*(person.token for person in people), None]


@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_it_is_asked_the_shop_answers_or_refuses(
    shop: Stack, tokens: list[str | None], full: bool, label: str
) -> None:
    @settings(max_examples=100 if full else 8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[label].as_strategy(), token=some.sampled_from(tokens))
    def asked(case: Any, token: str | None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = case.call(base_url=f"{shop.url}/graphql", headers=headers)
        assert answer.status_code in {200, 401}, f"{case.body}\n{answer.text}"
        codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
        assert not codes & OURS, f"{case.body}\n{answer.text}"

    asked()


def test_nothing_was_logged_as_a_fault_meanwhile(shop: Stack) -> None:
    """After the others, in the shop that they asked."""
    assert [line for line in shop.logs().splitlines() if any(alarm in line for alarm in ALARMS)] == []


def test_every_query_and_mutation_was_asked() -> None:
    root = SCHEMA.client_schema
    fields = [*root.query_type.fields, *root.mutation_type.fields]
    assert sorted(label.partition(".")[2] for label in OPERATIONS) == sorted(fields)
