"""The provider has opted out of Medicare.

What is wrong
    The rendering provider, or the person who bills, has an affidavit in effect on the day of service by which
    neither Medicare nor a Medicare Advantage plan is billed. This is known if the list is imported: `scrubber
    tables import opt-out FILE`.

Why it is refused
    Medicare does not pay a provider who opted out. The patient pays by private contract.

How to correct it
    Remove the claim, and bill the patient by the private contract. Only for emergency or urgent care without
    such a contract the service is billed, with modifier GJ.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.provider_lists import day_for, role_of

edit = Edit(
    id="PROV-04",
    title="Provider has opted out of Medicare",
    snip=7,
    severity="warn",
    to_do="Remove the claim and bill by the private contract; append GJ only for emergency or urgent care.",
    sources=("CFR-405.425",),
    denials=("CO-B7", "N570"),
    claim_status=("A8:562",),
)

_FURNISHING = ("2010AA", "2310B", "2420A")


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop not in _FURNISHING or not context.tables.tables.opt_outs.vintages or not party.id:
        return
    day = day_for(party, context.claim)
    if day is None:
        return
    answer = context.tables.aside.opt_out(party.id, day)
    if answer.uncovered:
        yield Unchecked(answer.uncovered)
    elif answer.value is not None:
        lines = [party.line] if party.line else context.claim.lines
        if all(line.has_modifier("GJ") for line in lines):
            return
        context.tables.opt_out(party.id, day)
        message = f"{role_of(party)} has opted out of Medicare since {answer.value.first}."
        yield Hit(at=party.id, message=message, line=party.line)
