"""`swapshop webhook catalogue`: an example of the default body of each type of event, as docs/webhooks.md has them."""

import json
from collections.abc import Iterator

from domain.bodies import body_of
from domain.events import EventType
from domain.samples import USER, sample

WIDTH = 110


def catalogue() -> str:
    """In Markdown: below a heading for each type, its body."""
    return "\n\n".join(_entry(type) for type in EventType if not type.is_internal) + "\n"


def _entry(type: EventType) -> str:
    body = laid_out(json.loads(body_of(sample(type, owner_id=USER))))
    return f"### {type.dotted}\n\n```json body\n{body}\n```"


def laid_out(value: object, indent: str = "") -> str:
    """JSON for people: what fits into a line is one."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= WIDTH or not isinstance(value, (dict, list)):
        return short
    deeper = indent + "  "
    inside = ",\n".join(f"{deeper}{part}" for part in _parts(value, deeper))
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return f"{begin}\n{inside}\n{indent}{end}"


def _parts(value: dict[str, object] | list[object], indent: str) -> Iterator[str]:
    if isinstance(value, list):
        yield from (laid_out(one, indent) for one in value)
    else:
        yield from (f"{json.dumps(name)}: {laid_out(one, indent)}" for name, one in value.items())
