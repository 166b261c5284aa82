"""A provider or facility is the billing provider again, or a person has an organization's NPI.

What is wrong
    The service facility (2310C, 2420C) has the NPI and the address of the billing provider, or the
    rendering provider (2310B, 2420A) its NPI. Or the supervising provider (2310D, 2420D) is the rendering
    provider of the claim or line. Or a person (NM102 is 1: a referring, ordering or rendering
    provider) has the NPI of the organization that bills.

Why it is refused
    The implementation guide (TR3) wants these loops only if they differ from the billing provider; some
    payers reject a facility that repeats it. An NPI belongs to a person or to an organization, never to
    both: orders and referrals need the NPI of the person who made them.

How to correct it
    Leave out a facility that is the billing provider's own address. Enter the individual NPI of the
    person who referred, ordered or rendered the service.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ID-07",
    title="Provider repeats the billing provider",
    snip=4,
    severity="info",
    to_do="Remove the loop (2310C or 2420C) where it is the billing provider's own address.",
    variants={"organization": "warn", "supervisor": "warn"},
    sources=("X12-837P", "S-X12-RFI2810", "S-STEDI-SUPERVISOR"),
    denials=("CO-16", "N286", "N290"),
    claim_status=("A8:562",),
)

_PAY_TO = "2010AB"
_SUPERVISORS = ("2310D", "2420D")
_FACILITIES = ("2310C", "2420C")
_PEOPLE = ("2310A", "2310B", "2310D", "2420A", "2420D", "2420E", "2420F")


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop not in _FACILITIES and party.loop not in _PEOPLE and party.loop != _PAY_TO:
        return
    billing = context.claim.billing_provider
    if billing is None:
        return
    prefix = f"Line {party.line.index}: " if party.line else ""
    if party.loop == _PAY_TO:
        if party.street and _address(party) == _address(billing):
            message = "Pay-to address (2010AB) is the billing provider's own address."
            to_do = "Remove loop 2010AB: it is for payments to an address other than that of loop 2010AA."
            yield Hit(at=party.entity, message=message, to_do=to_do)
    elif party.loop in _FACILITIES:
        if _is_same_place(party, billing):
            message = f"{prefix}Service facility in loop {party.loop} is the billing provider's own address."
            to_do = f"Remove loop {party.loop}: it is for a place other than the billing provider's (2010AA)."
            yield Hit(at=party.entity, message=message, line=party.line, to_do=to_do)
    elif party.id and party.id == billing.id and party.kind == "1" and billing.kind == "2":
        message = f"{prefix}Person in loop {party.loop} has the NPI of the organization that bills."
        to_do = f"Enter the person's own NPI in NM109 of loop {party.loop}, as listed in NPPES."
        yield Hit(at=party.id, message=message, line=party.line, variant="organization", to_do=to_do)
    elif party.loop in _SUPERVISORS and party.id and party.id == _rendering_id(party, context.claim):
        message = f"{prefix}Supervising provider in loop {party.loop} is the rendering provider."
        to_do = (
            f"Enter in loop {party.loop} the physician who supervised the rendering provider, or remove it."
        )
        yield Hit(at=party.id, message=message, line=party.line, variant="supervisor", to_do=to_do)


def _rendering_id(supervisor: Party, claim: Claim) -> str:
    """Return the ID of the provider whom a supervisor supervised; empty if the claim names none."""
    loops = ("2420A", "2310B") if supervisor.line else ("2310B",)
    parties = (*(supervisor.line.providers if supervisor.line else ()), *claim.providers)
    return next((str(party.id) for loop in loops for party in parties if party.loop == loop), "")


def _is_same_place(party: Party, billing: Party) -> bool:
    """Return True for a facility at the billing provider's address that has no other NPI."""
    if party.id and party.id != billing.id:
        return False
    return bool(party.street) and _address(party) == _address(billing)


def _address(party: Party) -> tuple[str, ...]:
    parts = (party.street, party.street_more, party.city, party.state, party.postal_code[:5])
    return tuple(" ".join(part.upper().split()) for part in parts)
