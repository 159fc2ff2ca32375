"""asyncapi.yaml says what the shop and the card processor really write and read."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML

from domain.charges import Charge, Outcome, Refund, Result
from domain.money import Money
from tests.support.processes import ROOT
from tests.support.processor import make_charge, make_refund
from tests.support.things import make_payment, make_result
from web import payment_messages as messages
from web import payment_transports, provider
from web.broker import SESSION
from worker.bridge import REMINDED_EVERY

PAGE: dict[str, Any] = YAML(typ="safe").load((ROOT / "asyncapi.yaml").read_text())
STRUCTS: Mapping[str, type[msgspec.Struct]] = {
    "charge": messages.ChargeMessage,
    "refund": messages.RefundMessage,
    "result": messages.ResultMessage,
    "receipt": messages.ReceiptMessage,
}
READERS: Mapping[str, Callable[[str, bytes], object]] = {
    "requests": messages.read_request,
    "results": messages.read_result,
    "receipts": messages.read_receipt,
}
EXAMPLES = [
    pytest.param(channel, name, example["payload"], id=f"{name}: {example['name']}")
    for channel, described in PAGE["channels"].items()
    for name in described["messages"]
    for example in PAGE["components"]["messages"][name]["examples"]
]


def validator(name: str) -> Draft202012Validator:
    """For the payload of a message, which may refer to any schema of the page."""
    schema = {"$ref": PAGE["components"]["messages"][name]["payload"]["$ref"], "components": PAGE["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def written() -> list[tuple[str, bytes]]:
    charge = make_charge()
    approval = make_result(make_payment())
    answers = [
        make_result(make_payment(), outcome, reason="lost_card" if outcome is Outcome.DECLINED else None)
        for outcome in Outcome
    ]
    return [
        ("charge", messages.write_request(charge)),
        ("refund", messages.write_request(make_refund(charge, approval))),
        *(("result", messages.write_result(answer)) for answer in answers),
        ("receipt", messages.write_receipt(approval)),
    ]


def test_the_topics_are_those_of_the_code() -> None:
    addresses = {name: channel["address"] for name, channel in PAGE["channels"].items()}
    assert addresses == {
        "requests": messages.REQUESTS,
        "results": messages.RESULTS,
        "receipts": messages.RECEIPTS,
    }


@pytest.mark.parametrize("name", STRUCTS)
def test_the_fields_of_a_message_are_those_of_the_code(name: str) -> None:
    [reference] = PAGE["components"]["messages"][name]["payload"].values()
    schema = PAGE["components"]["schemas"][reference.rpartition("/")[2]]
    struct = STRUCTS[name]
    coded = {field.encode_name for field in msgspec.structs.fields(struct)} | (
        {"type"} if struct.__struct_config__.tag else set()
    )
    assert set(schema["properties"]) == set(schema["required"]) == coded
    if struct.__struct_config__.tag:
        assert schema["properties"]["type"] == {"const": struct.__struct_config__.tag}


def test_the_outcomes_are_those_of_the_code() -> None:
    assert PAGE["components"]["schemas"]["Result"]["properties"]["outcome"]["enum"] == list(Outcome)


@pytest.mark.parametrize(("name", "body"), written())
def test_what_we_write_is_what_the_page_says(name: str, body: bytes) -> None:
    validator(name).validate(msgspec.json.decode(body))


@pytest.mark.parametrize(("channel", "name", "payload"), EXAMPLES)
def test_every_example_is_right_and_can_be_read(channel: str, name: str, payload: dict[str, Any]) -> None:
    validator(name).validate(payload)
    topic = messages.topic(PAGE["channels"][channel]["address"], payload["paymentId"])
    assert READERS[channel](topic, msgspec.json.encode(payload))


WRONG: list[tuple[str, Any]] = [
    ("paymentId", "7"),
    ("paymentId", None),
    ("outcome", "PERHAPS"),
    ("transactionId", ""),
    ("transactionId", "t" * 101),
    ("amount", 2100),
    ("amount", {"minor": 0, "currency": "EUR"}),
    ("amount", {"minor": 1.5, "currency": "EUR"}),
    ("amount", {"minor": 100, "currency": "euro"}),
    ("messageId", ""),
    ("messageId", "with a blank"),
    ("messageId", "m" * 101),
    ("reason", 7),
    ("reason", "r" * 201),
    ("at", "yesterday"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_what_the_page_refuses_the_code_refuses_too(field: str, value: Any) -> None:
    right = PAGE["components"]["messages"]["result"]["examples"][0]["payload"]
    wrong = {**right, field: value}
    if field != "at":  # jsonschema knows date-time only with a package more
        with pytest.raises(ValidationError):
            validator("result").validate(wrong)
    with pytest.raises(messages.Poison):
        messages.read_result(messages.topic(messages.RESULTS, right["paymentId"]), msgspec.json.encode(wrong))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff\xfe", b"{}", b'{"type":"gift"}', b"7" * 5_000])
@pytest.mark.parametrize("read", READERS.values())
def test_what_is_no_message_is_poison(read: Callable[[str, bytes], object], body: bytes) -> None:
    with pytest.raises(messages.Poison):
        read(messages.topic(messages.RESULTS, "x"), body)


def test_a_message_on_the_topic_of_another_payment_is_poison() -> None:
    result = make_result(make_payment())
    with pytest.raises(messages.Poison, match="another payment"):
        messages.read_result(messages.topic(messages.RESULTS, make_payment().id), messages.write_result(result))


def test_an_approval_without_a_transaction_is_poison() -> None:
    right = PAGE["components"]["messages"]["result"]["examples"][0]["payload"]
    body = msgspec.json.encode({**right, "transactionId": None})
    with pytest.raises(messages.Poison, match="without a transaction id"):
        messages.read_result(messages.topic(messages.RESULTS, right["paymentId"]), body)


def test_what_is_written_is_read_back_and_what_a_newer_version_adds_is_passed_over() -> None:
    at = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    charge = make_charge(at=at, amount=Money(minor=2100, currency="EUR"))
    refund = make_refund(charge, make_result(make_payment()))
    for request in (charge, refund):
        about = messages.topic(messages.REQUESTS, request.payment_id)
        read: Charge | Refund = messages.read_request(about, messages.write_request(request))
        assert read == request
    result = make_result(make_payment(), at=at)
    more = {**msgspec.json.decode(messages.write_result(result)), "mood": "good"}
    found: Result = messages.read_result(messages.topic(messages.RESULTS, result.payment_id), msgspec.json.encode(more))
    assert found == result


def test_the_page_names_the_clients_the_session_and_the_wait() -> None:
    text = (ROOT / "asyncapi.yaml").read_text()
    assert payment_transports.CLIENT_ID in text
    assert provider.CLIENT_ID != payment_transports.CLIENT_ID
    assert f"{SESSION // 86_400} days" in text
    assert f"after {REMINDED_EVERY.seconds} seconds" in text
