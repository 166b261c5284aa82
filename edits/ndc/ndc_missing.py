"""A drug is billed without its National Drug Code.

What is wrong
    A drug line has no NDC: loop 2410 is missing, or its LIN03 is empty. Vaccines, discarded drug (modifier
    JW) and drugs that someone else supplied (charge 0.01 or less) are not asked for one.

Why it is refused
    Federal law makes every state's Medicaid collect the NDC of the drugs that practitioners give, to claim
    the manufacturers' rebates; without it nothing is paid. Many commercial payers demand it too. Medicare
    Part B does not for drugs that have a code of their own.

How to correct it
    Take the NDC from the package that was used, with its quantity and unit of measure, and enter it on the
    drug's line. It is never invented here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.edit import Context, Edit, Found, Outcome

edit = Edit(
    id="NDC-01",
    title="Drug without NDC",
    snip=7,
    severity="info",
    sources=("S-UHCNDC17", "S-BCBSAL-INJ"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[Outcome]:
    for line in claim.lines:
        if not context.codes.is_in("drug", line.hcpcs) or is_wastage(line) or is_supplied_elsewhere(line):
            continue
        if not any(drug.ndc.strip() for drug in line.drugs):
            nearest = line.drugs[0].segment if line.drugs else line.segment
            message = f"Line {line.index} bills the drug {line.procedure} without an NDC."
            yield Found(at=nearest, message=message, line=line, element="LIN03", loop="2410")
