"""A code of hospitals is on a professional claim.

What is wrong
    A line bills a code that only hospitals report, on institutional claims: the clinic visit of an
    outpatient department (G0463), observation by the hour (G0378, G0379), visits of a hospital's urgent
    care (G0380-G0384), or a C code for a device or procedure outside an ambulatory surgical center. To
    Medicare also a visit of a federally qualified health center (G0466-G0470).

Why it is refused
    Practitioners have codes of their own for the same service. The payer denies the line as billed by the
    wrong type of provider or on the wrong form.

How to correct it
    Bill the visit by its own code (99202-99215, 99221-99236, 99281-99285). Leave the facility's part to
    the hospital's claim, and a health center's visit to the institutional claim.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-29",
    title="Hospital code on a professional claim",
    snip=7,
    severity="warn",
    to_do="Replace the code in SV101-2 with the practitioner's own (99202-99215 for a clinic visit).",
    sources=("S-HCPCS24",),
    denials=("CO-170", "CO-16", "N34"),
    claim_status=("A7:507",),
    needs_codes=(("hospital", "devices", "health_center"),),
    parameters={
        "hospital": Parameter(("G0378-G0384", "G0463"), "codes of hospitals"),
        "devices": Parameter(
            ("C1713-C2699", "C5271-C5278", "C8900-C8937"), "codes of devices and procedures in hospitals"
        ),
        "surgical_centers": Parameter(("24",), "places of service whose facility reports them here, too"),
        "health_center": Parameter(("G0466-G0470",), "visits of health centers, to Medicare"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code, claim = line.hcpcs, context.claim
    if code in context.code_set("health_center"):
        is_wrong = claim.subscriber is not None and claim.subscriber.filing_code == "MB"
    elif code in context.code_set("devices"):
        is_wrong = claim.place_of(line) not in context["surgical_centers"]
    else:
        is_wrong = code in context.code_set("hospital")
    if is_wrong and not claim.is_void:
        message = f"Line {line.index}: {line.procedure} is a facility code for institutional claims."
        yield Hit(at=line.procedure, message=message, line=line)
