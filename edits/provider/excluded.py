"""A provider is excluded from federal health care programs.

What is wrong
    The NPI of a provider of the claim is on the OIG's list of excluded individuals and entities for the day
    of service, without a waiver for the state. Most entries of the list have no NPI, so an absent one proves
    nothing. This is known if the list is imported: `scrubber tables import leie FILE`.

Why it is refused
    No federal program pays for anything that an excluded provider furnishes, orders or prescribes, whoever
    bills for it; billing it may be penalized.

How to correct it
    Do not send the claim. Verify the exclusion at exclusions.oig.hhs.gov with the provider's name and tax ID,
    and ask your compliance officer.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.provider_lists import day_for, role_of

edit = Edit(
    id="PROV-03",
    title="Provider is excluded from federal programs (LEIE)",
    snip=7,
    severity="warn",
    to_do="Verify the exclusion at exclusions.oig.hhs.gov before anything is sent for the NPI in NM109.",
    sources=("CFR-1001.1901",),
    denials=("CO-B7", "N570"),
    claim_status=("A8:562",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.is_provider or not context.tables.tables.exclusions.vintages or not party.id:
        return
    day = day_for(party, context.claim)
    if day is None:
        return
    answer = context.tables.aside.exclusion(party.id, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    for entry in answer.records:
        billing = context.claim.billing_provider
        if entry.waived and entry.waived <= day and billing and billing.state == entry.waiver_state:
            continue
        context.tables.exclusion(party.id, day)
        message = f"{role_of(party)} is on the OIG's exclusion list since {entry.first} ({entry.kind})."
        yield Hit(at=party.id, message=message, line=party.line)
        return
