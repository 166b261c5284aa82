"""Sets of procedure codes, read from data: the engine itself contains no codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_REMEMBERED = 4096  # a file has some hundred different codes; a junk file must not fill the memory


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes and inclusive ranges of codes of the same form, such as ``J0000-J9999``.

    ``0001F-9999F`` does not contain ``99213``: letters and digits must be where the range's first code has
    them.
    """

    codes: frozenset[str]
    ranges: tuple[tuple[str, str], ...]
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, entries: Iterable[str]) -> CodeSet:
        """Parse entries such as ``96372`` and ``J0000-J9999``. Raise ValueError for anything else."""
        codes: set[str] = set()
        ranges: list[tuple[str, str]] = []
        for entry in entries:
            low, dash, high = entry.partition("-")
            if not low or (dash and (len(low) != len(high) or low > high)):
                message = f"{entry!r} is neither a code nor a range of codes"
                raise ValueError(message)
            if dash:
                ranges.append((low, high))
            else:
                codes.add(low)
        return cls(frozenset(codes), tuple(ranges))

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str) or not code:
            return False
        known = self._known.get(code)
        if known is None:
            known = code in self.codes or any(
                low <= code <= high and _form(code) == _form(low) for low, high in self.ranges
            )
            if len(self._known) < _REMEMBERED:
                self._known[code] = known
        return known


def _form(code: str) -> list[bool]:
    """Return which characters of a code are digits."""
    return [character.isdigit() for character in code]


@dataclass(frozen=True, slots=True)
class ProcedureSets:
    """Named sets of procedure codes: those that administer drugs, those that bill them, and others.

    The pairing uses ``administration``, ``intravenous``, ``vaccine_administration``, ``drug``, ``vaccine``,
    ``visit`` and ``add_on`` (administrations that extend another one and have no drug of their own).
    """

    sets: Mapping[str, CodeSet]
    _names: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, name: str) -> CodeSet:
        return self.sets[name]

    def names_of(self, code: str) -> frozenset[str]:
        """Return the names of all sets that contain the code."""
        names = self._names.get(code)
        if names is None:
            names = frozenset(name for name, codes in self.sets.items() if code in codes)
            if len(self._names) < _REMEMBERED:
                self._names[code] = names
        return names

    def is_in(self, name: str, code: str) -> bool:
        """Return True if the code is in the set of this name; an unknown set is empty."""
        # Called dozens of times per claim, nearly always for a known code: so avoid a further call.
        names = self._names.get(code)
        return name in (self.names_of(code) if names is None else names)
