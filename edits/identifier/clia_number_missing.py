"""A laboratory test is billed without a CLIA number.

What is wrong
    A line bills a laboratory test with modifier QW (CLIA-waived test), and neither the claim (2300) nor
    the line (2400) has the number of the laboratory's CLIA certificate (REF*X4). For Medicare the same is
    checked for other tests done in an office or independent laboratory.

Why it is refused
    Whoever performs laboratory tests needs a CLIA certificate, even for waived tests, and the
    implementation guide (TR3) requires its number. Medicare returns the claim as unprocessable.

How to correct it
    Enter the number of the certificate of the laboratory that performed the test. If another laboratory
    did, it bills the test, or the line has modifier 90 with that laboratory's number in REF*F4.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.signs import CLIA_QUALIFIERS
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ID-04",
    title="Laboratory test without CLIA number",
    snip=5,
    severity="warn",
    to_do="Enter the laboratory's CLIA number in REF*X4 of loop 2300 (or of loop 2400 for a single line).",
    variants={"other test": "warn"},
    sources=("X12-837P", "S-NORIDIAN-CLIA", "S-PALMETTO-CLIA"),
    denials=("CO-16", "MA120", "CO-B7"),
    claim_status=("A6:21",),
    needs=("laboratory",),
    parameters={
        "tested": Parameter((), "tests that need a CLIA certificate even without modifier QW"),
        "places": Parameter(("11", "20", "49", "81"), "places of service where who bills has the laboratory"),
        "elsewhere": Parameter(("26", "90"), "modifiers for a test that was done in another laboratory"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("laboratory", context.codes) or line.has_modifier(*context["elsewhere"]):
        return
    claim = context.claim
    is_waived = line.has_modifier("QW")
    is_tested = line.hcpcs in context.code_set("tested") and claim.place_of(line) in context["places"]
    if not (is_waived or is_tested):
        return
    if CLIA_QUALIFIERS.isdisjoint(line.reference_qualifiers) and "X4" not in claim.reference_qualifiers:
        test = f"CLIA-waived test {line.procedure}" if is_waived else f"laboratory test {line.procedure}"
        message = f"Line {line.index}: {test} is billed without a CLIA number (REF*X4)."
        variant = "" if is_waived else "other test"
        yield Hit(at=claim.segment, message=message, element="REF02", loop="2300", line=line, variant=variant)
