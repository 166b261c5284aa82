"""Two procedures are billed for one day that are not paid beside each other.

What is wrong
    Two lines of one day and provider have codes that are a pair of the correct coding edits (NCCI), and no
    modifier sets them apart, or none can. Pairs of which a more special edit knows are said by that one.

Why it is refused
    Medicare and Medicaid deny the second code of such a pair (column two) as included in the first. With
    indicator 1 they pay both where a modifier says that the services were separate, with 0 never.

How to correct it
    Read the record of that day. With indicator 1 a person who may decide that adds the modifier that tells
    what was separate (59, XE, XP, XS, XU, 25 on a visit, a side). Otherwise take the column two code off.
    The pairs are imported each quarter: `scrubber tables import ptp FILES`; without them this is unchecked
    on claims with two procedures of a day.
"""

from collections.abc import Iterator
from itertools import combinations

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ncci import Bypass, is_void, official

edit = Edit(
    id="ADM-12",
    title="Procedures that are not paid together",
    snip=7,
    severity="warn",
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
            "modifiers that set two services apart",
        ),
        "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
    },
)  # fmt: skip


_KNOWN_PAIR = frozenset({"injection", "visit"})


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if is_void(claim):
        return
    bypass = Bypass(on_either=context["bypass"])
    lacking: set[str] = set()
    said: set[int] = set()
    # Without any pairs only what is missed is to be said.
    is_known = bool(context.tables.tables.ptp[context["program"]].vintages)
    for pair in combinations([line for line in claim.lines if line.hcpcs], 2):
        if not is_known and not _is_of_interest(context, *pair):
            continue
        if pair[0].procedure == pair[1].procedure or same_provider(claim, *pair) is False:
            continue
        if not same_day(*pair):
            if same_day(*pair) is None and _is_of_interest(context, *pair):
                lacking.add("a date of service of one of two lines is missing or unreadable")
            continue
        found, missing = _judged(context, bypass, pair)
        if missing and missing not in lacking and _is_of_interest(context, *pair):
            lacking.add(missing)
        if found and found.line and found.line.index not in said:
            said.add(found.line.index)
            yield found
    yield from map(Unchecked, sorted(lacking))


def _judged(
    context: Context, bypass: Bypass, pair: tuple[ServiceLine, ServiceLine]
) -> tuple[Hit | None, str]:
    """What is wrong with two lines of a day; else what the table lacks to say so."""
    missing = ""
    for one, two in (pair, pair[::-1]):
        answer = official(context, one, two)
        missing = missing or answer.uncovered
        known = answer.value
        if known is None or known.modifier == "9":
            continue
        if known.modifier == "1" and bypass.sets_apart(one, two):
            return None, ""
        never = known.modifier == "0"
        help_of = "no modifier helps" if never else "a modifier must set the two apart"
        message = (
            f"Line {two.index} bills {two.procedure} on the day of {one.procedure} "
            f"(line {one.index}): {help_of}."
        )
        variant = "never" if never else "unless a modifier"
        return Hit(at=two.procedure, message=message, line=two, variant=variant), ""
    return None, missing


def _is_of_interest(context: Context, one: ServiceLine, two: ServiceLine) -> bool:
    """Whether a pair would be missed: not drugs, nor a visit and an injection, of which other edits know."""
    codes = context.codes
    if is_drug(one, codes) or is_drug(two, codes):
        return False
    both = codes.names_of(one.hcpcs) | codes.names_of(two.hcpcs)
    return not both.issuperset(_KNOWN_PAIR)
