"""The drugs that the description and notes of a service line name."""

from __future__ import annotations

import re
from datetime import date

from scrubber.claim.model import ServiceLine
from scrubber.engine.context import Context
from scrubber.tables.rows import DrugName

from .wording import words_about

_APART = re.compile(r"[\s,;:()\[\]]+")
_ANOTHER_FORM = re.compile(
    r"\b(?:PELLETS?|IMPLANTS?|TOPICAL|CREAM|OINTMENT|GEL|PATCH\w*|TAB(?:LET)?S?|CAP(?:SULE)?S?|ORAL(?:LY)?|PO|"
    r"OPHTH\w*|EYE|DROPS|NASAL|INTRANASAL|INHAL\w*|NEB\w*|SUPPOSITOR\w*|COMPOUND\w*|MIX\w*|KIT|W/O?|WITH|AND)\b|[+&]"
)
_LONGEST_NAME = 5


def named_drugs(line: ServiceLine, day: date, context: Context) -> list[DrugName]:
    """Return the drugs that a line's words name; none if they tell of a mixture or of another form.

    Of names that begin with the same word the longest counts: SIGNIFOR LAR is not SIGNIFOR.
    """
    text = words_about(line, context).upper()
    if not text or _ANOTHER_FORM.search(text):
        return []
    words = [word.strip(".") for word in _APART.split(text) if word]
    found: list[DrugName] = []
    for at, word in enumerate(words):
        here = " ".join(words[at : at + _LONGEST_NAME]) + " "
        names = [
            entry
            for entry in context.tables.aside.drug_names(word, day).records
            if here.startswith(f"{entry.name} ")
        ]
        if names:
            found.append(max(names, key=lambda entry: len(entry.name)))
    return found
