"""A judge of what a run made of a file, however damaged its envelopes are: it shares no code with the program.

Its reading is simple and tolerant. An interchange begins at whatever looks like an ISA; its terminator is what
is found most often before a segment ID. `judge` names the laws that the outputs break.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.check837 import Part, check, parts_of

_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_SEPARATORS = tuple(3 + sum(_WIDTHS[:at]) + at for at in range(16))
_HEAD, _FEWEST = 150, 13
"""What looks like an ISA has so many element separators in so many bytes."""
_IDS = rb"(?:GS|ST|BHT|HL|NM1|CLM|LX|SV1|DTP|SE|GE|IEA)"
_BLANK = b"\r\n\t \x00\x1a"
_MARK = b"\xef\xbb\xbf"
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})
_TRAILERS = {"ISA": ("IEA", "GS", 13), "GS": ("GE", "ST", 6), "ST": ("SE", "", 2)}
"""For each header its trailer, what the trailer counts, and where the header has its control number."""
_RENUMBERED = frozenset({"HL", "SE", "GE", "IEA"})
_MISSING = "3"
"""IK304 of a segment that is not there: its place is after the one that it should follow."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a run wrote; an output that is not there is ``None``."""

    clean: bytes | None
    held: bytes | None
    ack999: bytes | None = None
    ta1: bytes | None = None
    ack277: bytes | None = None


@dataclass(slots=True)
class Claim:
    """A claim as read here: CLM01, its bytes, and whether every envelope around it is as it should be."""

    number: str
    raw: bytes
    is_sound: bool = False


@dataclass(slots=True)
class Set:
    """A transaction set: its group's GS06, its segments from ST, its claims."""

    group: str
    parts: list[Part]
    claims: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """An interchange: its bytes up to the next one, its segments, and what was found in it."""

    raw: bytes
    parts: list[Part]
    has_sound_isa: bool
    is_sound: bool = False
    sets: list[Set] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def judge(raw: bytes, outputs: Outputs, changed: frozenset[str] = frozenset()) -> list[str]:
    """Return the laws that the outputs of a file break; ``changed`` are claims that a fix may have changed.

    A file of which nothing was written had no readable claim: nothing of it goes out.
    """
    if outputs.clean is None and outputs.held is None:
        return []
    found = interchanges_of(raw)
    return [
        *_of_claims(found, outputs, changed),
        *_of_bytes(raw, found, outputs),
        *_of_clean_file(outputs.clean or b""),
        *_of_ta1(found, outputs.ta1 or b""),
        *_of_999(found, outputs),
        *_of_277(found, outputs),
    ]


# ------------------------------------------------------------------------------------------ reading


def is_sound(raw: bytes) -> bool:
    """Return True if everything that may be an ISA in the file is a sound one."""
    found = interchanges_of(raw)
    return raw.count(b"ISA") == len(found) and all(each.has_sound_isa for each in found)


def claims_of(raw: bytes) -> list[bytes]:
    """Return the bytes of each claim of a file."""
    return [claim.raw for each in interchanges_of(raw) for claim in each.claims]


def interchanges_of(raw: bytes) -> list[Interchange]:
    """Read a file."""
    starts = [*_starts(raw), len(raw)]
    return [_interchange(raw, start, stop) for start, stop in zip(starts, starts[1:], strict=False)]


def _starts(raw: bytes) -> Iterator[int]:
    at = -1
    while (at := raw.find(b"ISA", at + 1)) >= 0:
        mark = raw[at + 3 : at + 4]
        head = raw[at : at + _HEAD]
        if mark and not mark.isalnum() and mark not in b"\r\n " and head.count(mark) >= _FEWEST:
            yield at


def _interchange(raw: bytes, start: int, stop: int) -> Interchange:
    text, mark = raw[start:stop], raw[start + 3 : start + 4]
    is_form = _has_sound_form(text, mark)
    end = text[105:106] if is_form else _terminator(text, mark)
    parts: list[Part] = []
    at = 0
    while at < len(text):
        close = text.find(end, at) if end else -1
        close = len(text) if close < 0 else close
        while at < close and text[at] in _BLANK:
            at += 1
        if body := text[at:close]:
            parts.append(Part(tuple(body.decode("latin-1").split(mark.decode("latin-1"))), at, close + 1))
        at = close + 1
    found = Interchange(text, parts, is_form)
    _find_claims(found)
    return found


def _has_sound_form(text: bytes, mark: bytes) -> bool:
    """Return True if an ISA has its widths, and a component separator and a terminator that can be ones."""
    component, end = text[104:105], text[105:106]
    return (
        len(text) >= 106
        and all(text[at : at + 1] == mark for at in _SEPARATORS)
        and text[:104].count(mark) == len(_SEPARATORS)
        and len({mark, component, end}) == 3
        and not (component.isalnum() or component in b"\r\n " or end.isalnum())
    )


def _terminator(text: bytes, mark: bytes) -> bytes:
    """Return the byte that is found most often before a segment ID, blanks between them or not."""
    before: Counter[bytes] = Counter()
    blank: Counter[bytes] = Counter()
    for match in re.finditer(rb"[^A-Za-z0-9]*" + _IDS + re.escape(mark), text):
        run = match[0][: match[0].rindex(mark) - 1].rstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ1")
        if lines := run.strip(b" "):
            blank[lines[:1]] += 1
            before[lines.rstrip(b"\r\n\t ")[-1:] or lines[:1]] += 1
    if not before:
        return b""
    (usual, times), *_ = before.most_common(1)
    return usual if times * 2 > before.total() else blank.most_common(1)[0][0]


def _find_claims(found: Interchange) -> None:
    """Find the sets and claims of an interchange, and which of its envelopes are as they should be."""
    groups = _scopes(found.parts, "GS")
    ended = [at for at, part in enumerate(found.parts) if part.id == "IEA"]
    stray = [part for part in found.parts if part.id not in _ENVELOPE]
    in_sets: list[Part] = []
    found.is_sound = (
        found.has_sound_isa
        and ended == [len(found.parts) - 1]
        and _is_right([found.parts[0], *found.parts[1:]], "ISA")
    )
    for group in groups:
        is_group = found.is_sound and _is_right(group, "GS")
        for parts in _scopes(group, "ST"):
            is_set = is_group and _is_right(parts, "ST")
            one = Set(group[0][6] if group[0].id == "GS" else "", parts)
            in_sets += parts
            for claim in _claims(found.raw, parts):
                claim.is_sound = is_set
                one.claims.append(claim)
            found.sets.append(one)
    if len([part for part in in_sets if part.id not in _ENVELOPE]) != len(stray):
        found.is_sound = False
        for one in found.sets:
            for claim in one.claims:
                claim.is_sound = False
    found.claims = list(_claims(found.raw, found.parts))
    sound = {id_ for one in found.sets for claim in one.claims if claim.is_sound for id_ in [claim.raw]}
    for claim in found.claims:
        claim.is_sound = claim.raw in sound


def _scopes(parts: Sequence[Part], header: str) -> list[list[Part]]:
    """Return the runs of segments from each header to its trailer, or to the next envelope around it."""
    trailer = _TRAILERS[header][0]
    above = {"GS": {"ISA", "IEA", "GS"}, "ST": {"ISA", "IEA", "GS", "GE", "ST"}}[header]
    runs: list[list[Part]] = []
    is_open = False
    for part in parts:
        if part.id in above:
            is_open = False
        if part.id == header:
            runs.append([])
            is_open = True
        if is_open:
            runs[-1].append(part)
        if part.id == trailer:
            is_open = False
    return runs


def _is_right(run: Sequence[Part], header: str) -> bool:
    """Return True if a run ends with its trailer, which has the right count and control number."""
    trailer, counted, control = _TRAILERS[header]
    first, last = run[0], run[-1]
    count = len([part for part in run if not counted or part.id == counted])
    return (
        first.id == header
        and last.id == trailer
        and last[1].lstrip("0") == str(count)
        and last[2].lstrip("0") == first[control].lstrip("0")
        and bool(first[control].strip())
    )


def _claims(text: bytes, parts: Sequence[Part]) -> Iterator[Claim]:
    start: Part | None = None
    stop = 0
    for part in parts:
        if start and (part.id in _ENVELOPE or part.id in ("HL", "CLM")):
            yield Claim(start[1], text[start.start : stop])
            start = None
        if part.id == "CLM":
            start = part
        stop = part.end
    if start:
        yield Claim(start[1], text[start.start : stop])


# ------------------------------------------------------------------------------------------- judging


def _of_claims(found: Sequence[Interchange], outputs: Outputs, changed: frozenset[str]) -> Iterator[str]:
    """Each claim is in exactly one output, as it was; broken envelopes are held and sound ones are not."""
    claims = [claim for each in found for claim in each.claims]
    clean, held = (
        [claim for each in interchanges_of(raw or b"") for claim in each.claims]
        for raw in (outputs.clean, outputs.held)
    )
    numbers = Counter(claim.number for claim in claims)
    after = Counter(claim.number for claim in (*clean, *held))
    for number in sorted(numbers | after):
        if numbers[number] != after[number]:
            yield f"claim {number} is in the input {numbers[number]} times, in the outputs {after[number]}"
    before = {(claim.number, claim.raw.rstrip(_BLANK)) for claim in claims}
    for name, output in (("clean", clean), ("held", held)):
        for claim in output:
            if claim.number not in changed and (claim.number, claim.raw.rstrip(_BLANK)) not in before:
                yield f"claim {claim.number} is changed in the {name} file"
    gone_out = {claim.number for claim in clean}
    for claim in claims:
        if numbers[claim.number] == 1 and not claim.is_sound and claim.number in gone_out:
            yield f"claim {claim.number} of a broken envelope is in the clean file"


def _of_bytes(raw: bytes, found: Sequence[Interchange], outputs: Outputs) -> Iterator[str]:
    """Nothing is lost: what is not in the clean file is in the held one."""
    if outputs.clean is None:
        if outputs.held != raw:
            yield "everything is held, but the held file is not the input"
        return
    everything = outputs.clean + b"\n" + (outputs.held or b"")
    bodies = Counter(
        each.raw[part.start : part.end - 1].rstrip(_BLANK)
        for each in found
        for part in each.parts
        if part.id not in _RENUMBERED
    )
    for body, count in bodies.items():
        if everything.count(body) < count:
            yield f"a segment of {len(body)} bytes that begins with {body[:3]!r} is lost"
    gone_out = {claim.number for each in interchanges_of(outputs.clean) for claim in each.claims}
    for each in found:
        is_out = gone_out & {claim.number for claim in each.claims}
        if not each.has_sound_isa and not is_out and each.raw.rstrip(_BLANK) not in (outputs.held or b""):
            yield "an interchange of a damaged ISA is not as a whole in the held file"


def _of_clean_file(clean: bytes) -> Iterator[str]:
    """The clean file is valid: marks, widths, counts, control numbers."""
    if _MARK in clean[1:]:
        yield "clean: a byte order mark is within the file"
    found = interchanges_of(clean)
    for each in found:
        if not each.has_sound_isa:
            yield "clean: an ISA has wrong widths or delimiters"
    if raw_isas := clean.count(b"ISA") - len(found):
        yield f"clean: {raw_isas} ISA that are none"
    checked = check(clean)
    yield from (f"clean: {problem}" for problem in checked.problems)
    path: dict[str, str] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for control in checked.controls:
        kind, _, number = control.partition(" ")
        path[kind] = number
        seen[tuple(path[each] for each in ("ISA", "GS", "ST")[: ("ISA", "GS", "ST").index(kind) + 1])] += 1
    yield from (f"clean: control number {'/'.join(key)} is used twice" for key, times in seen.items() if times > 1)


def _of_ta1(found: Sequence[Interchange], ta1: bytes) -> Iterator[str]:
    """A damaged ISA whose control number can be read is rejected by a TA1 with that number."""
    answers = Counter((part[1], part[4]) for part in parts_of(ta1) if part.id == "TA1")
    for each in found:
        isa = each.parts[0] if each.parts else None
        if each.has_sound_isa or isa is None or not each.claims:
            continue
        if len(isa.elements) == 17 and re.fullmatch("[0-9]{9}", isa[13]) and not answers[isa[13], "R"]:
            yield f"the damaged ISA {isa[13]} has no TA1"
    if sum(answers.values()) < len([each for each in found if each.claims and not each.has_sound_isa]):
        yield "there are fewer TA1 than damaged ISA"


def _of_999(found: Sequence[Interchange], outputs: Outputs) -> Iterator[str]:
    """Each IK3 points at a segment of that ID, and nothing of a set that is refused goes out."""
    ack = outputs.ack999 or b""
    yield from (f"999: {problem}" for problem in check(ack).problems)
    sets = [one for each in found for one in each.sets]
    gone_out = {claim.number for each in interchanges_of(outputs.clean or b"") for claim in each.claims}
    refused: Counter[tuple[str, str]] = Counter()
    asked = Counter((one.group, one.parts[0][2]) for one in sets)
    group = ""
    answer: list[Part] = []
    for part in parts_of(ack):
        group = part[2] if part.id == "AK1" else group
        answer = [] if part.id == "AK2" else answer
        answer.append(part)
        if part.id != "IK5":
            continue
        number = answer[0][2]
        places = [part for part in answer if part.id == "IK3"]
        likely = [
            one for one in sets if group in ("0", one.group) and number in ("0000", one.parts[0][2])
        ]
        if not any(all(_is_there(one, place) for place in places) for one in likely):
            yield f"999: the places of set {number} of group {group} do not fit any set"
        refused[group, number] += part[1] == "R"
    for one in sets:
        key = one.group, one.parts[0][2]
        if refused[key] == asked[key] and any(claim.number in gone_out for claim in one.claims):
            yield f"999: set {key[1]} of group {key[0]} is refused, and has claims in the clean file"


def _is_there(one: Set, ik3: Part) -> bool:
    """Return True if a set has a segment of an ID at a position; empty segments do not count."""
    if not ik3[2].isdigit():
        return False
    position = int(ik3[2])
    if ik3[4] == _MISSING:
        return 2 <= position <= len(one.parts) + 1
    return 1 <= position <= len(one.parts) and one.parts[position - 1].id == ik3[1]


def _of_277(found: Sequence[Interchange], outputs: Outputs) -> Iterator[str]:
    """A claim is answered at most once, and as accepted exactly if it is in the clean file."""
    ack = outputs.ack277 or b""
    yield from (f"277: {problem}" for problem in check(ack).problems if problem[:4] != "HL04")
    component = ack[104:105].decode("latin-1")
    accepted, rejected = Counter[str](), Counter[str]()
    number, is_patient = "", False
    for part in parts_of(ack):
        if part.id == "HL":
            number, is_patient = "", part[3] == "PT"
        elif part.id == "TRN" and is_patient:
            number = part[2]
        elif part.id == "STC" and number:
            (accepted if part[1].split(component)[:2] == ["A2", "20"] else rejected)[number] += 1
            number = ""
    claims: Mapping[str, int] = Counter(claim.number for each in found for claim in each.claims)
    clean = Counter(claim.number for each in interchanges_of(outputs.clean or b"") for claim in each.claims)
    for claim, times in claims.items():
        if accepted[claim] != clean[claim]:
            yield f"277: claim {claim} is accepted {accepted[claim]} times, in the clean file {clean[claim]}"
        if accepted[claim] + rejected[claim] > times:
            yield f"277: claim {claim} is answered more often than it is sent"
    for claim in {*accepted, *rejected} - {*claims}:
        yield f"277: claim {claim} is in no file"
