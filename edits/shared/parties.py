"""How messages name the loop of a person or organization."""

from __future__ import annotations

from scrubber.claim.model import Claim
from scrubber.claim.party import Party


def loop_of(party: Party, claim: Claim) -> str:
    """Return where a party is: the same words for a patient in either loop, subscriber or patient."""
    is_patient = party.loop == "2010CA" or (party.loop == "2010BA" and not claim.in_patient_loop)
    return "the patient's loop" if is_patient else f"loop {party.loop}"
