"""Write what is made from the edits and their cases: docs/edits.md, and edits/examples.toml for `explain`.

``--check`` writes nothing and fails where a file is not what it would be.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

import scrubber
from scrubber.cli.manual import EditStatus, cited, edit_statuses, own_value, text_of
from scrubber.engine.discovery import Example, load_rulebook
from scrubber.engine.edit import Edit
from scrubber.engine.finding import AppliedFix
from scrubber.engine.history import NO_HISTORY
from scrubber.engine.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.cases import Case, case_files, cases_of, shared_text  # noqa: E402

DAY = date(2026, 1, 1)
PAGE = ROOT / "docs" / "edits.md"
EXAMPLES = ROOT / "edits" / "examples.toml"
COLUMNS = ("medicare-b", "medicaid", "commercial")
MOST_SEGMENTS = 14
MOST_TAKEN_AWAY = 4
HEAD = """# The edits
Made by `tools/generate_docs.py` from the edits themselves and their tested cases; `scrubber explain ID`
prints the same. `reject` holds the claim, `warn` and `info` do not, `off` does not look. What a finding means
depends on the payer: the columns are the packs of Medicare Part B, Medicaid and commercial payers for
services of {day}; the last one names payers who differ from commercial ones. In the examples `+` stands
before what a claim has, `-` before what it lacks or had instead; without them the claim is shown as it is.
"""
EXAMPLES_HEAD = (
    "# Made by tools/generate_docs.py from the first firing case of each edit; not edited by hand.\n"
)


def main() -> int:
    """Write the files, or with ``--check`` compare them; the exit status."""
    rulebook = load_rulebook()
    examples = {edit.id: example for edit in rulebook.edits.values() if (example := example_of(edit))}
    texts = {
        PAGE: "\n".join(page(rulebook, examples)) + "\n",
        EXAMPLES: EXAMPLES_HEAD + "".join(map(toml_of, examples, examples.values())),
    }
    if "--check" not in sys.argv[1:]:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [
        path.name
        for path, text in texts.items()
        if not (path.is_file() and path.read_text(encoding="utf-8") == text)
    ]
    for name in stale:
        print(f"{name} is stale: run `make docs`", file=sys.stderr)
    return 1 if stale else 0


# ------------------------------------------------------------------------------------ examples


def example_of(edit: Edit) -> Example | None:
    """The first case in which an edit speaks, run."""
    path = next((path for path in case_files() if path.stem == edit.id), None)
    case = next((case for case in cases_of(path) if case.kind == "fires"), None) if path else None
    if case is None:
        return None
    report = scrubber.scrub(
        case.raw, fix=(), as_of=case.as_of, tables=case.tables, pack=case.judged_by, history=case.history
    )
    file = report.files[0]
    findings = [*file.findings, *(finding for claim in file.claims for finding in claim.findings)]
    finding = next((finding for finding in findings if finding.edit == edit.id), None)
    if finding is None:
        return None
    says = f"{finding.severity} by {finding.pack}: {finding.message}"
    return Example(case.name, tuple(_segments(case)), says, _repair(finding.fix))


def _segments(case: Case) -> Iterator[str]:
    """The segments in which a case differs from the shared claim; where little is left of that, its own."""
    own = _split(case.raw)
    if case.history is not NO_HISTORY:
        # It is about what was received before, not about a claim: the envelope tells one file from another.
        yield from (segment for segment in own if segment.startswith(("ISA*", "GS*")))
        return
    if not case.loop:
        yield from _first(own)
        return
    shared = _split(shared_text(case.filing, case.loop))
    # A total that only follows the lines is no change of its own.
    changed = _changes(shared, own, _without_total) or _changes(shared, own, str)
    if not changed or sum(line.startswith("-") for line in changed) > MOST_TAKEN_AWAY:
        start = next(at for at, segment in enumerate(own) if segment.startswith("CLM*"))
        end = next((at for at, segment in enumerate(own) if segment.startswith("SE*")), len(own))
        yield from _first(own[start:end])
    else:
        yield from _first(changed)


def _changes(shared: list[str], own: list[str], read: Callable[[str], str]) -> list[str]:
    """What is gone and what is new, the trailer's count aside."""
    compared = difflib.ndiff([read(segment) for segment in shared], [read(segment) for segment in own])
    lines = [f"{line[0]} {line[2:]}" for line in compared if line[0] in "+-"]
    return [line for line in lines if not line[2:].startswith("SE*")]


def _first(segments: list[str]) -> list[str]:
    """As many as an example shows."""
    return segments if len(segments) <= MOST_SEGMENTS else [*segments[:MOST_SEGMENTS], "…"]


def _split(raw: bytes) -> list[str]:
    text = raw[:20_000].decode(errors="replace").replace("\n", "")
    return [segment[:106] for segment in text.split("~") if segment]


def _without_total(segment: str) -> str:
    """A CLM whose total follows from the lines, so that it does not count as a change."""
    parts = segment.split("*")
    return "*".join((*parts[:2], "…", *parts[3:])) if parts[0] == "CLM" and len(parts) > 2 else segment


def _repair(fix: AppliedFix | None) -> str:
    return f"{fix.before} becomes {fix.after or 'nothing'}" if fix and fix.safety == "safe" else ""


def toml_of(edit: str, example: Example) -> str:
    """An example as a table of TOML, whose texts are written as those of JSON."""
    entries = {"case": example.case, "segments": example.segments, "says": example.says}
    if example.repair:
        entries["repair"] = example.repair
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())
    return f"\n[{edit}]\n{''.join(lines)}"


# ------------------------------------------------------------------------------------ the page


def page(rulebook: Rulebook, examples: Mapping[str, Example]) -> Iterator[str]:
    """The whole page: an index by family, then a section for each edit."""
    yield HEAD.format(day=DAY.isoformat())
    for folder, edits in groupby(sorted(rulebook.edits.values(), key=_by_family), key=_folder):
        yield f"## {folder.capitalize()}"
        yield f"| edit | what it finds | {' | '.join(COLUMNS)} | other payers |"
        yield "|" + "---|" * (len(COLUMNS) + 3)
        yield from (_row(edit, rulebook) for edit in edits)
        yield ""
    for edit in rulebook.edits.values():
        yield from _section(edit, rulebook, examples.get(edit.id))


def _by_family(edit: Edit) -> tuple[str, str]:
    return _folder(edit), edit.id


def _folder(edit: Edit) -> str:
    return Path(edit.path).parent.name


def _row(edit: Edit, rulebook: Rulebook) -> str:
    found = {stand.pack.id: stand for stand in edit_statuses(edit, rulebook, DAY)}
    columns = [_level(found[name]) for name in COLUMNS]
    general = columns[-1]
    others = [
        f"{name} {_level(stand)}"
        for name, stand in found.items()
        if name not in COLUMNS and stand.pack.extends and not stand.inherited and _level(stand) != general
    ]
    return f"| [{edit.id}](#{edit.id.lower()}) | {edit.title} | {' | '.join(columns)} | {', '.join(others)} |"


def _level(stand: EditStatus) -> str:
    return stand.decision.severity if stand.decision else "off"


def _section(edit: Edit, rulebook: Rulebook, example: Example | None) -> Iterator[str]:
    yield f"## {edit.id}"
    summary, _, body = edit.manual.partition("\n\n")
    yield f"**{summary.strip()}**"
    for paragraph in body.split("\n\n"):
        heading, _, text = paragraph.partition("\n")
        yield ""
        yield f"*{heading.strip()}.* " + " ".join(line.strip() for line in text.splitlines())
    if example:
        yield ""
        yield f"*For example:* {example.case}"
        yield ""
        yield from (f"    {line}" for line in example.lines())
    yield ""
    yield from _decisions(edit, rulebook)
    codes = [f"SNIP {edit.snip}", *edit.denials, *edit.claim_status]
    yield ""
    yield f"Level, denials prevented, claim status: {', '.join(codes)}."
    for citation in cited(edit, rulebook, DAY):
        yield ""
        yield f"Source: {citation}."
    yield ""


def _decisions(edit: Edit, rulebook: Rulebook) -> Iterator[str]:
    """What packs decide for themselves, and the parameters with their values."""
    found = edit_statuses(edit, rulebook, DAY)
    for stand in found:
        if not stand.inherited:
            why = f". {stand.decision.why}" if stand.decision and stand.decision.why else ""
            yield f"- {stand.pack.title}: {stand.severity}{why}"
    for name, parameter in edit.parameters.items():
        yield f"- Parameter `{name}`, {parameter.about}: {text_of(parameter.default)}"
        for stand in found:
            if value := own_value(stand, edit, name):
                yield f"    - {stand.pack.id}: {value}"


if __name__ == "__main__":
    sys.exit(main())
