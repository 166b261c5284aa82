"""A vaccine is billed with an administration code that the payer does not use for it.

What is wrong
    The vaccine has its own administration code: 90480 for COVID-19 vaccines, and for Medicare G0008 for
    influenza, G0009 for pneumococcal and G0010 for hepatitis B vaccines. The claim does not have it on that
    day, but another vaccine administration (90460-90474, or the G code of another vaccine) that no other
    vaccine of the day accounts for.

Why it is refused
    Medicare pays these preventive vaccines without deductible and coinsurance, and only with these codes;
    with 90471 the administration is denied. A COVID-19 vaccine is not described by 90471.

How to correct it
    Replace the administration code with the one for the vaccine. With several vaccines each has its own
    administration.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import index_of
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-18",
    title="Vaccine with the wrong administration code",
    snip=7,
    severity="warn",
    to_do=(
        "Replace the administration code with the one for the vaccine: G0008, G0009 or G0010 for Medicare, "
        "90480 for COVID-19."
    ),
    about="drug",
    sources=("S-NORIDIAN-VACCINES", "S-MCPM18-10"),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("vaccine_administration", "vaccine"),
    parameters={
        "own_codes": Parameter(
            ("90480 91300-91399",), "administration codes, each with the vaccines that it is for"
        ),
        "general": Parameter(("90460-90461", "90471-90474"), "administrations of any vaccine"),
        "since": Parameter(date(2023, 9, 11), "first day of service of 90480"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    index = index_of(claim, context.codes)
    own = {code: CodeSet.of(vaccines) for code, *vaccines in map(str.split, context["own_codes"])}
    reported: set[int] = set()
    for vaccine in index.in_set("vaccine").lines:
        wanted = next((code for code, vaccines in own.items() if vaccine.hcpcs in vaccines), "")
        day = vaccine.service.start if vaccine.service else None
        if not wanted or day is None or (wanted == "90480" and day < context["since"]):
            continue
        given = index.in_set("vaccine_administration").near(vaccine)
        if any(line.hcpcs == wanted for line in given):
            continue
        wrong = _unaccounted(given, index.in_set("vaccine").near(vaccine), own, context)
        if wrong is not None and wrong.index not in reported:
            reported.add(wrong.index)
            message = (
                f"Line {wrong.index}: vaccine {vaccine.procedure} (line {vaccine.index}) is billed with "
                f"{wrong.procedure} instead of {wanted}."
            )
            yield Hit(at=wrong.procedure, message=message, line=wrong, to_do=_to_do(wrong, wanted))


def _to_do(wrong: ServiceLine, wanted: str) -> str:
    return f"Replace {wrong.procedure} with {wanted} in SV101-2, the administration code for this vaccine."


def _unaccounted(
    given: tuple[ServiceLine, ...],
    vaccines: tuple[ServiceLine, ...],
    own: dict[str, CodeSet],
    context: Context,
) -> ServiceLine | None:
    """Return an administration that no vaccine accounts for which is billed with it rightly."""
    for line in given:
        if line.hcpcs in own and not any(vaccine.hcpcs in own[line.hcpcs] for vaccine in vaccines):
            return line
    general = [line for line in given if line.hcpcs in context.code_set("general")]
    others = [vaccine for vaccine in vaccines if not any(vaccine.hcpcs in known for known in own.values())]
    units = sum((line.units.decimal or Decimal(1) for line in general), Decimal(0))
    return general[0] if general and units > len(others) else None
