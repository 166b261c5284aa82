"""Modifiers about a notice to the patient contradict each other.

What is wrong
    GA says that a required notice of non-coverage was given, GZ that none was, GX that one was given of
    free will, GY that Medicare excludes the service by law. A line has two of them that cannot both be true:
    GA with GZ, GX with GA or GZ, GY with GA or GZ.

Why it is refused
    They decide who pays if Medicare does not. Medicare treats GA with GZ as an invalid modifier and the
    line as unprocessable.

How to correct it
    Look whether a signed notice is on file, and why the service may not be covered: not necessary (GA with
    a notice, GZ without) or excluded by law (GY, with GX if a notice was given all the same). Keep what is
    true.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="MOD-09",
    title="Contradictory modifiers about a notice of non-coverage",
    snip=7,
    severity="warn",
    sources=("S-CMS-GAGZ", "S-RCM-ABN"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("several modifiers",),
    variants={"unprocessable": "warn"},
)

# Which of them CMS itself calls unprocessable comes first.
_PAIRS = (("GA", "GZ"), ("GX", "GZ"), ("GX", "GA"), ("GY", "GA"), ("GY", "GZ"))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if len(line.modifiers) < 2:
            continue
        modifiers = line.modifier_codes
        for one, other in _PAIRS:
            if one in modifiers and other in modifiers:
                place = next(field for field in line.modifiers if field.strip().upper() == other)
                message = f"{one} and {other} on line {line.index} contradict each other."
                variant = "unprocessable" if (one, other) == _PAIRS[0] else ""
                yield Hit(at=place, message=message, line=line, variant=variant)
                break
