"""Views: GraphQL types read straight off domain objects, so nothing is copied."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry
from strawberry.extensions import FieldExtension

from domain.refusals import Refused

T = TypeVar("T", bound=type)


def view(of: type, *, name: str | None = None, when: Callable[[Any], bool] | None = None) -> Callable[[T], T]:
    """Publishes the annotated attributes of `of`; `when` tells apart types that are one class in the domain."""

    def decorate(cls: T) -> T:
        def is_type_of(value: object, _info: object) -> bool:
            return isinstance(value, of) and (when is None or when(value))

        cls.is_type_of = staticmethod(is_type_of)  # type: ignore[attr-defined]
        return strawberry.type(cls, name=name, description=cls.__doc__)

    return decorate


class Refusals(FieldExtension):
    """A refusal is returned, as a member of the result union, not raised."""

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Any, **arguments: Any) -> Any:
        try:
            return await next_(source, info, **arguments)
        except Refused as refused:
            return refused.refusal
