"""Users: who may register, and who is the same person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import ActorKind, EventType
from domain.ids import new_id
from domain.refusals import EmailTaken, InvalidInput, NotAllowed, Refused
from domain.users import Registration, Role, email_key, register, registration
from tests.domain.fakes import FakeShop
from tests.support.things import make_viewer

PASSWORD = "correct horse battery"


def asked(name: str = "Ana", email: str = "ana@example.test", password: str = PASSWORD) -> Registration:
    return registration(name=name, email=email, password=password)


def issues_of(name: str = "Ana", email: str = "ana@example.test", password: str = PASSWORD) -> list[tuple[str, str]]:
    """Where and what the shop says is wrong."""
    with pytest.raises(Refused) as refused:
        asked(name, email, password)
    assert isinstance(refused.value.refusal, InvalidInput)
    return [(".".join(issue.path), issue.code) for issue in refused.value.refusal.issues]


def test_a_name_and_an_address_are_taken_without_the_blanks_around_them() -> None:
    assert asked(" Ana ", " Ana@Example.test ") == Registration(name="Ana", email="Ana@Example.test", password=PASSWORD)


def test_a_password_is_taken_as_it_is() -> None:
    assert asked(password=f" {PASSWORD} ").password == f" {PASSWORD} "


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert issues_of("", "nowhere", "short") == [
        ("input.name", "LENGTH"),
        ("input.email", "FORMAT"),
        ("input.password", "PASSWORD"),
    ]


@pytest.mark.parametrize(
    "email", ["@example.test", "ana@", "ana", "an a@example.test", "ana@exa\tmple.test", "a@b\u2003c"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    assert ("input.email", "FORMAT") in issues_of(email=email)


@pytest.mark.parametrize("email", ["a@b", "ana+swap@example.test", "añá@exämple.test", '"a@b"@example.test'])
def test_addresses_that_people_have_are_taken(email: str) -> None:
    assert asked(email=email).email == email


def test_an_address_may_have_254_characters() -> None:
    longest = "a" * 252 + "@b"
    assert asked(email=longest).email == longest
    assert set(issues_of(email="a" + longest)) == {("input.email", "LENGTH")}


@pytest.mark.parametrize("sign", ["\u00df", "\ufdfa", "\u2122"])
def test_an_address_that_is_too_long_when_written_out_is_refused(sign: str) -> None:
    assert issues_of(email=sign * 200 + "@example.test") == [("input.email", "LENGTH")]


@pytest.mark.parametrize("password", ["twelve bytes", "éééééé", "👗👗👗", "p" * 256])
def test_a_password_is_measured_in_bytes(password: str) -> None:
    assert asked(password=password).password == password


@pytest.mark.parametrize("password", ["", "eleven byte", "ééééé", "p" * 257, "é" * 129, "👗" * 65])
def test_a_password_outside_12_to_256_bytes_is_refused(password: str) -> None:
    assert issues_of(password=password) == [("input.password", "PASSWORD")]


@pytest.mark.parametrize("password", ["anastasia@example.test", "ANASTASIA@EXAMPLE.TEST", " Anastasia@example.test "])
def test_an_address_is_no_password(password: str) -> None:
    assert issues_of(email="anastasia@example.test", password=password) == [("input.password", "PASSWORD")]


@pytest.mark.parametrize(
    "spelling",
    [
        "strasse@example.test",
        "STRASSE@EXAMPLE.TEST",
        "Straße@example.test",
        " strasse@example.test\n",
        "\uff53\uff54\uff52\uff41\uff53\uff53\uff45@example.test",  # full width
        "\u017ftrasse@example.test",  # a long s
    ],
)
def test_two_spellings_of_one_address_are_one_person(spelling: str) -> None:
    assert email_key(spelling) == "strasse@example.test"


def test_a_sign_is_the_letters_it_stands_for_in_either_case() -> None:
    assert email_key("shop\u2122@example.test") == "shoptm@example.test"


def test_an_accent_is_another_person_however_it_is_composed() -> None:
    assert email_key("an\u0303a@example.test") == email_key("añA@example.test") != email_key("ana@example.test")


@given(st.text())
def test_the_key_of_a_key_is_itself_apart_from_blanks(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text).strip()


async def test_a_new_user_is_a_customer_and_the_log_says_so() -> None:
    shop, request = FakeShop(), new_id()
    user = await register(shop.tx, asked(), password_hash="hashed", correlation_id=request)
    assert (user.name, user.email, user.roles, user.active, user.version) == (
        "Ana",
        "ana@example.test",
        (Role.CUSTOMER,),
        True,
        1,
    )
    assert shop.users.hashes == {user.id: "hashed"}
    [event] = shop.events.appended
    assert (event.type, event.subject, event.owner_id) == (EventType.USER_REGISTERED, user, user.id)
    assert event.cause.correlation_id == request
    assert (event.cause.actor.kind, event.cause.actor.user_id) == (ActorKind.USER, user.id)


async def test_an_address_is_registered_once_in_whatever_spelling() -> None:
    shop = FakeShop()
    await register(shop.tx, asked(), password_hash="hashed", correlation_id=new_id())
    with pytest.raises(Refused) as refused:
        await register(shop.tx, asked(email="ANA@example.test"), password_hash="other", correlation_id=new_id())
    assert refused.value.refusal == EmailTaken()
    assert len(shop.events.appended) == 1


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.CUSTOMER, False), (Role.SELLER, False), (Role.OPERATOR, True), (Role.ADMIN, True)]
)
def test_staff_see_everybodys_things_and_others_their_own(role: Role, sees: bool) -> None:
    viewer = make_viewer(role)
    assert viewer.may_see(viewer.user_id)
    assert viewer.may_see(new_id()) is sees
    assert viewer.sees_owner == (None if sees else viewer.user_id)


def test_a_missing_role_is_named() -> None:
    with pytest.raises(Refused) as refused:
        make_viewer(Role.CUSTOMER).must_have(Role.SELLER, Role.ADMIN)
    assert isinstance(refused.value.refusal, NotAllowed)
    assert "SELLER, ADMIN" in refused.value.refusal.message
    make_viewer(Role.CUSTOMER, Role.ADMIN).must_have(Role.SELLER, Role.ADMIN)
