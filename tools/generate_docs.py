"""Write what is made from the edits and their cases: docs/edits/, and edits/examples.toml for `explain`.

``--check`` writes nothing and fails where a file is not what it would be.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from scrubber.casetest.example import example_in
from scrubber.casetest.workbench import Workbench
from scrubber.cli.rules.manual import (
    EditStatus,
    checked_on,
    cited,
    edit_statuses,
    family_folder,
    own_value,
    page_of,
    text_of,
)
from scrubber.engine.edit import Edit
from scrubber.engine.loading.discovery import Example, load_rulebook
from scrubber.engine.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "fixtures" / "837" / "cases"
DAY = date(2026, 1, 1)
PAGES = ROOT / "docs" / "edits"
EXAMPLES = ROOT / "edits" / "examples.toml"
COLUMNS = ("medicare-b", "medicaid", "commercial")
FAMILIES = {
    "administration": "Administration codes and NCCI PTP edits: the code that gives the drug, and what is "
    "bundled into it.",
    "billing": "Claim header: providers, payer, frequency, charges, balancing with other payers.",
    "dates": "Dates of service, birth and death; timely filing.",
    "diagnosis": "Diagnosis codes, pointers, and the diagnoses that coverage articles list for a drug.",
    "duplicate": "The same line, claim, file or control number a second time.",
    "evaluation": "E/M visits: with injections and procedures, twice a day, new patients; modifier 25.",
    "guide": "The TR3 itself: segments, elements, lengths, types, code lists, and its conditions.",
    "identifier": "Numbers and names that tell who someone is: tax ID, CLIA and mammography numbers, "
    "telephones.",
    "modifier": "Modifiers: JW/JZ, 59/X{EPSU}, laterality, order, validity.",
    "ndc": "The NDC of a drug line (loop 2410): form, quantity, unit, and the billed HCPCS code.",
    "other_payer": "What other payers did before: dates, reasons and amounts of their adjudications.",
    "pairing": "Which drug lines and diagnoses belong to which administration.",
    "payer": "What single payers and programs require: authorization, site of care, rebates.",
    "place": "Place of service, by itself and for the code that is billed.",
    "procedure": "Procedures of every specialty: add-on codes, modifiers that fit the code, therapy, "
    "anesthesia, ambulance, age and sex, codes that ended, charges.",
    "provider": "Lists of providers, where they are imported: who may order, deactivated NPIs, exclusions, "
    "opt-outs, taxonomy.",
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
- *Checked on* is the [subject](../writing-edits.md#choosing-a-subject) of the edit: each service line by
  itself, for example, or the lines of a claim together.
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
    with Workbench.of() as bench:
        made = {edit: example_in(CASES / f"{edit}.toml", edit, bench) for edit in rulebook.edits}
    examples = {edit: example for edit, example in made.items() if example}
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
    yield ""
    yield f"*Checked on.* {checked_on(edit).capitalize()}."
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
