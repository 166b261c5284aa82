"""The interchange acknowledgement TA1 (X12.5), which reports on an ISA–IEA, not on its content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import BinaryIO, Literal

from scrubber.acks.interchange import AckInterchange, Addressee
from scrubber.envelopes.scan import Envelope
from scrubber.envelopes.values import is_short_date, is_time, wrong_isa_values
from scrubber.x12.segment import is_count

Verdict = Literal["A", "E", "R"]
"""TA104: accepted, accepted with errors, rejected."""


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
    AUTHORIZATION = "011"
    SECURITY_QUALIFIER = "012"
    SECURITY = "013"
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
    REPEATED = "025"
    COMPONENT_SEPARATOR = "027"


def interchange_status(interchange: Envelope, today: date, *, held: bool) -> tuple[Verdict, Ta1Note]:
    """Return TA104 and TA105 of a scanned interchange: the most severe fault, since a TA1 reports only one.

    If the interchange is ``held`` it is rejected, otherwise it is accepted, with errors if there are any.
    """
    verdict: Verdict = "R" if held else "E"
    unknown = (verdict, Ta1Note.CONTENT) if held else ("A", Ta1Note.RIGHT)
    return next(((verdict, note) for note in _faults_of(interchange, today)), unknown)


def _faults_of(interchange: Envelope, today: date) -> Iterator[Ta1Note]:
    """Yield the faults of an interchange, the most severe first."""
    isa, trailer, fault = interchange.header, interchange.trailer, interchange.isa_fault
    if isa is None or fault:
        yield Ta1Note.COMPONENT_SEPARATOR if fault and fault.is_separator else Ta1Note.STRUCTURE
        return
    if trailer is None or interchange.unended:
        yield Ta1Note.END_OF_FILE if interchange.at_end else Ta1Note.STRUCTURE
        return
    if not interchange.control_numbers_agree:
        yield Ta1Note.CONTROL_NUMBERS_DIFFER
    if not interchange.count_agrees:
        yield Ta1Note.GROUP_COUNT
    if interchange.extra_elements:
        yield Ta1Note.STRUCTURE
    if interchange.gaps:
        yield Ta1Note.CONTENT
    if interchange.repeated:
        yield Ta1Note.REPEATED
    wrong = {found.element for found in wrong_isa_values(isa, today)}
    if 12 in wrong and len(isa.get(12)) == 5 and is_count(isa.get(12)):
        wrong.remove(12)
        yield Ta1Note.VERSION_UNSUPPORTED
    yield from (note for element, note in _NOTES.items() if element in wrong)


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
        day if is_short_date(day) else f"{when.year % 100:02d}{when.month:02d}{when.day:02d}",
        time if is_time(time) else f"{when:%H%M}",
        verdict,
        note,
    )
    answer.close()


_NOTES = {
    13: Ta1Note.CONTROL_NUMBER,
    12: Ta1Note.VERSION,
    1: Ta1Note.AUTHORIZATION_QUALIFIER,
    2: Ta1Note.AUTHORIZATION,
    3: Ta1Note.SECURITY_QUALIFIER,
    4: Ta1Note.SECURITY,
    5: Ta1Note.SENDER_QUALIFIER,
    6: Ta1Note.SENDER,
    7: Ta1Note.RECEIVER_QUALIFIER,
    8: Ta1Note.RECEIVER,
    9: Ta1Note.DATE,
    10: Ta1Note.TIME,
    14: Ta1Note.REQUEST,
    15: Ta1Note.USAGE,
    11: Ta1Note.REPETITION,
    16: Ta1Note.COMPONENT_SEPARATOR,
}
"""The elements of an ISA to the codes of a wrong value, the most severe first."""
