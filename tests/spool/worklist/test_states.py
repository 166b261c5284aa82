"""The states of a claim: a table says where each event leads, and the order of telling does not matter."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.spool.worklist.states import EVENTS, STATES, Happening, is_allowed, standing_of

WAITING = {"open", "in_work", "rejected", "denied"}
WHATS = ("held", "clean", *EVENTS)


ALL = {*map(str, STATES)}
UNDER_WAY = {"open", "in_work"}
FINISHED = {"written_off", "closed"}
LEADS: dict[str, tuple[set[str], str]] = {
    "held": (ALL - UNDER_WAY, "open"),
    "clean": (WAITING, "corrected"),
    "assigned": (WAITING, "in_work"),
    "sent": ({"corrected"}, "sent"),
    "rejected": (ALL, "rejected"),
    "paid": (ALL, "paid"),
    "denied": (ALL, "denied"),
    "written_off": (ALL - FINISHED, "written_off"),
    "closed": (ALL - FINISHED, "closed"),
    "reopened": (ALL - UNDER_WAY, "open"),
}
"""From which states each leads to which, as the documentation has it; a note or new value leads nowhere."""


def expected(state: str, what: str) -> str:
    starts, end = LEADS.get(what, (set(), ""))
    return end if state in starts else state


def history(whats: list[Any]) -> list[Happening]:
    """A claim that was held, then all this, each after a decision of its own."""
    return [
        Happening(at, what in EVENTS, f"2026-06-{at + 1:02}T07:00:00Z", ("job", at), what, f"owner {at}")
        for at, what in enumerate(["held", *whats])
    ]  # fmt: skip


@given(st.lists(st.sampled_from(WHATS), max_size=12), st.randoms(use_true_random=False))
def test_each_event_leads_where_the_table_says(whats: list[str], dice: random.Random) -> None:
    """Whatever happens, and in whatever order it is told."""
    happenings = history(whats)
    state, notes, owner = "open", 0, ""
    for at, what in enumerate(whats, 1):
        if what == "assigned" and state in WAITING:
            owner = f"owner {at}"
        state, notes = expected(state, what), notes + (what == "noted")
    standing = standing_of(happenings)
    assert (standing.state, standing.notes, standing.owner) == (state, notes, owner)
    dice.shuffle(happenings)
    assert standing_of(happenings) == standing


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_what_changes_nothing_is_not_allowed(state: str, event: str) -> None:
    """A person learns that an event has no effect: all others are allowed, notes and answers always."""
    changes = expected(state, event) != state or event in {"noted", "rejected", "paid", "denied"}
    again = (event == "assigned" and state == "in_work") or (event == "changed" and state in UNDER_WAY)
    assert is_allowed(state, event) == (changes or again)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("whats", "since"),
    [
        (["assigned", "noted", "held"], 0),  # it has been waiting ever since
        (["clean", "sent", "held"], 3),
        (["closed", "reopened"], 2),
        (["clean", "sent", "denied"], 3),
        (["denied"], 0),
    ],
)
def test_age_counts_from_when_it_began_to_wait(whats: list[str], since: int) -> None:
    """A claim that was done and comes back begins anew."""
    happenings = history(whats)
    assert standing_of(happenings).since == happenings[since].at


def test_what_is_in_one_file_comes_before_later_events() -> None:
    """Within a second, the number of the decision orders, not the clock."""
    held = Happening(1, False, "2026-06-01T07:00:00Z", ("a", 0), "held")
    closed = Happening(1, True, "2026-06-01T07:00:00.2Z", ("a", 1), "closed")
    again = Happening(2, False, "2026-06-01T07:00:00Z", ("b", 0), "held")
    assert standing_of([again, closed, held]).state == "open"
    assert standing_of([closed, held]).state == "closed"
