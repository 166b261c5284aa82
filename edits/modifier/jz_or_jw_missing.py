"""A single-dose drug is billed without JZ or JW.

What is wrong
    The drug comes in single-dose containers, its line does not have modifier JZ, and no line for the same
    drug and date has modifier JW. If a drug comes in both kinds of container, the NDC decides; if the NDC is
    not known either, the edit is reported as unchecked.

Why it is refused
    Medicare Part B has required one of the two since 2023-07-01: JZ reports that nothing was discarded; JW,
    on a second line, bills what was. Since 2023-10-01 claims with neither are returned as unprocessable. The
    rule does not apply to vaccines, multiple-dose vials and drugs that cost nothing.

How to correct it
    Check the dose in the chart and the size of the vials. If everything was given, append JZ to the drug's
    line. If some was discarded and the chart documents how much, add a line for the same drug with JW and
    the discarded units. There is no automatic fix: each modifier is a statement about what was done.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.drugs import Drug

from ..shared.ask_last import unless_supplied
from ..shared.containers import SINGLE, container_of
from ..shared.dosage import is_compound

edit = Edit(
    id="MOD-01",
    title="Single-dose drug without JZ or JW",
    snip=7,
    severity="warn",
    to_do=(
        "Append JZ to the drug line if nothing was discarded; otherwise add a line for the same drug "
        "with JW and the discarded units."
    ),
    sources=("S-CMSJZ", "S-JWJZ25", "S-NORIDIAN-A53024", "S-AAO-JZ"),
    denials=("CO-4", "CO-16", "N822"),
    claim_status=("A7:453",),
    needs=("drug",),
    variants={"before returns": "warn", "listed": "warn"},
    parameters={
        "since": Parameter(date(2023, 7, 1), "first date of service on which a modifier is required"),
        "returned_since": Parameter(date(2023, 10, 1), "first date for which such claims are returned"),
        "places": Parameter(("50", "72"), "places of service paid by the visit, where drugs are not paid"),
        "biosimilars": Parameter(
            (
                "J0178 Q5147 Q5149-Q5150 Q5153 Q5155", "J0897 Q5136 Q5157-Q5159", "J1300 Q5139 Q5151-Q5152",
                "J1442 Q5148", "J2323 Q5134", "J2357 Q5154", "J3262 Q5133 Q5135 Q5156",
                "J3358 Q5098-Q5100 Q5137-Q5138 Q9996-Q9999",
            ),
            "drugs on CMS's list, each with its biosimilars, which come in the same containers",
        ),
        "excluded": Parameter(("GY", "GZ"), "modifiers of drugs that are not billed for payment"),
    },
)  # fmt: skip

_VOID = "8"


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("drug", context.codes) or _is_exempt(line, context):
        return
    for result in _missing(line, context):
        if not _has_waste_line(line, context):
            yield result


def _is_exempt(line: ServiceLine, context: Context) -> bool:
    """Return True if the rule does not apply to the line, or is met on it."""
    claim = context.claim
    return (
        not line.modifier_codes.isdisjoint(("JZ", "JW", *context["excluded"]))
        or claim.frequency == _VOID
        or claim.place_of(line) in context["places"]
        or is_compound(line)
    )


def _missing(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a drug line is missing or unreadable")
        return
    if day < context["since"]:
        return
    answer = context.tables.aside.drug(line.hcpcs, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    drug = answer.value
    if drug is not None and drug.first("discarded_drug_modifier") == "no":
        return
    container = container_of(line, drug, day, context) if drug else ""
    if container == SINGLE:
        message = f"Line {line.index}: single-dose drug {line.procedure} has neither JZ nor JW."
        variant = "" if day >= context["returned_since"] else "before returns"
        yield Hit(at=line.procedure, message=message, line=line, variant=variant)
    elif listed := _listed(line, drug, day, context):
        message = f"Line {line.index}: {line.procedure}, {listed}, has neither JZ nor JW."
        yield Hit(at=line.procedure, message=message, line=line, variant="listed")
    elif drug and not container:
        yield Unchecked(f"it is not known whether {line.hcpcs} came from a single-dose container")


def _listed(line: ServiceLine, drug: Drug | None, day: date, context: Context) -> str:
    """Say what CMS lists as single-dose: the drug or what it is a biosimilar of.

    Return empty text if neither, or if something more exact is known of the drug's containers.
    """
    if drug is not None and drug.container():
        return ""
    if context.tables.aside.single_dose(line.hcpcs, day).records:
        return "on CMS's list of single-dose drugs"
    for entry in context["biosimilars"]:
        original, *biosimilars = entry.split()
        if line.hcpcs in CodeSet.of(biosimilars) and context.tables.aside.single_dose(original, day).records:
            return f"a biosimilar of {original} on CMS's list of single-dose drugs"
    return ""


def _has_waste_line(line: ServiceLine, context: Context) -> bool:
    """Return True if another line of the day bills what was discarded of the drug."""
    same = context.claim.same_procedure(line)
    return any("JW" in other.modifier_codes and same_day(line, other) is not False for other in same)
