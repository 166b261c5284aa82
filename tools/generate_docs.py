"""Write the pages that are made from the edits' own metadata: docs/edits.md.

``--check`` writes nothing and fails where a page is not what it would be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrubber.edit.discovery import load_rulebook
from scrubber.edit.edit import Edit
from scrubber.edit.rulebook import Rulebook

DAY = date(2026, 1, 1)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "edits.md"
HEAD = """# The edits
Made by `tools/generate_docs.py` from the edits themselves; `scrubber explain ID` prints the same. The columns
of packs say what a finding means for services of {day}: `reject` holds the claim, `warn` and `info` do not.
"""


def main() -> int:
    """Write the page, or with ``--check`` compare it; the exit status."""
    page = "\n".join(lines(load_rulebook())) + "\n"
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE.name} is stale: run `make docs`", file=sys.stderr)
    return 1


def lines(rulebook: Rulebook) -> Iterator[str]:
    """The whole page."""
    packs = list(rulebook.packs)
    yield HEAD.format(day=DAY.isoformat())
    yield f"| edit | what it finds | SNIP | {' | '.join(packs)} |"
    yield "|" + "---|" * (len(packs) + 3)
    for edit in rulebook.edits.values():
        severities = " | ".join(_severity(rulebook, edit, pack) for pack in packs)
        yield f"| [{edit.id}](#{edit.id.lower()}) | {edit.title} | {edit.snip} | {severities} |"
    for edit in rulebook.edits.values():
        yield from _section(edit, rulebook)


def _section(edit: Edit, rulebook: Rulebook) -> Iterator[str]:
    yield ""
    yield f"## {edit.id}"
    summary, _, body = edit.manual.partition("\n\n")
    yield f"**{summary.strip()}**"
    for paragraph in body.split("\n\n"):
        heading, _, text = paragraph.partition("\n")
        yield ""
        yield f"*{heading.strip()}.* " + " ".join(line.strip() for line in text.splitlines())
    if edit.parameters:
        yield ""
        yield "Parameters:"
        for name, parameter in edit.parameters.items():
            yield f"- `{name}`: {parameter.about}"
    codes = [*edit.denials, *edit.claim_status]
    if codes:
        yield ""
        yield f"Denials prevented and claim status: {', '.join(codes)}."
    for citation in rulebook.cite(edit.sources):
        yield ""
        yield f"Source: {citation}."


def _severity(rulebook: Rulebook, edit: Edit, pack: str) -> str:
    for decision in rulebook.decisions(pack, DAY):
        if decision.edit.id == edit.id:
            return decision.severity
    return "off"


if __name__ == "__main__":
    sys.exit(main())
