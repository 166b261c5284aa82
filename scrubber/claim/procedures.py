"""Sets of procedure codes, read from data: the engine itself knows no code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_REMEMBERED = 4096  # a file has some hundred different codes; one of nonsense must not fill the memory


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes and inclusive ranges of codes of the same form, such as ``J0000-J9999``.

    ``0001F-9999F`` holds no ``99213``: letters and digits stand where they do in the range's first code.
    """

    codes: frozenset[str]
    ranges: tuple[tuple[str, str], ...]
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, entries: Iterable[str]) -> CodeSet:
        """Read entries such as ``96372`` and ``J0000-J9999``. Raises ValueError for anything else."""
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
    """Which of its characters are digits."""
    return [character.isdigit() for character in code]


@dataclass(frozen=True, slots=True)
class ProcedureSets:
    """Which procedure codes give a drug, which bill one, by name of the set.

    The pairing uses ``administration``, ``intravenous``, ``vaccine_administration``, ``drug``, ``vaccine``,
    ``visit`` and ``add_on`` (administrations that lengthen another one and bring no drug of their own).
    """

    sets: Mapping[str, CodeSet]
    _names: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, name: str) -> CodeSet:
        return self.sets[name]

    def names_of(self, code: str) -> frozenset[str]:
        """The names of all sets that hold the code."""
        names = self._names.get(code)
        if names is None:
            names = frozenset(name for name, codes in self.sets.items() if code in codes)
            if len(self._names) < _REMEMBERED:
                self._names[code] = names
        return names

    def is_in(self, name: str, code: str) -> bool:
        """Whether the code is in the set of this name; an unknown set holds nothing."""
        # Asked dozens of times a claim, nearly always of a code that is known: then without a further call.
        names = self._names.get(code)
        return name in (self.names_of(code) if names is None else names)
