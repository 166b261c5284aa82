"""The work list as a page: filters, a table, and what can be done with the claims that are ticked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scrubber.errors import SpoolError
from scrubber.html.tags import Element, add, add_tile, clipped, row, tag
from scrubber.serve.bulk import ActionError, action_of, enter
from scrubber.serve.controls import (
    button,
    choice,
    copy_button,
    folded,
    labeled,
    no_default,
    text_field,
)
from scrubber.serve.forms import Form
from scrubber.serve.frame import Shown, anchor, form, hidden, page, to, valued
from scrubber.serve.query import (
    OF_PATIENTS,
    Query,
    claims_of,
    digest_of,
    page_of,
    reasons_of,
)
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site
from scrubber.spool.worklist.line import WorkLine, line_of
from scrubber.spool.worklist.states import STATES
from scrubber.spool.worklist.wanted import MOST_LETTERS, NO_OWNER
from scrubber.spool.worklist.worklist import ClaimChangedError, WorkItem, Worklist
from scrubber.text import counted, dollars, in_dollars, spoken

_HEADS = (
    ("claim", "Claim"), ("patient", "Patient"), ("state", "State"), ("waiting", "Days"),
    ("charges", "Charges"), ("payer", "Payer"), ("service", "Service"), ("edits", "What is wrong"),
)  # fmt: skip
"""The columns, each with what it is sorted by."""
_LONGEST_MESSAGE = 160
_MOST_EDITS = 4
_MOST_CHOICES = 200


class Ticked(NamedTuple):
    """The claims that a person chose, the stamps that they had, and what the person typed."""

    stamps: dict[str, str]
    note: str = ""
    owner: str = ""


_NONE = Ticked({})


def show(site: Site, request: Request) -> Response:
    """Show the list that an address asks for."""
    session: Session = request.state.session
    query = query_of(request, session)
    number = request.query_params.get("page", "1")
    with site.worklist() as worklist:
        return _page(site, worklist, session, query, int(number) if number.isdecimal() else 1)


def act(site: Site, request: Request, session: Session, sent: Form) -> Response:
    """Do something with the claims that are ticked, or with all of the list."""
    query = query_of(request, session)
    number = int(sent.get("page")) if sent.get("page").isdecimal() else 1
    ticked = Ticked(_stamps(sent.all("claim")), sent.get("note"), sent.get("owner"))
    with site.worklist() as worklist:
        found = claims_of(worklist.items(query.states), query, session.search, site.today())
        try:
            action = action_of(sent, session)
            chosen = _chosen(worklist, found, ticked, sent.get("all"))
            session.told = enter(worklist, chosen, action, session)
        except ClaimChangedError as error:
            kept = {id_: stamp for id_, stamp in ticked.stamps.items() if id_ not in error.claims}
            count = counted(len(error.claims), "ticked claim")
            told = f"{count} changed in the meantime. Nothing was entered; the others are still ticked."
            return _page(site, worklist, session, query, number, ticked._replace(stamps=kept), told, 409)
        except (ActionError, SpoolError) as error:
            told = str(error) if isinstance(error, ActionError) else f"{error}. Nothing was entered."
            return _page(site, worklist, session, query, number, ticked, told, 409)
    return RedirectResponse(to("/", **query.address, page=number if number > 1 else 0), 303)


def query_of(request: Request, session: Session) -> Query:
    """Return what an address asks for; the order does not tell of patients who are hidden."""
    query = Query.of(request.query_params)
    if session.is_masked and query.order in OF_PATIENTS:
        return Query.of({**query.address, "order": "charges"})
    return query


def _chosen(
    worklist: Worklist, found: Sequence[WorkItem], ticked: Ticked, everything: str
) -> list[tuple[WorkItem, str]]:
    """Return the claims that were chosen, with the stamps that they had: all of the list, or the ticked ones.

    A ticked claim that is no longer in the list changed. Raise ActionError and ClaimChangedError.
    """
    if everything:
        if everything != digest_of(found):
            raise ActionError("The list changed in the meantime. Nothing was entered; look again.")
        return [(item, item.row.stamp) for item in found]
    stamps = ticked.stamps
    if not stamps:
        raise ActionError("Tick the claims first.")
    known = {item.row.id: item for item in found}
    missing = set(stamps) - set(known)
    if missing:
        known |= {item.row.id: item for item in worklist.items() if item.row.id in missing}
    if gone := set(stamps) - set(known):
        raise ClaimChangedError(sorted(gone))
    return [(known[id_], stamp) for id_, stamp in stamps.items()]


def _stamps(values: Sequence[str]) -> dict[str, str]:
    pairs = (value.partition(".") for value in values)
    return {id_: stamp for id_, _, stamp in pairs if id_ and stamp}


def _page(
    site: Site,
    worklist: Worklist,
    session: Session,
    query: Query,
    number: int,
    ticked: Ticked = _NONE,
    told: str = "",
    status: int = 200,
) -> Response:
    today = site.today()
    listed = worklist.items(query.states)
    found = claims_of(listed, query, session.search, today)
    shown, number, pages = page_of(found, number)
    lines = [line_of(item, today, masked=session.is_masked) for item in shown]
    if shown and not session.is_masked:
        site.note_view(worklist.ledger, session, claims=" ".join(item.row.id for item in shown))
    body = tag(
        "div",
        tag("div", tag("h1", _title(query)), _search(session, query), *_patients(session, query), cls="head"),
        _tiles(found, today),
        _remedy(query, found, session),
        folded("Filter", _filters(query, listed), is_open=query.is_filtered),
    )
    if found:
        add(body, _table(session, query, shown, lines, found, ticked, number), _pager(query, number, pages))
    else:
        add(body, _nothing(query, session))
    return page(Shown(_title(query), body, "/"), session, status, told)


def _title(query: Query) -> str:
    if query.job:
        return "Claims of one file"
    if query.state == "all":
        return "All claims"
    return f"Claims: {spoken(query.state)}" if query.state else "Work list"


def _patients(session: Session, query: Query) -> list[Element]:
    """Return the button that shows or hides patients, for those who may see them."""
    if not session.may(Right.SEE):
        return [tag("p", "Patients are hidden.", cls="mute")]
    text = "Show patients" if session.is_masked else "Hide patients"
    switch = form("/patients", session, _back(query), button(text, cls="quiet"))
    note = "Patients are hidden." if session.is_masked else "What you see of patients is in the audit log."
    return [tag("div", tag("small", note), switch, cls="switch")]


def _back(query: Query) -> Element:
    """Return the list to which a form leads back."""
    return hidden("list", to("/", **query.address).partition("?")[2])


def _tiles(found: Sequence[WorkItem], today: date) -> Element:
    tiles = tag("dl", cls="tiles")
    cents = sum(item.row.cents for item in found)
    oldest = min(found, key=lambda item: item.row.since).age(today) if found else 0
    owned = sum(1 for item in found if item.row.owner)
    add_tile(tiles, "Claims", f"{len(found):,}", "in this list")
    add_tile(tiles, "At stake", f"${dollars(in_dollars(cents))}", "charges", "red" if cents else "green")
    add_tile(tiles, "Oldest", counted(oldest, "day"), "waiting", "amber" if oldest >= _LONG else "")
    add_tile(tiles, "Without an owner", f"{len(found) - owned:,}", f"{owned:,} assigned")
    return tiles


_LONG = 14
"""Days of waiting that are worth a color."""


def _remedy(query: Query, found: Sequence[WorkItem], session: Session) -> Element | None:
    """Return the reason that the list is about, with its remedy if all of its claims have the same."""
    if not query.reason or not found:
        return None
    edit = query.reason.partition(".")[0]
    findings = [
        finding
        for item in found
        for key, finding in reasons_of(item).items()
        if query.reason in (key, finding.edit)
    ]
    title = findings[0].title if findings else "holds these claims"
    remedies = {finding.to_do for finding in findings}
    to_do = None
    if session.may(Right.SEE) and len(remedies) == 1:
        to_do = tag("p", tag("b", "To do: "), remedies.pop())
    tip = (
        tag("p", "Tick the claims and enter it once for all of them.") if session.may(Right.CHANGE) else None
    )
    return tag(
        "div", tag("p", tag("code", edit, cls="edits"), " ", tag("b", title)), to_do, tip, cls="remedy"
    )


def _filters(query: Query, known: Sequence[WorkItem]) -> Element:
    payers = Counter(item.row.payer for item in known)
    names = {item.row.payer: item.record.payer_name for item in known if item.record}
    owners = Counter(item.row.owner for item in known if item.row.owner)
    edits = Counter(edit for item in known for edit in item.row.edits.split())
    states = [("", "waiting for a person"), *((state, spoken(state)) for state in STATES), ("all", "all")]
    payer_choices = [
        (payer, f"{names.get(payer, '')} {payer} ({count:,})".strip())
        for payer, count in payers.most_common(_MOST_CHOICES)
        if payer
    ]
    owner_choices = [("", "anybody"), (NO_OWNER, "nobody")]
    owner_choices += [(owner, f"{owner} ({count:,})") for owner, count in sorted(owners.items())]
    edit_choices = [(edit, f"{edit} ({count:,})") for edit, count in sorted(edits.items())]
    fields = (
        labeled("State", choice("state", states, query.state)),
        labeled("Payer", choice("payer", [("", "any"), *payer_choices], query.payer)),
        labeled("Edit", choice("edit", [("", "any"), *edit_choices], query.edit)),
        labeled("Owner", choice("owner", owner_choices, query.owner)),
        labeled("Waiting days over", text_field("days", query.days, kind="number", longest=5)),
        labeled("Charges from ($)", text_field("dollars", query.dollars, kind="number", longest=7)),
    )
    kept = ("reason", "job", "order", "down")
    hiddens = [hidden(name, value) for name, value in query.address.items() if name in kept]
    clear = anchor("/", "Clear", cls="clear") if query.is_filtered else None
    found = tag("form", *hiddens, *fields, tag("span", button("Filter"), clear, cls="go"),
                method="get", role="search", aria_label="Filter", cls="filter")  # fmt: skip
    found.set("action", "/")
    return found


def _search(session: Session, query: Query) -> Element:
    field = text_field("search", session.search)
    field.set("placeholder", "Number, patient, note, provider …")
    clear = button("Clear search", "clear", cls="quiet") if session.search else None
    return form(
        "/search", session, _back(query), labeled("Search", field, is_hidden=True),
        button("Search", "search"), clear,
        role="search", aria_label="Search", cls="search",
    )  # fmt: skip


def _nothing(query: Query, session: Session) -> Element:
    if session.search:
        return tag("p", "No claim in this list matches the search.", cls="empty")
    if query.is_filtered:
        return tag("p", "No claim matches the filter.", cls="empty")
    text = (
        "No claim waits for a person. Claims come onto this list when a file is scrubbed and they are held."
    )
    return tag("p", text, " ", anchor("/files", "Drop a file"), cls="empty")


def _table(
    session: Session,
    query: Query,
    shown: Sequence[WorkItem],
    lines: Sequence[WorkLine],
    found: Sequence[WorkItem],
    ticked: Ticked,
    number: int,
) -> Element:
    can = session.may(Right.CHANGE)
    heads = tag("tr", tag("th", tag("span", "Tick", cls="away"), scope="col", cls="tick") if can else None)
    add(heads, *(_head(query, order, text, session) for order, text in _HEADS))
    body = tag("tbody")
    for item, line in zip(shown, lines, strict=True):
        body.append(_row(session, query, item, line, ticked))
    caption = tag("caption", "Claims", cls="away")
    grid = tag("table", caption, tag("thead", heads), body, id="claims", cls="work")
    if not can:
        return tag("div", tag("div", copy_button("Copy this page", "claims"), cls="bulk"), grid)
    address = to("/claims", **query.address)
    page_field = hidden("page", str(number))
    is_open = bool(ticked.stamps or query.reason)
    bulk = folded("With the ticked claims", _bulk(found, shown, ticked), is_open=is_open)
    return form(address, session, page_field, no_default(), bulk, grid)


def _head(query: Query, order: str, text: str, session: Session) -> Element:
    is_number = order in ("waiting", "charges")
    cell = tag("th", scope="col", cls="n") if is_number else tag("th", scope="col")
    if session.is_masked and order in OF_PATIENTS:
        add(cell, text)
        return cell
    is_it = query.order == order
    down = "0" if (query.down == "1" if is_it else order not in ("charges", "service")) else "1"
    if is_it:
        cell.set("aria-sort", "descending" if query.down == "1" else "ascending")
    mark = tag("span", "▾" if query.down == "1" else "▴", aria_hidden="true") if is_it else None
    cell.append(anchor(to("/", **{**query.address, "order": order, "down": down}), text, mark))
    return cell


def _row(session: Session, query: Query, item: WorkItem, line: WorkLine, ticked: Ticked) -> Element:
    id_ = item.row.id
    to_claim = anchor(
        to(f"/claims/{id_}", **query.address), id_ if session.is_masked else clipped(line.claim, 40)
    )
    state = tag("span", line.state, cls=f"state {item.row.state}")
    # What held a claim that was refused is done with: now the payer's reason counts.
    before = [tag("b", "Refused:")] if item.refusal else _edits(line)
    wrong = tag("div", *before, " ", tag("span", clipped(line.what_is_wrong, _LONGEST_MESSAGE)))
    if line.note:
        add(wrong, tag("small", f"Note: {clipped(line.note, _LONGEST_MESSAGE)}", cls="note"))
    owner = tag("small", line.owner) if line.owner else None
    payer = tag("span", clipped(line.payer or line.payer_id or "unknown", 40))
    cells = row(
        to_claim, clipped(line.patient, 40), tag("div", state, " ", owner), line.days,
        f"${dollars(line.charges)}", payer, line.service_date, wrong, numbers=(3, 4),
    )  # fmt: skip
    for cell, (_, label) in zip(cells, _HEADS, strict=True):
        cell.set("data-label", label)
    if session.may(Right.CHANGE):
        box = valued(tag("input", type="checkbox", name="claim"), f"{id_}.{item.row.stamp}")
        box.set("aria-label", f"Tick claim {id_}")
        if id_ in ticked.stamps:
            box.set("checked", "checked")
        cells.insert(0, tag("td", box, cls="tick"))
    return cells


def _edits(line: WorkLine) -> list[Element | str]:
    edits = line.edits.split()
    found: list[Element | str] = [tag("code", " ".join(edits[:_MOST_EDITS]), cls="edits")] if edits else []
    if len(edits) > _MOST_EDITS:
        found.append(tag("small", f" and {len(edits) - _MOST_EDITS} more"))
    return found


def _bulk(found: Sequence[WorkItem], shown: Sequence[WorkItem], ticked: Ticked) -> Element:
    """Return what can be done with the claims that are ticked."""
    everything = None
    if len(found) > len(shown):
        box = valued(tag("input", type="checkbox", name="all"), digest_of(found))
        everything = tag(
            "label", box, f" All {len(found):,} claims of this list, not only the ticked ones", cls="every"
        )
    ticks = tag(
        "button", "Tick all on this page", type="button", cls="quiet", hidden="hidden", data_tick="claim"
    )
    return tag(
        "div",
        tag("h2", "With the ticked claims"),
        tag("span", button("Take in work", "take"), cls="do"),
        tag("span", labeled("Owner", text_field("owner", ticked.owner), is_hidden=False),
            button("Assign", "assign"), cls="do"),
        tag("span", labeled("Note", text_field("note", ticked.note, longest=MOST_LETTERS)),
            button("Add note", "note"), cls="do wide"),
        tag("span", button("Close", "close", cls="quiet"), button("Write off", "write-off", cls="quiet"),
            cls="do"),
        tag("span", ticks, copy_button("Copy this page", "claims"), cls="do tools"),
        everything,
        role="group", aria_label="With the ticked claims", cls="bulk",
    )  # fmt: skip


def _pager(query: Query, number: int, pages: int) -> Element | None:
    if pages == 1:
        return None
    before = (
        anchor(to("/", **query.address, page=number - 1), "Previous page", rel="prev") if number > 1 else None
    )
    after = (
        anchor(to("/", **query.address, page=number + 1), "Next page", rel="next") if number < pages else None
    )
    return tag(
        "nav",
        before,
        tag("span", f"Page {number:,} of {pages:,}"),
        after,
        aria_label="Pages of the list",
        cls="pager",
    )
