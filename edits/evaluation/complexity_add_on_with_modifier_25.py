"""G2211 is billed with a visit that has modifier 25.

What is wrong
    The claim bills G2211 and, for the same day and provider, an office visit with modifier 25; from 2025
    on, the claim also has no preventive service or vaccine administration that day that would allow it.

Why it is refused
    Medicare does not pay G2211 with a visit that has modifier 25. Since 2025 it does if the modifier is
    there because of a preventive service or a vaccine administration.

How to correct it
    If modifier 25 on the visit is right because of the injection, remove G2211. If a preventive service
    of that day is missing from the claim, add it.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import is_by_another

edit = Edit(
    id="EM-06",
    title="G2211 with a visit that has modifier 25",
    snip=7,
    severity="warn",
    to_do=(
        "Remove G2211 if modifier 25 on the visit is right; if a preventive service of that day is "
        "missing, add it."
    ),
    denials=("CO-97",),
    needs=("complexity_add_on", "visit", "modifiers"),
    parameters={
        "visits": Parameter(("99202-99205", "99211-99215"), "office visits"),
        "modifier": Parameter("25", "the modifier with which it is not paid"),
        "preventive": Parameter(
            (
                "G0008-G0010", "90460-90474", "90480", "99381-99397", "99406-99407", "99497-99498",
                "G0101-G0106", "G0108-G0109", "G0117-G0118", "G0120-G0121", "G0270-G0271", "G0296",
                "G0327-G0328", "G0402-G0405", "G0432-G0435", "G0438-G0439", "G0442-G0447", "G0472-G0473",
                "G0475-G0476", "G0499", "G0513-G0514", "G0537-G0538", "Q0091", "76706", "77063", "77067",
                "77080-77081", "82270", "81528", "96160-96161", "97802-97804", "G0012-G0013",
            ),
            "services on the same day with which it is paid from 2025 on",
        ),
        "preventive_modifiers": Parameter(("33", "PT"), "modifiers for preventive services"),
    },
)  # fmt: skip

_NOT_PAID_SINCE = date(2024, 1, 1)
_EXCEPTIONS_SINCE = date(2025, 1, 1)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    visits = [
        line
        for line in claim.lines
        if line.hcpcs in context.code_set("visits") and line.has_modifier(context["modifier"])
    ]
    for line in claim.lines if visits else ():
        day = line.service.start if line.service else None
        if not line.is_in("complexity_add_on", context.codes) or not day or day < _NOT_PAID_SINCE:
            continue
        if day >= _EXCEPTIONS_SINCE and any(_is_preventive(line, other, context) for other in claim.lines):
            continue
        visit = next((v for v in visits if same_day(line, v) and not is_by_another(claim, line, v)), None)
        if visit:
            message = (
                f"Line {line.index}: {line.procedure} is not payable with {visit.procedure} "
                f"(line {visit.index}), which has modifier {context['modifier']}."
            )
            yield Hit(at=line.procedure, message=message, line=line)


def _is_preventive(line: ServiceLine, other: ServiceLine, context: Context) -> bool:
    is_one = other.hcpcs in context.code_set("preventive") or other.has_modifier(
        *context["preventive_modifiers"]
    )
    return is_one and same_day(line, other) is not False
