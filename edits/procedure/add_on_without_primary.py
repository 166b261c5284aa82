"""An add-on code is billed without its primary procedure.

What is wrong
    The line bills an add-on code, and the claim has none of its primary procedures for the same day: 96375
    without an initial infusion or push, 90472 without a first vaccination, 99417 without the visit, G2211
    without an office visit. For add-on codes whose primary procedures each MAC defines (such as 99100), the
    claim has no other procedure at all.

Why it is refused
    An add-on code is paid only with one of the primary procedures that the NCCI add-on code edits list for
    it, by the same practitioner on the same day. UnitedHealthcare and others return the claim.

How to correct it
    Add the primary procedure to the claim. If it was not done, another code describes the service: a first
    injection is 96374, not 96375. If the primary procedure was billed on another claim, both belong on one.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="PROC-01",
    title="Add-on code without its primary procedure",
    snip=7,
    severity="warn",
    to_do="Add the primary procedure of the add-on code to the claim, or replace the code in SV101-2.",
    sources=("S-AOC26Q2",),
    denials=("CO-107", "N122"),
    claim_status=("A8:454",),
    about="line",
    # Where the primary has the add-on in it (77003 with 62323), that says more.
    yields=True,
    parameters={
        # Of one group, a second practitioner may go on where the first one reported 99291.
        "elsewhere": Parameter(("99292",), "add-on codes whose primary may be on the claim of another"),
    },
)

_LISTED, _BY_MAC = "1", "2"
_SHOWN = 4
_NO_PROCEDURE = frozenset({"drug", "vaccine"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    records = context.tables.aside.add_on(line.hcpcs, day).records if day and line.hcpcs else ()
    if not records or line.hcpcs in context["elsewhere"] or context.claim.is_void:
        return
    others = [
        other for other in context.claim.lines if other is not line and same_day(line, other) is not False
    ]
    kinds = {record.edit_type for record in records}
    if kinds == {_LISTED}:
        primaries = sorted({record.primary for record in records})
        if not any(other.hcpcs in primaries or not other.hcpcs for other in others):
            some = ", ".join(primaries[:_SHOWN]) + (" …" if len(primaries) > _SHOWN else "")
            message = (
                f"Line {line.index}: add-on code {line.procedure} is billed without its primary ({some})."
            )
            yield Hit(at=line.procedure, message=message, line=line)
    elif kinds == {_BY_MAC} and not any(_may_be_primary(other, context) for other in others):
        message = f"Line {line.index}: add-on code {line.procedure} is billed without any procedure that day."
        yield Hit(at=line.procedure, message=message, line=line)


def _may_be_primary(line: ServiceLine, context: Context) -> bool:
    if not _NO_PROCEDURE.isdisjoint(line.sets_in(context.codes)):
        return False
    day = day_of(line)
    return day is None or not context.tables.aside.add_on(line.hcpcs, day).records
