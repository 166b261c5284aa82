"""A service line stands on the claim twice.

What is wrong
    Two lines of the claim agree in everything that tells services apart: procedure, modifiers, charge, units,
    dates, place, provider, diagnoses, drug and notes. Only their own control numbers may differ.

Why it is refused
    The payer takes the second line for a duplicate and denies it.

How to correct it
    If the line was entered twice, delete one. If the service was given twice, say so as the payer wants it:
    usually as one line with two units, or by a modifier on the second line (76, 77, 91 for a repetition, 59
    or an X modifier for a separate service), which only who knows the record may add. A line is never
    deleted here.
"""

from collections.abc import Hashable, Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DUP-01",
    title="Line stands on the claim twice",
    snip=7,
    severity="warn",
    sources=("S-CSCLIST",),
    denials=("CO-18", "CO-97", "M86"),
    claim_status=("A8:746",),
    needs=("repeated procedure",),
    parameters={
        "distinct": Parameter(
            ("59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers that say that a line is no duplicate",
        ),
        "elsewhere": Parameter(("96372",), "procedures of whose repetition another edit speaks"),
    },
)

_OWN_NUMBER = "6R"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if len({line.procedure for line in claim.lines}) == len(claim.lines):
        return
    first: dict[Hashable, ServiceLine] = {}
    for line in claim.lines:
        if line.hcpcs in context["elsewhere"] or line.has_modifier(*context["distinct"]) or _is_paid(line):
            continue
        # Without its day a line cannot be told from others; who lacks it is another edit's affair.
        if not line.procedure or line.service is None or not line.service.value:
            continue
        earlier = first.setdefault(_identity(line), line)
        if earlier is not line:
            message = f"Line {line.index} bills {line.procedure} exactly as line {earlier.index} does."
            yield Hit(at=line.procedure, message=message, line=line)


def _is_paid(line: ServiceLine) -> bool:
    """Whether another payer paid for the line: then it took it for no duplicate."""
    return any(decided.paid.decimal for decided in line.adjudications)


def _identity(line: ServiceLine) -> Hashable:
    return (
        line.qualifier, line.procedure, frozenset(line.modifiers), line.description,
        line.charge.decimal or str(line.charge), line.unit_code, line.units.decimal or str(line.units),
        line.place, line.pointers,
        tuple((when.qualifier, when.value) for when in line.dates),
        tuple(ref for ref in line.references if ref.qualifier != _OWN_NUMBER),
        line.notes,
        tuple((drug.ndc, drug.quantity, drug.unit, drug.references) for drug in line.drugs),
        tuple((party.loop, party.id or party.name) for party in line.providers),
    )  # fmt: skip
