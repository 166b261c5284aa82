"""Find repeated claims in one input: the same providers, patient, payer, claim segment, lines and dates.

The claim number (CLM01) may differ: payers compare what was done, not how the sender numbers it.

Services of one patient in several claims are collected on the way (`scrubber.envelopes.earlier`).

They are found when the envelopes are scanned, so that the findings of a claim depend only on the claim and on
this. Eight bytes of each claim and its segment number are kept: a million claims take 16 MB.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scrubber.envelopes.earlier import EarlierServices
from scrubber.x12 import Block, Delimiters, Segment

_PARTIES = {b"85": 0, b"IL": 1, b"PR": 1, b"QC": 2}
"""NM101 of the parties above a claim, to the depth of the HL level that has them."""
_PARTITION_SIZE = 1 << 16
_SERVICE_PARTS = ([b"DTP", b"472"], [b"NM1", b"82"])
"""Segments of a claim that count beside its lines: the dates of service and the rendering providers."""
_SEPARATORS = b"\x1d\x1f\x1e"
_LEVELS = {b"20": 0, b"22": 1, b"23": 2}


class _Patterns(NamedTuple):
    """What finds the segments that matter in a block: those of the parties, and those of the services.

    Each match has the body of the segment; of a party also its NM101. ``marks`` translates the separators
    into those that are the same for all interchanges, which may have others each.
    """

    delimiters: Delimiters
    marks: bytes
    parties: re.Pattern[bytes]
    services: re.Pattern[bytes]

    @classmethod
    def of(cls, delimiters: Delimiters) -> _Patterns:
        """Return the patterns for these delimiters."""
        element, end = re.escape(delimiters.element), re.escape(delimiters.terminator)
        before = end + (b"[" + re.escape(delimiters.blanks) + b"]*+" if delimiters.blanks else b"")
        rest = b"(?=" + element + b"|" + end + b")[^" + end + b"]*+"
        codes = b"|".join(_PARTIES)
        separators = delimiters.element + delimiters.component + delimiters.repetition
        return cls(
            delimiters,
            bytes.maketrans(separators, _SEPARATORS[: len(separators)]),
            re.compile(before + b"(NM1" + element + b"(" + codes + b")" + rest + b")"),
            re.compile(before + b"((?:SV1|DTP" + element + b"472|NM1" + element + b"82)" + rest + b")"),
        )


class Repeats:
    """Collects the segments of transaction sets in their order; `found` then returns the repeated claims."""

    def __init__(self, earlier: EarlierServices) -> None:
        self._earlier = earlier
        self._patterns: _Patterns | None = None
        self._parties: dict[bytes, bytes] = {}
        self._claim: hashlib.blake2b | None = None  # hash of the open claim, which may be endless
        self._number = 0
        self._hashes = array("Q")
        self._numbers = array("Q")

    def begin_set(self) -> None:
        """Forget what came before a header or trailer: no claim or level is open."""
        self.end_claim()
        self._parties = {}

    def add(self, name: bytes, segment: Segment) -> None:
        """Process a segment of a transaction set; ``name`` is its ID."""
        if name == b"CLM":
            self.end_claim()
            self._claim = hashlib.blake2b(b"\0".join(self._parties.values()), digest_size=8)
            marks = self._patterns_of(segment.delimiters).marks
            self._claim.update(b"\0" + _without_number(segment.elements).translate(marks))
            self._number = segment.number
            self._earlier.begin(self._patient(), segment.number)
        elif name == b"HL":
            self._begin_level(segment)
        elif self._claim is not None:
            if name == b"SV1" or segment.elements[:2] in _SERVICE_PARTS:
                self._add_to_claim(segment)
                self._earlier.take(segment.elements, segment.delimiters.component)
        elif name == b"NM1" and segment.elements[1:2] and segment.elements[1] in _PARTIES:
            marks = self._patterns_of(segment.delimiters).marks
            self._parties[segment.elements[1]] = segment.body.translate(marks)

    def add_block(self, block: Block) -> None:
        """Process a block, as if its segments were added one by one."""
        patterns = self._patterns_of(block.delimiters)
        if block.name == b"HL":
            self._begin_level(block.first)
            for body, code in patterns.parties.findall(block.raw):
                self._parties[code] = body.translate(patterns.marks)
        else:
            self.end_claim()
            raw, delimiters = block.raw, block.delimiters
            clm = raw[: raw.index(delimiters.terminator)].lstrip(delimiters.blanks)
            parties = b"\0".join(self._parties.values())
            claim = _without_number(clm.split(delimiters.element))
            services = patterns.services.findall(raw)
            bodies = b"\0".join((claim, *services)).translate(patterns.marks)
            self._claim = hashlib.blake2b(parties + b"\0" + bodies, digest_size=8)
            self._number = block.number
            if self._earlier.is_watched(services, delimiters.element, delimiters.component):
                self._earlier.begin(self._patient(), block.number)
                for body in services:
                    self._earlier.take(body.split(delimiters.element), delimiters.component)

    def _patient(self) -> bytes:
        """Return the segments that tell the patient and the billing provider."""
        return b"\0".join([body for code, body in self._parties.items() if code != b"PR"])

    def _patterns_of(self, delimiters: Delimiters) -> _Patterns:
        if self._patterns is None or self._patterns.delimiters is not delimiters:
            self._patterns = _Patterns.of(delimiters)
        return self._patterns

    def _begin_level(self, hl: Segment) -> None:
        self.end_claim()
        elements = hl.elements
        depth = _LEVELS.get(elements[3], 0) if len(elements) > 3 else 0
        self._parties = {code: body for code, body in self._parties.items() if _PARTIES[code] < depth}

    def end_claim(self) -> None:
        """Complete the open claim, if there is one."""
        if self._claim is not None:
            self._hashes.frombytes(self._claim.digest())
            self._numbers.append(self._number)
            self._claim = None
            self._earlier.end()

    def _add_to_claim(self, segment: Segment) -> None:
        assert self._claim is not None
        self._claim.update(b"\0" + segment.body.translate(self._patterns_of(segment.delimiters).marks))

    def found(self) -> Mapping[int, int]:
        """Return the segment number of each repeated claim's CLM, to that of the first such claim."""
        self.end_claim()
        repeated: dict[int, int] = {}
        # One partition of the hashes at a time: even with very many claims, the dictionary stays small.
        partitions = 1 + len(self._hashes) // _PARTITION_SIZE
        for partition in range(partitions):
            first: dict[int, int] = {}
            for digest, number in zip(self._hashes, self._numbers, strict=True):
                if digest % partitions == partition and first.setdefault(digest, number) != number:
                    repeated[number] = first[digest]
        return repeated


def _without_number(elements: Sequence[bytes]) -> bytes:
    """Return a claim segment without its claim number."""
    return b"\0".join((*elements[:1], *elements[2:]))
