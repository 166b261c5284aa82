"""Read a 999 (005010X231A1): which transaction sets and groups were accepted."""

from __future__ import annotations

from scrubber.answers.model import PayerAnswer, Receipt
from scrubber.x12 import Segment

_REJECTED = frozenset("MRWX")
"""IK501 and AK901 of what is not passed on."""


class Set999:
    """The reader of one 999, ST to SE."""

    def __init__(self) -> None:
        self.out: list[PayerAnswer] = []
        self._group = ""
        self._set = ""
        self._sets = 0

    def take(self, segment: Segment) -> None:
        """Take the next segment."""
        name = segment.id
        if name == "AK1":
            self._group, self._set, self._sets = segment.get(2), "", 0
        elif name == "AK2":
            self._set = segment.get(2)
            self._sets += 1
        elif name == "IK5":
            self._receipt(segment, self._set)
        elif name == "AK9" and (not self._sets or segment.get(1) in _REJECTED):
            # A rejected group has no set that was accepted, whatever its IK5 say.
            self._receipt(segment, "")

    def end(self, last: Segment) -> None:
        """Do nothing: each receipt is complete with its segment."""

    def _receipt(self, segment: Segment, number: str) -> None:
        code = segment.get(1)
        self.out.append(Receipt("999", number, self._group, code, code in _REJECTED, segment.number))
