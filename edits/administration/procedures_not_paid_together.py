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

from bisect import bisect_right
from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import LinesByDate
from scrubber.claim.pairing import is_drug, same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.lookups import PROGRAMS

from ..shared.ncci import UNDATED, Bypass, alike, bundled_message, official

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
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
    },
)  # fmt: skip

_KNOWN_PAIR = frozenset({"injection", "visit"})


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    has_table = bool(context.tables.tables.ptp[context["program"]].vintages)
    bypass = Bypass(on_either=context["bypass"])
    missing: set[str] = set()
    # The hit on each line by its index: that of the first pair, in the order of the lines, that has one.
    hits: dict[int, tuple[ServiceLine, ServiceLine]] = {}
    for ones, twos in _compared(claim, context, has_table=has_table):
        pair = ones[0], twos[0]
        hit, uncovered = _compare(claim, context, bypass, pair)
        if uncovered and uncovered not in missing and _is_of_interest(context, *pair):
            missing.add(uncovered)
            if not has_table and claim.single_day:
                break  # no other pair of the day would add to that
        if hit:
            at = 0 if hit.line is pair[0] else 1
            for found in _pairs(ones, twos, at):
                line, partner = found[at], found[1 - at]
                if line.index not in hits or partner.index < _partner(hits[line.index], line).index:
                    hits[line.index] = found
    for pair in hits.values():
        hit, _ = _evaluate(context, bypass, pair)
        if hit:
            yield hit
    yield from map(Unchecked, sorted(missing))


def _compared(
    claim: Claim, context: Context, *, has_table: bool
) -> Iterator[tuple[list[ServiceLine], list[ServiceLine]]]:
    """Yield the groups to compare: without an imported table, those of which it is worth reporting."""
    lines = [line for line in claim.lines if (has_table or not is_drug(line, context.codes)) and line.hcpcs]
    if len(lines) < 2 or claim.is_void:
        return
    for ones, twos in _groups(claim, lines):
        if has_table or _is_of_interest(context, ones[0], twos[0]):
            yield ones, twos


def _groups(claim: Claim, lines: list[ServiceLine]) -> Iterator[tuple[list[ServiceLine], list[ServiceLine]]]:
    """Yield every two groups of lines that may share a day, in each order that two of their lines have."""
    groups = {group[0].index: group for group in alike(claim, lines)}
    one_day = claim.single_day is not None
    first_lines = LinesByDate((group[0] for group in groups.values()), of_one_day=one_day)
    for one in first_lines.lines:
        for two in first_lines.near(one):
            ones, twos = groups[one.index], groups[two.index]
            if one is not two and one.index < twos[-1].index:
                yield ones, twos


def _pairs(
    ones: list[ServiceLine], twos: list[ServiceLine], at: int
) -> Iterator[tuple[ServiceLine, ServiceLine]]:
    """Yield, for each line of the group that is hit (``at``), the first pair that it is in, in this order."""
    if at:
        yield from ((ones[0], two) for two in twos if two.index > ones[0].index)
        return
    positions = [two.index for two in twos]
    for one in ones:
        after = bisect_right(positions, one.index)
        if after < len(twos):
            yield one, twos[after]


def _partner(pair: tuple[ServiceLine, ServiceLine], line: ServiceLine) -> ServiceLine:
    return pair[0] if line is pair[1] else pair[1]


def _compare(
    claim: Claim, context: Context, bypass: Bypass, pair: tuple[ServiceLine, ServiceLine]
) -> tuple[Hit | None, str]:
    """Return the hit for two lines, or why they could not be compared."""
    if pair[0].procedure == pair[1].procedure or same_provider(claim, *pair) is False:
        return None, ""
    together = same_day(*pair)
    return _evaluate(context, bypass, pair) if together else (None, UNDATED if together is None else "")


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
    both = one.sets_in(codes) | two.sets_in(codes)
    return not both.issuperset(_KNOWN_PAIR)
