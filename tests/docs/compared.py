"""What a page says that is answered, and what is."""

from typing import Any

EXACT = {"__typename", "status", "code", "type", "version", "amount", "path", "expected", "actual"}


def compare(said: Any, answer: Any, *, at: str, name: str = "") -> None:
    """The same shape, and the same values where they do not change from one run to the next."""
    if name in EXACT:
        assert answer == said, f"{at}: {name}"
    assert type(answer) is type(said), f"{at}: {name} is {answer!r}, and not like {said!r}"
    if isinstance(said, dict):
        assert list(answer) == list(said) or set(answer) == set(said), f"{at}: {name or 'the answer'} is {answer}"
        for key in said:
            compare(said[key], answer[key], at=at, name=key)
    elif isinstance(said, list):
        assert len(answer) == len(said), f"{at}: {name} is {answer}"
        for one, other in zip(said, answer, strict=True):
            compare(one, other, at=at)
