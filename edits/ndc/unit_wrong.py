"""The unit of measure of an NDC quantity is missing or invalid.

What is wrong
    The unit reported with an NDC quantity (CTP05-1) is missing or is not F2, GR, ME, ML or UN.

Why it is refused
    The TR3 allows only these five. With any other, such as MG or VL, the payer cannot tell how much was
    given.

How to correct it
    Enter ML for liquids, UN for vials of powder and other pieces, GR for creams, F2 for clotting factors and
    ME where a payer asks for it. A safe fix corrects only lowercase and spaces; another unit is never
    substituted, because the quantity would then be wrong.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="NDC-07",
    title="NDC unit of measure is missing or invalid",
    snip=2,
    severity="reject",
    to_do="Enter F2, GR, ME, ML or UN in CTP05-1, with the quantity in CTP04 counted in that unit.",
    about="ndc",
    sources=("X12-837P", "S-EMDEON-NDC"),
    denials=("CO-16", "M119"),
    claim_status=("A7:659",),
    needs=("ndc",),
)

_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs:
        unit = drug.unit
        if unit not in _UNITS and unit.segment:
            upper = unit.strip().upper()
            fix = safe((unit, upper)) if upper in _UNITS else None
            what = f"is invalid ({unit} reported)" if unit.strip() else "is missing"
            message = f"Line {line.index}: NDC unit of measure (CTP05-1) {what}."
            to_do = f"Enter {upper} in CTP05-1, in uppercase without spaces." if fix else ""
            yield Hit(at=unit, message=message, line=line, fix=fix, to_do=to_do)
