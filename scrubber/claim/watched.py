"""A claim that notes what is looked at, so that what was decided by it can be remembered.

The watched claim is the ordinary model over watched loops and segments: whatever reads it, reads what it
would read of the plain claim. Each reading leaves the name of a *part* in `Looked`: so a decision is a
function of the parts looked at, and of nothing else. Names of parts:

- ``CLM``, ``CLM01``, ``CLM02``, and by segment ID what loop 2300 has itself: ``REF``, ``HI``, ``NTE`` …;
- ``2310`` and ``2320``: all loops of these families;
- ``HEADER``, ``2000A``, ``SBR``, ``2000B``, ``2010BB``, ``2000C``: levels, or what is named of them;
- ``2010BA.N3``, ``2010CA.NM109`` …: the subscriber and the patient, NM1 by element;
- ``(2, "REF")``, ``(2, "2410")`` …: segments and loops of the second line (0 is the line in the key), SV1 by
  element: ``SV102``, ``SV107`` and the ``outline`` (procedure, units, place, and the line's DTP without a
  single day of service); what is alike in many lines is the
  ``kind``: the code sets of the procedure, whether it is wastage or has drugs, the place, and DTP;
- ``("billing", codes)``, ``("marked", modifiers)``: which lines bill one of these codes or have a modifier;
- ``position``: that of the diagnosis in the key, with its place in HI; ``first``, whether it is the first;
- ``index`` and ``count``: which line a decision is about, and how many there are;
- ``signs`` of the claim (`scrubber.claim.signs`); ``rendering``: which lines have one provider;
- of a line's charge its ``charge kind``: the charge itself where it is not plain; of references and
  dates their qualifiers, ``REF01`` (of a line's, too) and ``DTP01``;
- what is derived from several: ``("pointed", 2)``, the diagnoses of a line; ``("same procedure", 2)``, the
  lines before and after it with its code; ``("shared", 1, 2)``, whether two
  lines share one; ``"positions"``, which diagnoses there are.

The day of service is no part but narrows a span of days; see `scrubber.x12.watched_day`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.claim.field import Field
from scrubber.claim.lazy import lazy
from scrubber.claim.line import ServiceLine
from scrubber.claim.model import Claim
from scrubber.claim.parts import Diagnosis
from scrubber.claim.party import Party, Subscriber, party_in
from scrubber.claim.procedures import ProcedureSets
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment
from scrubber.x12.watched_day import Span, WatchedDay

PartName = Hashable
ALWAYS: PartName = None
"""The name of what need not be noted, since the memory's key has it anyway."""
OWN = 0
"""The number of the line whose content is in the memory's key."""
ONCE: PartName = ""
"""The name of what no other claim has: a decision that looked at it is not remembered."""
_NAMED_ELEMENTS = (3, 4, 5, 9)
"""The elements of NM1 that differ from person to person: names and number."""


class Looked:
    """What was looked at. ``once_only`` is True after a look at something that no other claim has."""

    __slots__ = ("once_only", "parts", "span")

    def __init__(self) -> None:
        self.parts: dict[PartName, None] = {}
        self.span = Span()
        self.once_only = False

    def note(self, part: PartName) -> None:
        """Note that a part was looked at."""
        if part is ONCE:
            self.once_only = True
        elif part is not ALWAYS:
            self.parts[part] = None

    def take(self, other: Looked) -> None:
        """Note all that was looked at for what is used again here."""
        self.parts.update(other.parts)
        self.span.narrow(other.span.first, other.span.last)
        self.once_only = self.once_only or other.once_only


class WatchedSegment(Segment):
    """A segment whose reading is noted: by element where ````named```` names it, else as ``rest``."""

    __slots__ = ("_named", "_rest", "_watch", "plain")

    def __init__(
        self,
        plain: Segment,
        watch: ClaimWatch,
        rest: PartName = ALWAYS,
        named: Mapping[int, PartName] | None = None,
    ) -> None:
        self.plain = plain
        self._watch = watch
        self._rest = rest
        self._named = named or {}

    def _note(self, element: int) -> None:
        self._watch.looked.note(self._named.get(element, self._rest))

    def _note_all(self) -> None:
        self._watch.looked.note(self._rest)
        for part in self._named.values():
            self._watch.looked.note(part)

    def _note_place(self) -> None:
        self._watch.looked.once_only = True

    def __eq__(self, other: object) -> bool:
        """Return True for the same segment, which was perhaps looked at twice."""
        return self.plain is (other.plain if isinstance(other, WatchedSegment) else other)

    def __hash__(self) -> int:
        return hash(self.plain)

    def get(self, element: int) -> str:
        """Return an element, as of the plain segment."""
        self._note(element)
        return self.plain.get(element)

    def component(self, element: int, component: int) -> str:
        """Return a component, as of the plain segment."""
        self._note(element)
        return self.plain.component(element, component)

    def components(self, element: int) -> int:
        """Return the number of components, as of the plain segment."""
        self._note(element)
        return self.plain.components(element)

    def replace(self, element: int, value: bytes, component: int = 0) -> Segment:
        """Return a changed copy of the plain segment."""
        self._note_all()
        self._note_place()
        return self.plain.replace(element, value, component)

    @property
    def id(self) -> str:
        """The segment ID, which the name of the part implies."""
        return self.plain.id

    @property
    def elements(self) -> list[bytes]:
        """The elements."""
        self._note_all()
        return self.plain.elements

    @property
    def raw(self) -> bytes:
        """The bytes of the input."""
        self._note_all()
        self._note_place()
        return self.plain.raw

    @property
    def body(self) -> bytes:  # type: ignore[override] # a slot of the plain segment
        """The segment without its terminator."""
        self._note_all()
        return self.plain.body

    @property
    def number(self) -> int:  # type: ignore[override] # a slot of the plain segment
        """The number in the input, which no other claim has."""
        self._note_place()
        return self.plain.number

    @property
    def offset(self) -> int:  # type: ignore[override] # a slot of the plain segment
        """The offset in the input, which no other claim has."""
        self._note_place()
        return self.plain.offset

    @property
    def delimiters(self):  # type: ignore[no-untyped-def,override] # noqa: ANN201 - a slot of the plain segment
        """The delimiters; the memory has one key for each."""
        return self.plain.delimiters

    @property
    def lead(self) -> bytes:  # type: ignore[override] # a slot of the plain segment
        """The blanks before the segment."""
        self._note_place()
        return self.plain.lead

    @property
    def end(self) -> bytes:  # type: ignore[override] # a slot of the plain segment
        """The terminator."""
        self._note_place()
        return self.plain.end


class ServiceDate(WatchedSegment):
    """The DTP*472 of a line with a single day: its text narrows the span to that day."""

    __slots__ = ("day",)

    def __init__(self, plain: Segment, watch: ClaimWatch, day: WatchedDay) -> None:
        super().__init__(plain, watch)
        self.day = day

    @property
    def watched_day(self) -> WatchedDay:  # type: ignore[override] # a class variable of the plain segment
        """The day."""
        return self.day

    def _note(self, element: int) -> None:
        if element > 2:
            self.day.exactly()

    def _note_all(self) -> None:
        self.day.exactly()


Watch = Callable[[str, Segment], Segment]
"""Returns the watched form of a segment, by its ID, after noting what the ID alone tells."""
Enter = Callable[[Loop], Loop]
"""Returns the watched form of an inner loop, after noting it."""


class WatchedLoop(Loop):
    """A loop over a plain one; ``watch`` and ``enter`` note what is read.

    ``note`` notes that segments with an ID, or loops of a family, were looked for: even where there are none.
    """

    __slots__ = ("_enter", "_note", "_plain", "_watch")

    def __init__(
        self, plain: Loop, note: Callable[[str], None], watch: Watch, enter: Enter | None = None
    ) -> None:
        super().__init__(plain.id)
        self._plain = plain
        self._note = note
        self._watch = watch
        self._enter = enter or _as_it_is

    @property
    def opener(self) -> Segment | None:
        """The first segment."""
        first = self._plain.opener
        return self._watch(first.id, first) if first else None

    def every(self, segment_id: str) -> Sequence[Segment]:
        """Return the segments with this ID."""
        self._note(segment_id)
        return [self._watch(segment_id, segment) for segment in self._plain.every(segment_id)]

    def first(self, segment_id: str) -> Segment | None:
        """Return the first segment with this ID, or ``None``."""
        self._note(segment_id)
        first = self._plain.first(segment_id)
        return self._watch(segment_id, first) if first else None

    def inside(self, loop_id: str) -> list[Loop]:
        """Return the loops with this ID directly inside this one."""
        self._note(loop_id[:4] if loop_id[:2] in ("23", "24") else loop_id)
        return [self._enter(loop) for loop in self._plain.inside(loop_id)]

    def family(self, prefix: str) -> list[Loop]:
        """Return the loops directly inside this one whose IDs begin with a prefix."""
        self._note(prefix)
        return [self._enter(loop) for loop in self._plain.family(prefix)]


def _hidden(part: PartName, name: str) -> Any:  # noqa: ANN401 - of the type of the plain attribute
    """Return an attribute that notes a part and is that of the hidden claim."""

    def get(claim: WatchedClaim) -> object:
        watch = claim._watch  # noqa: SLF001 - part of the class
        watch.looked.note(part)
        return getattr(watch.hidden, name)

    return property(get, doc=getattr(Claim, name).__doc__)


def _as_it_is(loop: Loop) -> Loop:
    return loop


def _index_of(line: ServiceLine) -> int:
    """Return a line's index without noting it."""
    return line.known_index if isinstance(line, WatchedLine) else line.index


class WatchedLine(ServiceLine):
    """A service line over a watched loop, with its index in the claim."""

    def __init__(self, loop: Loop, index: int, watch: ClaimWatch) -> None:
        self._loop = loop
        self.known_index = index
        self._watch = watch

    @property
    def index(self) -> int:  # type: ignore[override] # an attribute of the plain line
        """The line's position in the claim from 1."""
        self._watch.note_index(self.known_index)
        return self.known_index

    @property
    def _hidden(self) -> ServiceLine:
        return self._watch.hidden.lines[self.known_index - 1]

    @lazy
    def hcpcs(self) -> str:
        """The procedure code if SV101-1 is HC (HCPCS or CPT), else empty."""
        self._watch.note_line(self.known_index, "outline")
        return self._hidden.hcpcs

    def sets_in(self, codes: ProcedureSets) -> frozenset[str]:
        """Return the names of the code sets that have the procedure code."""
        self._watch.note_kind(self.known_index)
        return self._hidden.sets_in(codes)

    @property
    def is_wastage(self) -> bool:
        """True if it bills the discarded amount of a drug."""
        self._watch.note_kind(self.known_index)
        return self._hidden.is_wastage

    @property
    def has_drugs(self) -> bool:
        """True if there is a loop 2410."""
        self._watch.note_kind(self.known_index)
        return self._hidden.has_drugs

    @lazy
    def place(self) -> Field:
        """The place of service of the line."""
        self._watch.note_kind(self.known_index)
        plain, segment = self._hidden.place, self._loop.first("SV1")
        return Field(str(plain), segment, plain.element, plain.component, plain.loop) if segment else plain

    @lazy
    def modifier_codes(self) -> frozenset[str]:
        """The modifiers as a payer reads them."""
        self._watch.note_line(self.known_index, "outline")
        return self._hidden.modifier_codes

    @property
    def has_plain_charge(self) -> bool:
        """True if the charge is a dollar or more, plainly written."""
        self._watch.note_line(self.known_index, "charge kind")
        return self._hidden.has_plain_charge

    def charges_over(self, limit: Decimal) -> bool:
        """Return True if the charge is a number above a limit."""
        self._watch.looked.note(("charges over", self._watch.name_of(self.known_index), limit))
        return self._hidden.charges_over(limit)

    @property
    def provider_loops(self) -> frozenset[str]:
        """The IDs of the loops 2420 that there are."""
        self._watch.note_line(self.known_index, "2420 loops")
        return self._hidden.provider_loops

    @property
    def reference_qualifiers(self) -> tuple[str, ...]:
        """REF01 of the line's references."""
        self._watch.note_line(self.known_index, "REF01")
        return self._hidden.reference_qualifiers

    @property
    def is_supplied_elsewhere(self) -> bool:
        """True if the charge is nominal."""
        self._watch.note_line(self.known_index, "charge kind")
        return self._hidden.is_supplied_elsewhere


def _of_position(name: str) -> Any:  # noqa: ANN401 - of the type of the method
    """Return a method of tuples that notes the position of a diagnosis."""
    method = getattr(tuple, name)

    def noting(diagnosis: WatchedDiagnosis, *arguments: object) -> object:
        diagnosis.watch.looked.note("position")
        return method(diagnosis, *arguments)

    return noting


class WatchedDiagnosis(Diagnosis):
    """A diagnosis whose code is in the memory's key, and whose position is noted."""

    watch: ClaimWatch

    @property
    def position(self) -> int:
        """The position of the diagnosis, from 1."""
        return self[0]

    @property
    def is_first(self) -> bool:
        """True if it is the first-listed diagnosis."""
        self.watch.looked.note("first")
        return tuple.__getitem__(self, 0) == 1

    def __repr__(self) -> str:
        return repr(Diagnosis(*self))

    __getitem__ = _of_position("__getitem__")
    __iter__ = _of_position("__iter__")
    __eq__ = _of_position("__eq__")
    __ne__ = _of_position("__ne__")
    __lt__ = _of_position("__lt__")
    __le__ = _of_position("__le__")
    __gt__ = _of_position("__gt__")
    __ge__ = _of_position("__ge__")
    __hash__ = _of_position("__hash__")


class WatchedClaim(Claim):
    """A claim over watched loops. What it derives from several parts is a part of its own."""

    def __init__(self, above: Mapping[str, Loop], loop: Loop, segment: Segment, watch: ClaimWatch) -> None:
        self._watch = watch
        super().__init__(above, loop, segment)
        self._watched_lines: dict[int, ServiceLine] = {}

    transaction = _hidden("HEADER", "transaction")
    batch = _hidden("HEADER", "batch")
    transaction_type = _hidden("HEADER", "transaction_type")
    submitter = _hidden("HEADER", "submitter")
    receiver = _hidden("HEADER", "receiver")
    billing_provider = _hidden("2000A", "billing_provider")
    pay_to_address = _hidden("2000A", "pay_to_address")
    pay_to_plan = _hidden("2000A", "pay_to_plan")
    payer = _hidden("2010BB", "payer")
    diagnoses = _hidden("HI", "diagnoses")
    providers = _hidden("2310", "providers")
    other_payers = _hidden("2320", "other_payers")
    signs = _hidden("signs", "signs")
    positions = _hidden("positions", "positions")
    has_real_names = _hidden("real names", "has_real_names")
    has_full_names = _hidden("full names", "has_full_names")
    provider_loops = _hidden("2310 loops", "provider_loops")
    billing_kind = _hidden("billing kind", "billing_kind")
    is_numbered = _hidden("numbered", "is_numbered")
    rendering = _hidden("rendering", "rendering")
    reference_qualifiers = _hidden("REF01", "reference_qualifiers")
    date_qualifiers = _hidden("DTP01", "date_qualifiers")
    provider_entities = _hidden("2310 loops", "provider_entities")
    has_several_diagnoses = _hidden("positions", "has_several_diagnoses")

    @property
    def _patient_level(self) -> Loop | None:
        """Loop 2000C; whether there is one is a part."""
        self._watch.looked.note("in patient loop")
        return self._level_of_patient

    @_patient_level.setter
    def _patient_level(self, level: Loop | None) -> None:
        self._level_of_patient = level

    @property
    def single_day(self) -> date | None:
        """The day of service, if all lines have the same single day: the memory's key tells whether."""
        return self._watch.shared_day

    @property
    def first_service(self) -> date | None:
        """The earliest date of service of the lines."""
        day = self._watch.shared_day
        return day if day is not None else min(self.service_days, default=None)

    @lazy
    def subscriber(self) -> Subscriber | None:
        """Loop 2000B, of this look only: the plain claim shares it with others."""
        level = self._subscriber_level
        return Subscriber(level) if level.opener else None

    @lazy
    def patient(self) -> Party | None:
        """Loop 2010CA, or the subscriber, of this look only."""
        if self._patient_level:
            return party_in(self._patient_level, "2010CA")
        return self.subscriber.party if self.subscriber else None

    @property
    def lines(self) -> tuple[ServiceLine, ...]:
        """Loops 2400."""
        self._watch.note_lines()
        return self._every_line

    @lazy
    def _every_line(self) -> tuple[ServiceLine, ...]:
        return tuple(self.line(index) for index in range(1, len(self._watch.line_loops) + 1))

    def line(self, index: int) -> ServiceLine:
        """Return a line (from 1) without noting how many there are."""
        line = self._watched_lines.get(index)
        if line is None:
            loop = self._watch.line_loops[index - 1]
            line = self._watched_lines[index] = WatchedLine(loop, index, self._watch)
        return line

    def has_diagnosis(self, pointer: str) -> bool:
        """Return True if a pointer refers to a diagnosis."""
        self._watch.looked.note("positions")
        return self._watch.hidden.has_diagnosis(pointer)

    def shares_diagnosis(self, one: ServiceLine, other: ServiceLine) -> bool:
        """Return True if two lines point at a common diagnosis."""
        watch, first, second = self._watch, _index_of(one), _index_of(other)
        watch.looked.note(("shared", watch.name_of(first), watch.name_of(second)))
        lines = watch.hidden.lines
        return watch.hidden.shares_diagnosis(lines[first - 1], lines[second - 1])

    def is_linked(self, line: ServiceLine) -> bool:
        """Return True if a line points to a diagnosis."""
        watch, index = self._watch, _index_of(line)
        watch.looked.note(("linked", watch.name_of(index)))
        return watch.hidden.is_linked(watch.hidden.lines[index - 1])

    def has_code(self, code: str) -> bool:
        """Return True if a diagnosis has this code."""
        self._watch.looked.note(("has code", code))
        return self._watch.hidden.has_code(code)

    def codes_among(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        """Return the claim's diagnosis codes that are among the targets."""
        self._watch.looked.note(("codes among", targets))
        return self._watch.hidden.codes_among(targets)

    def lines_billing(self, codes: Container[str]) -> tuple[ServiceLine, ...]:
        """Return the lines whose HCPCS code is one of these."""
        self._watch.note_which(("billing", codes))
        return tuple(self.line(line.index) for line in self._watch.hidden.lines_billing(codes))

    def lines_marked(self, modifiers: Collection[str]) -> tuple[ServiceLine, ...]:
        """Return the lines that have one of these modifiers."""
        self._watch.note_which(("marked", modifiers))
        return tuple(self.line(line.index) for line in self._watch.hidden.lines_marked(modifiers))

    def same_procedure(self, line: ServiceLine) -> tuple[ServiceLine, ...]:
        """Return the lines that bill the procedure code of a line, in their order."""
        watch, index = self._watch, _index_of(line)
        watch.looked.note(("same procedure", watch.name_of(index)))
        same = watch.hidden.same_procedure(watch.hidden.lines[index - 1])
        return tuple(self.line(other.index) for other in same)

    def diagnoses_of(self, line: ServiceLine) -> tuple[Diagnosis, ...]:
        """Return the diagnoses that a line's pointers refer to."""
        watch, index = self._watch, _index_of(line)
        watch.looked.note(("pointed", watch.name_of(index)))
        return watch.hidden.diagnoses_of(watch.hidden.lines[index - 1])


class ClaimWatch:
    """Looks at a claim, one at a time: what is looked at through `claim` is noted in ``looked``.

    ``loops`` are those of the claim (``2300``) and of the levels above it. `hidden` is the claim without its
    place in the input: reading it notes nothing else, so only what is noted by other means may be taken from
    it.
    """

    def __init__(self, loops: Mapping[str, Loop]) -> None:
        self.looked = Looked()
        self.own_line = 0
        self._is_shared = self._kinded = False
        self._day: WatchedDay | None = None
        own, self._clm = loops["2300"], loops["2300"].every("CLM")[0]
        levels = {name: loop for name, loop in loops.items() if name != "2300"}
        self.hidden = Claim(
            {name: self._deep(loop) for name, loop in levels.items()},
            WatchedLoop(own, _nothing, self._deep_segment, self._deep),
            WatchedSegment(self._clm, self),
        )
        _ = self.hidden.diagnoses  # built before anything is looked at, since that reads the whole of HI
        self._above = {name: self._level(loop, name) for name, loop in levels.items()}
        self.line_loops = [
            self._line(inner, number) for number, inner in enumerate(own.inside("2400"), start=1)
        ]
        self._own = self._claim_loop(own)
        self.claim = self._fresh()

    def look(self, own_line: int, day: date | None, *, is_shared: bool, kinded: bool = False) -> None:
        """Begin a new look: nothing is noted yet, and nothing that was read before is kept.

        ``own_line`` is the number of the line whose content is in the memory's key, 0 if none. ``day`` is its
        single day of service, or that of all lines if they share it (``is_shared``): it is watched; other
        dates of lines are parts. ``kinded`` if the key has the kind of every line.
        """
        self.looked = Looked()
        self._kinded = kinded
        self.own_line = own_line
        self._is_shared = is_shared
        self._day = WatchedDay.of(day, self.looked.span) if day else None
        self.claim = self._fresh()

    def forget(self) -> None:
        """Let go of the claim: its loops refer back to this, and would wait for the garbage collector."""
        self.__dict__.clear()

    @property
    def shared_day(self) -> WatchedDay | None:
        """The single day of service of all lines."""
        return self._day if self._is_shared else None

    def _fresh(self) -> WatchedClaim:
        clm = WatchedSegment(self._clm, self, "CLM", {1: "CLM01", 2: "CLM02"})
        return WatchedClaim(self._above, self._own, clm, self)

    def diagnosis(self, at: int) -> Diagnosis:
        """Return a diagnosis by its place among those present, its code being in the memory's key."""
        plain = self.hidden.diagnoses[at]
        diagnosis = WatchedDiagnosis(*plain)
        diagnosis.watch = self
        return diagnosis

    def note_index(self, index: int) -> None:
        """Note that a line's index was looked at; those of other lines follow from the names of parts."""
        if index == self.own_line:
            self.looked.note("index")

    def note_lines(self) -> None:
        """Note that all lines were looked at: their number, and which of them the one in the key is."""
        if not self._kinded:
            self.note_which("count")

    def note_which(self, part: PartName) -> None:
        """Note a part that tells of lines by their indices, so that it matters which one is in the key."""
        self.looked.note(part)
        if self.own_line:
            self.looked.note("index")

    def note_kind(self, index: int) -> None:
        """Note the kind of a line, unless the memory's key has it."""
        if not self._kinded:
            self.looked.note(self._part_of_line(index, "kind"))

    def note_line(self, index: int, name: str) -> None:
        """Note a part of a line."""
        self.looked.note(self._part_of_line(index, name))

    def name_of(self, index: int) -> int:
        """Return how parts name a line: by its index, or by 0 if its content is in the memory's key."""
        return OWN if index == self.own_line else index

    def _part_of_line(self, index: int, name: str) -> PartName:
        number = self.name_of(index)
        return ALWAYS if number == OWN and name not in _OF_ANY_LINE else (number, name)

    def _plainly(self, part: PartName) -> Watch:
        return lambda _, segment: WatchedSegment(segment, self, part)

    def _claim_loop(self, loop: Loop) -> Loop:
        def note(name: str) -> None:
            if name != "CLM":
                self.looked.note(name)

        def watch(name: str, segment: Segment) -> Segment:
            if name == "CLM":
                return WatchedSegment(segment, self, "CLM", {1: "CLM01", 2: "CLM02"})
            return WatchedSegment(segment, self, name)

        return WatchedLoop(loop, note, watch, self._deep)

    def _deep(self, loop: Loop) -> Loop:
        """Return a loop that is noted as a whole: what is in it need only hide its place."""
        return WatchedLoop(loop, _nothing, self._plainly(ALWAYS), self._deep)

    def _deep_segment(self, name: str, segment: Segment) -> Segment:
        """Return a segment of the hidden claim. Who has a diagnosis may read the rest of its HI by it."""
        return WatchedSegment(segment, self, "HI" if name == "HI" else ALWAYS)

    def _line(self, loop: Loop, number: int) -> Loop:
        def part(name: str) -> PartName:
            return self._part_of_line(number, name)

        def note(name: str) -> None:
            if name != "SV1" and not (name == "DTP" and self._is_shared and self._kinded):
                self.looked.note(part(name))

        def watch(name: str, segment: Segment) -> Segment:
            if name == "SV1":
                return WatchedSegment(segment, self, part("outline"), {2: part("SV102"), 7: part("SV107")})
            is_watched = self._is_shared or number == self.own_line
            if name == "DTP" and is_watched and self._day is not None and is_service_date(segment):
                return ServiceDate(segment, self, self._day)
            return WatchedSegment(segment, self)

        return WatchedLoop(loop, note, watch, self._deep)

    def _level(self, loop: Loop, name: str) -> Loop:
        def note(inner: str) -> None:
            if inner not in ("2010BA", "2010CA"):
                self.looked.note(inner if inner in ("SBR", "2010BB") else name)

        def enter(inner: Loop) -> Loop:
            return self._person(inner) if inner.id in ("2010BA", "2010CA") else self._deep(inner)

        def watch(inner: str, segment: Segment) -> Segment:
            return WatchedSegment(segment, self, ONCE if inner == "HL" else ALWAYS)

        return WatchedLoop(loop, note, watch, enter)

    def _person(self, loop: Loop) -> Loop:
        def note(name: str) -> None:
            if name != "NM1":
                self.looked.note(f"{loop.id}.{name}")

        def watch(name: str, segment: Segment) -> Segment:
            if name != "NM1":
                return WatchedSegment(segment, self)
            named: dict[int, PartName] = {at: f"{loop.id}.NM1{at:02d}" for at in _NAMED_ELEMENTS}
            return WatchedSegment(segment, self, f"{loop.id}.NM1", named)

        return WatchedLoop(loop, note, watch, self._deep)


_OF_ANY_LINE = frozenset({"SV102", "SV107", "LX", "REF"})
"""The parts of a line that are noted even where its content is in the memory's key: they differ too often."""


def _nothing(_name: str) -> None:
    pass


def is_service_date(dtp: Segment) -> bool:
    """Return True for a DTP with a single day of service."""
    return dtp.get(1) == "472" and dtp.get(2) == "D8"
