"""A new-patient visit is billed for a patient whom the provider saw before.

What is wrong
    The claim bills a new-patient visit (99202-99205, 99341-99345, 99381-99387) on a day after another visit
    of the same provider, or after a new-patient visit in another claim of the file.

Why it is refused
    A patient is new if neither the provider nor one of the same specialty and group saw the patient in three
    years. After the first visit the patient is established, and a second new-patient visit is denied.

How to correct it
    Bill the visit as that of an established patient (99211-99215, 99347-99350, 99391-99397). If a date is
    wrong, correct it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.days import day_of, is_by_another

edit = Edit(
    id="EM-08",
    title="New-patient visit after an earlier visit",
    snip=7,
    severity="warn",
    to_do="Replace the new-patient code in SV101-2 with that of an established patient (99212-99215 …).",
    sources=("S-MCPM12-30",),
    denials=("CO-B16", "M86"),
    claim_status=("A8:454",),
    needs=("new_patient_visit", "several lines"),
)

_VISITS = frozenset({"daily_visit", "preventive_visit"})


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.is_void:
        return
    yield from _after_another_claim(claim, context)
    if claim.single_day:
        return
    visits = [line for line in claim.lines if not _VISITS.isdisjoint(line.sets_in(context.codes))]
    for line in visits:
        day = day_of(line)
        if day is None or not line.is_in("new_patient_visit", context.codes):
            continue
        for other in visits:
            before = day_of(other)
            if before is not None and before < day and not is_by_another(claim, line, other):
                message = (
                    f"Line {line.index}: {line.procedure} is for a new patient, who had {other.procedure} on "
                    f"{before} (line {other.index})."
                )
                yield Hit(at=line.procedure, message=message, line=line)
                break


def _after_another_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
    """Yield the first new-patient visit of the claim if an earlier claim of the file has one, too."""
    if claim.frequency not in ("", "1"):
        return  # the earlier claim may be the one that it corrects
    new = (line for line in claim.lines if line.is_in("new_patient_visit", context.codes))
    before = (visit for visit in context.earlier if context.codes.is_in("new_patient_visit", visit.procedure))
    for line, visit in zip(new, before, strict=False):
        message = (
            f"Line {line.index}: {line.procedure} is for a new patient, who had {visit.procedure} on "
            f"{visit.day} in another claim of the file."
        )
        yield Hit(at=line.procedure, message=message, line=line)
        return
