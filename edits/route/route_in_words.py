"""The text on a line states another route than the administration code.

What is wrong
    The description or a note on a line of an injection (96372) says that the drug was given IV; or that
    of an infusion or IV push says that it was given IM/SC.

Why it is refused
    The payer reads both. Where the text contradicts the code, the service is not supported, and the line
    is denied or records are requested.

How to correct it
    Check the chart for how the drug was given, and correct the code or the text. Text that names both
    routes, or says what was not done, is accepted.
"""

import re
from collections.abc import Iterator
from functools import cache

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.pairing import Administration
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.routes import by_needle, by_vein

edit = Edit(
    id="ROUTE-08",
    title="Line text contradicts the route of the administration",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart for the route, then correct the administration code or the text (SV101-7 or NTE02)."
    ),
    about="drug",
    sources=("X12-837P",),
    needs=("administrations", "line text"),
)

# The Roman numeral IV, other words with the same letters, and what was not done, are removed first.
_NOT_MEANT = (
    r"\b(?:STAGE|STG|QTY|GRADE|CLASS|TYPE|PHASE|LEVEL|FACTOR|TITLE|PART|SCHEDULE|CATEGORY|NYHA|"
    r"MALLAMPATI|CKD|DSM|"
    r"NERVE|CN|TIER|STEP|AXIS|GROUP|MUCOPOLYSACCHARIDOSIS|MPS|ANGLE|FITZPATRICK|COLLAGEN|I{1,3})[ /.:-]*IV\b|"
    r"\bIV[-/][A-Z0-9]\b|\bIV[ -](?:ACCESS|LINE|SITE|START|CATH\w*|FLUIDS?|BAG|POLE|DRUG (?:USE|ABUSE))|"
    r"\b(?:NO|NOT|WITHOUT|UNABLE|FAILED|REFUSED|DECLINED|DENIES|NON|INSTEAD OF|RATHER THAN)\b.{0,20}?"
    r"\b(?:IV|IVP|IM|SC|SQ|PUSH|INFUSION|INTRAVENOUS\w*|INTRAMUSCULAR\w*|SUBCUT\w*)\b|"
    r"\b(?:POST|PRE|PRIOR|BEFORE|AFTER|LAST|NEXT|HOME)[ -]?(?:IV )?INFUSION|"
    r"\bINFUSION[ -](?:REACTION|CENTER|CTR|CLINIC|SUITE|PUMP|ROOM|CHAIR|NURSE|SITE|RELATED)|"
    r"\b(?:NASAL|EYE|EAR|POSTNASAL)[ -]?DRIP|\bIM[ -](?:CLINIC|DEPT|RESIDENT|PHYSICIAN|SERVICE|OFFICE|BOARD)"
)
# IV, IM and SC count as a route only next to a dose or a word such as GIVEN, or almost alone.
_BEFORE = (
    r"(?:[0-9] ?(?:MG|MCG|ML|CC|G|GM|UNITS?|MEQ)|\b(?:GIVEN|ADMINISTERED|ADMIN|VIA|INJ|INJECTED|"
    r"INJECTION|ROUTE|DOSE|PUSHED))[ ,:;/(-]{1,3}"
)
_AFTER = (
    r"[ ,:;/()-]{1,3}(?:PUSH|INF\b|INFUSION|DRIP|BOLUS|PIGGYBACK|ADMIN|INJ|ROUTE|[0-9]|IN (?:THE )?OFFICE|"
    r"LEFT|RIGHT|LT\b|RT\b|[LR] |DELT|GLUT|THIGH|ARM|HIP|ABD)"
)


def _route(letters: str) -> str:
    alone = rf"^\W*(?:\w{{3,}}[ ,]+)?{letters}\W*$"
    return rf"(?:{_BEFORE}{letters}\b|\b{letters}(?={_AFTER})|{alone})"


_VEIN = rf"{_route('IV')}|\b(?:IVP|IVPB|INTRAVENOUS(?:LY)?|INFUSION|INFUSED|DRIP|SLOW PUSH)\b|^\W*PUSH\W*$"
_NEEDLE = (
    rf"{_route('IM')}|{_BEFORE}SC\b|\bSC INJ|^\W*SC\W*$|"
    r"\b(?:SQ|SUBQ|SUB[- ]Q|SUBCUT|SUBCUTANEOUS(?:LY)?|INTRAMUSCULAR(?:LY)?)\b"
)
# If the other route is mentioned, too, the edit does not fire.
_EITHER = {True: r"\b(?:IM|SC)\b", False: r"\bIV\b"}


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    reported: set[int] = set()
    for entry in context.administrations:
        injected = entry.line.is_in("injection", context.codes)
        infused = entry.line.is_in("intravenous", context.codes)
        if (injected and not by_vein(entry.line, context)) or (
            infused and not by_needle(entry.line, context)
        ):
            for line, text in _texts(entry):
                if line.index not in reported and _says(text, by_vein=injected):
                    reported.add(line.index)
                    route = "IV" if injected else "IM/SC"
                    message = (
                        f"Line {line.index}: the description or note says that the drug was given {route}, "
                        f"which contradicts {entry.line.procedure} on line {entry.line.index}."
                    )
                    yield Hit(at=text, message=message, line=line)


def _texts(entry: Administration) -> Iterator[tuple[ServiceLine, Field]]:
    for line in (entry.line, *entry.drugs):
        if line.description:
            yield line, line.description
        for note in line.notes:
            if note.text:
                yield line, note.text


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern. These take long, and many files have no such text at all."""
    return re.compile(text)


def _says(text: str, *, by_vein: bool) -> bool:
    """Return True if a text names this route and not the other."""
    plain = _pattern(_NOT_MEANT).sub(" ", text.upper().strip())
    this, other = (_VEIN, _NEEDLE) if by_vein else (_NEEDLE, _VEIN)
    unless = (other, _EITHER[by_vein])
    return bool(_pattern(this).search(plain)) and not any(_pattern(each).search(plain) for each in unless)
