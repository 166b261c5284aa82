"""A group bills, but the claim does not report who rendered the service.

What is wrong
    The billing provider is an organization, and for a visit or an injection neither the claim (loop 2310B)
    nor the line (loop 2420A) reports the rendering provider.

Why it is refused
    Medicare returns group practice claims without the practitioner's NPI as unprocessable. Other payers
    cannot tell under whose contract, or at which rate, to pay.

How to correct it
    Enter the practitioner with the individual NPI as rendering provider. For services incident to a
    physician, that is the supervising physician, as your payer requires. Providers who bill under an
    individual NPI (not a corporation's) omit it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-04",
    title="Rendering provider missing on a group claim",
    snip=4,
    severity="warn",
    to_do=(
        "Enter the rendering provider with the individual NPI in loop 2310B, or in loop 2420A of each line."
    ),
    sources=("S-FCSO-RENDER", "S-NORIDIAN-NPI"),
    denials=("CO-16", "N290"),
    claim_status=("A7:562",),
    needs=("no rendering provider",),
    needs_codes=("services",),
    parameters={
        "services": Parameter(("99202-99499", "96360-96549"), "services that need a rendering provider")
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if "2310B" in claim.provider_loops or claim.billing_kind != "2":
        return
    services = context.code_set("services")
    unattributed = [line for line in claim.lines_billing(services) if "2420A" not in line.provider_loops]
    if unattributed:
        numbers = ", ".join(str(line.index) for line in unattributed)
        noun = "lines" if len(unattributed) > 1 else "line"
        message = f"Group claim has no rendering provider for {noun} {numbers}."
        yield Hit(at=claim.segment, message=message, loop="2310B")
