"""Attributes that are computed on first access and then cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from scrubber.claim.field import Field
from scrubber.guide.loops import Loop

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """An attribute that a function computes from its object, once. The object needs a ``__dict__``.

    Unlike `functools.cached_property` of older Pythons it takes no lock: a claim belongs to one thread.
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
        # From now on the object's own dictionary takes precedence over this descriptor.
        value = part.__dict__[self._name] = self._make(part)
        return value


class LazyPart:
    """A part of a claim, built from the segments of one loop. Immutable by convention."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    @property
    def loop(self) -> str:
        """The loop ID, such as ``2010AA``."""
        return self._loop.id


def field(segment_id: str, element: int, component: int = 0) -> lazy[Field]:
    """Return an attribute that reads this element of the loop's first segment with this ID."""
    return lazy(
        lambda part: Field.of(part._loop.first(segment_id), element, component, part._loop.id)  # noqa: SLF001 - the descriptor reads its own object
    )
