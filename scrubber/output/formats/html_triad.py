"""The triad drawn: the diagnoses, the injection that they call for, the drug that it gives, and its NDC.

A tie is drawn broken where a finding says so, and says it in words and by its shape, never by colour alone.
Where the other end is missing and no finding minds, as not every payer wants an NDC, it is only dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scrubber.claim import ServiceLine
from scrubber.edit.finding import Finding
from scrubber.output.formats.html_tags import Element, add, clipped, tag
from scrubber.output.view import ClaimView, LineView

_MOST_DRUGS = 8
_MOST_TRIADS = 60
_MOST_CODES = 12
_LONGEST = 40
_GIVING = {"DX": "diagnoses", "PAIR": "drug", "NDC": "drug", "UNIT": "drug"}
_GIVEN = {"DX": "drug", "PAIR": "drug", "NDC": "ndc", "UNIT": "ndc"}
"""Which tie a finding of a family breaks: on the line that gives, and on the line that is given."""


class _Faults:
    """The findings that break ties, by line and tie, and those about a diagnosis itself, by its place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings = [
            finding for finding in findings if finding.severity != "info" and not finding.is_repaired
        ]

    def of_codes(self, places: set[str]) -> list[Finding]:
        """Those of the diagnoses at these places (``HI01-2``)."""
        return [finding for finding in self._findings if finding.where.element in places]

    def of(self, line: int, ties: dict[str, str], tie: str) -> list[Finding]:
        """Those of a line that break this tie; ``ties`` says which family breaks which."""
        return [
            finding
            for finding in self._findings
            if finding.where.line == line and ties.get(_family(finding)) == tie
        ]


def triads(view: ClaimView) -> Iterator[Element]:
    """A drawing for each line that gives something, then for each drug that no line gives but should."""
    lines = {line.number: line for line in view.lines}
    faults = _Faults(view.report.findings)
    entries = view.judged.administrations
    for entry in entries[:_MOST_TRIADS]:
        giver = lines[entry.line.index]
        broken = faults.of(giver.number, _GIVING, "drug")
        wrong = faults.of_codes({diagnosis.code.name for diagnosis in entry.diagnoses})
        body = tag("div", *_giving(giver, faults, wrong), cls="t-in")
        drugs = [
            _drug(lines[drug.index], faults, broken, entry.wastage) for drug in entry.drugs[:_MOST_DRUGS]
        ]
        add(body, tag("div", *(drugs or [_no_drug(broken)]), *_more(entry.drugs), cls="t-ds"))
        yield _figure(
            f"Line {giver.number}: what {_short(giver.procedure)} gives, and for which diagnoses", body
        )
    if len(entries) > _MOST_TRIADS:
        yield tag(
            "p", f"{len(entries) - _MOST_TRIADS} more lines that give something are not drawn.", cls="mute"
        )
    given = {drug.index for entry in entries for drug in entry.drugs}
    orphans = (line for line in view.lines if line.role == "drug" and line.number not in given)
    drawn = 0
    for line in orphans:
        broken = faults.of(line.number, _GIVEN, "drug")
        if broken and drawn < _MOST_TRIADS:
            drawn += 1
            yield _figure(f"Line {line.number}: a drug that no line gives", _orphan(line, faults, broken))


def _figure(caption: str, body: Element) -> Element:
    return tag("figure", tag("figcaption", caption), body, cls="t")


def _giving(giver: LineView, faults: _Faults, wrong: list[Finding]) -> tuple[Element, Element, Element]:
    """The diagnoses, their tie, and the line that gives; ``wrong`` are findings about these diagnoses."""
    broken = [*faults.of(giver.number, _GIVING, "diagnoses"), *wrong]
    return (
        _diagnoses(giver),
        _tie("points at", broken, "DX", is_there=bool(giver.diagnoses)),
        _node("Given by", _codes(giver), f"line {giver.number}, {_units(giver)}"),
    )


def _diagnoses(line: LineView) -> Element:
    if not line.diagnoses:
        return _absent("Diagnoses", "none pointed at")
    codes = " ".join(_short(code) for code in line.diagnoses[:_MOST_CODES])
    count = len(line.diagnoses)
    return _node("Diagnosis" if count == 1 else "Diagnoses", codes, "")


def _drug(line: LineView, faults: _Faults, broken: list[Finding], wastage: Sequence[ServiceLine]) -> Element:
    """A drug line with its ties; what was thrown away of it is told, not drawn."""
    ndc_broken = faults.of(line.number, _GIVEN, "ndc")
    tie = _tie("gives", [*broken, *faults.of(line.number, _GIVEN, "drug")], "PAIR", is_there=True)
    thrown = [other.index for other in wastage if str(other.procedure) == line.procedure][:_MOST_DRUGS]
    note = f"; discarded: line {', '.join(str(number) for number in thrown)}" if thrown else ""
    return tag(
        "div",
        tie,
        _node("Drug", _codes(line), f"line {line.number}, {_units(line)}{note}"),
        *_ndc(line, ndc_broken),
        cls="t-d",
    )


def _ndc(line: LineView, broken: list[Finding]) -> tuple[Element, Element]:
    tie = _tie("from", broken, "NDC", is_there=bool(line.ndc))
    if not line.ndc:
        return tie, _absent("NDC", "not sent")
    return tie, _node("NDC", _short(line.ndc), _short(f"{line.quantity or 'no quantity'} {line.unit}"))


def _no_drug(broken: list[Finding]) -> Element:
    return tag(
        "div",
        _tie("gives", broken, "PAIR", is_there=False),
        _absent("Drug", "no line of that day"),
        cls="t-d",
    )


def _orphan(line: LineView, faults: _Faults, broken: list[Finding]) -> Element:
    drug = _node("Drug", _codes(line), f"line {line.number}, {_units(line)}")
    tie = _tie("gives", broken, "PAIR", is_there=False)
    row = tag("div", tie, drug, *_ndc(line, faults.of(line.number, _GIVEN, "ndc")), cls="t-d")
    giver = _absent("Given by", "no line of that day")
    points = _tie("points at", [], "DX", is_there=bool(line.diagnoses))
    return tag("div", _diagnoses(line), points, giver, tag("div", row, cls="t-ds"), cls="t-in")


def _more(drugs: Sequence[ServiceLine]) -> tuple[Element, ...]:
    rest = len(drugs) - _MOST_DRUGS
    return (tag("p", f"and {rest} more drug lines", cls="mute"),) if rest > 0 else ()


def _tie(word: str, broken: list[Finding], family: str, *, is_there: bool) -> Element:
    """A line between two boxes: whole, or broken with a word and the edits that say so.

    ``family`` is that of the edits that miss the other end where it is not there. If it is not there and no
    finding minds, the tie is dashed, but not in the colour of a fault.
    """
    if not broken:
        return tag("span", word, cls="tie") if is_there else tag("span", "none", cls="tie out")
    names = ", ".join(dict.fromkeys(finding.edit for finding in broken[:_MOST_DRUGS]))
    state = "bad" if any(finding.holds for finding in broken) else "odd"
    families = {_family(finding) for finding in broken}
    what = "missing" if family in families and not is_there else "wrong" if state == "bad" else "doubtful"
    if families == {"UNIT"}:
        what = f"units {what}"
    return tag("span", tag("b", what), " ", tag("small", names), cls=f"tie {state}")


def _family(finding: Finding) -> str:
    return finding.edit.partition("-")[0]


def _node(label: str, text: str, detail: str) -> Element:
    node = tag("span", tag("small", label), " ", tag("b", text), cls="node")
    if detail:
        add(node, " ", tag("small", detail))
    return node


def _absent(label: str, text: str) -> Element:
    return tag("span", tag("small", label), " ", tag("i", text), cls="node out")


def _codes(line: LineView) -> str:
    return _short("-".join((line.procedure or "no code", *line.modifiers)))


def _units(line: LineView) -> str:
    return f"{_short(line.units) or 'no'} unit" + ("" if line.units == "1" else "s")


def _short(text: str) -> str:
    return clipped(text, _LONGEST)
