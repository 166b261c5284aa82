"""Lists of MACs: each applies in certain states, from a certain day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.model import ServiceLine
from scrubber.engine.context import Context


class MacList(NamedTuple):
    """The source of a list, the first day on which it applies, and the states."""

    source: str
    first: date
    states: frozenset[str]


@lru_cache(maxsize=16)
def mac_lists(entries: tuple[str, ...]) -> tuple[MacList, ...]:
    """Read entries such as ``S-SOURCE 2021-04-05 CA NV``. Raise ValueError for an invalid date."""
    parts = (entry.split() for entry in entries)
    return tuple(
        MacList(source, date.fromisoformat(day), frozenset(states)) for source, day, *states in parts
    )


_CARRIERS = {
    "01112": "CA", "01182": "CA", "01212": "HI", "01312": "NV", "02102": "AK", "02202": "ID", "02302": "OR",
    "02402": "WA", "03102": "AZ", "03202": "MT", "03302": "ND", "03402": "SD", "03502": "UT", "03602": "WY",
    "04112": "CO", "04212": "NM", "04312": "OK", "04412": "TX", "05102": "IA", "05202": "KS", "05302": "MO",
    "05402": "NE", "06102": "IL", "06202": "MN", "06302": "WI", "07102": "AR", "07202": "LA", "07302": "MS",
    "08102": "IN", "08202": "MI", "09102": "FL", "09202": "PR", "10112": "AL", "10212": "GA", "10312": "TN",
    "11202": "SC", "11302": "VA", "11402": "WV", "11502": "NC", "12102": "DE", "12202": "DC", "12302": "MD",
    "12402": "NJ", "12502": "PA", "13102": "CT", "13202": "NY", "13282": "NY", "13292": "NY", "14112": "ME",
    "14212": "MA", "14312": "NH", "14412": "RI", "14512": "VT", "15102": "KY", "15202": "OH",
}  # fmt: skip
"""Numbers of MACs for professional claims (payer IDs, too), each with a state of its jurisdiction."""
_OF_EQUIPMENT = frozenset({"16013", "17013", "18003", "19003"})
"""Numbers of the DME MACs."""
_SPLIT = frozenset({"", "VA"})
"""States of which ZIP codes belong to several MACs; empty where the claim has no state."""


def is_contractor(payer_id: str) -> bool:
    """Return True for the number of a Medicare contractor for professional claims or equipment."""
    return payer_id in _CARRIERS or payer_id in _OF_EQUIPMENT


def mac_state(line: ServiceLine, context: Context) -> str:
    """Return a state of the MAC that processes a line, as lists of MACs have it.

    It is that of the MAC whose number is the payer ID of a Medicare claim, else by the ZIP code where a
    state has several MACs, else the state where the service was rendered.
    """
    claim = context.claim
    subscriber, payer = claim.subscriber, claim.payer
    if subscriber and subscriber.filing_code == "MB" and payer and (own := _CARRIERS.get(str(payer.id))):
        return own
    state, day = claim.state_of(line), line.service.start if line.service else None
    if state in _SPLIT and day:
        parties = (*line.providers, *claim.providers)
        facility = next((party for party in parties if party.loop in ("2420C", "2310C")), None)
        place = facility or claim.billing_provider
        found = context.tables.aside.zip_locality(place.postal_code[:5], day).value if place else None
        return _CARRIERS.get(found.carrier, state) if found else state
    return state
