"""The drawing of a triad: the diagnoses, the administration, its drug, and the drug's NDC.

A link is drawn broken if a finding is about it, and shows that in words and by its shape, never by color
alone; so does the box of a line that is at fault itself. If the other end of a link is missing but no
finding is about that, since not every payer requires an NDC, the link is only dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scrubber.engine.finding import Finding
from scrubber.html.tags import Element, add, clipped, listed, tag
from scrubber.report.claim_view import AdministrationView, LineView

_MOST_DRUGS = 8
_MOST_TRIADS = 20
_MOST_CODES = 12
_MOST_NAMED = 4
_LONGEST = 40


class _Faults:
    """The findings that a drawing shows, by line and by what they are about, and those on a diagnosis."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._lines: dict[tuple[int, str], list[Finding]] = {}
        self._codes: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.severity == "info" or finding.is_fixed:
                continue
            if finding.where.line:
                self._lines.setdefault((finding.where.line, _about(finding)), []).append(finding)
            else:
                self._codes.setdefault(finding.where.element or "", []).append(finding)

    def of_codes(self, places: Iterable[str]) -> list[Finding]:
        """Return those on the diagnoses at these places (``HI01-2``)."""
        return [finding for place in places for finding in self._codes.get(place, ())]

    def of(self, line: int, *abouts: str) -> list[Finding]:
        """Return those of a line that are about one of these."""
        return [finding for about in abouts for finding in self._lines.get((line, about), ())]

    def has_any(self, line: int) -> bool:
        """Return True if a line has any."""
        return any((line, about) in self._lines for about in ("diagnoses", "drug", "ndc", "line"))


def _about(finding: Finding) -> str:
    """Return what is at fault: the line's link to ``diagnoses``, ``drug`` or ``ndc``, or the ``line``."""
    element = finding.where.element or ""
    if finding.about:
        return finding.about
    if element.startswith("SV107"):
        return "diagnoses"
    return "ndc" if element.startswith(("LIN", "CTP")) else "line"


def triads(
    claim_lines: Sequence[LineView], entries: Sequence[AdministrationView], findings: Iterable[Finding]
) -> Iterator[Element]:
    """Yield a drawing for each administration, then for each drug that should have one but does not."""
    lines = {line.number: line for line in claim_lines}
    faults = _Faults(findings)
    for entry in _chosen(entries, faults):
        administration = lines[entry.line]
        drugs = [lines[drug] for drug in entry.drugs[:_MOST_DRUGS]]
        wastage = [lines[line] for line in entry.wastage]
        wrong = faults.of_codes(entry.diagnoses)
        wrong += faults.of(administration.number, "diagnoses")
        for drug in drugs:
            wrong += faults.of(drug.number, "diagnoses") if _agree(administration, drug) else ()
        drawn_drugs = [_drug(administration, drug, faults, wastage) for drug in drugs]
        body = tag(
            "div",
            _diagnoses(administration),
            _tie("points to", wrong, is_there=bool(administration.diagnoses)),
            _node("Administration", administration, "", faults.of(administration.number, "ndc", "line")),
            tag(
                "div",
                *(drawn_drugs or [_no_drug(faults.of(administration.number, "drug"))]),
                *_more(entry.drugs),
                cls="t-ds",
            ),
            cls="t-in",
        )
        caption = f"Line {administration.number}: {_short(administration.procedure)}, its diagnoses and drug"
        yield _figure(caption, body)
    if len(entries) > _MOST_TRIADS:
        rest = f"{len(entries) - _MOST_TRIADS} more administrations are not drawn."
        yield tag("p", rest, cls="mute")
    paired = {drug for entry in entries for drug in entry.drugs}
    orphans = [
        line
        for line in claim_lines
        if line.role == "drug" and line.number not in paired and faults.of(line.number, "drug")
    ]
    for line in orphans[:_MOST_TRIADS]:
        yield _figure(f"Line {line.number}: a drug without an administration", _orphan(line, faults))


def _chosen(entries: Sequence[AdministrationView], faults: _Faults) -> list[AdministrationView]:
    """Return the administrations that are drawn, in order; of very many, those with a fault first."""
    if len(entries) <= _MOST_TRIADS:
        return [*entries]

    def is_sound(at: int) -> bool:
        entry = entries[at]
        return not any(faults.has_any(line) for line in (entry.line, *entry.drugs))

    return [entries[at] for at in sorted(sorted(range(len(entries)), key=is_sound)[:_MOST_TRIADS])]


def _agree(administration: LineView, drug: LineView) -> bool:
    """Return True if the drug has the diagnoses that are drawn; else its fault is not in their link."""
    return set(administration.diagnoses) == set(drug.diagnoses)


def _figure(caption: str, body: Element) -> Element:
    return tag("figure", tag("figcaption", caption), body, cls="t")


def _diagnoses(line: LineView) -> Element:
    if not line.diagnoses:
        return _absent("Diagnoses", "none pointed to")
    codes = " ".join(_short(code) for code in line.diagnoses[:_MOST_CODES])
    return _box("Diagnosis" if len(line.diagnoses) == 1 else "Diagnoses", codes)


def _drug(administration: LineView, line: LineView, faults: _Faults, wastage: Sequence[LineView]) -> Element:
    """Return a drug line with its links; its discarded amount is stated, not drawn."""
    discarded = [other.number for other in wastage if other.procedure == line.procedure][:_MOST_DRUGS]
    note = f"; discarded: line {', '.join(str(number) for number in discarded)}" if discarded else ""
    on_line = faults.of(line.number, "line")
    if not _agree(administration, line):
        on_line += faults.of(line.number, "diagnoses")
    broken = faults.of(administration.number, "drug") + faults.of(line.number, "drug")
    return tag(
        "div",
        _tie("gives", broken, is_there=True),
        _node("Drug", line, note, on_line),
        *_ndc(line, faults),
        cls="t-d",
    )


def _ndc(line: LineView, faults: _Faults) -> tuple[Element, Element]:
    tie = _tie("from", faults.of(line.number, "ndc"), is_there=bool(line.ndc))
    if not line.ndc:
        return tie, _absent("NDC", "not sent")
    return tie, _box("NDC", _short(line.ndc), _short(f"{line.quantity or 'no quantity'} {line.unit}"))


def _no_drug(broken: list[Finding]) -> Element:
    return tag("div", _tie("gives", broken, is_there=False), _absent("Drug", "no drug line"), cls="t-d")


def _orphan(line: LineView, faults: _Faults) -> Element:
    row = tag(
        "div",
        _tie("gives", faults.of(line.number, "drug"), is_there=False),
        _node("Drug", line, "", faults.of(line.number, "line")),
        *_ndc(line, faults),
        cls="t-d",
    )
    pointer = _tie("points to", faults.of(line.number, "diagnoses"), is_there=bool(line.diagnoses))
    administration = _absent("Administration", "no line")
    return tag("div", _diagnoses(line), pointer, administration, tag("div", row, cls="t-ds"), cls="t-in")


def _more(drugs: Sequence[int]) -> tuple[Element, ...]:
    rest = len(drugs) - _MOST_DRUGS
    return (tag("p", f"and {rest} more drug lines", cls="mute"),) if rest > 0 else ()


def _tie(word: str, broken: list[Finding], *, is_there: bool) -> Element:
    """Return a link between two boxes: whole, or broken with a word and the edits that fired.

    If the other end is missing but no finding is about that, it is dashed, but not in the color of a fault.
    """
    if not broken:
        return tag("span", word, cls="tie") if is_there else tag("span", "none", cls="tie out")
    fault = _fault(broken) if is_there else "missing"
    return tag("span", tag("b", fault), " ", tag("small", _names(broken)), cls=f"tie {_state(broken)}")


def _state(broken: list[Finding]) -> str:
    return "bad" if any(finding.holds for finding in broken) else "odd"


def _fault(broken: list[Finding]) -> str:
    return "wrong" if any(finding.holds for finding in broken) else "doubtful"


def _names(broken: list[Finding]) -> str:
    return listed([*dict.fromkeys(finding.edit for finding in broken)], _MOST_NAMED)


def _node(label: str, line: LineView, note: str, wrong: list[Finding]) -> Element:
    """Return a service line as a box, which shows if the line itself is at fault."""
    codes = _short("-".join((line.procedure or "no code", *line.modifiers)))
    units = f"{_short(line.units) or 'no'} unit" + ("" if line.units == "1" else "s")
    node = _box(label, codes, f"line {line.number}, {units}{note}")
    if wrong:
        add(node, " ", tag("small", tag("b", _fault(wrong)), f" {_names(wrong)}", cls="why"))
        node.set("class", f"node {_state(wrong)}")
    return node


def _box(label: str, text: str, detail: str = "") -> Element:
    node = tag("span", tag("small", label), " ", tag("b", text), cls="node")
    if detail:
        add(node, " ", tag("small", detail))
    return node


def _absent(label: str, text: str) -> Element:
    return tag("span", tag("small", label), " ", tag("i", text), cls="node out")


def _short(text: str) -> str:
    return clipped(text, _LONGEST)
