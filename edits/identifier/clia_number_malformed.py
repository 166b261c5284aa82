"""A CLIA number does not have its form.

What is wrong
    The number of a laboratory's CLIA certificate (REF*X4; REF*F4 for the laboratory that a test was
    referred to) is not two digits, the letter D and seven digits.

Why it is refused
    Payers look the laboratory and its certificate up by this number. Medicare returns a claim with an
    invalid CLIA number as unprocessable; clearinghouses check its form before that.

How to correct it
    Copy the number from the laboratory's certificate; often the letter O or 0 was entered in place of the
    D. A safe fix removes spaces and hyphens and changes a lowercase d.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Reference, ServiceLine
from scrubber.claim.signs import CLIA_QUALIFIERS
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.forms import clia_form

edit = Edit(
    id="ID-03",
    title="CLIA number does not have its form",
    snip=5,
    severity="reject",
    to_do="Enter the CLIA number as on the certificate in REF02 of REF*X4: two digits, D, seven digits.",
    sources=("S-STEDI-CLIA", "S-NORIDIAN-CLIA"),
    denials=("CO-16", "MA120"),
    claim_status=("A7:21",),
    needs=("laboratory", "odd CLIA number"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    lines = [line for line in claim.lines if not CLIA_QUALIFIERS.isdisjoint(line.reference_qualifiers)]
    of_claim = not CLIA_QUALIFIERS.isdisjoint(claim.reference_qualifiers)
    if not lines and not of_claim:
        return
    if not any(line.is_in("laboratory", context.codes) for line in claim.lines):
        return
    if of_claim:
        yield from _malformed(claim.references, None)
    for line in lines:
        yield from _malformed(line.references, line)


def _malformed(references: tuple[Reference, ...], line: ServiceLine | None) -> Iterator[CheckResult]:
    for reference in references:
        form = (
            clia_form(reference.value) if reference.qualifier in CLIA_QUALIFIERS and reference.value else None
        )
        if form and form.fault:
            prefix = f"Line {line.index}: " if line else ""
            fix = safe((reference.value, form.plain)) if form.plain else None
            message = f"{prefix}CLIA number (REF*{reference.qualifier}) {form.fault}."
            yield Hit(at=reference.value, message=message, line=line, fix=fix)
