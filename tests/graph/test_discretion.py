"""Discretion: whatever is wrong with a card that was sent, no message repeats any of it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from graph.context import Context, Shop
from graph.discretion import discreet
from graph.payment_inputs import CardInput
from graph.schema import schema
from tests.support.things import make_viewer

NUMBER, CVC = "4111111111111111", "987"
PAY = "mutation($input: PayOrderInput!) { payOrder(input: $input) { __typename } }"
CARD = {"number": NUMBER, "expMonth": 12, "expYear": 2030, "cvc": CVC, "holder": "Ana"}
WITHOUT_CODE = {name: value for name, value in CARD.items() if name != "cvc"}
LITERAL = (
    'mutation { payOrder(input: { orderId: "1", idempotencyKey: "k", method: { card: { CARD } } }) { __typename } }'
)
OF_NUMBER = "mutation($n: Int!) { payOrder(input: { orderId: $n }) { __typename } }"


@pytest.mark.parametrize(
    "card",
    [
        {**CARD, "expMonth": f"x{NUMBER}"},
        {**CARD, "number": int(NUMBER)},
        {**CARD, "cvc": int(CVC)},
        {**CARD, "cvc": [CVC]},
        {**CARD, "cvc": None},
        {**CARD, "extra": 1},
        {**CARD, NUMBER: 1},
        {**CARD, "4111 1111-1111 1111": 1},
        WITHOUT_CODE,
        f"{NUMBER} {CVC}",
        [CARD, CVC],
    ],
)
async def test_a_card_in_the_variables_is_in_no_message(card: object) -> None:
    method = {"card": card}
    await refused(PAY, input={"orderId": "1", "idempotencyKey": "k", "method": method})


@pytest.mark.parametrize(
    "card",
    [
        f"number: {NUMBER}, expMonth: 1, expYear: 1, cvc: {CVC}",
        f'number: "{NUMBER}", expMonth: "{CVC}", expYear: {NUMBER}, cvc: "{CVC}", nope: {CVC}',
        f'number: "{NUMBER}", cvc: "{CVC}"',
        f'number: "{NUMBER}" "{CVC}"',
        f'number "{NUMBER}"',
        f"{NUMBER}",
        f'"""{CVC}',
        f"number: ${NUMBER}",
    ],
)
async def test_a_card_in_the_document_is_in_no_message(card: str) -> None:
    await refused(LITERAL.replace("CARD", card))


async def test_a_number_that_is_a_variable_by_itself_is_in_no_message() -> None:
    await refused(OF_NUMBER, n=NUMBER)


async def refused(document: str, **variables: Any) -> None:
    context = Context(shop=cast(Shop, SimpleNamespace()), viewer=make_viewer())
    answer = await schema.execute(document, variable_values=variables, context_value=context)
    assert answer.errors
    for error in answer.errors:
        text = str(error.formatted)
        assert error.message
        assert NUMBER not in text.replace(" ", "").replace("-", "")
        assert CVC not in text


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Cannot query field 'colour' on type 'Order'.", "Cannot query field 'colour' on type 'Order'."),
        ("Int cannot represent non-integer value: 'x: y'", "Int cannot represent non-integer value."),
        ("Syntax Error: Expected Name, found <EOF>.", "Syntax Error: Expected Name, found <EOF>."),
        ("Syntax Error: Expected ':', found String '1'.", "Syntax Error: Expected ':', found String."),
        ("Expected 'A' to include required field 'b', found: { c: 1 }.", "Expected 'A' to include required field 'b'."),
        ("Decimal must be a plain number, not '12345.67'.", "Decimal must be a plain number, not '12345.67'."),
    ],
)
def test_what_a_developer_needs_stays(message: str, told: str) -> None:
    assert discreet(message) == told


def test_an_input_that_is_printed_says_nothing() -> None:
    card = CardInput(number=NUMBER, exp_month=12, exp_year=2030, cvc=CVC, holder="Ana")
    assert "Ana" not in f"{card} {card!r} {[card]}"
