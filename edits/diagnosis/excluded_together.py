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

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables.rows import DiagnosisNote

from ..shared.coverage import code_of
from ..shared.diagnoses import pairs_of_codes

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


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    day = claim.first_service
    if not code or day is None:
        return
    current, earlier = _notes_of(code, day, context)
    targets = tuple(dict.fromkeys(target for note in (*current, *earlier) for target in note.targets))
    # On few claims does a note name another code; only there it matters what belongs to one encounter.
    if not targets or not claim.codes_among(targets) or claim.is_void:
        return
    is_unknown = False
    for pair in pairs_of_codes(claim):
        (one, first), (two, second) = pair
        if first == second or diagnosis.position not in (one.position, two.position):
            continue
        own, other = (first, second) if diagnosis.position == one.position else (second, first)
        if _names(other, own, day, context) and own == second:
            continue  # told with the first of the two
        note = _note_on(other, current)
        if note and not _are_on_other_sides(first, second, day, context):
            message = (
                f"Diagnoses {one.position} and {two.position} ({first}, {second}) exclude each other "
                f"(Excludes1 note at {note.code})."
            )
            yield Hit(at=two.code, message=message)
        elif not note and _note_on(other, earlier):
            is_unknown = True
    if is_unknown:
        yield Unchecked(
            "the Excludes1 notes of the date of service are not there, and later ones name a pair"
        )


def _notes_of(code: str, day: date, context: Context) -> tuple[list[DiagnosisNote], list[DiagnosisNote]]:
    """Return the Excludes1 notes at a code: those in force, and those of a later list only."""
    answer = context.tables.diagnosis_notes(code, day)
    current = [note for note in answer.records if note.kind == _KIND]
    return current, [note for note in answer.elsewhen if note.kind == _KIND]


def _names(code: str, named: str, day: date, context: Context) -> bool:
    """Return True if a note at a code, in force or of a later list, names another code."""
    return any(note.names(named) for notes in _notes_of(code, day, context) for note in notes)


def _are_on_other_sides(first: str, second: str, day: date, context: Context) -> bool:
    """Return True for a right and a left code: the conditions are of different parts, so unrelated."""
    rules = (context.tables.diagnosis_rule(code, day).value for code in (first, second))
    return {rule.side for rule in rules if rule} >= {"R", "L"}


def _note_on(named: str, notes: list[DiagnosisNote]) -> DiagnosisNote | None:
    return next((note for note in notes if note.names(named)), None)
