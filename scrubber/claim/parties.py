"""Everyone whom a claim gives an address in the United States."""

from __future__ import annotations

from scrubber.claim.model import Claim, Party, ServiceLine

_HERE = ("", "US", "USA")


def us_addresses(claim: Claim) -> list[tuple[ServiceLine | None, Party]]:
    """The parties with such an address, from the billing provider to other payers; with the line, if any."""
    subscriber = claim.subscriber.party if claim.subscriber else None
    patient = claim.patient if claim.in_patient_loop else None
    billing, pay_to, plan = claim.billing_provider, claim.pay_to_address, claim.pay_to_plan
    named = (billing, pay_to, plan, subscriber, claim.payer, patient, *claim.providers)
    found: list[tuple[ServiceLine | None, Party]]
    found = [(None, party) for party in named if party and has_us_address(party)]
    for other in claim.other_payers:
        theirs = (other.subscriber.party, other.payer, *other.providers)
        found += [(None, party) for party in theirs if has_us_address(party)]
    for line in claim.lines:
        if line.providers:
            found += [(line, party) for party in line.providers if has_us_address(party)]
    return found


def has_us_address(party: Party) -> bool:
    """Whether there is an address (N4) without another country than the United States."""
    return party.city.segment is not None and party.country in _HERE
