"""Two procedures on the same day form an NCCI PTP edit pair.

What is wrong
    Two lines for the same day and provider have codes that are an NCCI PTP edit, and no NCCI-associated
    modifier is reported, or none is allowed. Where a more specific edit covers the pair, that edit
    reports it.

Why it is refused
    Medicare and Medicaid deny the column two code as bundled into the column one code. With modifier
    indicator 1 they pay both if a modifier shows that the services were separate, with 0 never.

How to correct it
    Check the chart for that day. With indicator 1, the provider or a coder may append the modifier that
    states what was separate (59, XE, XP, XS, XU, 25 on a visit, a laterality modifier). Otherwise remove
    the column two code. The edits are imported each quarter: `scrubber tables import ptp FILES`; without
    them, claims with two procedures on the same day are reported as unchecked.
"""

from collections.abc import Iterator
from itertools import combinations

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.days import is_by_another
from ..shared.ncci import UNDATED, Bypass, bundled_message, is_void, official

edit = Edit(
    id="ADM-12",
    title="NCCI PTP edit: column two code is bundled",
    snip=7,
    severity="warn",
    to_do=(
        "Append 59, X{EPSU} or another NCCI-associated modifier if the services were separate; otherwise "
        "remove the column two line."
    ),
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97"),
    claim_status=("A8:453",),
    variants={"never": "warn", "unless a modifier": "warn"},
    needs=("several lines",),
    yields=True,
    parameters={
        "bypass": Parameter(
            (
                "24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU", "LT", "RT",
                "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
                "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LC", "LD", "LM", "RC", "RI",
            ),
            "NCCI-associated modifiers",
        ),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply"),
    },
)  # fmt: skip

_KNOWN_PAIR = frozenset({"injection", "visit"})


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if is_void(claim):
        return
    bypass = Bypass(on_either=context["bypass"])
    missing: set[str] = set()
    reported: set[int] = set()
    # Without an imported table, only what could not be checked is to be reported.
    has_table = bool(context.tables.tables.ptp[context["program"]].vintages)
    for pair in combinations([line for line in claim.lines if line.hcpcs], 2):
        if not has_table and not _is_of_interest(context, *pair):
            continue
        if pair[0].procedure == pair[1].procedure or same_day(*pair) is False or is_by_another(claim, *pair):
            continue
        if same_day(*pair) is None:
            if _is_of_interest(context, *pair):
                missing.add(UNDATED)
            continue
        hit, uncovered = _evaluate(context, bypass, pair)
        if uncovered and uncovered not in missing and _is_of_interest(context, *pair):
            missing.add(uncovered)
        if hit and hit.line and hit.line.index not in reported:
            reported.add(hit.line.index)
            yield hit
    yield from map(Unchecked, sorted(missing))


def _evaluate(
    context: Context, bypass: Bypass, pair: tuple[ServiceLine, ServiceLine]
) -> tuple[Hit | None, str]:
    """Return the hit for two lines of one day, or what the table does not cover."""
    uncovered = ""
    for one, two in (pair, pair[::-1]):
        answer = official(context, one, two)
        uncovered = uncovered or answer.uncovered
        ptp = answer.value
        if ptp is None or ptp.modifier == "9":
            continue
        if ptp.modifier == "1" and bypass.unbundles(one, two):
            return None, ""
        message = bundled_message(one, two, ptp.modifier)
        never = ptp.modifier == "0"
        variant = "never" if never else "unless a modifier"
        to_do = "Remove the column two line: no modifier allows both codes to be paid." if never else ""
        return Hit(at=two.procedure, message=message, line=two, variant=variant, to_do=to_do), ""
    return None, uncovered


def _is_of_interest(context: Context, one: ServiceLine, two: ServiceLine) -> bool:
    """Return True if a pair is worth reporting as unchecked.

    Drugs are not, nor a visit with an injection, which other edits cover.
    """
    codes = context.codes
    if is_drug(one, codes) or is_drug(two, codes):
        return False
    both = codes.names_of(one.hcpcs) | codes.names_of(two.hcpcs)
    return not both.issuperset(_KNOWN_PAIR)
