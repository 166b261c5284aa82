"""Check what an edit says about itself: the manual page, what to do, codes and parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.acks.statuses import PAIR
from scrubber.engine.edit import Edit

HEADINGS = ("What is wrong", "Why it is refused", "How to correct it")
"""The headings of a manual page, in their order."""
_LONGEST_LINE, _LONGEST_TITLE, _FEWEST_WORDS = 110, 70, 5
_CARC = r"(CO|PR|PI|OA)-[A-Z]?[0-9]{1,3}"
_RARC = r"(M|MA|N)[0-9]{1,3}"


class Remark(NamedTuple):
    """What is wrong, and in which keyword of the edit; in the manual page where there is none."""

    keyword: str
    text: str


def problems_of_edit(edit: Edit) -> list[str]:
    """Return what is wrong with an edit's page and metadata, each with file and line."""
    remarks = (*page_remarks(edit), *metadata_remarks(edit))
    return [f"{edit.path}:{_line_of(edit, remark.keyword)}: {edit.id}: {remark.text}" for remark in remarks]


def page_remarks(edit: Edit) -> Iterator[Remark]:
    """Yield what is wrong with the manual page: a sentence, then the headings, each with its text."""
    lines = edit.manual.splitlines() or [""]
    if not lines[0].endswith("."):
        yield Remark("", "the manual page (the docstring) must begin with a sentence on one line")
    headings = re.findall(r"^(\S.*)\n(?=    \S)", edit.manual, re.MULTILINE)
    if headings != list(HEADINGS):
        yield Remark(
            "", f"the manual page must have the headings {', '.join(map(repr, HEADINGS))}, in this order"
        )
        return
    for heading, text in zip(HEADINGS, re.split("|".join(HEADINGS), edit.manual)[1:], strict=False):
        if len(text.split()) < _FEWEST_WORDS:
            yield Remark("", f"the manual page says too little beneath {heading!r}")
    for line in lines[1:]:
        if "\t" in line or len(line) > _LONGEST_LINE:
            yield Remark("", f"a line of the manual page has a tab or more than {_LONGEST_LINE} characters")
        if line and line not in HEADINGS and not line.startswith("    "):
            yield Remark("", f"a line of the manual page is neither a heading nor indented: {line!r}")


def metadata_remarks(edit: Edit) -> Iterator[Remark]:
    """Yield what is wrong with the metadata, beyond what loading refuses."""
    if not edit.to_do:
        yield Remark("", "it has no to_do: one sentence that tells the biller what to change")
    if not 0 < len(edit.title) <= _LONGEST_TITLE or edit.title.endswith("."):
        yield Remark(
            "title", f"the title must have 1 to {_LONGEST_TITLE} characters and no period at its end"
        )
    for code in edit.denials:
        if not re.fullmatch(f"{_CARC}|{_RARC}", code):
            yield Remark("denials", f"{code!r} is neither a CARC with its group (CO-16) nor a RARC (M64)")
    for code in edit.claim_status:
        if not PAIR.fullmatch(code):
            yield Remark("claim_status", f"{code!r} is not category:code or category:code:entity (A7:562:77)")
    for name, parameter in edit.parameters.items():
        if not re.fullmatch(r"[a-z][a-z_]*", name) or not parameter.about:
            yield Remark(
                "parameters", f"the parameter {name!r} must have a plain name and say what it is about"
            )
        if not isinstance(parameter.default, bool | int | str | tuple | date):
            yield Remark(
                "parameters", f"a pack cannot give the parameter {name!r}: text, number, list or date"
            )


def _line_of(edit: Edit, keyword: str) -> int:
    """Return the line of a keyword of the edit, or 1."""
    if keyword:
        for node in ast.walk(ast.parse(Path(edit.path).read_bytes())):
            if isinstance(node, ast.keyword) and node.arg == keyword:
                return node.lineno
    return 1
