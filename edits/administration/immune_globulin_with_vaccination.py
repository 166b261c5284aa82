"""An immune globulin is billed with a vaccine administration.

What is wrong
    The claim bills an IM immune globulin and a vaccine administration (90471, 90472), but no vaccine and
    no injection: the vaccine administration reports giving the immune globulin.

Why it is refused
    Immune globulins are not vaccines: they protect at once, and not through the patient's own immune
    response. They are injected with 96372; payers expect a vaccine with a vaccine administration.

How to correct it
    Bill 96372 for the immune globulin, and a vaccine administration for each vaccine only.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.near import index_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-15",
    title="Immune globulin with vaccine administration",
    snip=7,
    severity="warn",
    to_do="Replace the vaccine administration with 96372 for the immune globulin.",
    about="drug",
    sources=("S-A57554", "S-REDBOOK18"),
    denials=("CO-16", "N56"),
    needs=("immune_globulin", "vaccine_administration"),
    parameters={"procedures": Parameter(("90471-90472",), "vaccine administrations by injection")},
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, procedures = context.codes, context.code_set("procedures")
    index = index_of(claim, codes)
    vaccinations = index.where("billed as a vaccination", lambda line: line.hcpcs in procedures)
    for globulin in claim.lines:
        if not globulin.is_in("immune_globulin", codes) or globulin.is_wastage:
            continue
        givers = vaccinations.near(globulin)
        # With a vaccine that day the administration belongs to it; a missing injection is another edit's.
        others = ("administration", "vaccine")
        if givers and not any(index.in_set(name).has_near(globulin) for name in others):
            line = givers[0]
            message = (
                f"Line {line.index}: {line.procedure} is a vaccine administration, but {globulin.procedure} "
                f"(line {globulin.index}) is an immune globulin, not a vaccine."
            )
            yield Hit(at=line.procedure, message=message, line=line)
            return
