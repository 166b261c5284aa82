"""The NPI of a provider was deactivated before the day of service.

What is wrong
    The billing, rendering, referring, ordering or supervising provider or the facility has an NPI that NPPES
    deactivated by the day of service. This is known if the monthly list is imported: `scrubber tables import
    deactivated-npi FILE`.

Why it is refused
    A deactivated NPI identifies nobody. Payers reject the claim.

How to correct it
    Check whether another provider was meant, and enter that NPI. If the provider is right, the NPI must be
    reactivated in NPPES before the claim is sent.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.provider_lists import day_for, role_of

edit = Edit(
    id="PROV-02",
    title="NPI was deactivated before the date of service",
    snip=7,
    severity="warn",
    to_do="Enter the NPI of the provider who was meant in NM109, or have it reactivated in NPPES.",
    sources=("S-NPPES-DEACTIVATED",),
    denials=("CO-16", "N257", "CO-208"),
    claim_status=("A7:562",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.is_provider or not context.tables.tables.deactivated.vintages or not party.id:
        return
    day = day_for(party, context.claim)
    if day is None:
        return
    answer = context.tables.aside.deactivated_npi(party.id, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    elif answer.value is not None:
        context.tables.deactivated_npi(party.id, day)
        message = f"{role_of(party)} has an NPI that was deactivated on {answer.value.deactivated}."
        yield Hit(at=party.id, message=message, line=party.line)
