"""The NDC belongs to another HCPCS code than the one billed.

What is wrong
    Medicare's ASP NDC-HCPCS crosswalk for the quarter of the service lists this NDC under another HCPCS code
    than the line's.

Why it is refused
    Payers compare the two: if they do not match, it is unclear which drug was given. Some deny the line,
    others pay for the wrong drug and recoup the payment.

How to correct it
    Check the package. If the NDC is right, bill its code, with units counted in that code's billing unit; if
    the code is right, enter the NDC of the package that was actually used.
"""

from collections.abc import Iterator

from scrubber.claim import DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ask_last import is_on_earlier_line, unless_supplied
from ..shared.dosage import is_compound, number_of

edit = Edit(
    id="NDC-05",
    title="NDC does not match the HCPCS code",
    snip=7,
    severity="warn",
    to_do="Check the NDC on the vial against the billed HCPCS code, and correct whichever is wrong.",
    about="ndc",
    sources=("S-ASP25Q4", "S-ASP26Q1", "S-PRIORITY"),
    variants={"older": "warn"},
    denials=("CO-16", "M119", "CO-189"),
    claim_status=("A8:218",),
    needs=("ndc", "drug"),
    parameters={
        "otherwise_coded": Parameter(
            ("90281-90399", "C0000-C9999", "S0000-S9999", "J3591", "J7199", "J7599", "J7699", "J7799"),
            "codes used alongside the crosswalk's own for the same drugs",
        )
    },
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not _is_listed_form(line, context):
        return
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a drug line is missing or unreadable")
        return
    reported = set()
    for drug in line.drugs:
        ndc = number_of(drug)
        if not ndc or drug.qualifier != "N4" or ndc in reported:
            continue
        answer = context.tables.aside.asp(ndc, day)
        if answer.uncovered:
            yield Unchecked(answer.uncovered)
        elif (codes := _other_codes(drug, line, context)) and not _is_reported(ndc, line, context):
            reported.add(ndc)
            older = f" (ASP crosswalk of {answer.older_list})" if answer.older_list else ""
            wrong = f"belongs to {' or '.join(codes)}, not to {line.procedure}"
            message = f"Line {line.index}: NDC {ndc} {wrong}{older}."
            yield Hit(at=drug.ndc, message=message, line=line, variant="older" if older else "")


def _other_codes(drug: DrugIdentification, line: ServiceLine, context: Context) -> list[str]:
    """Return the codes of an NDC in the crosswalk if the line's code is none of them."""
    ndc, day = number_of(drug), line.service.start if line.service else None
    if not ndc or drug.qualifier != "N4" or day is None:
        return []
    codes = [priced.procedure for priced in context.tables.aside.asp(ndc, day).records]
    return [] if not codes or _is_known_as(line.hcpcs, codes, line, context) else codes


def _is_reported(ndc: str, line: ServiceLine, context: Context) -> bool:
    """Return True if the same NDC with the same code is reported on an earlier line."""
    return is_on_earlier_line(
        line,
        context,
        lambda other: (
            other.procedure == line.procedure
            and _is_listed_form(other, context)
            and not is_supplied_elsewhere(other)
            and any(number_of(drug) == ndc and _other_codes(drug, other, context) for drug in other.drugs)
        ),
    )


def _is_listed_form(line: ServiceLine, context: Context) -> bool:
    return (
        bool(line.drugs)
        and line.is_in("drug", context.codes)
        and line.hcpcs not in context.code_set("otherwise_coded")
        # An unclassified code for a drug that has its own code is reported by UNIT-09.
        and not line.is_in("unclassified_drug", context.codes)
        and not is_compound(line)
    )


def _is_known_as(code: str, codes: list[str], line: ServiceLine, context: Context) -> bool:
    """Return True if the crosswalk has the code, or the code is of other dates (UNIT-04, UNIT-05)."""
    if code in codes or any(context.codes.is_in("unclassified_drug", other) for other in codes):
        return True
    assert line.service is not None
    assert line.service.start is not None
    # Looked up aside: a drug whose history is not known counts as having none.
    dated = context.tables.aside.hcpcs(code, line.service.start)
    if dated.is_absent and dated.elsewhen:
        return True
    known = context.tables.aside.drug(code, line.service.start).value
    related = (
        {fact.value for name in ("successor", "predecessor") for fact in known.of_name(name)}
        if known
        else set()
    )
    return not related.isdisjoint(codes)
