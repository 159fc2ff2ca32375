"""docs/events.md: every event is there, and who sees it."""

import re

import pytest

from domain.events import EventType
from tests.docs.pages import section, text_of

PAGE = "events"
PUBLIC = [type for type in EventType if not type.is_internal]


def test_every_event_is_there_and_no_other() -> None:
    assert re.findall(r"^### ([A-Z_]+)$", text_of(PAGE), re.MULTILINE) == [type.value for type in PUBLIC]


@pytest.mark.parametrize("type", PUBLIC)
def test_the_page_says_of_each_event_who_sees_it(type: EventType) -> None:
    assert "\nSeen by: " in section(PAGE, f"### {type}")
