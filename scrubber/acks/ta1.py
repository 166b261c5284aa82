"""The interchange acknowledgement TA1 (X12.5), which reports on an ISA–IEA, not on its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import BinaryIO, Literal

from scrubber.acks.interchange import QUALIFIERS, AckInterchange, Addressee
from scrubber.envelopes.scan import Envelope
from scrubber.x12.segment import is_count

Verdict = Literal["A", "E", "R"]
"""TA104: accepted, accepted with errors, rejected."""

_VERSION = "00501"
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")


class Ta1Note(StrEnum):
    """TA105 note codes used by the scrubber; docs/acknowledgements.md states when."""

    RIGHT = "000"
    CONTROL_NUMBERS_DIFFER = "001"
    VERSION_UNSUPPORTED = "003"
    SENDER_QUALIFIER = "005"
    SENDER = "006"
    RECEIVER_QUALIFIER = "007"
    RECEIVER = "008"
    AUTHORIZATION_QUALIFIER = "010"
    SECURITY_QUALIFIER = "012"
    DATE = "014"
    TIME = "015"
    REPETITION = "016"
    VERSION = "017"
    CONTROL_NUMBER = "018"
    REQUEST = "019"
    USAGE = "020"
    GROUP_COUNT = "021"
    STRUCTURE = "022"
    END_OF_FILE = "023"
    CONTENT = "024"
    COMPONENT_SEPARATOR = "027"


def interchange_status(interchange: Envelope) -> tuple[Verdict, Ta1Note]:
    """Return TA104 and TA105 of a scanned interchange: the most severe fault, since a TA1 reports only one.

    Faults that hold the whole interchange are rejected; a wrong ISA value without consequences is accepted
    with errors.
    """
    return next(_faults_of(interchange), ("A", Ta1Note.RIGHT))


def _faults_of(interchange: Envelope) -> Iterator[tuple[Verdict, Ta1Note]]:
    """Yield the faults of an interchange, the most severe first."""
    isa, trailer, fault = interchange.header, interchange.trailer, interchange.isa_fault
    if isa is None or fault:
        yield "R", Ta1Note.COMPONENT_SEPARATOR if fault and fault.is_separator else Ta1Note.STRUCTURE
        return
    if trailer is None or interchange.unended:
        yield "R", Ta1Note.END_OF_FILE if interchange.at_end else Ta1Note.STRUCTURE
        return
    if not interchange.control_numbers_agree:
        yield "R", Ta1Note.CONTROL_NUMBERS_DIFFER
    if interchange.declared != interchange.count:
        yield "R", Ta1Note.GROUP_COUNT
    if interchange.gaps:
        yield "R", Ta1Note.CONTENT
    for at, is_right, note in _CHECKS:
        if not is_right(isa.get(at)):
            yield "E", note
    if not isa.delimiters.repetition:
        yield "E", Ta1Note.REPETITION


def write_ta1(verdict: Verdict, note: Ta1Note, reply: Addressee, out: BinaryIO) -> None:
    """Write an interchange with one TA1 that answers the ISA of ``reply``.

    TA101 to TA103 repeat its control number, date and time. Invalid values cannot be repeated: a number of
    fewer than nine digits is padded to nine, any other text becomes zeros; a date or time is replaced by that
    of the reply. Raise only what ``out`` raises.
    """
    isa, when = reply.isa, reply.when
    number, day, time = isa.get(13).strip(), isa.get(9), isa.get(10)
    answer = AckInterchange(out, reply)
    answer.write(
        "TA1",
        number.zfill(9) if is_count(number) and len(number) <= 9 else "0" * 9,
        day if _is_date(day) else f"{when.year % 100:02d}{when.month:02d}{when.day:02d}",
        time if _is_time(time) else f"{when:%H%M}",
        verdict,
        note,
    )
    answer.close()


def _is_date(value: str) -> bool:
    """Return True if YYMMDD is a valid date; 00 to 49 are in this century (as readers of the TA1 assume)."""
    if len(value) != 6 or not is_count(value):
        return False
    year = int(value[:2])
    try:
        date(year + (2000 if year < 50 else 1900), int(value[2:4]), int(value[4:]))
    except ValueError:
        return False
    return True


def _is_time(value: str) -> bool:
    return _TIME.fullmatch(value) is not None


def _one_of(*values: str) -> Callable[[str], bool]:
    return frozenset(values).__contains__


_CHECKS: tuple[tuple[int, Callable[[str], bool], Ta1Note], ...] = (
    (13, lambda value: len(value) == 9 and is_count(value), Ta1Note.CONTROL_NUMBER),
    (12, lambda value: len(value) == 5 and is_count(value), Ta1Note.VERSION),
    (12, _VERSION.__eq__, Ta1Note.VERSION_UNSUPPORTED),
    (1, _one_of("00", "03"), Ta1Note.AUTHORIZATION_QUALIFIER),
    (3, _one_of("00", "01"), Ta1Note.SECURITY_QUALIFIER),
    (5, QUALIFIERS.__contains__, Ta1Note.SENDER_QUALIFIER),
    (6, lambda value: bool(value.strip()), Ta1Note.SENDER),
    (7, QUALIFIERS.__contains__, Ta1Note.RECEIVER_QUALIFIER),
    (8, lambda value: bool(value.strip()), Ta1Note.RECEIVER),
    (9, _is_date, Ta1Note.DATE),
    (10, _is_time, Ta1Note.TIME),
    (14, _one_of("0", "1"), Ta1Note.REQUEST),
    (15, _one_of("P", "T", "I"), Ta1Note.USAGE),
)
"""Elements of an ISA with correct widths: the valid values, and the note code if they are violated."""
