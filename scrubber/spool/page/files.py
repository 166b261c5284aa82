"""The files on the spool's page: what waits for a person, what failed, what was decided last."""

from __future__ import annotations

from scrubber.html.tags import Element, row, tag
from scrubber.spool.layout import Spool
from scrubber.spool.page.overview import JobLine, Overview
from scrubber.spool.page.parts import card
from scrubber.text import dollars, in_dollars, spoken

_TO_DO = 10
_DONE = 25
_HEADS = ("File", "Held", "Held, in dollars", "Verdict", "Held file")
_REPORTS = ("html", "txt", "xlsx", "json")
"""Suffixes of reports, the one that a person would open first before the others."""


def waiting(spool: Spool, view: Overview) -> Element | None:
    """What lies in ``held/``: unreadable files first, then the most dollars."""
    found = view.waiting
    if not found.jobs:
        return None
    told = "Unreadable files first, then the most dollars."
    if found.files > len(found.jobs):
        told += f" These are the first {len(found.jobs)} of {found.files:,}."
    rows = [_job_row(spool, view, job) for job in found.jobs]
    return card("Files in held/", _HEADS, rows, shown=_TO_DO, told=told, texts=2)


def failed(view: Overview) -> Element | None:
    """What lies in ``failed/``, the latest first."""
    if not view.failures:
        return None
    told = "They could not be scrubbed; `scrubber spool retry` drops one again."
    if view.failed > len(view.failures):
        told += f" These are the last {len(view.failures)} of {view.failed:,}."
    rows = [row(entry.job, entry.why) for entry in view.failures]
    return card("Files in failed/", ("Job", "Why"), rows, shown=_TO_DO, told=told, texts=1)


def recent(spool: Spool, view: Overview) -> Element | None:
    """The files decided last, the latest first."""
    rows = [_job_row(spool, view, job) for job in view.recent]
    told = "The latest first. A job's folder in reports/ and archive/ is called JOB_FILE."
    return card("Files decided last", _HEADS, rows, shown=_DONE, told=told, texts=2) if rows else None


def _job_row(spool: Spool, view: Overview, job: JobLine) -> Element:
    name = tag("div", _link(spool, job), tag("br"), tag("small", job.job))
    verdict = tag("span", spoken(job.verdict), cls=f"sev {job.verdict}")
    money = dollars(in_dollars(job.held_cents))
    return row(name, f"{job.held:,} of {job.claims:,}", money, verdict, _held_file(view, job), numbers=(1, 2))


def _held_file(view: Overview, job: JobLine) -> Element | str:
    """Where the billers find what is held of a file, if they have not taken it yet."""
    if job.held_file in view.waiting.names:
        return tag("code", f"held/{job.held_file}")
    return "none" if job.verdict == "clean" else "taken from held/"


def _link(spool: Spool, job: JobLine) -> Element | str:
    """To the job's report, where there is one still; its name is in harmless characters."""
    for suffix in _REPORTS:
        name = f"{job.day}/{job.label}/{job.stem}.report.{suffix}"
        if (spool.reports / name).exists():
            return tag("a", job.stem, href=name)
    return job.stem
