"""An office visit is billed with an injection, and nothing says that it was a service of its own.

What is wrong
    The claim bills an office visit (99202-99205, 99212-99215) and the injection 96372 for the same day and
    provider, and the visit bears no modifier that sets the two apart.

Why it is refused
    The correct coding edits of Medicare and Medicaid treat the visit as part of the injection unless
    modifier 25 (or, more rarely, another one of the list) says that it was significant and separate. Then
    the visit is denied as included.

How to correct it
    Read the note of that day. If the visit stood on its own, a person who may decide that adds modifier 25
    to the visit; if the patient came for the injection only, the visit comes off the claim. Modifier 25 is
    never added here: it is a statement about what was done.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import same_day, same_provider
from scrubber.edit import Context, Edit, Found, Outcome, Parameter, Unchecked

edit = Edit(
    id="EM-02",
    title="Office visit with an injection, without modifier 25",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3", "S-CMS2005EM"),
    denials=("CO-97", "M15", "CO-236", "CO-4"),
    claim_status=("A8:453",),
    needs=("administrations",),
    parameters={
        "visits": Parameter(("99202-99205", "99212-99215"), "visits that need a modifier"),
        "procedure": Parameter("96372", "the injection"),
        "bypass": Parameter(
            ("24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers of the visit that set it apart",
        ),
        "injection_bypass": Parameter(
            ("59", "XE", "XP", "XS", "XU"), "modifiers of the injection that set it apart"
        ),
    },
)

_EITHER_LINE_SINCE = date(2019, 7, 1)  # before, only a modifier on the visit counted


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[Outcome]:
    visits = context.code_set("visits")
    shots = [line for line in claim.lines if line.hcpcs == context["procedure"]]
    for visit in claim.lines:
        if visit.hcpcs not in visits or visit.has_modifier(*context["bypass"]):
            continue
        ours = [
            shot
            for shot in shots
            if same_provider(claim, visit, shot) is not False and not _is_apart(shot, context)
        ]
        same = [shot for shot in ours if same_day(visit, shot)]
        if same:
            message = (
                f"Line {visit.index} bills {visit.procedure} on the day of the injection "
                f"{same[0].procedure} (line {same[0].index}) without a modifier that sets it apart."
            )
            yield Found(at=visit.procedure, message=message, line=visit)
        elif any(same_day(visit, shot) is None for shot in ours):
            yield Unchecked("a date of service of the visit or of the injection is missing or unreadable")


def _is_apart(shot: ServiceLine, context: Context) -> bool:
    day = shot.service.start if shot.service else None
    return (day is None or day >= _EITHER_LINE_SINCE) and shot.has_modifier(*context["injection_bypass"])
