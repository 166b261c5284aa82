"""A judge of what a run made of a file, however damaged that is: it shares no code with the program.

Its reading is simple and tolerant. An interchange begins at whatever looks like an ISA; its terminator is
what is found most often before a segment ID. `judge` names the laws that the outputs break.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from tests.support.check837 import Part, check, parts_of

_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_SEPARATORS = tuple(3 + sum(_WIDTHS[:at]) + at for at in range(16))
_HEAD, _FEWEST = 150, 13
"""What looks like an ISA has so many element separators in so many bytes, before the next segment."""
_IDS = rb"(?:GS|ST|BHT|HL|NM1|CLM|LX|SV1|DTP|SE|GE|IEA)"
_NEAR = 300
"""So many bytes from an ISA on say whether the line end after it is its terminator."""
_BLANK = b"\r\n\t "
_AFTER_IEA = _BLANK + b"\x00\x1a"
_MARK = b"\xef\xbb\xbf"
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})
_TRAILERS = {"ISA": ("IEA", "GS", 13), "GS": ("GE", "ST", 6), "ST": ("SE", "", 2)}
"""For each header its trailer, what the trailer counts, and where the header has its control number."""
_ELEMENTS = {"ISA": 16, "GS": 8, "ST": 3, "SE": 2, "GE": 2, "IEA": 2}
_ORDINARY = {
    "ISA": r"ISA\*00\* {10}\*00\* {10}\*ZZ\*.{15}\*ZZ\*.{15}\*\d{6}\*\d{4}\*.\*00501\*\d{9}\*[01]\*[PT]\*.",
    "GS": r"GS\*HC\*\w+\*\w+\*20\d{6}\*\d{4}\*\d{1,9}\*X\*005010X222A1",
    "ST": r"ST\*837\*\w{4,9}\*005010X222A1",
    "SE": r"SE\*\d{1,10}\*\w{4,9}",
    "GE": r"GE\*\d{1,6}\*\d{1,9}",
    "IEA": r"IEA\*\d{1,5}\*\d{9}",
}
"""Envelope segments, joined with asterisks, of which nothing else may be wrong."""
_RENUMBERED = frozenset({"HL", "SE", "GE", "IEA"})
_MISSING = "3"
"""IK304 of a segment that is not there: its place is after the one that it should follow."""
State = Literal["sound", "broken", "doubtful"]


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
    """A claim as read here: CLM01, its bytes and where they begin, and how the envelopes around it are."""

    number: str
    raw: bytes
    start: int
    state: State = "doubtful"


@dataclass(slots=True)
class Set:
    """A transaction set: its group's GS06, its segments from ST, its claims."""

    group: str
    parts: list[Part]
    claims: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """An interchange: its bytes up to the next one, its segments up to the IEA, and what was found in it.

    ``gap`` is what is between the IEA and the next interchange, without blanks.
    """

    raw: bytes
    parts: list[Part]
    gap: bytes
    has_sound_isa: bool
    sets: list[Set] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def judge(raw: bytes, outputs: Outputs, *, is_clean: bool = False) -> list[str]:
    """Return the laws that the outputs of a file break.

    Nothing was fixed; with ``is_clean`` nothing is wrong with any claim, either. A file of which nothing was
    written had no readable claim: nothing of it goes out.
    """
    if outputs.clean is None and outputs.held is None:
        return []
    found = interchanges_of(raw)
    _doubt_repeated(found)
    return [
        *_of_claims(found, outputs),
        *_of_envelopes(found, outputs, is_clean=is_clean),
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
    return [_interchange(raw[start:stop]) for start, stop in pairwise(starts)]


def _starts(raw: bytes) -> Iterator[int]:
    at = -1
    while (at := raw.find(b"ISA", at + 1)) >= 0:
        mark = raw[at + 3 : at + 4]
        if not mark or mark.isalnum() or mark in b"\r\n ":
            continue
        head = re.split(_IDS + re.escape(mark), raw[at : at + _HEAD])[0]
        if head.count(mark) >= _FEWEST:
            yield at


def _interchange(text: bytes) -> Interchange:
    mark = text[3:4]
    has_sound_isa = _has_sound_form(text, mark)
    end = text[105:106] if has_sound_isa else _terminator(text, mark)
    parts = list(_parts(text, mark, end, has_sound_isa=has_sound_isa))
    gap = text[parts[-1].end :].strip(_AFTER_IEA).removesuffix(_MARK).strip(_AFTER_IEA)
    found = Interchange(text, parts, gap, has_sound_isa)
    _find_claims(found)
    return found


def _parts(text: bytes, mark: bytes, end: bytes, *, has_sound_isa: bool) -> Iterator[Part]:
    """Yield the segments up to the IEA. An ISA that has lost its terminator ends before the next ID."""
    at = 0
    while at < len(text):
        close = text.find(end, at) if end else -1
        close = len(text) if close < 0 else close
        if not at and not has_sound_isa:
            follows = re.search(rb"[\r\n]*" + _IDS + re.escape(mark), text[:close])
            close = follows.start() if follows else close
        while at < close and text[at] in _BLANK:
            at += 1
        is_ended = bool(end) and text.startswith(end, close)
        body, start, at = text[at:close], at, close + is_ended
        body = body if is_ended else body.rstrip(_BLANK)
        if body:
            yield Part(tuple(body.decode("latin-1").split(mark.decode("latin-1"))), start, at)
        if body.startswith(b"IEA" + mark):
            return


def _has_sound_form(text: bytes, mark: bytes) -> bool:
    """Return True if an ISA has its widths, and a component separator and a terminator that can be ones."""
    component, end = text[104:105], text[105:106]
    return (
        len(text) >= 106
        and all(text[at : at + 1] == mark for at in _SEPARATORS)
        and text[:104].count(mark) == len(_SEPARATORS)
        and len({mark, component, end}) == 3
        and not (component.isalnum() or component in b"\r\n " or end.isalnum())
        and not (end in b"\r\n" and _terminator(text[105:_NEAR], mark) not in (b"", end))  # its own is lost
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
    """Find the sets and claims of an interchange, and how their envelopes are."""
    parts = found.parts
    found.claims = list(_claims(found.raw, parts))
    for claim in found.claims:
        claim.state = "broken"  # unless it is in a set
    is_right = found.has_sound_isa and _is_right(parts, "ISA")
    in_sets = 0
    for group in _scopes(parts, "GS"):
        for run in _scopes(group, "ST"):
            in_sets += len(run)
            one = Set(group[0][6], run)
            one.claims = [claim for claim in found.claims if run[0].start < claim.start < run[-1].end]
            found.sets.append(one)
            for claim in one.claims:
                is_sound = is_right and _is_right(group, "GS") and _is_right(run, "ST")
                claim.state = "sound" if is_sound else "broken"
    envelopes = [part for part in parts if part.id in ("ISA", "GS", "GE", "IEA", "TA1")]
    # What has run into another segment has no ID, and the claim around it is not as it was.
    is_ordinary = all(
        re.fullmatch(_ORDINARY.get(part.id, r"[A-Z][A-Z0-9]{1,2}(\*.*)?"), "*".join(part.elements), re.DOTALL)
        for part in parts
    )
    last = parts[-1]
    is_ended = last.end - last.start > len("*".join(last.elements))  # by a terminator
    if in_sets + len(envelopes) != len(parts) or not is_ordinary or not is_ended:
        for claim in found.claims:
            claim.state = "doubtful" if claim.state == "sound" else claim.state


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
    # A set without its ST is a set: it is counted by its SE.
    ids = Counter(part.id for part in run)
    count = max(ids[counted], ids[_TRAILERS[counted][0]]) if counted else len(run)
    zeros = "0" * (header == "GS")  # GS06 is a number; ISA13 has nine digits, and ST02 is text
    return (
        first.id == header
        and last.id == trailer
        and last[1].lstrip("0") == str(count)
        and last[2].lstrip(zeros) == first[control].lstrip(zeros)
        and not any(first.elements[_ELEMENTS[header] + 1 :])
        and not any(last.elements[_ELEMENTS[trailer] + 1 :])
        and bool(first[control].strip())
    )


def _claims(text: bytes, parts: Sequence[Part]) -> Iterator[Claim]:
    start: Part | None = None
    stop = 0
    for part in parts:
        if start and (part.id in _ENVELOPE or part.id in ("HL", "CLM")):
            yield Claim(start[1], text[start.start : stop], start.start)
            start = None
        if part.id == "CLM":
            start = part
        stop = part.end
    if start:
        yield Claim(start[1], text[start.start : stop], start.start)


# ------------------------------------------------------------------------------------------- judging


def _doubt_repeated(found: Sequence[Interchange]) -> None:
    """Mark claims as doubtful whose interchange, group or set has the control number of another one."""
    times = Counter(each.parts[0][13] for each in found)
    for each in found:
        keys = Counter((one.group, one.parts[0][2]) for one in each.sets)
        groups = Counter(part[6] for part in each.parts if part.id == "GS")
        for one in each.sets:
            repeats = max(times[each.parts[0][13]], groups[one.group], keys[one.group, one.parts[0][2]])
            for claim in one.claims:
                if repeats > 1 and claim.state == "sound":
                    claim.state = "doubtful"


def _of_claims(found: Sequence[Interchange], outputs: Outputs) -> Iterator[str]:
    """Each claim is in exactly one output, as it was."""
    claims = [claim for each in found for claim in each.claims]
    clean, held = _read(outputs.clean), _read(outputs.held)
    times = Counter(claim.number for claim in claims)
    after = Counter(claim.number for claim in (*clean, *held))
    for number in sorted(times | after):
        if times[number] != after[number]:
            yield f"claim {number} is in the input {times[number]} times, in the outputs {after[number]}"
    before = {claim.raw.rstrip(_BLANK) for claim in claims}
    for name, output in (("clean", clean), ("held", held)):
        for claim in output:
            if claim.raw.rstrip(_BLANK) not in before:
                yield f"claim {claim.number} is changed in the {name} file"


def _of_envelopes(found: Sequence[Interchange], outputs: Outputs, *, is_clean: bool) -> Iterator[str]:
    """Nothing of a broken envelope goes out; a sound one is not held for what is wrong elsewhere."""
    claims = [claim for each in found for claim in each.claims]
    times = Counter(claim.number for claim in claims)
    gone_out = {claim.number for claim in _read(outputs.clean)}
    for claim in claims:
        if times[claim.number] == 1 and claim.state == "broken" and claim.number in gone_out:
            yield f"claim {claim.number} of a broken envelope is in the clean file"
    if is_clean and not any(each.gap for each in found) and max(times.values(), default=1) == 1:
        for claim in claims:
            if claim.state == "sound" and claim.number not in gone_out:
                yield f"claim {claim.number}, whose envelopes are sound, is held"


def _read(raw: bytes | None) -> list[Claim]:
    """Return the claims of an output."""
    return [claim for each in interchanges_of(raw or b"") for claim in each.claims]


def _of_bytes(raw: bytes, found: Sequence[Interchange], outputs: Outputs) -> Iterator[str]:
    """Nothing is lost: what is not in the clean file is in the held one."""
    if outputs.clean is None:
        if outputs.held != raw:
            yield "everything is held, but the held file is not the input"
        return
    everything = outputs.clean + b"\n" + (outputs.held or b"")
    bodies = Counter(
        each.raw[part.start : part.end].rstrip(_BLANK)
        for each in found
        for part in each.parts
        if part.id not in _RENUMBERED
    )
    bodies += Counter(each.gap for each in found if each.gap)
    for body, count in bodies.items():
        if everything.count(body) < count:
            yield f"a segment of {len(body)} bytes that begins with {body[:3]!r} is lost"
    gone_out = {claim.number for claim in _read(outputs.clean)}
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
    for key, times in seen.items():
        if times > 1:
            yield f"clean: control number {'/'.join(key)} is used twice"


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
    gone_out = {claim.number for claim in _read(outputs.clean)}
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
        likely = [one for one in sets if group in ("0", one.group) and number in ("0000", one.parts[0][2])]
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
    yield from (f"277: {problem}" for problem in check(ack).problems if problem[:3] != "HL0")
    accepted, rejected = Counter[str](), Counter[str]()
    number, is_patient, component = "", False, ""
    for part in parts_of(ack):
        if part.id == "ISA":
            component = part[16]
        elif part.id == "HL":
            number, is_patient = "", part[3] == "PT"
        elif part.id == "TRN" and is_patient:
            number = part[2]
        elif part.id == "STC" and number:
            (accepted if part[1].split(component)[:2] == ["A2", "20"] else rejected)[number] += 1
            number = ""
    claims: Mapping[str, int] = Counter(claim.number for each in found for claim in each.claims)
    clean = Counter(claim.number for claim in _read(outputs.clean))
    for claim, times in claims.items():
        if accepted[claim] != clean[claim]:
            yield f"277: claim {claim} is accepted {accepted[claim]} times, in the clean file {clean[claim]}"
        if accepted[claim] + rejected[claim] > times:
            yield f"277: claim {claim} is answered more often than it is sent"
    for claim in {*accepted, *rejected} - {*claims}:
        yield f"277: claim {claim} is in no file"
