"""What the edits on lists of providers by NPI ask about a person or organization."""

from __future__ import annotations

from datetime import date

from scrubber.claim.model import Claim
from scrubber.claim.party import Party

_ROLES = {
    "2010AA": "billing provider",
    "2310A": "referring provider",
    "2310B": "rendering provider",
    "2310C": "service facility",
    "2310D": "supervising provider",
    "2420A": "rendering provider",
    "2420B": "purchased service provider",
    "2420C": "service facility",
    "2420D": "supervising provider",
    "2420E": "ordering provider",
    "2420F": "referring provider",
}


def role_of(party: Party) -> str:
    """Return what a provider is in a claim, with its loop, to begin a message with."""
    role = f"{_ROLES.get(party.loop, 'provider')} (loop {party.loop})"
    return f"Line {party.line.index}: {role}" if party.line else role[0].upper() + role[1:]


def day_for(party: Party, claim: Claim) -> date | None:
    """Return the day of service by which a provider is looked up: of its line, else of the claim."""
    if party.line and party.line.service and party.line.service.start:
        return party.line.service.start
    return claim.first_service
