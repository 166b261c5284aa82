"""Claims by what holds them: one remedy for all claims with the same reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from scrubber.html.tags import Element, add, clipped, tag
from scrubber.serve.frame import Shown, anchor, page, to
from scrubber.serve.query import reasons_of
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site
from scrubber.spool.worklist.states import TO_DO
from scrubber.spool.worklist.worklist import WorkItem
from scrubber.text import counted, dollars, in_dollars

_MOST = 200
_MOST_REMEDIES = 12
_LONGEST = 300


@dataclass(slots=True)
class _Reason:
    """The claims that one edit holds; ``alone`` are those that nothing else holds, ``remedies`` by reason."""

    edit: str
    title: str = ""
    claims: int = 0
    alone: int = 0
    cents: int = 0
    payers: set[str] = field(default_factory=set)
    remedies: Counter[tuple[str, str]] = field(default_factory=Counter)


def show(site: Site, request: Request) -> Response:
    """Show the reasons, those that hold most claims first."""
    session: Session = request.state.session
    with site.worklist() as worklist:
        found = grouped(worklist.items(TO_DO))
    text = "Fix once what many claims have in common: open a reason, tick its claims, enter it for all."
    body = tag("div", tag("div", tag("h1", "Reasons"), tag("p", text, cls="mute"), cls="head"))
    if not found:
        body.append(tag("p", "No claim waits for a person.", cls="empty"))
    for reason in found[:_MOST]:
        body.append(_card(reason, sees=session.may(Right.SEE)))
    return page(Shown("Reasons", body, "/reasons"), session)


def grouped(items: Sequence[WorkItem]) -> list[_Reason]:
    """Return what holds the claims, what holds most claims first."""
    found: defaultdict[str, _Reason] = defaultdict(lambda: _Reason(""))
    for item in items:
        edits = item.row.edits.split()
        for edit in edits:
            reason = found[edit]
            reason.edit = edit
            reason.claims += 1
            reason.alone += len(edits) == 1
            reason.cents += item.row.cents
            reason.payers.add(item.row.payer)
        for key, finding in reasons_of(item).items():
            if finding.edit in edits:
                found[finding.edit].title = finding.title
                found[finding.edit].remedies[key, finding.to_do] += 1
    return sorted(found.values(), key=lambda reason: (-reason.claims, -reason.cents, reason.edit))


def _card(reason: _Reason, *, sees: bool) -> Element:
    sums = f"{counted(reason.claims, 'claim')}, ${dollars(in_dollars(reason.cents))}"
    payers = f" from {counted(len(reason.payers), 'payer')}"
    numbers = tag("p", tag("b", sums), payers)
    if reason.alone:
        add(numbers, tag("span", f" {reason.alone:,} held by this alone", cls="alone"))
    link = anchor(to("/", reason=reason.edit), f"Open {counted(reason.claims, 'claim')}", cls="button")
    link.set("aria-label", f"Open {counted(reason.claims, 'claim')} of {reason.edit}")
    title = tag("h2", tag("code", reason.edit, cls="edits"), " ", reason.title)
    card = tag("section", tag("div", tag("div", title, numbers), link, cls="head"), cls="box reason")
    remedies = reason.remedies.most_common() if sees else []
    if len(remedies) == 1:
        add(card, tag("p", tag("b", "To do: "), clipped(remedies[0][0][1], _LONGEST)))
    elif remedies:
        items = tag("ul", cls="remedies")
        for (key, to_do), count in remedies[:_MOST_REMEDIES]:
            some = anchor(to("/", reason=key), counted(count, "claim"))
            items.append(tag("li", clipped(to_do, _LONGEST), " ", some))
        if len(remedies) > _MOST_REMEDIES:
            add(items, tag("li", f"and {len(remedies) - _MOST_REMEDIES:,} more", cls="mute"))
        add(card, tag("p", tag("b", "To do:")), items)
    return card
