"""An unclassified code is billed for a drug that has its own code.

What is wrong
    The line bills an unclassified code (J3490, J3590, J9999 …), but Medicare's ASP NDC-HCPCS crosswalk for
    the quarter lists its NDC under a specific code; or, without such an NDC, the description (SV101-7) or the
    note names a drug that has a code on the date of service.

Why it is refused
    Unclassified codes are for drugs without a code. If there is one, the line is denied, or priced manually
    after a long delay.

How to correct it
    Bill the code that the message names, with units counted in its billing unit, if it describes what was
    given. Compounds, mixtures, forms that are not injected, and NDCs that the crosswalk also lists under an
    unclassified code are not reported.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ask_last import unless_supplied
from ..shared.dosage import is_compound, is_unclassified, number_of
from ..shared.drug_names import named_drugs

edit = Edit(
    id="UNIT-09",
    title="Unclassified code for a drug that has its own code",
    snip=7,
    severity="warn",
    to_do=(
        "Replace the unclassified code in SV101-2 with the drug's own code, and recalculate the units in "
        "SV104."
    ),
    sources=("S-ASP25Q4", "S-ASP26Q1", "S-NORIDIAN-NOC"),
    denials=("CO-189",),
    claim_status=("A8:507",),
    needs=("unclassified_drug",),
    parameters={"compounds": Parameter(("J7999", "Q9977"), "compounded drug codes")},
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not is_unclassified(line, context) or line.hcpcs in context["compounds"]:
        return
    day = line.service.start if line.service else None
    if day is None or is_compound(line):
        return
    is_priced = False
    for drug in line.drugs:
        ndc = number_of(drug)
        if not ndc or drug.qualifier != "N4":
            continue
        answer = context.tables.aside.asp(ndc, day)
        if answer.uncovered:
            yield Unchecked(answer.uncovered)
        codes = [priced.procedure for priced in answer.records]
        is_priced = is_priced or bool(codes)
        if codes and not any(context.codes.is_in("unclassified_drug", code) for code in codes):
            message = (
                f"Line {line.index}: unclassified code {line.procedure} is billed, but the NDC has "
                f"its own code: {' or '.join(codes)}."
            )
            yield Hit(at=line.procedure, message=message, line=line)
    if not is_priced and (named := _codes_by_name(line, day, context)):
        message = (
            f"Line {line.index}: unclassified code {line.procedure} is billed, but the drug named in the "
            f"description or note has its own code: {' or '.join(named)}."
        )
        yield Hit(at=line.procedure, message=message, line=line)


def _codes_by_name(line: ServiceLine, day: date, context: Context) -> list[str]:
    """Return the codes, valid on the day, of the one drug that the line's words name."""
    names = [entry for entry in named_drugs(line, day, context) if entry.codes]
    shared = set.intersection(*(set(entry.codes) for entry in names)) if names else set()
    lookups = context.tables.aside
    return [code for code in sorted(shared) if (days := lookups.code_days(code, day)) and day in days]
