"""Users: who gets in, who does not, and who sees whose address."""

import asyncio
import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from domain.ids import new_id
from tests.support.client import LOGIN, PASSWORD, REGISTER, Client
from tests.support.processes import KEY, Stack

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ME = "{ me { id name email roles active createdAt } }"
SIGN_IN = """mutation($input: LoginInput!) { login(input: $input) { __typename ... on Refusal { message }
  ... on InvalidInput { issues { path } } ... on TooManyAttempts { retryAfterSeconds } } }"""
WHO_CANCELLED = """mutation($id: ID!) { cancelOrder(id: $id) { __typename } }"""


async def test_whoever_registers_is_signed_in_as_a_customer(nobody: Client) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    signed_in = await nobody.run(
        REGISTER, input={"name": " Ana ", "email": "Ana.One@example.test", "password": PASSWORD}
    )
    assert signed_in["__typename"] == "SignedIn"
    assert signed_in["tokens"]["expiresIn"] == 900
    nobody.token = signed_in["tokens"]["accessToken"]
    me = await nobody.run(ME)
    assert UUID7.fullmatch(me["id"])
    assert me["createdAt"].endswith("Z")
    assert begun <= datetime.fromisoformat(me.pop("createdAt")) <= datetime.now(UTC)
    expected = {"name": "Ana", "email": "Ana.One@example.test", "roles": ["CUSTOMER"], "active": True}
    assert me == {"id": signed_in["user"]["id"]} | expected


async def test_whoever_has_not_signed_in_is_nobody(nobody: Client) -> None:
    assert await nobody.run(ME) is None
    assert await nobody.code("{ orders { edges { node { id } } } }") == "UNAUTHENTICATED"


async def test_a_user_signs_in_at_any_api_and_is_known_at_the_others(stack: Stack, customer: Client) -> None:
    async with Client(stack.apis[-1].url) as again:
        await again.login(customer.user["email"])
        there = again.at(stack.url)
        assert (await there.run(ME))["id"] == customer.user["id"]


async def test_another_spelling_of_an_address_is_taken_and_signs_in(nobody: Client, customer: Client) -> None:
    email = f"straße-{customer.user['id']}@example.test"
    await nobody.register(email=email)
    for spelling in (email.upper(), f"  {email}", email.replace("ß", "ss"), email.replace("e", "\uff45", 1)):
        refused = await nobody.run(REGISTER, input={"name": "Bo", "email": spelling, "password": PASSWORD})
        assert refused["__typename"] == "EmailTaken", spelling
        assert (await nobody.login(spelling)).user["id"] == nobody.user["id"]


async def test_of_two_who_register_one_address_at_once_one_gets_it(stack: Stack, customer: Client) -> None:
    given = {"name": "Bo", "email": f"race-{customer.user['id']}@example.test", "password": PASSWORD}
    async with Client(stack.url) as one, Client(stack.apis[-1].url) as other:
        answers = await asyncio.gather(*(client.run(REGISTER, input=given) for client in (one, other) * 3))
    assert Counter(answer["__typename"] for answer in answers) == {"SignedIn": 1, "EmailTaken": 5}


async def test_a_bad_registration_is_told_every_field_at_once(nobody: Client) -> None:
    refused = await nobody.run(REGISTER, input={"name": " ", "email": "at home", "password": "short"})
    assert refused["__typename"] == "InvalidInput"
    assert [issue["path"] for issue in refused["issues"]] == [["input", name] for name in ("name", "email", "password")]
    assert all(issue["code"] and issue["message"] for issue in refused["issues"])
    assert refused["message"]


@pytest.mark.parametrize("password", ["twelve bytes"[:11], "x" * 257, "ñ" * 129])
async def test_a_password_has_12_to_256_bytes(nobody: Client, password: str) -> None:
    refused = await nobody.run(REGISTER, input={"name": "Bo", "email": "bo@example.test", "password": password})
    assert [issue["path"] for issue in refused["issues"]] == [["input", "password"]]


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(nobody: Client, customer: Client) -> None:
    attempts = [(customer.user["email"], PASSWORD + "!"), (f"x{customer.user['email']}", PASSWORD), ("", "")]
    answers = [await nobody.run(SIGN_IN, input={"email": email, "password": word}) for email, word in attempts]
    assert answers[0]["__typename"] == "InvalidCredentials"
    assert answers == [answers[0]] * 3


async def test_two_hundred_sign_ins_at_once_are_answered_each_and_the_shop_stays_well(
    stack: Stack, customer: Client
) -> None:
    given = {"email": customer.user["email"], "password": PASSWORD}
    done = asyncio.Event()

    async def watch() -> float:
        worst = 0.0
        while not done.is_set():
            begun = time.perf_counter()
            assert (await customer.http.get("/healthz")).text == "ok"
            worst = max(worst, time.perf_counter() - begun)
        return worst

    watching, begun = asyncio.create_task(watch()), time.perf_counter()
    async with Client(stack.url) as crowd:
        answers = await asyncio.gather(*(crowd.run(SIGN_IN, input=given) for _ in range(200)))
    took = time.perf_counter() - begun
    done.set()
    slowest = await watching
    came = Counter(answer["__typename"] for answer in answers)
    assert set(came) <= {"SignedIn", "TooManyAttempts"}
    assert came["SignedIn"] >= 10
    assert all(one["retryAfterSeconds"] > 0 for one in answers if one["__typename"] == "TooManyAttempts")
    assert slowest < max(3, took / 2), "it does not wait for the crowd"


def token_of(user: dict[str, Any], *, key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    """An access token as the shop makes them, but for the changes; None leaves a claim out."""
    now = datetime.now(UTC)
    claims = {
        "iss": "swapshop",
        "aud": "swapshop",
        "sub": user["id"],
        "iat": now,
        "exp": now + timedelta(minutes=15),
        "jti": user["id"],
        "sid": user["id"],
        "roles": ["ADMIN"],
    }
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm)


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FORGERIES: dict[str, dict[str, Any]] = {
    "expired": {"exp": LONG_AGO},
    "without exp": {"exp": None},
    "without sub": {"sub": None},
    "without sid": {"sid": None},
    "of another shop": {"iss": "another"},
    "for another audience": {"aud": "another"},
    "for no audience": {"aud": None},
    "under another key": {"key": "another-key-that-is-just-as-long-as-ours"},
    "not signed": {"key": "", "algorithm": "none"},
    "under another algorithm": {"algorithm": "HS512"},
    "of a user that is no id": {"sub": "admin"},
    "with a role that is none": {"roles": ["OWNER"]},
    "not valid yet": {"nbf": datetime(2999, 1, 1, tzinfo=UTC)},
}


async def test_a_token_made_as_the_shop_makes_them_is_good(customer: Client) -> None:
    customer.token = token_of(customer.user, roles=["CUSTOMER"])
    assert (await customer.run(ME))["id"] == customer.user["id"]


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("name", FORGERIES)
async def test_a_bad_token_opens_nothing(customer: Client, name: str) -> None:
    customer.token = token_of(customer.user, **FORGERIES[name])
    await assert_closed(customer)


@pytest.mark.parametrize("change", ["a changed byte", "a cut end", "text", "two tokens"])
async def test_a_token_that_was_tampered_with_opens_nothing(customer: Client, change: str) -> None:
    assert customer.token
    header, claims, signature = customer.token.split(".")
    changed = {
        "a changed byte": f"{header}.{claims[:-2]}{'A' if claims[-2] != 'A' else 'B'}{claims[-1]}.{signature}",
        "a cut end": f"{header}.{claims}.",
        "text": "let me in",
        "two tokens": f"{customer.token},{customer.token}",
    }
    customer.token = changed[change]
    await assert_closed(customer)


async def assert_closed(client: Client) -> None:
    """Over HTTP it is 401 UNAUTHENTICATED, on the socket 4403."""
    answer = await client.http.post(
        "/graphql", json={"query": "{ me { id } }"}, headers={"authorization": f"Bearer {client.token}"}
    )
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert answer.headers["www-authenticate"] == "Bearer"
    with pytest.raises(ConnectionClosed) as closed:
        async with client.socket():
            pass
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4403


@pytest.mark.parametrize("value", ["", "Bearer", "Basic YW5hOmFuYQ==", "token"])
async def test_an_authorization_that_is_no_bearer_token_is_refused(nobody: Client, value: str) -> None:
    answer = await nobody.http.post("/graphql", json={"query": ME}, headers={"authorization": value})
    assert answer.status_code == 401


async def test_the_address_of_a_user_is_for_that_user_and_staff(
    customer: Client, operator: Client, staff: Client, seller: Client
) -> None:
    order = await customer.order()
    look = "query($id: ID!) { order(id: $id) { customer { id name email } } }"
    for viewer in (customer, operator, staff):
        seen = await viewer.run(look, id=order["id"])
        assert seen["customer"]["email"] == customer.user["email"]
    assert await seller.run(look, id=order["id"]) is None


async def test_a_customer_is_not_told_who_of_the_staff_it_was(buyer: Client, clerk: Client) -> None:
    order = await buyer.order()
    assert (await clerk.run(WHO_CANCELLED, id=order["id"]))["__typename"] == "Order"
    look = """query($id: ID!) { events(filter: {subjectIds: [$id], types: [ORDER_CANCELLED]}) {
      edges { node { actor { kind user { id } } } } } }"""
    shown = await buyer.run(look, id=order["id"])
    assert shown["edges"][0]["node"]["actor"] == {"kind": "USER", "user": None}
    shown = await clerk.run(look, id=order["id"])
    assert shown["edges"][0]["node"]["actor"]["user"]["id"] == clerk.user["id"]


async def test_a_role_cannot_be_asked_for(nobody: Client) -> None:
    given = {"name": "Bo", "email": "bo@example.test", "password": PASSWORD, "roles": ["ADMIN"]}
    assert await nobody.code(REGISTER, input=given) == "BAD_USER_INPUT"
    assert await nobody.code(LOGIN, input={"email": "bo@example.test"}) == "BAD_USER_INPUT"


async def test_an_address_that_grows_when_written_out_plainly_is_refused_with_its_path(stack: Stack) -> None:
    async with Client(stack.url) as stranger:
        email = f"{chr(0xFDFA) * 100}@x.test"  # one character that NFKC makes eighteen of
        refused = await stranger.run(REGISTER, input={"name": "Ana", "email": email, "password": PASSWORD})
    assert refused["__typename"] == "InvalidInput"
    assert [issue["path"] for issue in refused["issues"]] == [["input", "email"]]


async def test_half_a_character_is_nobodys_address(stack: Stack) -> None:
    async with Client(stack.url) as stranger:
        body = {"query": LOGIN, "variables": {"input": {"email": "HALF@x.test", "password": PASSWORD}}}
        raw = json.dumps(body).replace("HALF", "\\ud800")
        answer = await stranger.http.post("/graphql", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_good_token_of_a_user_who_is_gone_is_nobody(customer: Client) -> None:
    customer.token = token_of({"id": str(new_id())})
    assert await customer.code(ME) == "UNAUTHENTICATED"
