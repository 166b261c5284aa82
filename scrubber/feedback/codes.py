"""What the codes of an answer mean for the feedback: which adjustments are denials, and which of them an edit
could have foreseen. The classes are in `codes.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from msgspec import Struct

CodeClass = Literal["contract", "patient", "elsewhere", "reduction", "claim", "outside", "unclassified"]
_NO_DENIALS = frozenset({"contract", "patient", "elsewhere", "reduction"})
_LONGEST_CODE = 5


class Codes(Struct, frozen=True):
    """The classes of CARCs, and what is known of RARCs and claim statuses.

    ``general`` are CARCs that leave the reason to a RARC, ``silent`` RARCs that say no reason, ``rejections``
    claim statuses whose reason is not in the claim.
    """

    classes: dict[str, CodeClass]
    general: frozenset[str]
    silent: frozenset[str]
    rejections: frozenset[str]

    def of(self, carc: str) -> CodeClass:
        """Return the class of a CARC."""
        return self.classes.get(normal(carc), "unclassified")

    def denial(self, carc: str, *, whole: bool) -> CodeClass | None:
        """Return the class of a denial, ``None`` if the code takes money off for a reason that is no denial.

        ``whole`` is true if it takes everything that was charged.
        """
        kind = self.of(carc)
        if kind == "reduction" and whole:
            return "claim"
        return None if kind in _NO_DENIALS else kind


def normal(code: str) -> str:
    """Return a CARC or RARC as it is published: without spaces, leading zeros and lowercase letters."""
    return code.strip().upper().lstrip("0")


def shown(code: str) -> str:
    """Return a code of an answer for a report: one that cannot be a code is not repeated."""
    code = normal(code)
    return code if code.isascii() and code.isalnum() and len(code) <= _LONGEST_CODE else "?"


@cache
def codes() -> Codes:
    """Return the shipped classes, read once."""
    data = tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text(encoding="utf-8"))
    classes: dict[str, CodeClass] = {
        code: kind for kind, listed in data["adjustments"].items() for code in listed
    }
    return Codes(
        classes=classes,
        general=frozenset(data["general"]),
        silent=frozenset(data["remarks"]["silent"]),
        rejections=frozenset(data["rejections"]["outside"]),
    )
