"""The NDC is on the administration line instead of the drug's line.

What is wrong
    Loop 2410 with an NDC is on a line that bills the administration of a drug, such as 96372. The NDC
    identifies what was given, so it belongs on the drug's line.

Why it is refused
    The payer looks for the NDC where the drug is billed. If it is not there, the drug is denied; on the
    administration line the NDC matches nothing.

How to correct it
    Move NDC, quantity and unit of measure to the drug's line. If the claim has several drugs, check the
    chart for which of them it is; there is no automatic fix.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.near import LinesByDate, index_of
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="NDC-10",
    title="NDC on the administration line",
    snip=7,
    severity="warn",
    to_do="Move the NDC (loop 2410, LIN and CTP) from the administration line to the drug's line.",
    about="ndc",
    variants={"drug_without": "warn"},
    sources=("X12-837P",),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("ndc", "administration"),
    parameters={
        "unlisted": Parameter(("96379", "96549"), "administration codes that some payers want an NDC for")
    },
)

_REMOVE = "Remove the NDC (loop 2410) from the administration line; report it on the drug's line only."


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("administration", context.codes) or line.hcpcs in context["unlisted"]:
        return
    for drug in line.drugs:
        if drug.qualifier == "N4" and number_of(drug):
            message = f"Line {line.index}: the NDC on {line.procedure} belongs on the drug's line."
            lacks = _lacking(context).has_near(line)
            variant, to_do = ("drug_without", "") if lacks else ("", _REMOVE)
            yield Hit(at=drug.ndc, message=message, line=line, variant=variant, to_do=to_do)


def _lacking(context: Context) -> LinesByDate:
    """Return the lines that bill a drug that needs an NDC and has none."""
    index = index_of(context.claim, context.codes)
    return index.where("a drug without an NDC", lambda line: _lacks(line, context))


def _lacks(line: ServiceLine, context: Context) -> bool:
    if not is_drug(line, context.codes) or line.is_wastage:
        return False
    return not any(drug.ndc.strip() for drug in line.drugs) and not is_supplied_elsewhere(line)
