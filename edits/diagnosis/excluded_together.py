"""Two diagnoses on the claim exclude each other.

What is wrong
    An Excludes1 note of the ICD-10-CM tabular list says that one of these codes is not reported together with
    the other, for example type 1 and type 2 diabetes (E10.-, E11.-), or vitamin B12 deficiency and folate
    deficiency anemia (E53.8, D52.-). Only notes that are plain lists of codes are used.

Why it is refused
    The notes are part of the code set. UnitedHealthcare and WellCare, among others, deny a claim or line with
    such a pair.

How to correct it
    Check the chart for the one that is right, and remove the other. The official guidelines (I.A.12.a) have
    one exception: both are reported where they are unrelated to each other, such as two conditions of
    different parts of the body. Then the claim may go as it is; for a right and a left side, this edit does
    not fire.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables.rows import DiagnosisNote

from ..shared.diagnoses import pairs_of_codes, valid_codes

edit = Edit(
    id="DX-22",
    title="Diagnoses exclude each other (Excludes1)",
    snip=4,
    severity="warn",
    to_do="Check the chart for which of the two diagnoses is right, and remove the other from HI.",
    about="diagnoses",
    sources=("S-ICD10-TABULAR", "S-ICD10GUIDE", "S-WELLCARE-CE329"),
    denials=("CO-16", "CO-11", "M64"),
    claim_status=("A7:255",),
    needs=("several diagnoses",),
)

_KIND = "excludes1"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    day = claim.first_service
    if day is None or claim.is_void:
        return
    is_unknown = False
    answers_of = {code: context.tables.diagnosis_notes(code, day) for _, code in valid_codes(claim)}
    # On few claims does a note name another code; only there it matters what belongs to one encounter.
    named = [note for answer in answers_of.values() for note in (*answer.records, *answer.elsewhen)]
    if not any(note.kind == _KIND and any(map(note.names, answers_of)) for note in named):
        return
    for (one, first), (two, second) in pairs_of_codes(claim):
        if first == second:
            continue
        answers = answers_of[first], answers_of[second]
        current = [note for answer in answers for note in answer.records]
        earlier = [note for answer in answers for note in answer.elsewhen]
        note = _note_on(first, second, current)
        if note and not _are_on_other_sides(first, second, day, context):
            message = (
                f"Diagnoses {one.position} and {two.position} ({first}, {second}) exclude each other "
                f"(Excludes1 note at {note.code})."
            )
            yield Hit(at=two.code, message=message)
        elif not note and _note_on(first, second, earlier):
            is_unknown = True
    if is_unknown:
        yield Unchecked(
            "the Excludes1 notes of the date of service are not there, and later ones name a pair"
        )


def _are_on_other_sides(first: str, second: str, day: date, context: Context) -> bool:
    """Return True for a right and a left code: the conditions are of different parts, so unrelated."""
    rules = (context.tables.diagnosis_rule(code, day).value for code in (first, second))
    return {rule.side for rule in rules if rule} >= {"R", "L"}


def _note_on(first: str, second: str, notes: list[DiagnosisNote]) -> DiagnosisNote | None:
    """Return the note at one of the codes that names the other."""
    for note in notes:
        named = second if first.startswith(note.code) else first
        if note.kind == _KIND and note.names(named):
            return note
    return None
