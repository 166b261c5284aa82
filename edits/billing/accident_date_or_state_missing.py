"""An accident claim does not give the date or the state of the accident, or a cause contradicts it.

What is wrong
    The claim reports an accident as its cause (CLM11: AA for an auto accident, OA for another accident), but
    the accident date (DTP*439) is missing; or, for an auto accident, the state (CLM11-4) is missing. Or a
    state is reported without an auto accident, or one cause twice.

Why it is refused
    The implementation guide (TR3) requires the date and, for an auto accident, the state, because liability
    and no-fault rules are set by the state. Clearinghouses reject the claim.

How to correct it
    Enter the accident date and, for an auto accident in the United States, the two-letter state code. If
    there was no accident, remove the cause from CLM11. Each cause is reported once; the state only with AA.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-14",
    title="Accident date or state missing",
    snip=4,
    severity="reject",
    variants={"not needed": "warn"},
    to_do="Enter the accident date in DTP*439 and, for an auto accident, the state in CLM11-4.",
    sources=("X12-837P", "S-KAREO-AA"),
    denials=("CO-16",),
    claim_status=("A7:633",),
    needs=("related causes",),
)

_AUTO, _OTHER = "AA", "OA"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    causes = claim.related_causes
    again = next((cause for at, cause in enumerate(causes) if cause in causes[:at]), None)
    if again is not None:
        message = f"Related cause {again} is reported twice (CLM11)."
        yield Hit(at=again, message=message, variant="not needed", to_do=f"Remove {again} from {again.name}.")
    state, country = (Field.of(claim.segment, 11, part, "2300") for part in (4, 5))
    if state and _AUTO not in causes:
        message = "State of an auto accident (CLM11-4) is reported, but no auto accident (AA in CLM11-1)."
        to_do = "Remove CLM11-4, or report AA in CLM11-1 if it was an auto accident."
        yield Hit(at=state, message=message, variant="not needed", to_do=to_do)
    if _AUTO not in causes and _OTHER not in causes:
        return
    if not any(period.qualifier == "439" for period in claim.dates):
        message = "Accident claim has no accident date (DTP*439)."
        yield Hit(at=claim.segment, message=message, element="DTP03", loop="2300")
    if _AUTO in causes and not state and country in ("", "US"):
        message = "Auto accident claim has no accident state (CLM11-4)."
        to_do = "Enter the two-letter state code of the auto accident in CLM11-4."
        yield Hit(at=state, message=message, to_do=to_do)
