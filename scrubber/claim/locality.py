"""Where a service was given, which decides what contractor of a payer judges it."""

from __future__ import annotations

from scrubber.claim.model import Claim, ServiceLine


def state_of(claim: Claim, line: ServiceLine) -> str:
    """The two letters of the state: of the line's place (2420C), the claim's (2310C), else of the biller."""
    line_place = next((party for party in line.providers if party.loop == "2420C"), None)
    claim_place = next((party for party in claim.providers if party.loop == "2310C"), None)
    place = line_place or claim_place or claim.billing_provider
    return str(place.state) if place else ""
