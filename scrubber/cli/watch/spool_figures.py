"""A spool's figures as text, CSV or JSON. They contain no patient data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable

from scrubber.spool.ledger.summary import Summary, SummaryRow
from scrubber.spool.settings import Totals
from scrubber.spool.status import SpoolStatus
from scrubber.text import cell, counted, dollars, floored, in_dollars, percent, plain

_PAYERS_SHOWN = 15


def summary_text(summary: Summary) -> str:
    """Format a summary for a person or an email."""
    whole = summary.whole
    period = f"{summary.since}" if summary.since == summary.until else f"{summary.since} to {summary.until}"
    head = f"{period}: {counted(whole.files, 'file')}, {counted(whole.claims, 'claim')}"
    lines = [
        f"{head}, clean-claim rate {percent(whole.rate)}",
        f"  accepted  {whole.accepted:>8}  ${dollars(in_dollars(whole.cents - whole.held_cents)):>16}",
        f"  held      {whole.held:>8}  ${dollars(in_dollars(whole.held_cents)):>16}",
    ]
    if summary.sent_on:
        claims, charges = counted(summary.sent_on, "claim"), dollars(in_dollars(summary.sent_on_cents))
        lines.append(f"  of the held, {claims} (${charges}) went out all the same: report-only")
    if summary.unreadable or summary.failed:
        lines.append(f"  {summary.unreadable} unreadable files, {summary.failed} failed jobs")
    if len(summary.days) > 1:
        lines += ["", *_table("day", summary.days)]
    if summary.payers:
        lines += ["", *_table("payer", summary.payers[:_PAYERS_SHOWN])]
        if len(summary.payers) > _PAYERS_SHOWN:
            lines.append(f"  and {len(summary.payers) - _PAYERS_SHOWN} more payers: see --format csv")
    if summary.edits:
        lines += ["", f"  {'edit':<10} {'claims held':>12}   {'held charges':>14}"]
        lines += [
            f"  {edit.edit:<10} {edit.claims:>12}  ${dollars(in_dollars(edit.cents)):>14}"
            for edit in summary.edits
        ]
    return "\n".join(lines) + "\n"


def summary_csv(summary: Summary) -> str:
    """Format a summary as CSV: a row for the total, each day, payer, day and payer, and edit; in dollars."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["what", "name", "files", "claims", "accepted", "held", "charges", "held_charges", "rate", "day"]
    )
    writer.writerow(_row("all", summary.whole, ""))
    writer.writerows(_row("day", part, part.name) for part in summary.days)
    writer.writerows(_row("payer", part, "") for part in summary.payers)
    writer.writerows(_row("day-payer", part, day) for day, part in summary.day_payers)
    for edit in summary.edits:
        charges = f"{in_dollars(edit.cents):.2f}"
        writer.writerow(["edit", edit.edit, "", edit.claims, "", edit.claims, "", charges, "", ""])
    return out.getvalue()


def summary_json(summary: Summary) -> str:
    """Format a summary as ``scrubber.summary/1``; amounts are texts in dollars, rates from 0 to 1 or null."""
    record = {
        "schema": "scrubber.summary/1",
        "since": summary.since.isoformat(),
        "until": summary.until.isoformat(),
        **_part(summary.whole),
        "unreadable": summary.unreadable,
        "failed": summary.failed,
        "would_be_held": summary.sent_on,
        "would_be_held_charges": f"{in_dollars(summary.sent_on_cents):.2f}",
        "days": [{"day": part.name, **_part(part)} for part in summary.days],
        "payers": [{"payer": part.name, **_part(part)} for part in summary.payers],
        "day_payers": [{"day": day, "payer": part.name, **_part(part)} for day, part in summary.day_payers],
        "edits": [
            {"edit": edit.edit, "findings": edit.findings, "claims": edit.claims,
             "charges": f"{in_dollars(edit.cents):.2f}"}
            for edit in summary.edits
        ],
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


SUMMARIES: dict[str, Callable[[Summary], str]] = {
    "text": summary_text,
    "csv": summary_csv,
    "json": summary_json,
}


def status_text(status: SpoolStatus) -> str:
    """Format a status for the person who runs the server."""
    lines = [
        "watch is running" if status.is_owned else "no watch is running",
        f"  waiting  {status.waiting:>7}" + (f"  oldest {status.oldest}" if status.oldest else ""),
        f"  working  {status.working:>7}",
        f"  to send  {status.out:>7}",
        f"  held     {status.held:>7}",
        f"  failed   {len(status.failed):>7}",
    ]
    lines += [f"  skipped in in/: {count} ({why})" for why, count in sorted(status.skipped.items())]
    lines += [f"  failed {failure.job}: {failure.why}" for failure in status.failed]
    today = status.today
    lines.append(
        f"  today: {counted(today.files, 'file')}, {counted(today.claims, 'claim')}, {today.held} held,"
        f" clean-claim rate {percent(today.rate)}"
    )
    return "\n".join(lines) + "\n"


def status_json(status: SpoolStatus) -> str:
    """Format a status as ``scrubber.status/1``."""
    record = {
        "schema": "scrubber.status/1",
        "owned": status.is_owned,
        "waiting": status.waiting,
        "oldest": status.oldest,
        "working": status.working,
        "out": status.out,
        "held": status.held,
        "skipped": dict(status.skipped),
        "failed": [{"job": entry.job, "when": entry.when, "why": entry.why} for entry in status.failed],
        "today": _part(status.today),
    }
    return json.dumps(record, indent=1) + "\n"


def totals_text(totals: Totals) -> str:
    """Format what one run did; cron emails it."""
    if not totals.files:
        text = "" if totals.answers or totals.answers_refused else "nothing to do\n"
    else:
        rate = percent(totals.accepted / totals.claims if totals.claims else None)
        held = f"{totals.claims - totals.accepted - totals.sent_on} held"
        files, charges = "", "held charges"
        if totals.sent_on:
            held += f", {totals.sent_on} would be held and were sent on (report-only)"
            files = f"{totals.would_be_held} with claims that would be held, "
            charges = "charges held or sent on"
        text = (
            f"{counted(totals.files, 'file')}: {totals.clean} clean, {files}{totals.held} with held claims,"
            f" {totals.unreadable} unreadable, {totals.failed} failed\n"
            f"{counted(totals.claims, 'claim')}: {totals.accepted} accepted, {held},"
            f" clean-claim rate {rate}\n"
            f"charges ${dollars(in_dollars(totals.cents))},"
            f" {charges} ${dollars(in_dollars(totals.held_cents))}\n"
        )
    if totals.answers:
        text += f"answers: {counted(totals.answers, 'file')} imported\n"
    if totals.answers_refused:
        text += f"answers: {counted(totals.answers_refused, 'file')} refused, see feedback-in/refused/\n"
    if totals.edit_errors:
        text += f"edits failed on {counted(totals.edit_errors, 'file')}: see the reports\n"
    if totals.late:
        text += f"{counted(totals.late, 'file')} changed after being accepted: see failed/\n"
    if totals.left:
        text += f"{counted(totals.left, 'file')} not processed: incomplete, still being written, or stopped\n"
    if totals.skipped:
        text += f"{totals.skipped} skipped in in/: `scrubber spool status` shows why\n"
    return text


def _table(title: str, parts: Iterable[SummaryRow]) -> list[str]:
    lines = [f"  {title:<14} {'files':>6} {'claims':>7} {'held':>6} {'rate':>8}  {'held charges':>15}"]
    lines += [
        f"  {plain(part.name or 'unknown'):<14} {part.files:>6} {part.claims:>7} {part.held:>6}"
        f" {percent(part.rate):>8}  ${dollars(in_dollars(part.held_cents)):>14}"
        for part in parts
    ]
    return lines


def _row(what: str, part: SummaryRow, day: str) -> list[str | int]:
    """Return a row of the CSV."""
    rate = "" if part.rate is None else str(floored(part.rate, 4))
    return [
        what, cell(plain(part.name)), part.files, part.claims, part.accepted, part.held,
        f"{in_dollars(part.cents):.2f}", f"{in_dollars(part.held_cents):.2f}", rate, day,
    ]  # fmt: skip


def _part(part: SummaryRow) -> dict[str, int | float | str | None]:
    return {
        "files": part.files,
        "claims": part.claims,
        "accepted": part.accepted,
        "held": part.held,
        "charges": f"{in_dollars(part.cents):.2f}",
        "held_charges": f"{in_dollars(part.held_cents):.2f}",
        "clean_claim_rate": None if part.rate is None else float(floored(part.rate, 6)),
    }
