"""A laboratory test, an imaging service or equipment does not report who ordered it.

What is wrong
    The claim goes to Medicare and bills a laboratory test, an imaging service, or durable medical
    equipment, a prosthesis or an orthosis, but reports neither a referring provider (2310A, 2420F) nor an
    ordering provider (2420E).

Why it is refused
    These services are paid only on the order of a practitioner who is enrolled to order them, and whose name
    and NPI must be on the claim, even if the same practitioner performs the service.

How to correct it
    Enter the name and NPI of the practitioner who ordered the service as referring or ordering provider. For
    a test done in the office on the physician's own order, that is the same physician.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-13",
    title="Ordering provider missing on a lab test, imaging or equipment",
    snip=7,
    severity="warn",
    to_do=(
        "Enter the ordering provider's name and NPI in loop 2420E, or the referring provider in loop 2310A."
    ),
    sources=("S-CGS-ORD", "S-NGS-ORD"),
    denials=("CO-16", "N286", "CO-183"),
    claim_status=("A7:562",),
    needs_codes=(("ordered", "ordered_equipment"),),
    parameters={
        # Leaves out screening mammograms, which need no order, radiation therapy and skin tests.
        "ordered": Parameter(
            ("70010-76999", "77046-77062", "77065-77066", "78012-78999", "80047-86484", "86590-89398"),
            "services that need an order",
        )
    },
)

_ORDERING = ("2420E", "2420F")


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    ordered = claim.lines_billing(context.code_set("ordered"))
    needing = (line for line in claim.lines if line in ordered or _is_ordered_equipment(line, context))
    line = next((line for line in needing if not _is_ordered(line)), None)
    if line and "2310A" not in claim.provider_loops:
        message = f"Line {line.index}: {line.procedure} has no ordering or referring provider."
        yield Hit(at=line.procedure, message=message, line=line)


def _is_ordered_equipment(line: ServiceLine, context: Context) -> bool:
    # A certificate of medical necessity names who ordered the equipment.
    return line.is_in("ordered_equipment", context.codes) and not line.forms


def _is_ordered(line: ServiceLine) -> bool:
    return not line.provider_loops.isdisjoint(_ORDERING)
