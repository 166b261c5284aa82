"""A group bills, but nobody is named who gave the service.

What is wrong
    The billing provider is an organisation, and for a visit or an injection neither the claim (loop 2310B)
    nor the line (loop 2420A) names the person who rendered it.

Why it is refused
    Medicare returns claims of a group practice without the practitioner's NPI as unprocessable. Others cannot
    tell under whose contract, or at which rate, to pay.

How to correct it
    Enter the practitioner with the individual NPI as rendering provider. For services incident to a physician
    that is the supervising one, as your payer wants it. Who bills under a personal NPI only (not a
    corporation's) leaves it out.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-04",
    title="Rendering provider is missing on a group's claim",
    snip=4,
    severity="warn",
    sources=("S-FCSO-RENDER", "S-NORIDIAN-NPI"),
    denials=("CO-16", "N290"),
    claim_status=("A7:562",),
    parameters={
        "services": Parameter(("99202-99499", "96360-96549"), "services that a person must have rendered")
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    billing = claim.billing_provider
    if billing is None or billing.kind != "2" or any(party.loop == "2310B" for party in claim.providers):
        return
    services = context.code_set("services")
    nobodys = [line for line in claim.lines if line.hcpcs in services and not _has_rendering(line)]
    if nobodys:
        numbers = ", ".join(str(line.index) for line in nobodys)
        message = f"An organisation bills, and no rendering provider is named for line {numbers}."
        yield Hit(at=claim.segment, message=message, loop="2310B")


def _has_rendering(line: ServiceLine) -> bool:
    return any(party.loop == "2420A" for party in line.providers)
