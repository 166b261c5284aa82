"""The states of a claim on the work list, and what changes them: a pure function of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

State = Literal["open", "in_work", "corrected", "sent", "rejected", "paid", "denied", "written_off", "closed"]
STATES: tuple[State, ...] = get_args(State)
TO_DO: tuple[State, ...] = ("open", "in_work", "rejected", "denied")
"""What waits for a person."""
Event = Literal[
    "assigned", "noted", "changed", "sent", "rejected", "paid", "denied", "written_off", "closed", "reopened"
]
EVENTS: tuple[Event, ...] = get_args(Event)

_BY_A_PERSON: tuple[State, ...] = ("written_off", "closed")
_UNDER_WAY: tuple[State, ...] = ("open", "in_work")
_FROM: dict[Event, tuple[State, ...]] = {
    "assigned": TO_DO,
    "noted": STATES,
    # Only what is held can be changed: its corrected copy comes back with a file.
    "changed": _UNDER_WAY,
    "sent": ("corrected",),
    # A claim may have been sent by another route, and a payer may change its mind: an answer counts always.
    "rejected": STATES,
    "paid": STATES,
    "denied": STATES,
    "written_off": tuple(state for state in STATES if state not in _BY_A_PERSON),
    "closed": tuple(state for state in STATES if state not in _BY_A_PERSON),
    "reopened": tuple(state for state in STATES if state not in _UNDER_WAY),
}
_TO: dict[Event, State] = {
    "assigned": "in_work",
    "sent": "sent",
    "rejected": "rejected",
    "paid": "paid",
    "denied": "denied",
    "written_off": "written_off",
    "closed": "closed",
    "reopened": "open",
}
REFUSALS: tuple[Event, ...] = ("rejected", "denied")
"""What brings a claim onto the list that was never held."""
_WAITS_ANEW: tuple[Event, ...] = (*REFUSALS, "reopened")


class Happening(NamedTuple):
    """What changes a claim: an event, or that a file had it, ``held`` or ``clean``.

    ``after`` is the number of the last decision before it, or its own; ``is_event`` and ``at`` order what is
    after the same one, ``place`` what is at the same time. ``value`` is the owner who is assigned.
    """

    after: int
    is_event: bool
    at: str
    place: tuple[str, int]
    what: Event | Literal["held", "clean"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim is. ``since`` is the time when it first waited for a person, ``note`` its last note.

    ``changes`` counts the values that were corrected.
    """

    state: State = "closed"
    owner: str = ""
    since: str = ""
    note: tuple[str, int] | None = None
    notes: int = 0
    changes: int = 0


def standing_of(happenings: Iterable[Happening]) -> Standing:
    """Return where a claim is after all that happened, in whatever order it is given.

    What is not allowed in a state does not change it.
    """
    standing = Standing()
    is_new = True
    for happening in sorted(happenings):
        if is_new and happening.what == "held":
            standing, is_new = replace(standing, state="open", since=happening.at), False
        else:
            standing = _next(standing, happening)
    return standing


def is_allowed(state: State, event: Event) -> bool:
    """Return True if an event may happen to a claim in this state."""
    return state in _FROM[event]


def _next(standing: Standing, happening: Happening) -> Standing:
    what = happening.what
    if what == "held":
        if standing.state in _UNDER_WAY:
            return standing
        return replace(standing, state="open", since=happening.at)
    if what == "clean":
        return replace(standing, state="corrected") if standing.state in TO_DO else standing
    if what == "noted":
        return replace(standing, note=happening.place, notes=standing.notes + 1)
    if what not in _TO or not is_allowed(standing.state, what):
        return replace(standing, changes=standing.changes + 1) if what == "changed" else standing
    waits_anew = what in _WAITS_ANEW and standing.state not in _UNDER_WAY
    since = happening.at if waits_anew else standing.since
    owner = happening.value if what == "assigned" else standing.owner
    return replace(standing, state=_TO[what], owner=owner, since=since)
