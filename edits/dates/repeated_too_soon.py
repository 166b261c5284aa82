"""A drug that lasts for weeks or months is billed twice in the file within that time.

What is wrong
    Two lines of the claim, or of two claims of the file for one patient and billing provider, bill the same
    long-acting drug for dates that are closer together than the drug is usually given: medroxyprogesterone
    for contraception (J1050, 70 days), denosumab 60 mg and its biosimilars (half a year), depot leuprolide
    and goserelin by their strength, inclisiran (three months; 75 days), and drugs that are given once in four
    weeks (21 days). This edit does not see earlier files.

Why it is refused
    Payers count the time since the last dose and deny a dose that comes too soon.

How to correct it
    Check whether one of the dates was mistyped, or whether one injection was entered twice. If both were
    given, make sure that the chart documents the reason.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DATE-07",
    title="Long-acting drug repeated too soon",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart for both dates; correct DTP*472 if one is mistyped, or remove the line if it "
        "was entered twice."
    ),
    sources=("S-ALMCD", "S-FCSO-PROLIA"),
    denials=("CO-151", "N640", "CO-119"),
    needs=("repeated procedure", "drug"),
    parameters={
        "intervals": Parameter(
            (
                "J1050 104 150 70", "J0897 60 60 165", "Q5136 60 60 165", "Q5157 60 60 165",
                "Q5158 60 60 165", "Q5159 60 60 165", "J9217 3 3 75", "J9217 4 4 100", "J9217 6 6 150",
                "J9202 3 3 75", "J1306 284 284 75", "J0517 30 30 21", "J2182 100 100 21", "J3111 210 210 21",
            ),
            "procedure, lowest and highest units of the use that is checked, minimum days between two doses",
        ),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for interval in context["intervals"]:
        procedure, least, most, apart = interval.split()
        doses = sorted(
            _doses(claim, procedure, int(least), int(most)), key=lambda dose: (dose[0], dose[1].index)
        )
        for (before, _), (day, line) in pairwise(doses):
            if 0 < (day - before).days < int(apart):
                message = (
                    f"Line {line.index}: {line.procedure} is repeated {(day - before).days} days "
                    f"after the dose of {before}; at least {apart} days are expected."
                )
                yield _hit(line, message)
        yield from _after_another_claim(doses, int(least), int(most), int(apart), context)


def _after_another_claim(
    doses: list[tuple[date, ServiceLine]], least: int, most: int, apart: int, context: Context
) -> Iterator[CheckResult]:
    """Yield the first dose of the claim if one of an earlier claim of the file was too short before."""
    if context.claim.frequency not in ("", "1"):
        return  # the earlier claim may be the one that it corrects
    for day, line in doses[:1]:
        for dose in context.earlier:
            days = (day - dose.day).days
            if dose.procedure == line.hcpcs and least <= dose.units <= most and 0 < days < apart:
                message = (
                    f"Line {line.index}: {line.procedure} is repeated {days} days after the dose of "
                    f"{dose.day} in another claim of the file; at least {apart} days are expected."
                )
                yield _hit(line, message)


def _hit(line: ServiceLine, message: str) -> Hit:
    return Hit(at=line.service.value if line.service else line.segment, message=message, line=line)


def _doses(claim: Claim, procedure: str, least: int, most: int) -> Iterator[tuple[date, ServiceLine]]:
    for line in claim.lines:
        if line.hcpcs != procedure or line.is_wastage:
            continue
        units, day = line.units.decimal, line.service.start if line.service else None
        if units is not None and least <= units <= most and day:
            yield day, line
