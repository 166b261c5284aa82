"""Write what is made from the edits and their cases: docs/edits.md, and edits/examples.toml for `explain`.

``--check`` writes nothing and fails where a file is not what it would be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

from scrubber.casetest.example import example_in
from scrubber.casetest.workbench import Workbench
from scrubber.cli.manual import EditStatus, cited, edit_statuses, own_value, text_of
from scrubber.engine.discovery import Example, load_rulebook
from scrubber.engine.edit import Edit
from scrubber.engine.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "fixtures" / "837" / "cases"
DAY = date(2026, 1, 1)
PAGE = ROOT / "docs" / "edits.md"
EXAMPLES = ROOT / "edits" / "examples.toml"
COLUMNS = ("medicare-b", "medicaid", "commercial")
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
    with Workbench.of() as bench:
        made = {edit: example_in(CASES / f"{edit}.toml", edit, bench) for edit in rulebook.edits}
    examples = {edit: example for edit, example in made.items() if example}
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
