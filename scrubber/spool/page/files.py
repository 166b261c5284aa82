"""The files on the spool's page: held files, failed files, and the most recently processed ones."""

from __future__ import annotations

from scrubber.html.tags import Element, row, tag
from scrubber.spool.layout import Spool
from scrubber.spool.page.overview import JobLine, Overview
from scrubber.spool.page.parts import card
from scrubber.text import dollars, in_dollars, spoken

_TO_DO = 10
_DONE = 25
_HEADS = ("File", "Held", "Held charges ($)", "Verdict", "Held file")
_REPORTS = ("html", "txt", "xlsx", "json")
"""Suffixes of reports, in the order in which a person would open them."""


def waiting(spool: Spool, view: Overview) -> Element | None:
    """Return the files in ``held/``: unreadable files first, then by held charges."""
    found = view.waiting
    if not found.jobs:
        return None
    note = "Unreadable files first, then the highest held charges."
    if found.files > len(found.jobs):
        note += f" Showing the first {len(found.jobs)} of {found.files:,}."
    rows = [_job_row(spool, view, job) for job in found.jobs]
    return card("Files in held/", _HEADS, rows, shown=_TO_DO, note=note, texts=2)


def failed(view: Overview) -> Element | None:
    """Return the files in ``failed/``, the latest first."""
    if not view.failures:
        return None
    note = "These files could not be scrubbed; `scrubber spool retry` tries one again."
    if view.failed > len(view.failures):
        note += f" Showing the latest {len(view.failures)} of {view.failed:,}."
    rows = [row(entry.job, entry.why) for entry in view.failures]
    return card("Files in failed/", ("Job", "Reason"), rows, shown=_TO_DO, note=note, texts=1)


def recent(spool: Spool, view: Overview) -> Element | None:
    """Return the most recently processed files, the latest first."""
    rows = [_job_row(spool, view, job) for job in view.recent]
    note = "Latest first. A job's folder in reports/ and archive/ is named JOB_FILE."
    return card("Recently processed files", _HEADS, rows, shown=_DONE, note=note, texts=2) if rows else None


def _job_row(spool: Spool, view: Overview, job: JobLine) -> Element:
    name = tag("div", _link(spool, job), tag("br"), tag("small", job.job))
    verdict = tag("span", spoken(job.verdict), cls=f"sev {job.verdict}")
    money = dollars(in_dollars(job.held_cents))
    return row(name, f"{job.held:,} of {job.claims:,}", money, verdict, _held_file(view, job), numbers=(1, 2))


def _held_file(view: Overview, job: JobLine) -> Element | str:
    """Return where the billers find the held claims of a file, unless they have taken it."""
    if job.held_file in view.waiting.names:
        return tag("code", f"held/{job.held_file}")
    return "none" if job.verdict in ("clean", "would_be_held") else "taken from held/"


def _link(spool: Spool, job: JobLine) -> Element | str:
    """Return a link to the job's report if it still exists; its name has only safe characters."""
    for suffix in _REPORTS:
        name = f"{job.day}/{job.label}/{job.stem}.report.{suffix}"
        if (spool.reports / name).exists():
            return tag("a", job.stem, href=name)
    return job.stem
