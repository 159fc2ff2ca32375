"""Faults: every error has a code from the closed list, and none tells a client more than it should know."""

import logging

import pytest
from graphql import GraphQLError

from domain.ports import Unavailable
from domain.refusals import NotAllowed, Refused
from graph.faults import Code, Fault
from graph.schema import schema, told


def error(cause: Exception | None, message: str = "as the library says it") -> GraphQLError:
    return GraphQLError(message, path=["order"], original_error=cause)


@pytest.mark.parametrize(
    ("cause", "code", "message"),
    [
        (Fault(Code.CURSOR_INVALID, "Start again."), "CURSOR_INVALID", "Start again."),
        (Refused(NotAllowed(message="Ask an admin.")), "FORBIDDEN", "Ask an admin."),
        (GraphQLError("inner"), "BAD_USER_INPUT", "as the library says it"),
        (None, "BAD_USER_INPUT", "as the library says it"),
    ],
)
def test_what_a_client_can_mend_is_said_in_words(cause: Exception | None, code: str, message: str) -> None:
    shown = told(error(cause), "r1")
    assert (shown.message, shown.extensions, shown.path) == (message, {"code": code}, ["order"])


def test_a_fault_within_an_error_of_the_library_keeps_its_code() -> None:
    inner = GraphQLError("inner", original_error=Fault(Code.NOT_FOUND, "It is not there."))
    assert told(error(inner), "r1").extensions == {"code": "NOT_FOUND"}


def test_a_bug_is_logged_and_its_words_are_kept_from_the_client(caplog: pytest.LogCaptureFixture) -> None:
    bug = KeyError("password_hash")
    shown = told(error(bug, "KeyError: password_hash at /srv/shop.py"), "r1")
    assert shown.extensions == {"code": "INTERNAL"}
    assert "password" not in shown.message
    assert "r1" in shown.message
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "r1" in record.getMessage()
    assert record.exc_info
    assert record.exc_info[1] is bug


def test_an_outage_asks_to_try_again_and_is_no_bug(caplog: pytest.LogCaptureFixture) -> None:
    shown = told(error(Unavailable("mysql://root:secret@db refused")), "r1")
    assert shown.extensions == {"code": "UNAVAILABLE"}
    assert "secret" not in shown.message
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("document", ["{ nothing }", "{ me { id }", "query($id: ID!) { order(id: $id) { id } }"])
def test_a_document_that_is_wrong_is_the_clients_mistake(document: str) -> None:
    answer = schema.execute_sync(document)
    assert answer.errors
    assert {error.extensions["code"] for error in answer.errors if error.extensions} == {"BAD_USER_INPUT"}
