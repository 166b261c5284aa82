"""A laboratory test has a modifier that Medicare does not take on it.

What is wrong
    A clinical laboratory test has 26 or TC, though it has no components, or a practice that is not a
    laboratory bills Medicare for a test with modifier 90 (reference laboratory).

Why it is refused
    Tests of the clinical laboratory fee schedule have no professional component. Medicare pays a test to the
    laboratory that performed it; only a laboratory may bill for a referred test with modifier 90.

How to correct it
    Remove 26 or TC. Remove the line with 90: the reference laboratory bills Medicare itself. The practice
    bills the draw (36415) if it was made there.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-23",
    title="Laboratory modifier that Medicare does not take",
    snip=7,
    severity="warn",
    to_do="Remove 26 or TC from the test; remove a line with 90: the reference laboratory bills it.",
    sources=("S-MCPM16-40", "S-PFS25Q4"),
    denials=("CO-4", "N519", "CO-96"),
    claim_status=("A7:453",),
    needs=("medicare", "laboratory", "modifiers"),
    yields=True,
    parameters={
        "without_components": Parameter(
            (
                "80047-80503", "81000-83019", "83021-84164", "84202-85055", "85097-85385", "85396-85575",
                "85597-86152", "86155-86254", "86258-86319", "86328-86333", "86336-87158", "87166-87206",
                "87209-88099", "88130-88155",
            ),
            "tests that have no professional component",
        ),
        "laboratories": Parameter(
            ("291", "292", "293", "246", "247", "2080P0207X", "207ZP", "207ZC", "282N"),
            "first characters of the taxonomy of laboratories and pathologists",
        ),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    wrong = line.modifiers_among(("26", "TC"))
    if wrong and line.hcpcs in context.code_set("without_components"):
        message = f"Line {line.index}: {line.procedure} has no components; modifier {wrong[0]} does not fit."
        yield Hit(at=wrong[0], message=message, line=line)
    referred = line.modifiers_among(("90",))
    billing = context.claim.billing_provider if referred else None
    if billing and billing.taxonomy and not billing.taxonomy.startswith(context["laboratories"]):
        message = (
            f"Line {line.index}: {line.procedure} has modifier 90, but the billing provider is no laboratory."
        )
        yield Hit(at=referred[0], message=message, line=line)
