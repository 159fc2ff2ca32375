"""`Retry-After`: how long a receiver asks us to wait, and what is not to be believed of it."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from domain.clock import now
from tests.support.things import NOON
from tests.web.test_outbound import LOOPBACK, Site, running
from web.outbound import Outbound, retry_after

HOUR = timedelta(hours=1)


def read(text: bytes) -> timedelta | None:
    return retry_after([(b"Content-Type", b"text/plain"), (b"Retry-After", text), (b"retry-after", b"7")])


@pytest.mark.parametrize(("text", "seconds"), [(b"120", 120), (b" 0 ", 0), (b"007", 7), (b"999999999", 999_999_999)])
def test_seconds(text: bytes, seconds: int) -> None:
    assert read(text) == timedelta(seconds=seconds)


def test_a_date_is_so_far_away_as_it_is() -> None:
    before = now()
    at = (before + HOUR).replace(microsecond=0)
    for text in (format_datetime(at, usegmt=True), format_datetime(at), at.strftime("%A, %d-%b-%y %H:%M:%S GMT")):
        wish = read(text.encode())
        assert wish
        assert at - now() <= wish <= at - before, text


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"soon",
        b"-5",
        b"1.5",
        b"1e3",
        b"1234567890",
        "١٢".encode(),
        b"\xff\xfe",
        format_datetime(NOON - timedelta(days=9999), usegmt=True).encode(),
        b"Fri, 31 Dec 2027 23:59:59 -0000",
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"Fri, 31 Dec 2027 23:59:59 +99999999999999999",
        b"Fri, 99 Dec 2027 23:59:59 GMT",
        b"Fri, 31 Dec 99999 23:59:59 GMT",
    ],
)
def test_anything_else_and_what_has_passed_says_nothing(text: bytes) -> None:
    assert read(text) is None


def test_without_one_nothing_is_asked_for() -> None:
    assert retry_after([(b"content-length", b"2")]) is None


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("retry-after: 90", timedelta(seconds=90)),
        ("Retry-After: Fri, 31 Dec 2027 23:59:59 +99999999999999999", None),
        ("x-other: 1", None),
    ],
)
async def test_a_post_tells_what_the_receiver_asks_for(header: str, wish: timedelta | None) -> None:
    site = Site(answer=f"HTTP/1.1 503 Busy\r\n{header}\r\ncontent-length: 5\r\n\r\nlater".encode())
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.status, answer.error, answer.body, answer.retry_after) == (503, None, "later", wish)
