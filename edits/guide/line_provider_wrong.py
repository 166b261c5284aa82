"""A provider of a line repeats the claim's, or is a referring provider without one of the claim.

What is wrong
    A service line names a referring provider (2420F, NM1*DN), but the claim names none (2310A). Or the
    rendering, supervising or referring provider of a line (2420A, 2420D, 2420F) is the claim's own (2310B,
    2310D, 2310A).

Why it is refused
    The implementation guide (TR3) has the line's loops only for a provider other than the claim's. A
    clearinghouse rejects a referring provider of a line where the claim has none; a repeated one is ignored.

How to correct it
    Enter the referring provider in loop 2310A, and in loop 2420F only where that of a line is another one.
    Remove loops that repeat the claim's provider.
"""

from collections.abc import Iterator

from scrubber.claim import Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-25",
    title="Line's provider repeats the claim's, or the claim has none",
    snip=4,
    severity="info",
    to_do="Remove the line's loop 2420: it is for a provider other than that of loop 2310.",
    variants={"no referral": "warn"},
    sources=("X12-837P", "S-STEDI-REFERRING"),
    denials=("CO-16", "N286"),
    claim_status=("A7:562",),
)

_REFERRING = "2420F"
_OF_CLAIM = {"2420A": "2310B", "2420D": "2310D", _REFERRING: "2310A"}


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    loop, line = _OF_CLAIM.get(party.loop), party.line
    if loop is None or line is None or party.entity == "P3":
        return
    claim = context.claim
    if loop in claim.provider_loops:
        same = party.id and any(other.loop == loop and other.id == party.id for other in claim.providers)
        if same:
            message = f"Line {line.index}: provider in loop {party.loop} is the claim's own (loop {loop})."
            to_do = f"Remove loop {party.loop}: it is for a provider other than that of loop {loop}."
            yield Hit(at=party.entity, message=message, line=line, to_do=to_do)
    elif party.loop == _REFERRING and not _is_repeated(line):
        message = f"Line {line.index}: referring provider (2420F NM1*DN), but the claim has none (2310A)."
        to_do = (
            "Enter the referring provider in loop 2310A; keep loop 2420F only where a line has another one."
        )
        yield Hit(at=party.entity, message=message, line=line, variant="no referral", to_do=to_do)


def _is_repeated(line: ServiceLine) -> bool:
    """Return True if a line has two referring providers, which another edit reports."""
    return [str(party.entity) for party in line.providers if party.loop == _REFERRING].count("DN") > 1
