"""A ZIP code does not lie in the state of its address, or does not exist.

What is wrong
    The first five digits of the ZIP code (N403) are those of another state than N402 has, or of no place at
    all, by the list that Medicare publishes each quarter. The addresses of patients, subscribers, providers
    and facilities are checked, not those of payers.

Why it is refused
    Payers find the fee schedule, the contractor and the network by state and ZIP code, and match the
    patient's address with their records. Clearinghouses check the two against each other.

How to correct it
    Check the address: mostly a digit of the ZIP code is wrong, or the state was left from an earlier
    address. Some ZIP codes serve addresses across a state line; they are a parameter and are left alone.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.parties import loop_of

edit = Edit(
    id="ID-10",
    title="ZIP code does not lie in the state of the address",
    snip=5,
    severity="warn",
    to_do="Check the address: correct the ZIP code in N403 or the state in N402.",
    sources=("S-ZIP5-25Q4",),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
    parameters={
        "across_a_state_line": Parameter(
            (
                "42223", "59221", "63673", "71749", "72395", "73949", "81137", "84536", "86044", "86515",
                "88063", "89439", "97635",
            ),
            "ZIP codes that also serve addresses in a neighboring state",
        ),
    },
)  # fmt: skip

_PAYERS = ("2010BB", "2330B")
_FIVE_OR_NINE = (5, 9)
_MILITARY = ("AA", "AE", "AP")  # Medicare pays no services there: the list does not have these ZIP codes


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    code, state = party.postal_code, party.state
    if party.loop in _PAYERS or not party.has_us_address or not (code.isdecimal() and code.isascii()):
        return
    zip_code, day = code[:5], context.claim.first_service or context.as_of
    if len(code) not in _FIVE_OR_NINE or zip_code in context["across_a_state_line"]:
        return
    if state in _MILITARY or not context.tables.aside.state(state, day).value:
        return
    answer = context.tables.aside.zip_locality(zip_code, day)
    places = {place.state for place in answer.records}
    if answer.uncovered or state in places:
        return
    prefix = f"Line {party.line.index}: " if party.line else ""
    fault = f"lies in {' and '.join(sorted(places))}, not in {state}" if places else "does not exist"
    message = f"{prefix}ZIP code {zip_code} (N403) in {loop_of(party, context.claim)} {fault}."
    yield Hit(at=code, message=message, line=party.line)
