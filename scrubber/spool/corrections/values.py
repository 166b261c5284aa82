"""New values as they are entered, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from scrubber.errors import SpoolError
from scrubber.spool.worklist.places import ValuePlace

Outcome = Literal["changed", "known", "refused"]
"""``known``: the same was entered before, and its corrected file is on its way or was scrubbed."""


class NewValue(NamedTuple):
    """A new value for a place of a claim.

    ``claim`` is its ID on the work list, ``job`` the file that held it when it was listed (the last one, if
    empty), ``place`` the name of the place. With ``stamp``, that of its row, nothing may have happened to the
    claim since it was listed. ``source`` is where it was entered, for messages. ``is_number``
    is true if it comes from a cell that holds a number, of which leading zeros are lost.
    """

    claim: str
    place: str
    value: str
    job: str = ""
    source: str = ""
    is_number: bool = False
    stamp: str = ""


class Change(NamedTuple):
    """A value and what it becomes."""

    place: ValuePlace
    after: str

    def __str__(self) -> str:
        """Return the change as the claim's history has it; patient data."""
        return f"{self.place}: {self.place.value or 'empty'} -> {self.after}"


class ClaimCorrection(NamedTuple):
    """What became of the new values of one claim: ``changes`` in the order of their places, or why not.

    ``number`` is CLM01, empty if the claim is not known; ``file`` the name of the corrected file.
    """

    claim: str
    number: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    why: str = ""
    file: str = ""


class UnderWay(NamedTuple):
    """A correction that is not scrubbed yet: its file, where that is, its changes in words (patient data)."""

    file: str
    where: str
    changes: tuple[str, ...]


class NewValueError(SpoolError):
    """Values cannot be written as they are; nothing was. ``faults`` name place and cell, and no value."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("nothing was changed: " + "; ".join(faults[:1]))
        self.faults = tuple(faults)
