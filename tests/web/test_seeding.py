"""`swapshop seed`, and a shop that begins with its seed; no deployment gets an admin whose password is known."""

from pathlib import Path
from typing import Any

import pytest

from domain.users import Role
from persistence.database import SqlDatabase
from tests.support.client import Client
from tests.support.databases import FileTemplate
from tests.support.processes import KEY
from tests.web.test_cli import embedded, swapshop
from web.auth import Argon2Passwords
from web.demo_data import PASSWORD, email_of

OWN = "a password of our own"
LOOK = """{ products(first: 1) { totalCount edges { node { imageUrl } } } orders(first: 1) { totalCount } }"""
PAID = """{ orders(filter: {paymentState: [PAID]}, first: 100) { edges { node {
  status payments { method status card { brand last4 } } } } } }"""


@pytest.fixture
def database_url(file_template: FileTemplate, tmp_path: Path) -> str:
    return file_template.copy(tmp_path)


async def admins_password(url: str) -> str | None:
    """The known one, our own, or None without an admin."""
    database, passwords = SqlDatabase(url), Argon2Passwords()
    try:
        async with database.reading() as rows:
            known = await rows.users.credentials(email_of(Role.ADMIN))
        for password in (PASSWORD, OWN) if known else ():
            if known and await passwords.matches(password, known[1]):
                return password
        return None
    finally:
        passwords.close()
        await database.close()


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["none", "the known one"])
async def test_a_database_gets_no_admin_whose_password_everybody_knows(database_url: str, password: str | None) -> None:
    settings = {"SWAPSHOP_DATABASE_URL": database_url, "SWAPSHOP_SECRET_KEY": KEY}
    given = settings | ({"SWAPSHOP_SEED_PASSWORD": password} if password else {})
    refused = await swapshop("seed", settings=given)
    assert refused.status == 1
    assert all(word in refused.complained for word in ("admin@swapshop.test", "SWAPSHOP_SEED_PASSWORD", "--yes"))
    assert await admins_password(database_url) is None


async def test_a_database_is_planted_with_a_password_of_its_own_or_where_that_is_agreed_to(
    database_url: str, file_template: FileTemplate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = {"SWAPSHOP_DATABASE_URL": database_url, "SWAPSHOP_SECRET_KEY": KEY}
    own = await swapshop("seed", settings=settings | {"SWAPSHOP_SEED_PASSWORD": OWN})
    assert (own.status, own.said) == (0, "the seed is there: 60 articles were added, 33 orders moved on\n")
    again = await swapshop("seed", "--yes", settings=settings)
    assert (again.status, again.said) == (0, "the seed is there: 0 articles were added, 0 orders moved on\n")
    assert await admins_password(database_url) == OWN

    other = file_template.copy(tmp_path_factory.mktemp("other"))
    agreed = await swapshop("seed", "--yes", settings=settings | {"SWAPSHOP_DATABASE_URL": other})
    assert (agreed.status, await admins_password(other)) == (0, PASSWORD)


@pytest.mark.parametrize(
    ("lacking", "word"),
    [("SWAPSHOP_SECRET_KEY", "SWAPSHOP_SECRET_KEY"), ("SWAPSHOP_SEED_PASSWORD", "12 to 256 bytes")],
)
async def test_what_it_lacks_is_said(database_url: str, lacking: str, word: str) -> None:
    settings = {"SWAPSHOP_DATABASE_URL": database_url, "SWAPSHOP_SECRET_KEY": KEY, "SWAPSHOP_SEED_PASSWORD": OWN}
    short = {**settings, lacking: "short"}
    given = short if lacking == "SWAPSHOP_SEED_PASSWORD" else {k: v for k, v in settings.items() if k != lacking}
    refused = await swapshop("seed", settings=given)
    assert refused.status == 1
    assert word in refused.complained


async def test_a_shop_begins_with_its_seed_and_has_it_once_and_a_running_one_is_left_alone(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    for _ in range(2):
        process = embedded(data, log).start()
        async with Client(process.url) as client:
            await client.login(email_of(Role.OPERATOR), PASSWORD)
            answer = (await client.post(LOOK))["data"]
            assert (answer["products"]["totalCount"], answer["orders"]["totalCount"]) == (60, 40)
            [edge] = answer["products"]["edges"]
            assert (await client.http.get(edge["node"]["imageUrl"])).headers["content-type"] == "image/svg+xml"
        refused = await swapshop("seed", "--data", str(data))
        assert refused.status == 1
        assert "Stop it" in refused.complained
        assert process.stop() == 0
    assert log.read_text().count("sign-in seller clothes@swapshop.test") == 2
    assert "left out" not in log.read_text()


async def test_a_shop_may_begin_with_nothing_and_be_planted_later(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    process = embedded(data, log)
    process.environment["SWAPSHOP_SEED"] = "none"
    process.start()
    async with Client(process.url) as client:
        await client.login(email_of(Role.OPERATOR), PASSWORD)
        answer = (await client.post(LOOK))["data"]
        assert (answer["products"]["totalCount"], answer["orders"]["totalCount"]) == (0, 0)
    assert "clothes@swapshop.test" not in log.read_text()
    assert process.stop() == 0
    planted = await swapshop("seed", "--data", str(data))
    assert (planted.status, planted.said) == (0, "the seed is there: 60 articles were added, 33 orders moved on\n")


def by_card(found: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Orders that are paid by card, and their payments."""
    nodes = [edge["node"] for edge in found["edges"]]
    return [(one, payment) for one in nodes for payment in one["payments"] if payment["method"] == "CARD"]


async def test_the_card_of_its_customer_is_charged_by_the_processor(tmp_path: Path) -> None:
    """It is paid for when the processor says so, as every card is."""
    process = embedded(tmp_path / "data", tmp_path / "log").start()
    async with Client(process.url) as client:
        await client.login(email_of(Role.OPERATOR), PASSWORD)
        paid = await client.until(by_card, PAID, seconds=60)
        [(order, payment)] = by_card(paid)
        assert (order["status"], payment["status"], payment["card"]) == (
            "PENDING",
            "APPROVED",
            {"brand": "visa", "last4": "4242"},
        )
    assert process.stop() == 0
