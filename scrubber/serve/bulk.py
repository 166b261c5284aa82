"""What a person does to claims: the events of a form, entered by the rules of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scrubber.serve.forms import Form
from scrubber.serve.sessions import Session
from scrubber.spool.worklist.states import Event
from scrubber.spool.worklist.wanted import in_one_line, owner_named
from scrubber.spool.worklist.worklist import Entry, WorkItem, Worklist
from scrubber.text import counted

_EVENTS: Mapping[str, tuple[Event, str]] = {
    "note": ("noted", "Note added to"),
    "assign": ("assigned", "Assigned"),
    "take": ("assigned", "Taken in work:"),
    "close": ("closed", "Closed"),
    "write-off": ("written_off", "Written off:"),
    "reopen": ("reopened", "Reopened"),
}
"""The actions of forms: the event that each enters, and what is said of it."""


class ActionError(Exception):
    """An action cannot be done; the text says why, in a sentence, and has nothing from a claim."""


class Action(NamedTuple):
    """An event to be entered, its text, and what is said when it is done."""

    event: Event
    text: str
    done: str


def action_of(form: Form, session: Session) -> Action:
    """Return what a form asks for. Raise ActionError if it is not complete."""
    name = form.get("action")
    if name not in _EVENTS:
        raise ActionError("Choose what to do.")
    event, done = _EVENTS[name]
    try:
        if name == "note":
            return Action(event, in_one_line(form.get("note")), done)
        if name == "assign":
            owner = owner_named(form.get("owner"))
            return Action(event, owner, f"{done} to {owner}:")
    except ValueError as error:
        what = "The note" if name == "note" else "The owner"
        raise ActionError(f"{what} {error}.") from error
    return Action(event, session.person.name if name == "take" else "", done)


def enter(
    worklist: Worklist, claims: Sequence[tuple[WorkItem, str]], action: Action, session: Session
) -> str:
    """Enter an event for each claim, or none; return what was done.

    Claims come with the stamps that they had when the person saw them. Raise ClaimChangedError, SpoolError.
    """
    entries = [Entry(item.row, action.event, action.text, stamp) for item, stamp in claims]
    worklist.enter(entries, session.person.name)
    return f"{action.done} {counted(len(claims), 'claim')}."
