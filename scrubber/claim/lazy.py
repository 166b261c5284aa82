"""Attributes that are worked out when they are first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from scrubber.claim.field import Field
from scrubber.guide.loops import Loop

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - it is read as a decorator, like property
    """An attribute whose value a function makes of its object, once. The object needs a ``__dict__``.

    Unlike `functools.cached_property` it takes no lock: a claim belongs to one thread.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, part: None, owner: type) -> Self: ...

    @overload
    def __get__(self, part: object, owner: type) -> T: ...

    def __get__(self, part: object | None, owner: type) -> Self | T:
        if part is None:
            return self
        # The object's own dictionary comes before this descriptor from now on.
        value = part.__dict__[self._name] = self._make(part)
        return value


class LazyPart:
    """Something that the segments of one loop say. Immutable by convention."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    @property
    def loop(self) -> str:
        """The loop's id, such as ``2010AA``."""
        return self._loop.id


def field(segment_id: str, element: int, component: int = 0) -> lazy[Field]:
    """The attribute that stands in this element of the loop's first segment with this id."""
    return lazy(
        lambda part: Field.of(part._loop.first(segment_id), element, component, part._loop.id)  # noqa: SLF001 - a part's own
    )
