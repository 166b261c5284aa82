"""The files: drop one, wait until it is scrubbed, read its reports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from scrubber.errors import SpoolError
from scrubber.html.page import digest_of
from scrubber.html.tags import Element, add, add_tile, clipped, row, scrolling, table, tag
from scrubber.serve.claim_page import local
from scrubber.serve.controls import button, labeled
from scrubber.serve.frame import Shown, anchor, form, page, plain_page, to
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site
from scrubber.serve.upload import Arriving, RefusedError, new_key, received
from scrubber.spool.jobs.failing import failure_of
from scrubber.spool.jobs.recover import read_taken
from scrubber.spool.layout import is_job_id
from scrubber.spool.ledger.ledger import JobRow, Ledger
from scrubber.spool.lock import is_owned
from scrubber.spool.page.overview import JobLine, job_line, recent_jobs
from scrubber.text import counted, dollars, in_dollars, spoken

_RECENT = 50
_FAILED = 10
_MOST_ARRIVING = 500
_AGAIN = 2
"""Seconds until a page of a file that is being scrubbed is read again."""
_REPORT_NAMES = {
    "html": "Report", "txt": "Report as text", "xlsx": "Workbook", "csv": "CSV", "diff": "Changes",
    "json": "JSON",
}  # fmt: skip
"""The reports that are shown or downloaded, by their endings, in the order in which a person wants them."""
_TYPES = {"html": "text/html", "txt": "text/plain", "diff": "text/plain"}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_HEAD = 200_000
"""Bytes in which a report has its style."""


class _Report(NamedTuple):
    """A report of a job: its ending, and its path."""

    ending: str
    path: Path


def show(site: Site, request: Request) -> Response:
    """Show what arrived lately, and where to drop a file."""
    return _page(site, request.state.session)


def _page(site: Site, session: Session, told: str = "", status: int = 200) -> Response:
    with site.worklist() as worklist:
        jobs = recent_jobs(worklist.ledger, _RECENT)
    body = tag("div", tag("div", tag("h1", "Files"), _state(site), cls="head"))
    if session.may(Right.DROP):
        body.append(_drop_form(site, session))
    add(body, _failures(site), _jobs(jobs))
    return page(Shown("Files", body, "/files"), session, status, told)


def _state(site: Site) -> Element:
    """Say whether files are being scrubbed."""
    waiting = sum(1 for path in site.spool.inbox.iterdir() if not path.name.startswith("."))
    waits = f" {counted(waiting, 'file')} in in/." if waiting else ""
    if is_owned(site.spool):
        return tag("p", tag("span", "The watch is running", cls="state corrected"), waits)
    how = "Files wait until you start it: scrubber watch, or scrubber serve with --watch."
    return tag("p", tag("span", "No watch is running", cls="state denied"), f"{waits} {how}")


def _drop_form(site: Site, session: Session) -> Element:
    field = tag("input", type="file", name="file", required="required")
    limit = f"One 837P file, up to {site.largest // 1_000_000:,} MB. It may be dragged here."
    return form(
        "/files", session,
        tag("h2", "Drop a file"),
        labeled("837 file", field, is_hidden=True),
        tag("p", limit, cls="mute"),
        button("Scrub it", cls="main"),
        enctype="multipart/form-data", aria_label="Drop a file", cls="drop",
    )  # fmt: skip


async def drop(site: Site, request: Request) -> Response:
    """Put a file into ``in/``."""
    session: Session = request.state.session
    try:
        async with received(request, session, site.spool, site.largest) as dropped:
            after = await run_in_threadpool(_last, site)
            name, modified = await run_in_threadpool(dropped.finish)
    except RefusedError as error:
        status = error.status
        return await run_in_threadpool(_page, site, session, str(error), status)
    except SpoolError as error:
        return await run_in_threadpool(_page, site, session, f"{error}.", 409)
    key = new_key()
    while len(site.arriving) >= _MOST_ARRIVING:
        site.arriving.pop(next(iter(site.arriving)))
    site.arriving[key] = Arriving(name, modified, dropped.sha256, after)
    return RedirectResponse(to(f"/files/arriving/{key}"), 303)


def arriving(site: Site, request: Request) -> Response:
    """Show what became of a file that was dropped: its page, as soon as it is scrubbed."""
    session: Session = request.state.session
    found = site.arriving.get(request.path_params["key"])
    if found is None:
        return RedirectResponse(to("/files"), 303)
    with site.worklist() as worklist:
        rows = worklist.ledger.rows(
            "SELECT job FROM jobs WHERE sha256 = ? AND sequence > ? ORDER BY sequence LIMIT 1",
            (found.sha256, found.after),
        )
    if rows:
        return RedirectResponse(to(f"/files/{rows[0][0]}"), 303)
    body = tag("div", tag("div", tag("h1", "Your file is on its way"), _state(site), cls="head"))
    why = _failure(site, found)
    is_there = (site.spool.inbox / found.name).exists()
    steps = [
        "It is in in/ and waits for the watch." if is_there else "The watch took it and is scrubbing it."
    ]
    if not is_there and not is_owned(site.spool):
        steps = ["The watch took it, and is not running now."]
    text = "This page shows the result by itself. You need not wait: the file is in the list when it is done."
    if why:
        steps, text = [f"It could not be scrubbed: {why}."], "It is in failed/; spool retry tries it again."
    add(body, tag("p", tag("b", f"{found.name}: "), *steps), tag("p", text, cls="mute"))
    body.append(tag("p", anchor(to("/files"), "To the files")))
    return page(Shown("On its way", body, "/files", 0 if why else _AGAIN), session)


def _failure(site: Site, found: Arriving) -> str:
    """Return why a file that was dropped could not be scrubbed; empty if that is not so."""
    for folder in sorted(site.spool.failed.iterdir(), reverse=True)[:_FAILED]:
        if is_job_id(folder.name):
            taken = read_taken(folder)
            if (taken.name, taken.arrived) == (found.name, found.modified):
                return failure_of(folder).why
    return ""


def job(site: Site, request: Request) -> Response:
    """Show what became of a file, with its reports and its claims on the work list."""
    session: Session = request.state.session
    found = _job(site, request)
    if found is None:
        return plain_page("Not found", "No file has this ID.", 404)
    line, job_row, claims = found
    tiles = tag("dl", cls="tiles")
    color = "red" if line.held or line.verdict == "unreadable" else "green"
    add_tile(tiles, "Verdict", spoken(line.verdict), local(line.decided), color)
    add_tile(tiles, "Accepted", f"{line.claims - line.held:,}", f"of {counted(line.claims, 'claim')}")
    add_tile(
        tiles,
        "Held",
        f"{line.held:,}",
        f"${dollars(in_dollars(line.held_cents))}",
        "red" if line.held else "",
    )
    body = tag("div", tag("div", tag("h1", f"File {line.stem}"), tag("p", line.job, cls="mute"), cls="head"))
    add(body, tiles)
    if claims:
        text = f"Work on {counted(claims, 'claim')} of this file"
        body.append(tag("p", anchor(to("/", job=line.job), text, cls="button main"), cls="next"))
    elif line.verdict == "clean":
        body.append(tag("p", "Every claim is accepted: there is nothing to work on.", cls="done"))
    body.append(tag("section", tag("h2", "Reports"), _report_links(site, session, job_row), cls="box"))
    body.append(tag("p", anchor(to("/files"), "All files")))
    return page(Shown(f"File {line.job}", body, "/files"), session)


def report(site: Site, request: Request) -> Response:
    """Send a report, and enter in the audit log who saw it."""
    session: Session = request.state.session
    if not session.may(Right.SEE):
        return plain_page("Not allowed", "Reports have patient data, which your role does not show.", 403)
    with site.worklist() as worklist:
        row_ = worklist.ledger.job(request.path_params["job"])
        wanted = request.path_params["ending"]
        found = next((one for one in _reports(site, row_) if one.ending == wanted), None) if row_ else None
        if row_ is None or found is None:
            return plain_page("Not found", "There is no such report.", 404)
        site.note_view(worklist.ledger, session, row_.job, report=found.ending)
    response = FileResponse(
        found.path,
        media_type=_TYPES.get(found.ending, "application/octet-stream"),
        filename=None if found.ending in _TYPES else f"{row_.label}.{found.ending}",
    )
    response.headers["Content-Security-Policy"] = _policy_of(found)
    return response


def _policy_of(found: _Report) -> str:
    """Return what a report may do: have its own style, and nothing else."""
    style = ""
    if found.ending == "html":
        with found.path.open("rb") as stream:
            match = _STYLE.search(stream.read(_HEAD).decode("utf-8", "replace"))
        style = f" style-src 'sha256-{digest_of(match[1])}';" if match else ""
    return f"default-src 'none';{style} base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def _last(site: Site) -> int:
    ledger = Ledger.reading(site.spool.ledger)
    try:
        return ledger.last()[0]
    finally:
        ledger.close()


def _job(site: Site, request: Request) -> tuple[JobLine, JobRow, int] | None:
    """Return a job, and how many claims of the work list it held last."""
    name = request.path_params["job"]
    if not is_job_id(name):
        return None
    with site.worklist() as worklist:
        line, found = job_line(worklist.ledger, name), worklist.ledger.job(name)
        if line is None or found is None:
            return None
        return line, found, worklist.ledger.rows("SELECT count(*) FROM work WHERE job = ?", (name,))[0][0]


def _reports(site: Site, found: JobRow) -> list[_Report]:
    """Return the reports of a job that are there."""
    folder = site.spool.reports / found.day.isoformat() / found.label
    paths = ((ending, folder / _report_name(found.stem, ending)) for ending in _REPORT_NAMES)
    return [_Report(ending, path) for ending, path in paths if path.is_file() and not path.is_symlink()]


def _report_name(stem: str, ending: str) -> str:
    return f"{stem}.diff" if ending == "diff" else f"{stem}.report.{ending}"


def _report_links(site: Site, session: Session, found: JobRow) -> Element:
    if not session.may(Right.SEE):
        return tag("p", "Reports have patient data, which your role does not show.")
    reports = _reports(site, found)
    if not reports:
        return tag("p", "Its reports are no longer there.")
    links = [
        tag("li", anchor(to(f"/files/{found.job}/report.{one.ending}"), _REPORT_NAMES[one.ending]))
        for one in reports
    ]
    items = tag("ul", *links, cls="reports")
    if any(one.ending == "html" for one in reports):
        return items
    tip = "Start the watch with --format html to have a report for the browser, too."
    return tag("div", items, tag("p", tip, cls="mute"))


def _failures(site: Site) -> Element | None:
    """Return the files that could not be scrubbed."""
    folders = sorted(site.spool.failed.iterdir(), reverse=True)
    if not folders:
        return None
    found, body = table("Files that could not be scrubbed", ("Job", "Reason"))
    for folder in folders[:_FAILED]:
        failure = failure_of(folder)
        body.append(row(failure.job, failure.why))
    text = "Tell whoever runs the scrubber: spool retry tries a file again."
    return tag(
        "section",
        tag("h2", "Could not be scrubbed"),
        scrolling(found, "Failed files"),
        tag("p", text),
        cls="box",
    )


def _jobs(jobs: tuple[JobLine, ...]) -> Element:
    if not jobs:
        return tag("p", "No file was scrubbed yet.", cls="empty")
    heads = ("File", "Scrubbed", "Verdict", "Claims", "Held", "Held charges")
    found, body = table("Files", heads, (3, 4, 5))
    for one in jobs:
        link = anchor(to(f"/files/{one.job}"), clipped(one.stem, 60))
        verdict = tag("span", spoken(one.verdict), cls=f"sev {one.verdict}")
        cells = row(
            link, local(one.decided), verdict, f"{one.claims:,}", f"{one.held:,}",
            f"${dollars(in_dollars(one.held_cents))}", numbers=(3, 4, 5),
        )  # fmt: skip
        for cell, head in zip(cells, heads, strict=True):
            cell.set("data-label", head)
        body.append(cells)
    found.set("class", "work jobs")
    found[0].set("class", "away")
    return tag("section", tag("h2", "Scrubbed lately"), found)
