"""New values for a held claim: typed, checked, then applied, by the rules of `work set`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scrubber.html.tags import Child, Element, add, clipped, tag
from scrubber.serve.controls import button, labeled, text_field
from scrubber.serve.forms import Form
from scrubber.serve.frame import anchor, form, hidden, to
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site
from scrubber.spool.corrections.apply import apply, findings_at, places_of, preview, under_way
from scrubber.spool.corrections.values import Change, NewValue, NewValueError, UnderWay
from scrubber.spool.lock import is_owned
from scrubber.spool.worklist.places import ValuePlace
from scrubber.spool.worklist.states import is_allowed
from scrubber.spool.worklist.wanted import MOST_LETTERS, in_one_line
from scrubber.spool.worklist.worklist import WorkItem, Worklist

CHECK, EDIT, APPLY = ACTIONS = ("check", "edit", "apply")
"""What the buttons of the form do; the second goes back to typing."""
ID = "correct"
_PREFIX = "new."
_LONGEST_VALUE = 80
_LONGEST_TO_DO = 300


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person typed, by the names of the places, and what came of it.

    ``faults`` are by place as well. ``told`` says why nothing is corrected. ``changes`` are what would be
    changed, once that is checked.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    changes: Sequence[Change] = ()

    @property
    def is_refused(self) -> bool:
        """Return True if it cannot be applied as it is."""
        return bool(self.faults or self.told)


def may_correct(session: Session) -> bool:
    """Return True if a person may give a claim new values, for which one has to see the old ones."""
    return session.may(Right.CHANGE) and session.may(Right.SEE)


def typed_in(sent: Form) -> Entered:
    """Return what a person typed into the form."""
    return Entered(sent.beginning(_PREFIX))


def act(worklist: Worklist, item: WorkItem, sent: Form, session: Session) -> Entered | None:
    """Do what a button of the form asks for; return what is to be shown of it.

    ``None`` means that the claim was corrected; the next page says so. Raise ClaimChangedError, SpoolError.
    """
    typed, action = typed_in(sent), sent.get("action")
    if action == EDIT:
        return typed
    # A form without a stamp is no form of this page.
    values, faults = _new_values(item, typed, sent.get("stamp") or "-")
    if faults or not values:
        return replace(typed, faults=faults, told="" if faults else "Enter a new value first.")
    try:
        (done,) = (
            apply(worklist, values, session.person.name) if action == APPLY else preview(worklist, values)
        )
    except NewValueError as error:
        return replace(typed, faults=dict(_by_place(error.faults, places_of(item))))
    if done.outcome != "changed":
        known = f"This was entered before, in {done.file}."
        why = f"Claim {done.number} was not corrected: {done.why}."
        return replace(typed, told=known if done.outcome == "known" else why)
    if action == APPLY:
        session.told = f"Corrected: {done.file} was dropped into in/, to be scrubbed again."
        return None
    return replace(typed, changes=done.changes)


def _new_values(item: WorkItem, typed: Entered, stamp: str) -> tuple[list[NewValue], dict[str, str]]:
    """Return what is not empty, and what of it cannot be entered at all."""
    values: list[NewValue] = []
    faults: dict[str, str] = {}
    for place, text in typed.values.items():
        if not text.strip():
            continue
        try:
            value = in_one_line(text)
        except ValueError as error:
            faults[place] = f"The value {error}."
        else:
            values.append(NewValue(item.row.id, place, value, item.row.job, source=place, stamp=stamp))
    return values, faults


def _by_place(faults: Iterable[str], places: Mapping[str, ValuePlace]) -> Iterator[tuple[str, str]]:
    """Yield faults, which begin with where the value was entered and with the place, without both."""
    for fault in faults:
        name, _, text = fault.partition(": ")
        yield name, f"Not possible: {text.removeprefix(f'{places.get(name)}: ')}."


def waiting(worklist: Worklist, session: Session, item: WorkItem) -> UnderWay | None:
    """Return the correction of a claim that is yet to be scrubbed, for those who may see it."""
    return under_way(worklist, item) if may_correct(session) and _places(item) else None


def card(
    site: Site, session: Session, item: WorkItem, address: str, typed: Entered, waits: UnderWay | None
) -> Element | None:
    """Return the card for new values, or for the correction that is under way; ``None`` if it has nothing."""
    content = list(_content(site, session, item, address, typed, waits))
    if not content:
        return None
    return tag("section", tag("h2", "Correct and scrub again"), *content, id=ID, cls="box correct")


def _places(item: WorkItem) -> dict[str, ValuePlace]:
    """Return the places that take a new value in the state of the claim."""
    return places_of(item) if is_allowed(item.row.state, "changed") else {}  # type: ignore[arg-type] # the ledger has no others


def _content(
    site: Site, session: Session, item: WorkItem, address: str, typed: Entered, waits: UnderWay | None
) -> Iterator[Child]:
    if not may_correct(session):
        return
    if typed.told:
        yield tag("p", typed.told, cls="refused", role="alert")
    places = {} if waits else _places(item)
    for name, text in typed.values.items():
        if text.strip() and name not in places:
            value, place = (clipped(one, _LONGEST_VALUE) for one in (text, name))
            yield tag("p", "You typed ", tag("code", value), f" for {place}. ", typed.faults.get(name))
    if waits:
        yield from _waiting(site, item, waits)
    elif typed.changes:
        yield _checked(session, item, address, typed)
    elif places:
        yield _form(session, item, address, places, typed)


def _waiting(site: Site, item: WorkItem, waiting: UnderWay) -> Iterator[Element]:
    """Yield what is corrected and not scrubbed yet, and what happens next."""
    yield tag("p", tag("code", waiting.file), f" is {waiting.where}:")
    yield tag("ul", *(tag("li", clipped(text)) for text in waiting.changes), cls="changes")
    if waiting.where == "in failed/":
        yield tag("p", "It could not be scrubbed: ", anchor(to("/files"), "Files"), " says why.")
        return
    yield tag("p", "When it comes back clean, the claim is ", tag("b", "corrected"), " by itself.")
    if is_owned(site.spool):
        look = anchor(to(f"/claims/{item.row.id}"), "Look again")
        yield tag("p", "The watch is running, so this is soon. ", look)
    else:
        how = "It waits until you start one: scrubber watch, or scrubber serve with --watch."
        yield tag("p", f"No watch is running. {how}")


def _checked(session: Session, item: WorkItem, address: str, typed: Entered) -> Element:
    """Return what would be changed, to be applied as it is shown."""
    changes = tag("dl", cls="changes")
    for place, after in typed.changes:
        before = tag("del", clipped(place.value, _LONGEST_VALUE)) if place.value else tag("i", "empty")
        becomes = tag("dd", before, " becomes ", tag("ins", clipped(after, _LONGEST_VALUE)))
        add(changes, tag("dt", str(place)), becomes)
    what = "this change" if len(typed.changes) == 1 else "these changes"
    text = f"Nothing is changed yet. Apply drops the claim with {what} alone into in/, to be scrubbed again."
    buttons = tag("span", button("Apply", APPLY, cls="main"), button("Edit", EDIT, cls="quiet"), cls="do")
    values = (_named(hidden("new", change.after), change.place) for change in typed.changes)
    return _posted(session, item, address, *values, changes, tag("p", text, cls="mute"), buttons)


def _form(
    session: Session, item: WorkItem, address: str, places: Mapping[str, ValuePlace], typed: Entered
) -> Element:
    intro = "Enter what is to be changed, and leave the rest empty. The check shows what would change."
    entries = tag("ol", cls="values")
    for number, (name, place) in enumerate(places.items()):
        entries.append(_entry(item, number, place, typed.values.get(name, ""), typed.faults.get(name, "")))
    return _posted(
        session, item, address, tag("p", intro, cls="mute"), entries, button("Check", CHECK, cls="main")
    )


def _posted(session: Session, item: WorkItem, address: str, *content: Child) -> Element:
    """Return a form whose answer is shown from this card on."""
    return form(f"{address}#{ID}", session, hidden("stamp", item.row.stamp), *content)


def _entry(item: WorkItem, number: int, place: ValuePlace, value: str, fault: str) -> Element:
    """Return the field for a new value, with the findings that ask for it."""
    findings = findings_at(item, place)
    edits = " ".join(dict.fromkeys(one.edit for one in findings))
    to_do = " ".join(dict.fromkeys(one.to_do for one in findings if one.to_do))
    why = tag("p", tag("code", edits, cls="edits"), " ", clipped(to_do, _LONGEST_TO_DO))
    control = _named(text_field("new", value, longest=MOST_LETTERS), place)
    control.set("spellcheck", "false")
    if place.is_numeric:
        control.set("inputmode", "decimal")
    told = None
    if fault:
        told = tag("p", fault, id=f"fault-{number}", cls="fault")
        control.set("aria-invalid", "true")
        control.set("aria-describedby", f"fault-{number}")
    entry = labeled("", control)
    now = tag("code", clipped(place.value, _LONGEST_VALUE)) if place.value else tag("i", "empty")
    add(entry[0], *_label(place), ", now ", now)
    return tag("li", why, entry, told)


def _label(place: ValuePlace) -> Iterator[Child]:
    """Yield a place as a biller looks for it: by its service line."""
    if not place.segment:
        yield tag("b", str(place))
        return
    yield tag("b", f"Line {place.line}: {place.element}" if place.line else place.element)
    yield f" in loop {place.loop}, segment {place.segment}"


def _named(control: Element, place: ValuePlace) -> Element:
    """Name a control by its place."""
    control.set("name", f"{_PREFIX}{place.name}")
    return control
