"""The NDC was not marketed on the date of service.

What is wrong
    The FDA's NDC directory does not list the NDC, or shows that its package came on the market after the date
    of service or left it before. This is informational only: repackaged and imported drugs may be missing
    there, and stock on the shelf may be used until it expires.

Why it is refused
    Payers load their NDC lists from the directory. An NDC that they do not find, or that has ended, is denied
    as invalid; Medicaid pays only until its own termination date.

How to correct it
    Compare the number with the package, digit by digit: padding zeros are often in the wrong place. If the
    carton and the vial have different NDCs, payers differ in which one they want.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from scrubber.claim import DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.ask_last import is_on_earlier_line, unless_supplied
from ..shared.dosage import number_of

edit = Edit(
    id="NDC-13",
    title="NDC not marketed on the date of service",
    snip=7,
    severity="info",
    to_do="Check the NDC in LIN03 against the package, digit by digit, and correct it if it differs.",
    about="ndc",
    sources=("S-PRIORITY",),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("ndc",),
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.drugs or not is_drug(line, context.codes):
        return
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a drug line is missing or unreadable")
        return
    for ndc, drug in _numbers(line).items():
        for result in _check_number(ndc, day, drug, line, context):
            # A number that several lines have is reported on the first of them.
            if isinstance(result, Unchecked) or not is_on_earlier_line(
                line, context, partial(_has, ndc, context)
            ):
                yield result


def _numbers(line: ServiceLine) -> dict[str, DrugIdentification]:
    """Return the drugs of a line by their number, each number once."""
    numbers: dict[str, DrugIdentification] = {}
    for drug in line.drugs:
        ndc = number_of(drug)
        # A number of one repeated digit is a placeholder, reported by NDC-04.
        if drug.qualifier == "N4" and len(set(ndc)) > 1:
            numbers.setdefault(ndc, drug)
    return numbers


def _has(ndc: str, context: Context, line: ServiceLine) -> bool:
    """Return True if the line is checked and has this number."""
    return (
        is_drug(line, context.codes)
        and ndc in _numbers(line)
        and line.service is not None
        and line.service.start is not None
        and not is_supplied_elsewhere(line)
    )


def _check_number(
    ndc: str, day: date, drug: DrugIdentification, line: ServiceLine, context: Context
) -> Iterator[CheckResult]:
    answer = context.tables.aside.ndc(ndc, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    if not answer.is_absent:
        return
    what = "is not in the FDA NDC directory"
    for package in answer.elsewhen:
        if package.marketed_from > day:
            what = f"was not marketed until {package.marketed_from} (service on {day})"
        else:
            what = f"left the market on {package.marketed_to} (service on {day})"
    yield Hit(at=drug.ndc, message=f"Line {line.index}: NDC {ndc} {what}.", line=line)
