"""What several edits ask about a person or organization."""

from __future__ import annotations

from scrubber.claim.model import Claim
from scrubber.claim.party import Party
from scrubber.engine.context import Context


def loop_of(party: Party, claim: Claim) -> str:
    """Return where a party is: the same words for a patient in either loop, subscriber or patient."""
    is_patient = party.loop == "2010CA" or (party.loop == "2010BA" and not claim.in_patient_loop)
    return "the patient's loop" if is_patient else f"loop {party.loop}"


PROVINCES = frozenset({"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"})
"""Canada Post's abbreviations, none of which is that of a US state."""


def lacks_country(party: Party, context: Context) -> bool:
    """Return True if an address without a country is outside the United States.

    Its postal code has letters, as in Canada, or its state is a Canadian province; and its state is none of
    the United States.
    """
    code, state = party.postal_code, party.state.strip().upper()
    has_letters = any(map(str.isalpha, code)) and any(map(str.isdigit, code))
    if party.country or not (has_letters or state in PROVINCES):
        return False
    day = context.claim.first_service or context.as_of
    return not context.tables.state(state, day).value
