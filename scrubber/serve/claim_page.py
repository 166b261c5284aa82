"""The page of one claim: what is wrong, the drawing, lines and codes, the history, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scrubber.engine.finding import Finding
from scrubber.errors import SpoolError
from scrubber.html.tags import Child, Element, add, clipped, link, scrolling, table, tag
from scrubber.html.tags import row as table_row
from scrubber.report.html.claim import lines_table
from scrubber.report.html.finding import finding_items, holding_first
from scrubber.report.html.glossary import Glossary
from scrubber.report.html.triad import triads
from scrubber.report.masking import HIDDEN
from scrubber.report.writer import Style
from scrubber.serve import correcting
from scrubber.serve.bulk import ActionError, action_of, enter
from scrubber.serve.claims_list import query_of
from scrubber.serve.controls import button, copy_button, labeled, pairs, text_area, text_field
from scrubber.serve.correcting import Entered
from scrubber.serve.excerpts import excerpts_of
from scrubber.serve.forms import NO_RIGHT, Form
from scrubber.serve.frame import Shown, anchor, form, hidden, page, plain_page, to
from scrubber.serve.query import Query, claims_of
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site
from scrubber.spool.jobs.failing import archived
from scrubber.spool.worklist.claims import ClaimDetail, HeldFor
from scrubber.spool.worklist.line import WorkLine, line_of, refusal_of, text_of
from scrubber.spool.worklist.states import Event, is_allowed
from scrubber.spool.worklist.wanted import MOST_LETTERS
from scrubber.spool.worklist.worklist import ClaimChangedError, Moment, WorkItem, Worklist
from scrubber.text import counted, dollars, spoken

_MOST_CODES = 60
_GLOSSARY_BYTES = 400_000
_UNKNOWN = "No claim of the work list has this ID. It may have been pruned."


class Typed(NamedTuple):
    """What a person typed into forms that were refused."""

    note: str = ""
    owner: str = ""
    values: Entered = Entered()


def show(site: Site, request: Request) -> Response:
    """Show a claim, and enter in the audit log who saw it."""
    session: Session = request.state.session
    with site.worklist() as worklist:
        item = _item(worklist, request)
        if item is None:
            return plain_page("Not found", _UNKNOWN, 404)
        return _page(site, worklist, session, query_of(request, session), item)


def act(site: Site, request: Request, session: Session, sent: Form) -> Response:
    """Enter an event, unless something happened to the claim since its page was shown."""
    query = query_of(request, session)
    typed = Typed(sent.get("note"), sent.get("owner"))
    with site.worklist() as worklist:
        item = _item(worklist, request)
        if item is None:
            return plain_page("Not found", _UNKNOWN, 404)
        if sent.get("action") in correcting.ACTIONS:
            return _correct(site, worklist, session, query, item, sent)
        try:
            action = action_of(sent, session)
            # A form without a stamp is no form of this page.
            enter(worklist, [(item, sent.get("stamp") or "-")], action, session)
        except ClaimChangedError:
            item = _item(worklist, request) or item
            told = f"{_last_change(worklist, item)} Nothing was entered: look at the claim as it is now."
            return _page(site, worklist, session, query, item, typed, told, 409)
        except (ActionError, SpoolError) as error:
            told = str(error) if isinstance(error, ActionError) else f"{error}. Nothing was entered."
            return _page(site, worklist, session, query, item, typed, told, 409)
        session.told = _DONE.get(action.event, "Done.")
    return RedirectResponse(to(f"/claims/{item.row.id}", **query.address), 303)


def _correct(
    site: Site, worklist: Worklist, session: Session, query: Query, item: WorkItem, sent: Form
) -> Response:
    """Check or apply new values; what is wrong with them is shown where they were typed."""
    if not correcting.may_correct(session):
        return plain_page("Not allowed", NO_RIGHT, 403)
    typed = correcting.typed_in(sent)
    try:
        entered = correcting.act(worklist, item, sent, session)
    except ClaimChangedError:
        item = worklist.with_id(item.row.id) or item
        told = f"{_last_change(worklist, item)} Nothing was corrected: look at the claim as it is now."
        entered = replace(typed, told=told)
    except SpoolError as error:
        entered = replace(typed, told=f"{error}. Nothing was corrected.")
    if entered is None:
        # The answer begins at the top, where it says what was done, and not at the card.
        return RedirectResponse(f"{to(f'/claims/{item.row.id}', **query.address)}#main", 303)
    status = 409 if entered.is_refused else 200
    return _page(site, worklist, session, query, item, Typed(values=entered), status=status)


_DONE: dict[Event, str] = {
    "noted": "The note was added.",
    "assigned": "The claim has its owner.",
    "closed": "The claim is closed.",
    "written_off": "The claim is written off.",
    "reopened": "The claim is open again.",
}


def _item(worklist: Worklist, request: Request) -> WorkItem | None:
    return worklist.with_id(request.path_params["claim"])


def _last_change(worklist: Worklist, item: WorkItem) -> str:
    """Return who changed a claim last, without what was entered."""
    last = worklist.history(item)[-1]
    who = f"{last.user} " if last.user else "A file "
    return f"The claim changed while you had it open: {who}({spoken(last.what)}, {local(last.at)})."


def _page(
    site: Site,
    worklist: Worklist,
    session: Session,
    query: Query,
    item: WorkItem,
    typed: Typed = Typed(),  # noqa: B008 - it never changes
    told: str = "",
    status: int = 200,
) -> Response:
    sees = session.may(Right.SEE)
    if sees:
        site.note_view(worklist.ledger, session, item.row.job, claim=item.row.id)
    detail = worklist.detail(item) if sees else None
    line = line_of(item, site.today(), masked=not sees)
    title = f"Claim {clipped(line.claim, 60) if sees else line.id}"
    around = _around(site, worklist, session, query, item)
    address = to(f"/claims/{item.row.id}", **query.address)
    waits = correcting.waiting(worklist, session, item)
    card = correcting.card(site, session, item, address, typed.values, waits)
    wrong = _wrong(site, worklist, item, detail, session)
    # What was wrong and is corrected is no longer the first thing to know.
    left = tag("div", *((card, wrong) if waits else (_refused(item), wrong, card)), cls="main")
    if detail and detail.lines:
        add(left, *_drawn(detail), _codes(site, detail))
    add(left, _history(worklist.history(item), sees=sees))
    right = tag(
        "div",
        *_actions(session, address, item, typed, corrects=card is not None),
        _facts(item, line, detail, sees=sees),
        cls="side",
    )
    body = tag("div", around, _head(line, item, title), tag("div", left, right, cls="claim"))
    if detail and detail.reported:
        glossary = Glossary()
        glossary.add(detail.reported)
        add(body, glossary.section(Style(site.edits), _GLOSSARY_BYTES))
    return page(Shown(title if not sees else f"Claim {item.row.id}", body), session, status, told)


def _around(site: Site, worklist: Worklist, session: Session, query: Query, item: WorkItem) -> Element:
    """Return links to the list, and to the claims before and after this one."""
    listed = claims_of(worklist.items(query.states), query, session.search, site.today())
    ids = [one.row.id for one in listed]
    back = anchor(to("/", **query.address), "Back to the list", cls="back")
    found = tag("nav", back, aria_label="Claims of the list", cls="around")
    if item.row.id not in ids:
        return found
    at = ids.index(item.row.id)
    if at > 0:
        found.append(anchor(to(f"/claims/{ids[at - 1]}", **query.address), "Previous claim", rel="prev"))
    add(found, tag("span", f"{at + 1:,} of {len(ids):,}"))
    if at + 1 < len(ids):
        found.append(anchor(to(f"/claims/{ids[at + 1]}", **query.address), "Next claim", rel="next"))
    return found


def _head(line: WorkLine, item: WorkItem, title: str) -> Element:
    parts = [f"${dollars(line.charges)}", f"waiting {counted(line.days, 'day')}"]
    parts += [f"owner {line.owner}"] if line.owner else ["no owner"]
    return tag(
        "div",
        tag("h1", title),
        tag("p", tag("span", line.state, cls=f"state {item.row.state}"), " ", ", ".join(parts)),
        cls="head claim-head",
    )


def _facts(item: WorkItem, line: WorkLine, detail: ClaimDetail | None, *, sees: bool) -> Element:
    number = (
        tag("span", tag("span", line.claim, id="number"), " ", copy_button("Copy", "number"))
        if sees
        else HIDDEN
    )
    payer = f"{line.payer} ({line.payer_id})" if line.payer and line.payer_id else line.payer or line.payer_id
    report = anchor(to(f"/files/{item.row.job}"), "The file and its reports")
    facts: list[tuple[str, str | Element]] = [
        ("Claim number", number),
        ("Patient", clipped(line.patient, 80)),
        ("Member ID", clipped(detail.member_id, 80) if detail else ""),
        ("Payer", clipped(payer, 80)),
        ("Service date", line.service_date),
        ("Provider", clipped(line.provider, 80)),
        ("NPI", detail.npi if detail else ""),
        ("Work list ID", line.id),
        ("File", report),
    ]
    return tag("section", tag("h2", "Claim"), pairs(facts, "facts one"), cls="box")


def _refused(item: WorkItem) -> Element | None:
    """Return why a payer or clearinghouse refused the claim, if one did."""
    if not item.refusal:
        return None
    why = tag("p", clipped(refusal_of(item)), cls="msg")
    return tag("section", tag("h2", f"Why it is {spoken(item.row.state)}"), why, id="refused", cls="box")


def _wrong(
    site: Site, worklist: Worklist, item: WorkItem, detail: ClaimDetail | None, session: Session
) -> Element | None:
    if item.refusal and not item.row.edits:
        return None  # it was never held
    title = "What it was held for" if item.refusal else "What is wrong"
    found = tag("section", tag("h2", title), id="wrong", cls="box")
    if not session.may(Right.SEE):
        titles = item.record.findings if item.record else ()
        items = [tag("li", tag("code", one.edit, cls="edits"), " ", one.title) for one in titles]
        add(found, tag("ul", *items, cls="plainly") if items else tag("p", "See the report of its file."))
        return found
    if detail and detail.reported:
        excerpts = excerpts_of(_original(site, worklist, item), detail.reported)
        pairs_of = ((one, excerpts.get(at)) for at, one in _in_order(detail.reported))
        add(found, tag("ol", *finding_items(pairs_of), cls="fs"))
    elif item.record and item.record.findings:
        add(found, tag("ol", *map(_short, item.record.findings), cls="fs"))
    else:
        text = "Its envelope holds it: see the report of its file." if not item.row.edits else item.row.edits
        add(found, tag("p", text))
    return found


def _in_order(findings: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Return findings with their positions, those that hold the claim first."""
    at = {id(finding): number for number, finding in enumerate(findings)}
    return [(at[id(finding)], finding) for finding in holding_first(findings)]


def _short(finding: HeldFor) -> Element:
    """Return a finding of a claim that an earlier version scrubbed."""
    place = f" line {finding.line}" if finding.line else ""
    return tag(
        "li",
        tag("p", tag("code", finding.edit, cls="edits"), tag("small", place)),
        tag("p", finding.message, cls="msg"),
        tag("p", tag("b", "To do: "), finding.to_do) if finding.to_do else None,
        cls="f reject",
    )


def _original(site: Site, worklist: Worklist, item: WorkItem) -> Path | None:
    row = worklist.ledger.job(item.row.job)
    return archived(site.spool, row) / "original.837" if row else None


def _drawn(detail: ClaimDetail) -> Iterator[Element]:
    drawings = list(triads(detail.lines, detail.administrations, detail.reported))
    if drawings:
        yield tag("section", tag("h2", "Injections, diagnoses and drugs"), *drawings, id="drawing", cls="box")
    lines = lines_table(detail.lines, detail.reported)
    yield tag("section", tag("h2", "Service lines"), lines, id="lines", cls="box")


def _codes(site: Site, detail: ClaimDetail) -> Element | None:
    """Return the names of the codes on the claim, where they are free."""
    names: dict[tuple[str, str], str] = {}
    for code in detail.diagnoses:
        names["ICD-10-CM", code] = site.names.diagnosis(code)
    for line in detail.lines:
        names["HCPCS", line.procedure] = site.names.drug(line.procedure)
        names["Place of service", line.place] = site.names.place(line.place)
    known = [(kind, code, name) for (kind, code), name in names.items() if name][:_MOST_CODES]
    if not known:
        return None
    found, body = table("Codes on this claim", ("Code", "Name", "List"))
    for kind, code, name in sorted(known):
        body.append(table_row(clipped(code, 40), name, kind))
    found.set("class", "codes")
    return tag(
        "section", tag("h2", "What the codes mean"), scrolling(found, "Codes on this claim"), cls="box"
    )


def _history(moments: Sequence[Moment], *, sees: bool) -> Element:
    items = tag("ol", cls="history")
    for moment in reversed(moments):
        items.append(tag("li", tag("small", local(moment.at)), " ", *_told(moment, sees=sees)))
    return tag("section", tag("h2", "History"), items, id="history", cls="box")


def _told(moment: Moment, *, sees: bool) -> Iterator[Child]:
    """Yield a step of the history in words; a note may name the patient."""
    if not moment.user:
        yield from ("held in " if moment.what == "held" else "came back clean in ",)
        yield anchor(to(f"/files/{moment.job}"), "a file")
        return
    yield tag("b", moment.user)
    if moment.what == "assigned":
        yield f" assigned it to {moment.text}"
        return
    yield f" {_VERBS.get(moment.what, spoken(moment.what))}"
    if text := text_of(moment, masked=not sees):
        yield tag("p", text)


_VERBS = {
    "noted": "added a note", "changed": "corrected a value", "sent": "saw that it left out/",
    "rejected": "entered the rejection", "paid": "entered the payment",
    "denied": "entered the payer's denial", "written_off": "wrote it off", "closed": "closed it",
    "reopened": "reopened it",
}  # fmt: skip


def _actions(
    session: Session, address: str, item: WorkItem, typed: Typed, *, corrects: bool
) -> Iterator[Element]:
    """Yield the forms of what can be done with the claim in its state."""
    if not session.may(Right.CHANGE):
        return

    def one(*content: Child) -> Element:
        return form(address, session, hidden("stamp", item.row.stamp), *content)

    forms = []
    if corrects:
        forms.append(tag("p", link(correcting.ID, "Correct and scrub again")))
    if _can(item, "assigned"):
        if item.row.owner != session.person.name or item.row.state != "in_work":
            forms.append(one(button("Take in work", "take", cls="main")))
        owner = labeled("Owner", text_field("owner", typed.owner or item.row.owner))
        forms.append(one(tag("span", owner, button("Assign", "assign"), cls="row")))
    forms.append(
        one(labeled("Note", text_area("note", typed.note, longest=MOST_LETTERS)), button("Add note", "note"))
    )
    endings = [
        button(text, action, cls="quiet")
        for text, action, event in _ENDINGS
        if is_allowed(item.row.state, event)  # type: ignore[arg-type] # the ledger has no others
    ]
    forms.append(one(*endings))
    yield tag("section", tag("h2", "Next step"), *forms, id="do", cls="box do")


_ENDINGS: tuple[tuple[str, str, Event], ...] = (
    ("Close", "close", "closed"),
    ("Write off", "write-off", "written_off"),
    ("Reopen", "reopen", "reopened"),
)


def _can(item: WorkItem, event: Event) -> bool:
    return is_allowed(item.row.state, event)  # type: ignore[arg-type] # the ledger has no others


def local(at: str) -> str:
    """Return a time of the spool as people here read it."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
