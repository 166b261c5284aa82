"""Write what is made from the edits and their cases: docs/edits/, and edits/examples.toml for `explain`.

``--check`` writes nothing and fails where a file is not what it would be.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import scrubber
from scrubber.cli.manual import (
    EditStatus,
    cited,
    edit_statuses,
    family_folder,
    own_value,
    page_of,
    text_of,
)
from scrubber.engine.discovery import Example, load_rulebook
from scrubber.engine.edit import Edit
from scrubber.engine.finding import Finding
from scrubber.engine.history import NO_HISTORY
from scrubber.engine.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.cases import Case, case_files, cases_of, shared_text  # noqa: E402

DAY = date(2026, 1, 1)
PAGES = ROOT / "docs" / "edits"
EXAMPLES = ROOT / "edits" / "examples.toml"
COLUMNS = ("medicare-b", "medicaid", "commercial")
MOST_SEGMENTS = 14
MOST_MISSING = 4
LONGEST_SEGMENT = 106
FAMILIES = {
    "administration": "Administration codes and NCCI PTP edits: the code that gives the drug, and what is "
    "bundled into it.",
    "billing": "Claim header: providers, payer, frequency, charges, balancing with other payers.",
    "dates": "Dates of service, birth and death; timely filing.",
    "diagnosis": "Diagnosis codes, pointers, and the diagnoses that coverage articles list for a drug.",
    "duplicate": "The same line, claim, file or control number a second time.",
    "evaluation": "E/M visits on the day of an injection, and modifier 25.",
    "guide": "The TR3 itself (SNIP 1 and 2): segments, elements, lengths, types, code lists.",
    "modifier": "Modifiers: JW/JZ, 59/X{EPSU}, laterality, order, validity.",
    "ndc": "The NDC of a drug line (loop 2410): form, quantity, unit, and the billed HCPCS code.",
    "pairing": "Which drug lines and diagnoses belong to which administration.",
    "payer": "What single payers and programs require: authorization, site of care, rebates.",
    "place": "Place of service.",
    "route": "Route of administration: IM/SC, IV, self-administered.",
    "structure": "Envelopes, counts, hierarchical levels, form of numbers.",
    "units": "HCPCS units against doses and packages; unclassified and terminated codes.",
}
INDEX_HEAD = """# Edits
Made by `tools/generate_docs.py` from the edits themselves and their tested cases; `scrubber explain ID`
prints the same, `scrubber edits list` lists all {count} edits.

| family | edits | how many | what they check |
|---|---|---|---|
"""
INDEX_FOOT = """
## Reading a page
- An edit *fires* or does not. What it reports is a *finding*: `reject` holds the claim, `warn` and `info` do
  not. An edit that is `off` is not run.
- How severe a finding is depends on the payer. The columns are the packs of Medicare Part B, Medicaid and
  commercial payers for services of {day}; the last column names packs that differ from the commercial one.
- *To do* is what the reports tell the biller.
- An example is a tested case. *As sent* are the segments concerned, *missing* those that a correct claim
  would also have, *after the fix* what a safe fix makes of them.
"""
OF_A_FAMILY = "(index.md#reading-a-page)"
FAMILY_HEAD = """# {title}
{about} See [reading a page](index.md#reading-a-page) for what the columns mean.

| edit | what it finds | {columns} | other packs |
|{rule}|
"""
EXAMPLES_HEAD = (
    "# Made by tools/generate_docs.py from the first firing case of each edit; not edited by hand.\n"
)


def main() -> int:
    """Write the files, or with ``--check`` compare them; return the exit status."""
    rulebook = load_rulebook()
    examples = {edit.id: example for edit in rulebook.edits.values() if (example := example_of(edit))}
    texts = {
        **pages(rulebook, examples),
        EXAMPLES: EXAMPLES_HEAD + "".join(map(toml_of, examples, examples.values())),
    }
    others = set(PAGES.glob("*.md")) - set(texts)
    leftover = sorted(path for path in others if OF_A_FAMILY in path.read_text(encoding="utf-8"))
    if "--check" not in sys.argv[1:]:
        PAGES.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        for path in leftover:
            path.unlink()
        return 0
    stale = [
        path
        for path, text in texts.items()
        if not (path.is_file() and path.read_text(encoding="utf-8") == text)
    ]
    for path in [*stale, *leftover]:
        print(f"{path.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
    return 1 if stale or leftover else 0


# ------------------------------------------------------------------------------------ examples


def example_of(edit: Edit) -> Example | None:
    """Return the first case in which an edit fires, evaluated; ``None`` where there is none."""
    path = next((path for path in case_files() if path.stem == edit.id), None)
    case = next((case for case in cases_of(path) if case.kind == "fires"), None) if path else None
    finding = finding_in(case, edit.id) if case else None
    if case is None or finding is None:
        return None
    sent, missing = segments_of(case, finding)
    fixed: Sequence[str] = ()
    if finding.fix and finding.fix.safety == "safe":
        fixed = compared(split_of(case.raw), split_of(_fixed(case, edit.id))).new or ["(removed)"]
    says = f"{finding.severity} by {finding.pack}: {finding.message}"
    return Example(case.name, tuple(sent), says, tuple(missing), tuple(_first(fixed)))


def finding_in(case: Case, edit: str) -> Finding | None:
    """Return the first finding of an edit in a case, without fixes."""
    report = scrubber.scrub(
        case.raw, fix=(), as_of=case.as_of, tables=case.tables, pack=case.judged_by, history=case.history
    )
    file = report.files[0]
    findings = (*file.findings, *(finding for claim in file.claims for finding in claim.findings))
    return next((finding for finding in findings if finding.edit == edit), None)


def segments_of(case: Case, finding: Finding) -> tuple[Sequence[str], Sequence[str]]:
    """Return the segments that show the fault as sent, and those that are missing.

    They are those in which the case differs from the shared claim, with the one that the finding is about;
    where little is left of the shared claim, all of the claim.
    """
    own = split_of(case.raw)
    if case.history is not NO_HISTORY:
        # It is about what was received before, not about a claim: the envelope tells one file from another.
        return [segment for segment in own if segment.startswith(("ISA*", "GS*"))], ()
    if not case.loop:
        return _first(own), ()
    shared = split_of(shared_text(case.filing, case.loop))
    changed = compared(shared, own)
    at = finding.where.segment_number
    if len(changed.old) > MOST_MISSING or (not changed.places and at is None):
        start = next(at for at, segment in enumerate(own) if segment.startswith("CLM*"))
        end = next((at for at, segment in enumerate(own) if segment.startswith("SE*")), len(own))
        return _first(own[start:end]), ()
    places = sorted({*changed.places, *([at - 1] if at else [])})
    return _first([own[place] for place in places]), () if changed.places else changed.old


@dataclass(frozen=True, slots=True)
class Compared:
    """How two lists of segments differ: what only the old one has, what only the new one has, and where."""

    old: list[str]
    new: list[str]
    places: list[int]


def compared(old: Sequence[str], new: Sequence[str]) -> Compared:
    """Compare two lists of segments, the trailer's count aside and, if anything else differs, the total."""
    found = _compared(old, new, total=False)
    return found if found.old or found.new else _compared(old, new, total=True)


def _compared(old: Sequence[str], new: Sequence[str], *, total: bool) -> Compared:
    found, at = Compared([], [], []), 0
    keys = [segment if total else _without_total(segment) for segment in new]
    for line in difflib.ndiff([segment if total else _without_total(segment) for segment in old], keys):
        sign, text = line[0], line[2:]
        if sign == "-" and not text.startswith("SE*"):
            found.old.append(text)
        if sign == "+" and not text.startswith("SE*"):
            found.new.append(new[at])
            found.places.append(at)
        at += sign in "+ "
    return found


def _fixed(case: Case, edit: str) -> bytes:
    """Return what the fix of one edit makes of a case's input."""
    with tempfile.TemporaryDirectory() as folder:
        scrubber.scrub(
            case.raw, folder, fix=(edit,), as_of=case.as_of, tables=case.tables, pack=case.judged_by,
            history=case.history,
        )  # fmt: skip
        (path,) = Path(folder).glob("*.837")
        return path.read_bytes()


def _first(segments: Sequence[str]) -> Sequence[str]:
    """Return as many segments as an example shows."""
    return segments if len(segments) <= MOST_SEGMENTS else [*segments[:MOST_SEGMENTS], "…"]


def split_of(raw: bytes) -> list[str]:
    """Return the segments of an input as text."""
    text = raw[:20_000].decode(errors="replace").replace("\n", "")
    return [
        segment if len(segment) <= LONGEST_SEGMENT else f"{segment[:LONGEST_SEGMENT]}…"
        for segment in text.split("~")
        if segment
    ]


def _without_total(segment: str) -> str:
    """Return a CLM without its total, which follows from the lines and is not a change of its own."""
    parts = segment.split("*")
    return "*".join((*parts[:2], *parts[3:])) if parts[0] == "CLM" and len(parts) > 2 else segment


def toml_of(edit: str, example: Example) -> str:
    """Return an example as a table of TOML, whose texts are written as those of JSON."""
    entries = {
        "case": example.case,
        "sent": example.sent,
        "missing": example.missing,
        "finding": example.finding,
        "fixed": example.fixed,
    }
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items() if value)
    return f"\n[{edit}]\n{''.join(lines)}"


# ------------------------------------------------------------------------------------ the pages


def pages(rulebook: Rulebook, examples: Mapping[str, Example]) -> dict[Path, str]:
    """Return the texts of all pages by path: the table of families, and a page for each family."""
    families = {
        folder: list(edits)
        for folder, edits in groupby(sorted(rulebook.edits.values(), key=_by_family), key=family_folder)
    }
    if undescribed := set(families) - set(FAMILIES):
        raise SystemExit(f"say in FAMILIES what these families check: {', '.join(sorted(undescribed))}")
    index = INDEX_HEAD.format(count=len(rulebook.edits))
    for folder, edits in families.items():
        ids = " ".join(dict.fromkeys(edit.family for edit in edits))
        index += f"| [{folder}]({folder}.md) | {ids} | {len(edits)} | {FAMILIES[folder]} |\n"
    texts = {PAGES / "index.md": index + INDEX_FOOT.format(day=DAY.isoformat())}
    for edits in families.values():
        path = ROOT / page_of(edits[0]).partition("#")[0]
        texts[path] = "\n".join(_family(edits, rulebook, examples)) + "\n"
    return texts


def _by_family(edit: Edit) -> tuple[str, str]:
    return family_folder(edit), edit.id


def _family(edits: Sequence[Edit], rulebook: Rulebook, examples: Mapping[str, Example]) -> Iterator[str]:
    """Yield the page of a family: a table, then a section for each edit, whose anchor is its id."""
    folder = family_folder(edits[0])
    title = folder.upper() if folder == "ndc" else folder.capitalize()
    rule = "|".join("---" for _ in range(len(COLUMNS) + 3))
    head = FAMILY_HEAD.format(title=title, about=FAMILIES[folder], columns=" | ".join(COLUMNS), rule=rule)
    yield head.rstrip("\n")
    yield from (_row(edit, rulebook) for edit in edits)
    for edit in edits:
        yield ""
        yield from _section(edit, rulebook, examples.get(edit.id))


def _row(edit: Edit, rulebook: Rulebook) -> str:
    found = {status.pack.id: status for status in edit_statuses(edit, rulebook, DAY)}
    columns = [_severity(found[name]) for name in COLUMNS]
    others = [
        f"{name} {_severity(status)}"
        for name, status in found.items()
        if name not in COLUMNS
        and status.pack.extends
        and not status.inherited
        and _severity(status) != columns[-1]
    ]
    link = f"[{edit.id}](#{edit.id.lower()})"
    return f"| {link} | {_escaped(edit.title)} | {' | '.join(columns)} | {', '.join(others)} |"


def _severity(status: EditStatus) -> str:
    return status.decision.severity if status.decision else "off"


def _section(edit: Edit, rulebook: Rulebook, example: Example | None) -> Iterator[str]:
    yield f"## {edit.id}"
    yield f"**{_escaped(edit.title)}**"
    summary, _, body = edit.manual.partition("\n\n")
    yield ""
    yield _escaped(_joined(summary))
    if edit.to_do:
        yield ""
        yield f"*To do.* {_escaped(edit.to_do)}"
    heading = ""
    for paragraph in body.split("\n\n"):
        lines = paragraph.splitlines()
        if lines and not lines[0].startswith(" "):
            heading = f"*{lines.pop(0).strip()}.* "
        yield ""
        yield heading + _escaped(_joined("\n".join(lines)))
        heading = ""
    if example:
        yield ""
        yield f"*Example.* {_escaped(example.case)}"
        yield ""
        yield from (f"    {line}" for line in example.lines())
    yield ""
    yield from _decisions(edit, rulebook)
    codes = [f"SNIP {edit.snip}"]
    if edit.denials:
        codes.append(f"denials prevented (CARC, RARC): {', '.join(edit.denials)}")
    if edit.claim_status:
        codes.append(f"claim status (277CA): {', '.join(edit.claim_status)}")
    yield ""
    yield f"*Codes.* {'; '.join(codes)}."
    citations = cited(edit, rulebook, DAY)
    if citations:
        yield ""
        yield "*Sources.*"
        yield ""
        yield from (f"- {_escaped(citation)}" for citation in citations)


def _decisions(edit: Edit, rulebook: Rulebook) -> Iterator[str]:
    """Yield what packs decide for themselves, and the parameters with their values."""
    found = edit_statuses(edit, rulebook, DAY)
    yield "*Severity.*"
    yield ""
    for status in found:
        if not status.inherited:
            why = f" ({_escaped(status.decision.why)})" if status.decision and status.decision.why else ""
            yield f"- {status.pack.id}: {status.severity}{why}"
    if not edit.parameters:
        return
    yield ""
    yield "*Parameters that a pack may set.*"
    yield ""
    for name, parameter in edit.parameters.items():
        yield f"- `{name}`: {_escaped(parameter.about)}. Default: {_escaped(text_of(parameter.default))}"
        for status in found:
            if value := own_value(status, edit, name):
                yield f"    - {status.pack.id}: {_escaped(value)}"


def _joined(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines()).strip()


def _escaped(text: str) -> str:
    """Return a text as Markdown that shows it as it is; what is in backticks already is."""
    parts = text.split("`")
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"([*_|\[\]])", r"\\\1", parts[at]).replace("<", "&lt;")
    return "`".join(parts)


if __name__ == "__main__":
    sys.exit(main())
