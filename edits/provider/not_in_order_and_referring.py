"""The ordering or referring provider may not order for Medicare.

What is wrong
    A laboratory test or an imaging service is billed to Medicare, and the NPI of its ordering or referring
    provider (2310A, 2420E, 2420F) is not in CMS's Order and Referring list, or is there without Part B. This
    is known if the list is imported and covers the day: `scrubber tables import order-refer FILE`.

Why it is refused
    Medicare denies ordered tests and imaging unless the person who ordered them is enrolled, or has opted
    out, and may order by specialty.

How to correct it
    Verify the NPI of the person who signed the order; an organization or a provider who may not order is not
    accepted. Ask the person to enroll in PECOS if the NPI is right.
"""

from collections.abc import Iterator

from scrubber.claim import Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.provider_lists import day_for, role_of

edit = Edit(
    id="PROV-01",
    title="Ordering provider is not in the Order and Referring list",
    snip=7,
    severity="warn",
    to_do="Verify NM109 of the ordering or referring provider by the order; it must be one who may order.",
    sources=("S-SE1305",),
    denials=("CO-183", "N574", "N575"),
    claim_status=("A8:562",),
    needs=("medicare",),
    parameters={
        "ordered": Parameter(
            ("70010-76999", "77046-77062", "77065-77066", "78012-78999", "80047-86484", "86590-89398"),
            "services that need an order",
        ),
    },
)

_OF_LINES = ("2420E", "2420F")


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop not in ("2310A", *_OF_LINES) or not context.tables.tables.ordering.vintages:
        return
    line = _ordered_line(party, context)
    day = day_for(party, context.claim) if line else None
    if line is None or day is None or not party.id:
        return
    answer = context.tables.aside.ordering_provider(party.id, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    elif answer.value is None or not answer.value.part_b:
        context.tables.ordering_provider(party.id, day)
        which = "is not in CMS's Order and Referring list"
        if answer.value is not None:
            which = "may not order Part B services by CMS's Order and Referring list"
        message = f"{role_of(party)} of {line.procedure} {which}."
        yield Hit(at=party.id, message=message, line=party.line)


def _ordered_line(party: Party, context: Context) -> ServiceLine | None:
    """Return the line with a service that the provider ordered, the first of the claim for loop 2310A."""
    ordered = context.code_set("ordered")
    if party.line:
        return party.line if party.line.hcpcs in ordered else None
    lines = (line for line in context.claim.lines if line.hcpcs in ordered)
    return next((line for line in lines if line.provider_loops.isdisjoint(_OF_LINES)), None)
