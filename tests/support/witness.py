"""pyx12's validator as a witness of what is at fault in a file, beside our own recogniser.

Both sides say of every segment (by its number in the file) whether it is at fault, and behind which segment
one is missing. Where they differ, ``guide_differences.toml`` must know why: each entry names a predicate of
`PREDICATES`, says which side sees more, and gives the reason.

    python -m tests.support.witness [FILE…]     differences and agreements of files, or of the fixtures
"""

from __future__ import annotations

import io
import logging
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

import scrubber.guide
from scrubber.claim.walk import Frame, Leaf, walk
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.maps import UNITS, LoopNode, units
from scrubber.guide.recognizer import recognizer
from scrubber.guide.versions import recognize
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.envelope import Scope, envelope_events

DIFFERENCES = Path(__file__).with_name("guide_differences.toml")
_GUIDE = b"005010X222A1"
_ALIASES = re.compile(rb"005010X222(?:A2)?(?=[^A-Z0-9])")

RICH = b"""\
ISA*00*          *00*          *ZZ*MILLBROOK      *ZZ*CLEARWAY       *260601*0900*^*00501*000000001*0*T*:
GS*HC*MILLBROOK*CLEARWAY*20260601*0900*1*X*005010X222A1
ST*837*0001*005010X222A1
BHT*0019*00*B1-0001*20260601*0900*CH
NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK
PER*IC*TAMSIN ROWE*TE*6145550142*EX*12*EM*ROWE@EXAMPLE.INVALID
PER*IC*BRAM TARN*FX*6145550143
NM1*40*2*CLEARWAY EXCHANGE*****46*CLEARWAY
HL*1**20*1
PRV*BI*PXC*207Q00000X
CUR*85*CAD
NM1*85*1*ROOK*ISOLDE*M**MD*XX*1000000004
N3*210 QUARRY RD*SUITE 4
N4*COLUMBUS*OH*432150100
REF*EI*311234567
REF*0B*L12345
REF*1G*U12345
PER*IC*BRAM TARN*TE*6145550144
NM1*87*1
N3*PO BOX 12
N4*COLUMBUS*OH*432150100
NM1*PE*2*PLAN RECOVERY*****PI*PLN01
N3*9 HARBOR WAY
N4*BOISE*ID*83702
REF*2U*PL1
REF*EI*311234568
HL*2*1*22*1
SBR*P*18*GRP1*LAUREL GROUP*****CI
PAT*****D8*20260501*01*146*Y
NM1*IL*1*LARKSPUR*ALDER*Q**JR*MI*LHP000000001
N3*48 MEADOW LN
N4*COLUMBUS*OH*43215
DMG*D8*19570822*M
REF*SY*123456789
REF*Y4*PCN1
PER*IC*ALDER LARKSPUR*TE*6145550145
NM1*PR*2*LAUREL HEALTH PLAN*****PI*LHP01
N3*1 PLAN ST
N4*TORONTO*ON*M5V2T6*CA
REF*2U*PAYER2
REF*G2*PROV2
CLM*RICH00001*350.5***11:B:1*Y*A*Y*Y*P*AA:OA::OH*02********3
DTP*431*D8*20260401
DTP*454*D8*20260402
DTP*304*D8*20260403
DTP*439*D8*20260331
DTP*314*RD8*20260401-20260410
DTP*435*D8*20260405
DTP*096*D8*20260407
DTP*090*D8*20260408
DTP*091*D8*20260409
PWK*OZ*BM***AC*CTRL1
PWK*B4*EL***AC*CTRL2
CN1*02*100.5*1.5*CODE*2*1
AMT*F5*25
REF*4N*1
REF*F5*N
REF*9F*REFER1
REF*G1*AUTH1
REF*F8*ORIG1
REF*X4*12D3456789
REF*9A*REPR1
REF*D9*TRACE1
REF*EA*CHART1
REF*P4*DEMO1
K3*FIXED FORMAT 1
K3*FIXED FORMAT 2
NTE*ADD*SEEN TWICE
CR1*LB*140**A*DH*12****UNCONSCIOUS
CR2********A**STABLE*IMAGES ON FILE
CRC*07*Y*01*04
CRC*07*N*05
CRC*E1*Y*L1
CRC*75*Y*IH
CRC*ZZ*Y*AV*NU
HI*ABK:E538*ABF:R112*ABF:M5450
HI*BP:33510*BO:33511
HI*BG:01*BG:02
HI*BG:03
HCP*03*100*50.5*ORG1*10.25*APG1*5******T1*1*1
NM1*DN*1*WREN*PERRY****XX*1200000011
REF*0B*LIC1
NM1*P3*1*TARN*BRAM****XX*1200000029
NM1*82*1*WREN*ODALYS****XX*1200000037
PRV*PE*PXC*207Q00000X
REF*0B*LIC2
REF*G2*PRV2
NM1*77*2*HARBOR CLINIC*****XX*1200000045
N3*5 HARBOR WAY
N4*COLUMBUS*OH*432150101
REF*LU*LOC1
PER*IC*FRONT DESK*TE*6145550146*EX*7
NM1*DQ*1*OAKES*KIT
REF*0B*LIC3
NM1*PW*2
N3*1 PICKUP RD
N4*COLUMBUS*OH*43215
NM1*45*2*DROP OFF
N3*2 DROPOFF RD
N4*COLUMBUS*OH*43215
SBR*S*18*GRP2*TIMBERLINE*47****MB
CAS*PR*1*10**2*5.5*1
CAS*CO*45*20
AMT*D*100
AMT*A8*5
AMT*EAF*250.5
OI***Y***Y
MOA*1*2*N115*MA01
NM1*IL*1*LARKSPUR*ALDER****MI*1EG4TE5MK73
N3*48 MEADOW LN
N4*COLUMBUS*OH*43215
REF*SY*123456789
NM1*PR*2*TIMBERLINE MUTUAL*****PI*TMB02
N3*3 PLAN ST
N4*SALEM*OR*97301
DTP*573*D8*20260420
REF*2U*PAY2
REF*EI*311234569
REF*G1*AUTH2
REF*T4*Y
REF*F8*ORIG2
NM1*DN*1
REF*G2*OP1
NM1*82*1
REF*G2*OP2
REF*LU*OP3
NM1*77*2
REF*LU*OP4
NM1*DQ*1
REF*0B*OP5
NM1*85*2
REF*G2*OP6
SBR*T*01*******CI
OI***N*P**I
NM1*IL*1*TARN*BRAM****MI*TMB3
NM1*PR*2*THIRD PLAN*****XV*THIRD
LX*1
SV1*HC:J3420:JZ::::VITAMIN B12*250.5*UN*1*11**1:2:3**Y**Y*Y***0
SV5*HC:E0424*DA*7*50*100*1
PWK*OZ*BM***AC*CTRL3
CR1*LB*140**A*DH*12
CR3*I*MO*12
CRC*07*Y*01
CRC*70*Y*65
CRC*09*N*ZV*38
DTP*472*RD8*20260415-20260416
DTP*471*D8*20260415
DTP*607*D8*20260414
DTP*463*D8*20260413
DTP*461*D8*20260412
DTP*304*D8*20260411
DTP*738*D8*20260410
DTP*011*D8*20260409
DTP*455*D8*20260408
DTP*454*D8*20260407
QTY*PT*2
QTY*FL*1.5
MEA*TR*R1*12.5
MEA*OG*HT*60
CN1*02*10
REF*9B*1
REF*9D*2
REF*G1*AUTH3
REF*G1*AUTH4**2U:PAY2
REF*6R*LINE1
REF*X4*12D3456789
REF*F4*12D3456780
REF*BT*BATCH1
REF*9F*REFER2
AMT*T*1.5
AMT*F4*2
K3*LINE FORMAT
NTE*ADD*LINE NOTE
NTE*TPO*THIRD NOTE
PS1*PURCH1*10
HCP*03*100*50******HC*J3420*UN*1*T1*1*1
LIN**N4*00143961901
CTP****1*ML
REF*XZ*RX1
NM1*82*1*WREN*ODALYS****XX*1200000037
PRV*PE*PXC*207Q00000X
REF*G2*PRV3
REF*G2*PRV4**2U:PAY2
NM1*QB*1******XX*1200000052
REF*0B*LIC4
NM1*77*2*HARBOR CLINIC*****XX*1200000045
N3*5 HARBOR WAY
N4*COLUMBUS*OH*432150101
REF*LU*LOC2
NM1*DQ*1*OAKES*KIT
REF*0B*LIC5
NM1*DK*1*OAKES*KIT****XX*1200000060
N3*6 HARBOR WAY
N4*COLUMBUS*OH*432150101
REF*0B*LIC6
PER*IC*KIT OAKES*TE*6145550147*FX*6145550148
NM1*DN*1*WREN*PERRY
REF*G2*PRV5
NM1*P3*1*TARN*BRAM
REF*G2*PRV6
NM1*PW*2
N3*1 PICKUP RD
N4*COLUMBUS*OH*43215
NM1*45*2*DROP OFF
N3*2 DROPOFF RD
N4*COLUMBUS*OH*43215
SVD*TMB02*100*HC:J3420:JZ**1*1
CAS*PR*1*10
CAS*CO*45*20*1*97*5
DTP*573*D8*20260420
AMT*EAF*120.5
LQ*UT*01.02
FRM*1A**J1030
FRM*2*Y
FRM*3***20260401
LX*2
SV1*HC:96372*100*UN*1***1
DTP*472*D8*20260415
HL*3*2*23*0
PAT*19****D8*20260501*01*8*Y
NM1*QC*1*LARKSPUR*JUNIPER
N3*48 MEADOW LN
N4*COLUMBUS*OH*43215
DMG*D8*20120229*F
REF*Y4*PCN2
REF*SY*123456780
PER*IC*JUNIPER LARKSPUR*TE*6145550149
CLM*RICH00002*100***11:B:1*Y*A*Y*Y
HI*ABK:E538
LX*1
SV1*HC:99213*100*UN*1***1
DTP*472*D8*20260415
SE*231*0001
GE*1*1
IEA*1*000000001
""".replace(b"\n", b"~\n")
"""A file with nearly every loop and segment of the guide, a segment a line; without fault for both sides."""

# ------------------------------------------------------------------------------------- pyx12's side


@dataclass(frozen=True, slots=True)
class Said:
    """One error of pyx12: ``level`` is seg, ele or reader; ``code`` its own; ``text`` its message."""

    level: str
    code: str
    text: str

    @property
    def is_missing(self) -> bool:
        """Whether a segment or loop is missing, which pyx12 says of the segment behind the gap."""
        return self.level == "seg" and self.code == "3"

    @property
    def is_unplaced(self) -> bool:
        """Whether it says that the segment is not expected here; its elements are then not looked at."""
        return self.level == "seg" and self.code == "1" and "not found" in self.text


class _Recorder:
    """Takes the place of pyx12's error handler and remembers which segment each error is of."""

    def __init__(self) -> None:
        self.said: dict[int, list[Said]] = {}
        self._line = 0

    def _add(self, level: str, code: str, text: str, line: int | None = None) -> None:
        self.said.setdefault(line or self._line, []).append(Said(level, code, text))

    def handle_errors(self, errors: Iterable[tuple[str, str, str, Any, int | None]]) -> None:
        for kind, code, text, _value, line in errors:
            self._add("reader" if kind == "seg" else kind, code, text, line)

    def _at(self, _segment: object, source: Any) -> None:
        self._line = source.get_cur_line()

    add_isa_loop = add_gs_loop = add_st_loop = _at

    def _close(self, _node: object, _segment: object, source: Any) -> None:
        self._line = source.get_cur_line()

    close_isa_loop = close_gs_loop = close_st_loop = _close

    def add_seg(self, _node: object, _segment: object, _count: int, line: int, _ls: object) -> None:
        self._line = line

    def add_ele(self, node: object) -> None:
        """Nothing to remember: the error itself names the element."""

    def seg_error(self, code: str, text: str, _value: object = None, line: int | None = None) -> None:
        self._add("seg", code, text, line)

    def ele_error(self, code: str, text: str, _value: object, _name: object = None) -> None:
        self._add("ele", code, text)

    def get_error_count(self) -> int:
        return sum(map(len, self.said.values()))


@dataclass(frozen=True, slots=True)
class Testimony:
    """What pyx12 says by segment number, how far it read, and whether it crashed behind that."""

    said: Mapping[int, Sequence[Said]]
    read: int
    crash: str = ""


def ask_pyx12(raw: bytes) -> Testimony:
    """Let pyx12 validate a file."""
    recorder = _Recorder()
    read = 0
    crash = ""

    def count(_segment: object, source: Any, *_rest: object) -> None:
        nonlocal read
        read = source.get_cur_line()

    with ExitStack() as stack:
        stack.enter_context(patch.object(pyx12.error_handler, "err_handler", lambda: recorder))
        stack.enter_context(patch.object(pyx12.map_if, "load_map_file", load_map))
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        text = io.StringIO(_prepare(raw).decode("latin-1"))
        try:
            pyx12.x12n_document.x12n_document(_params(), text, None, None, callback=count)
        except Exception as error:  # noqa: BLE001 - whatever it dies of is what it says
            crash = f"{type(error).__name__}: {error}"
    return Testimony(recorder.said, read, crash)


def _prepare(raw: bytes) -> bytes:
    """A copy as pyx12 will read it: no byte-order mark, no alias of the guide's version."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ")
    return _ALIASES.sub(_GUIDE, raw) if _GUIDE not in raw else raw


@cache
def _params() -> Any:
    return pyx12.params.params()


_load_map_file = pyx12.map_if.load_map_file


def load_map(name: str, *_rest: object) -> Any:
    """Loading takes a hundred times as long as a small file; the map keeps no state."""
    return _map(name)


@cache
def _map(name: str) -> Any:
    return _load_map_file(name, _params(), None)


# --------------------------------------------------------------------------------------- our side


@dataclass(slots=True)
class Unit:
    """A header, level or claim, with what we find in it. ``above`` are the units that it stands in."""

    name: str
    segments: Sequence[Segment]
    transaction: int
    above: tuple[Unit, ...] = ()
    faults: Sequence[Fault] = ()

    @property
    def first(self) -> int:
        return self.segments[0].number

    @property
    def last(self) -> int:
        return self.segments[-1].number


def our_units(raw: bytes) -> list[Unit]:
    """The units of a file's transactions in the order of the file, checked by us."""
    made: dict[int, Unit] = {}
    units: list[Unit] = []
    for step in walk(envelope_events(read_pieces(io.BytesIO(raw))), _is_opaque):
        if not isinstance(step, Leaf) or step.frame is None:
            continue
        above: tuple[Unit, ...] = ()
        for frame in step.chain():
            if id(frame) not in made and frame.kind not in ("interchange", "group"):
                unit = _unit_of_frame(frame, above)
                if unit:
                    made[id(frame)] = unit
                    _keep.append(frame)
                    units.append(unit)
            if id(frame) in made:
                above = (*above, made[id(frame)])
        if step.is_claim:
            transaction = above[0].transaction if above else 0
            units.append(_check(Unit("2300", step.segments, transaction, above)))
    _keep.clear()
    return sorted(units, key=lambda unit: unit.first)


_keep: list[Frame] = []  # so that no frame's id is given to another while they are told apart by it


def _is_opaque(scope: Scope) -> bool:
    return not recognize(scope.parent.header if scope.parent else None, scope.header).supported


def _unit_of_frame(frame: Frame, above: tuple[Unit, ...]) -> Unit | None:
    name = "HEADER" if frame.kind == "transaction" else frame.kind
    segments = frame.segments
    transaction = above[0].transaction if above else segments[0].number if segments else 0
    if name == "HEADER" and segments and segments[0].id == "ST":
        segments = segments[1:]
    return _check(Unit(name, segments, transaction, above)) if segments else None


def _check(unit: Unit) -> Unit:
    if unit.name in UNITS:
        unit.faults = recognizer(unit.segments[0].delimiters).check(unit.name, unit.segments)
    return unit


# ------------------------------------------------------------------------------------- comparison


@dataclass(frozen=True, slots=True)
class Difference:
    """A segment (or the gap behind it) that only one side finds at fault.

    ``theirs`` and ``ours`` are what was found there; one of them is empty. ``unit`` is the claim or level
    that it stands in, ``testimony`` all that pyx12 says.
    """

    number: int
    is_gap: bool
    segment: Segment
    unit: Unit
    units: Sequence[Unit] = field(repr=False)
    testimony: Testimony = field(repr=False)
    theirs: tuple[Said, ...] = ()
    ours: tuple[Fault, ...] = ()

    @property
    def side(self) -> str:
        """Who sees more: ``pyx12`` or ``ours``."""
        return "pyx12" if self.theirs else "ours"

    def before(self) -> Iterator[Fault]:
        """Our faults of structure up to this place (and behind a gap) in its unit, or in those above."""
        for unit in (*self.unit.above, self.unit):
            for fault in unit.faults:
                is_before = fault.segment.number <= self.number + self.is_gap
                if fault.kind in STRUCTURAL and (is_before or unit is not self.unit):
                    yield fault

    def said_before(self) -> Iterator[Said]:
        """What pyx12 says of structure at or before this place in the unit, or in those above."""
        for unit in (*self.unit.above, self.unit):
            last = min(unit.last, self.number)
            for number in range(unit.first, last + 1):
                for said in self.testimony.said.get(number, ()):
                    if said.level == "seg" and said.code != "8":
                        yield said

    def describe(self) -> str:
        """One line for a failing test."""
        place = "gap behind" if self.is_gap else "segment"
        theirs = "; ".join(f"{said.level}:{said.code} {said.text}" for said in self.theirs)
        ours = "; ".join(f"{fault.kind.name} {fault.loop} {fault.segment.id}{fault.element:02d}"
                         f" {fault.missing}" for fault in self.ours)  # fmt: skip
        body = self.segment.body.decode("latin-1")
        return f"{self.unit.name} {place} {self.number} {body!r}: pyx12 [{theirs}] ours [{ours}]"


STRUCTURAL = frozenset(
    {
        FaultKind.UNEXPECTED,
        FaultKind.OUT_OF_ORDER,
        FaultKind.MISSING_SEGMENT,
        FaultKind.TOO_MANY_SEGMENTS,
        FaultKind.TOO_MANY_LOOPS,
    }
)


@dataclass(slots=True)
class Comparison:
    """What came of a file: units and segments on which both agree, and the differences by name."""

    agreed_units: int = 0
    agreed_faulty_units: int = 0
    agreed_segments: int = 0
    agreed_faulty_segments: int = 0
    listed: Counter[str] = field(default_factory=Counter)
    unlisted: list[Difference] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        """Take another one's counts into this one."""
        self.agreed_units += other.agreed_units
        self.agreed_faulty_units += other.agreed_faulty_units
        self.agreed_segments += other.agreed_segments
        self.agreed_faulty_segments += other.agreed_faulty_segments
        self.listed.update(other.listed)
        self.unlisted += other.unlisted

    def summary(self) -> str:
        """The counts, a line each."""
        lines = [
            f"units agreed {self.agreed_units}, of these at fault {self.agreed_faulty_units}",
            f"segments agreed {self.agreed_segments}, of these at fault {self.agreed_faulty_segments}",
            *(f"  {count:7} {name}" for name, count in sorted(self.listed.items())),
        ]
        return "\n".join([*lines, *(f"UNLISTED {one.describe()}" for one in self.unlisted)])


def compare(raw: bytes) -> Comparison:
    """Check a file on both sides and sort the differences into listed and unlisted ones."""
    testimony = ask_pyx12(raw)
    every = our_units(raw)
    result = Comparison()
    for unit in every:
        _compare_unit(unit, every, testimony, result)
    return result


def _compare_unit(unit: Unit, every: Sequence[Unit], testimony: Testimony, result: Comparison) -> None:
    if unit.last > testimony.read:
        if testimony.read + 1 >= unit.first and testimony.crash:
            result.listed["pyx12 crashes"] += 1
        else:
            result.listed["pyx12 does not read so far"] += 1
        return
    theirs, their_gaps = _by_place(unit, testimony)
    ours: dict[int, list[Fault]] = {}
    our_gaps: dict[int, list[Fault]] = {}
    for fault in unit.faults:
        place = our_gaps if fault.kind is FaultKind.MISSING_SEGMENT else ours
        place.setdefault(fault.segment.number, []).append(fault)
    _settle_gaps(theirs, their_gaps, ours, our_gaps)
    bodies = {segment.number: segment for segment in unit.segments}
    differ = False
    at_fault = False
    for number, segment in bodies.items():
        for is_gap, mine, other in (
            (False, ours.get(number, []), theirs.get(number, [])),
            (True, our_gaps.get(number, []), their_gaps.get(number, [])),
        ):
            if bool(mine) == bool(other):
                at_fault |= bool(mine)
                result.agreed_segments += not is_gap
                result.agreed_faulty_segments += bool(mine)
                continue
            difference = Difference(
                number, is_gap, segment, unit, every, testimony, tuple(other), tuple(mine)
            )
            differ = True
            name = listed_as(difference)
            if name:
                result.listed[name] += 1
            else:
                result.unlisted.append(difference)
    ours_faulty = bool(unit.faults)
    theirs_faulty = bool(theirs or their_gaps) or at_fault
    if ours_faulty == theirs_faulty:
        result.agreed_units += 1
        result.agreed_faulty_units += ours_faulty
    elif not differ:
        raise AssertionError(f"units differ without a segment that does: {unit.name} {unit.first}")


def _by_place(unit: Unit, testimony: Testimony) -> tuple[dict[int, list[Said]], dict[int, list[Said]]]:
    """What pyx12 says of the unit's segments, and of the gaps behind them."""
    theirs: dict[int, list[Said]] = {}
    gaps: dict[int, list[Said]] = {}
    for number in range(unit.first, unit.last + 2):
        for said in testimony.said.get(number, ()):
            if said.is_missing and number > unit.first:
                gaps.setdefault(number - 1, []).append(said)
            elif not said.is_missing and number <= unit.last:
                theirs.setdefault(number, []).append(said)
    return theirs, gaps


def _settle_gaps(
    theirs: dict[int, list[Said]],
    their_gaps: dict[int, list[Said]],
    ours: dict[int, list[Fault]],
    our_gaps: dict[int, list[Fault]],
) -> None:
    """Where both say of neighbouring places that something is amiss, it is the same thing.

    A gap may be told as a missing segment or by the segment behind it, that nobody expected there.
    """
    for number in list(our_gaps):
        if number not in their_gaps and number + 1 in theirs and number + 1 not in ours:
            ours[number + 1] = our_gaps.pop(number)
    for number in list(their_gaps):
        if number not in our_gaps and number + 1 in ours and number + 1 not in theirs:
            theirs[number + 1] = their_gaps.pop(number)


# ------------------------------------------------------------------------------- listed differences

Predicate = Callable[[Difference], bool]
PREDICATES: dict[str, Predicate] = {}


def predicate(function: Predicate) -> Predicate:
    """Make a predicate known by its name."""
    PREDICATES[function.__name__] = function
    return function


@predicate
def envelope(difference: Difference) -> bool:
    """Of ISA, GS, ST and their trailers, or their being missing."""
    return all(
        said.level in ("isa", "gs", "st") or (said.is_missing and said.text.endswith(_ENVELOPE))
        for said in difference.theirs
    )


_ENVELOPE = ("(SE) missing", "(GE) missing", "(IEA) missing", "(ST) missing", "(GS) missing")


@predicate
def hierarchy(difference: Difference) -> bool:
    """Numbers, parents and order of HL segments."""
    return all(
        said.code in ("HL1", "HL2")
        or (said.is_unplaced and difference.segment.id == "HL")
        or (said.is_missing and "Mandatory loop" in said.text and said.text.endswith(_LEVELS))
        for said in difference.theirs
    )


_LEVELS = ("(2000A) missing", "(2000B) missing", "(2000C) missing", "(2300) missing", "(DETAIL) missing")


@predicate
def line_number(difference: Difference) -> bool:
    """LX01 is not the running number."""
    return all(said.code == "LX" for said in difference.theirs)


@predicate
def leading_blank(difference: Difference) -> bool:
    """Blanks before the segment."""
    return all(said.level == "reader" and "leading space" in said.text for said in difference.theirs)


@predicate
def widened(difference: Difference) -> bool:
    """A code that our corrections add or do not check, or an element that they do not require."""
    data = _corrections()
    entries = [*data["elements"], *data["lists"].values()]
    more = {code for entry in entries for code in entry.get("more_codes", ())}
    situational = {entry["element"] for entry in data["elements"] if entry.get("usage") == "S"}
    return all(
        said.level == "ele"
        and (
            (said.code == "7" and (said.text[1:].partition(")")[0] in more or _is_of_open_list(said)))
            or (said.code == "1" and any(f"({name})" in said.text for name in situational))
        )
        for said in difference.theirs
    )


def _is_of_open_list(said: Said) -> bool:
    return "Remark Code (" in said.text or "Currency Code (" in said.text


@cache
def _corrections() -> Mapping[str, Any]:
    return tomllib.loads(files(scrubber.guide).joinpath("corrections.toml").read_text(encoding="utf-8"))


@predicate
def ancient_date(difference: Difference) -> bool:
    """A day of a year before 1800."""
    return all(
        said.level == "ele" and said.code == "8" and re.search(r"\(1[0-7]\d{6}|-1[0-7]\d{6}\)", said.text)
        for said in difference.theirs
    )


@predicate
def twin(difference: Difference) -> bool:
    """A segment for which the guide has two places of the same id and qualifier here."""
    return difference.segment.id == "PWK" and difference.segment.get(1) == "CT"


@predicate
def told_elsewhere(difference: Difference) -> bool:
    """What pyx12 misses here we miss elsewhere in the unit, or have found out of its order or garbled."""
    if not difference.is_gap:
        return False
    for said in difference.theirs:
        missing = said.text.rpartition("(")[2].partition(")")[0]
        if not any(
            missing in (fault.missing, fault.loop)
            or (fault.kind is FaultKind.OUT_OF_ORDER and ("loop" in said.text or fault.segment.id == missing))
            or fault.kind is FaultKind.UNEXPECTED
            for fault in difference.unit.faults
            if fault.kind in STRUCTURAL
        ):
            return False
    return True


@predicate
def same_position(difference: Difference) -> bool:
    """A required loop that stands behind another one of the same position in the guide, so is not missing."""
    for said in difference.theirs:
        loop = _loop(said.text.rpartition("(")[2].partition(")")[0]) if said.is_missing else None
        if loop is None or not any(
            segment.id == loop.opener.id and segment.get(1) in loop.opener.picks
            for segment in difference.unit.segments
            if segment.number > difference.number
        ):
            return False
    return True


def _loop(name: str) -> LoopNode | None:
    """The loop of the guide with this id."""
    waiting: list[LoopNode] = list(units().values())
    for loop in waiting:
        if loop.id == name:
            return loop
        waiting += [child for group in loop.groups for child in group if isinstance(child, LoopNode)]
    return None


@predicate
def unknown_level(difference: Difference) -> bool:
    """Somewhere before in the transaction an HL03 names no level, and pyx12 has lost its place since."""
    return any(
        unit.name not in UNITS and unit.first <= difference.number
        for unit in difference.units
        if unit.transaction == difference.unit.transaction
    )


@predicate
def lost_envelope(difference: Difference) -> bool:
    """pyx12 does not know the transaction, for its ST or GS is lost."""
    return all(said.is_unplaced and "/ST_LOOP" not in said.text for said in difference.theirs)


@predicate
def claim_outside(difference: Difference) -> bool:
    """A claim, or what belongs to it, that stands in no level of a subscriber or patient."""
    unit = difference.unit
    inside = any(above.name in ("2000B", "2000C") for above in unit.above)
    return unit.name == "2300" and not inside and all(said.level == "seg" for said in difference.theirs)


@predicate
def cascade(difference: Difference) -> bool:
    """pyx12 no longer knows where it is, behind a fault of structure that we have said."""
    return any(True for _ in difference.before()) and all(
        said.level == "seg" and said.code in "1345" for said in difference.theirs
    )


@predicate
def other_place(difference: Difference) -> bool:
    """Behind a fault of structure that both have said, pyx12 takes the segment for another one."""
    return any(True for _ in difference.before()) and any(True for _ in difference.said_before())


@predicate
def opener_comes_late(difference: Difference) -> bool:
    """A segment before the opener of its loop, which we say to be out of its order where it comes."""
    number = difference.segment.number
    return not difference.is_gap and any(
        fault.kind is FaultKind.OUT_OF_ORDER and number < fault.segment.number <= number + 3
        for fault in difference.unit.faults
    )


@predicate
def loop_anew(difference: Difference) -> bool:
    """What is missing from a loop of which only the opener came, before the same loop begins anew."""
    here = difference.segment
    behind = next(
        (segment for unit in difference.units for segment in unit.segments if segment.number > here.number),
        None,
    )
    return difference.is_gap and behind is not None and behind.id == here.id


@predicate
def resynchronised(difference: Difference) -> bool:
    """Both say that the structure is at fault here, and go on from different places."""
    is_structure = all(fault.kind in STRUCTURAL for fault in difference.ours)
    return (is_structure or any(True for _ in difference.before())) and any(
        said.level == "seg" and said.code != "8"
        for unit in (*difference.unit.above, difference.unit)
        for number in range(unit.first, unit.last + 2)
        for said in difference.testimony.said.get(number, ())
    )


@predicate
def repetition(difference: Difference) -> bool:
    """The repetition separator inside an element that does not repeat."""
    mark = difference.segment.delimiters.repetition
    return bool(mark) and all(
        fault.kind is FaultKind.BAD_CHARACTER and mark in difference.segment.elements[fault.element]
        for fault in difference.ours
    )


@predicate
def empty_components(difference: Difference) -> bool:
    """Component separators at the end of an element, behind which nothing comes."""
    return all(
        fault.kind is FaultKind.TRAILING_SEPARATOR
        and difference.segment.elements[fault.element].endswith(difference.segment.delimiters.component)
        for fault in difference.ours
    )


@predicate
def narrowed(difference: Difference) -> bool:
    """Longer than our corrections allow, a code that they do not have, or missing where they require it."""
    kinds = (FaultKind.TOO_LONG, FaultKind.BAD_CODE, FaultKind.MISSING_ELEMENT)
    return all(fault.kind in kinds and _is_narrowed(fault) for fault in difference.ours)


_NARROWING = {"longest", "decimals", "codes", "fewer_codes"}


def _is_narrowed(fault: Fault) -> bool:
    name = f"{fault.segment.id}{fault.element:02d}"
    return any(
        entry["element"] == name
        and fault.loop in entry.get("loops", (fault.loop,))
        and entry.get("qualifier", fault.segment.get(1)) == fault.segment.get(1)
        and (entry.get("usage") == "R" or not _NARROWING.isdisjoint(entry))
        for entry in _corrections()["elements"]
    )


@predicate
def patient_is_subscriber(difference: Difference) -> bool:
    """N3, N4 or DMG is missing in 2010BA."""
    return all(
        fault.kind is FaultKind.MISSING_SEGMENT
        and fault.loop == "2010BA"
        and fault.missing in ("N3", "N4", "DMG")
        for fault in difference.ours
    )


@cache
def differences() -> tuple[dict[str, str], ...]:
    """The entries of ``guide_differences.toml``."""
    return tuple(tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["difference"])


def listed_as(difference: Difference) -> str:
    """The name of the first entry that explains a difference, or an empty string."""
    for entry in differences():
        if entry["sees_more"] == difference.side and PREDICATES[entry["predicate"]](difference):
            return entry["name"]
    return ""


def main(paths: Sequence[str]) -> int:
    """Compare files and print the counts."""
    total = Comparison()
    fixtures = Path(__file__).parents[2] / "fixtures" / "837"
    for path in paths or sorted(map(str, fixtures.glob("*/*.837"))):
        one = compare(Path(path).read_bytes())
        for difference in one.unlisted:
            sys.stdout.write(f"{path}: {difference.describe()}\n")
        total.add(one)
    sys.stdout.write(total.summary() + "\n")
    return 1 if total.unlisted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
