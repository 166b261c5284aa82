"""Write docs/edits/rule-lists.md: which rules of public lists the edits cover, from tools/rule_lists.tsv.

A row of the table is one rule of a list: the list, the number or element by which the list names it, what it
is about in our words, how it stands, our edits, and a note. ``--check`` writes nothing and fails where the
page is not what it would be.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scrubber.cli.rules.manual import family_folder
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.engine.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("rule_lists.tsv")
PAGE = ROOT / "docs" / "edits" / "rule-lists.md"
STANDINGS = {
    "covered": "an edit fires on what the rule is about",
    "partly": "an edit fires on some of it; the note says what is left",
    "gap": "no edit, or one that is off for the payer",
    "not ours": "a claim file cannot show it, or it is not a rule; the note says why",
}
HEAD = """# Rules of public lists
Made by `tools/generate_rule_lists.py` from `tools/rule_lists.tsv`. Clearinghouses, Medicare and payers
publish lists of what they refuse. These are the rules that were found, each with the number or element
by which its list names it, and the edits that are run for it. How severe a finding is depends on the
payer: see the page of the edit.
"""


class Rule(NamedTuple):
    """One rule of a published list, and our edits for it."""

    list: str
    rule: str
    about: str
    standing: str
    edits: tuple[str, ...]
    note: str


def read_rules(path: Path = TABLE) -> list[Rule]:
    """Return the rules of the table in its order."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        return [
            Rule(
                row["list"],
                row["rule"],
                row["about"],
                row["standing"],
                tuple(row["edits"].split()),
                row["note"],
            )
            for row in rows
        ]


def problems(rules: Sequence[Rule], known: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with the table; ``known`` are the IDs of the edits."""
    for (name, rule), times in Counter((entry.list, entry.rule) for entry in rules).items():
        if times > 1:
            yield f"{name}: {rule} is listed {times} times"
    for entry in rules:
        where = f"{entry.list}: {entry.rule}"
        yield from (f"{where}: there is no edit {edit}" for edit in entry.edits if edit not in known)
        if entry.standing not in STANDINGS:
            yield f"{where}: {entry.standing} is not one of {', '.join(STANDINGS)}"
        if bool(entry.edits) != (entry.standing in ("covered", "partly")):
            yield f"{where}: {entry.standing}, with {len(entry.edits)} edits"
        if entry.standing == "not ours" and not entry.note:
            yield f"{where}: not ours, without a reason"


def page(rules: Sequence[Rule], book: Rulebook) -> Iterator[str]:
    """Yield the lines of the page: the counts of each list, then its rules."""
    yield HEAD
    names = list(dict.fromkeys(entry.list for entry in rules))
    yield from (f"- **{name}**: {about}." for name, about in STANDINGS.items())
    yield f"\n| list | rules | {' | '.join(STANDINGS)} |"
    yield "|---|" + "---|" * (len(STANDINGS) + 1)
    for name in names:
        yield _counts(f"[{name}](#{_anchor(name)})", [entry for entry in rules if entry.list == name])
    yield _counts("**all**", rules)
    for name in names:
        yield f"\n## {name}\n| rule | about | standing | edits | note |\n|---|---|---|---|---|"
        for entry in rules:
            if entry.list == name:
                edits = ", ".join(_link(edit, book) for edit in entry.edits)
                yield f"| {entry.rule} | {entry.about} | {entry.standing} | {edits} | {entry.note} |"


def _counts(name: str, rules: Sequence[Rule]) -> str:
    counts = Counter(entry.standing for entry in rules)
    return f"| {name} | {len(rules)} | {' | '.join(str(counts[standing]) for standing in STANDINGS)} |"


def _anchor(title: str) -> str:
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _link(edit_id: str, book: Rulebook) -> str:
    edit = book.edits[edit_id]
    return f"[{edit_id}]({family_folder(edit)}.md#{_anchor(edit_id)})"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` compare it."""
    book, rules = load_rulebook(), read_rules()
    wrong = list(problems(rules, list(book.edits)))
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    made = "\n".join(page(rules, book)) + "\n"
    if "--check" in arguments:
        is_made = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        if not is_made:
            print(f"{PAGE.relative_to(ROOT)} is not up to date: run make docs", file=sys.stderr)
        return 0 if is_made else 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
