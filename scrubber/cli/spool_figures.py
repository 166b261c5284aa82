"""A spool's numbers as text, CSV or JSON. Nothing in them is of a patient."""

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
    """For a person or a mail."""
    whole = summary.whole
    period = f"{summary.since}" if summary.since == summary.until else f"{summary.since} to {summary.until}"
    head = f"{period}: {counted(whole.files, 'file')}, {counted(whole.claims, 'claim')}"
    lines = [
        f"{head}, clean-claim rate {percent(whole.rate)}",
        f"  accepted  {whole.accepted:>8}  ${dollars(in_dollars(whole.cents - whole.held_cents)):>16}",
        f"  held      {whole.held:>8}  ${dollars(in_dollars(whole.held_cents)):>16}",
    ]
    if summary.unreadable or summary.failed:
        lines.append(f"  unreadable files {summary.unreadable}, failed jobs {summary.failed}")
    if len(summary.days) > 1:
        lines += ["", *_table("day", summary.days)]
    if summary.payers:
        lines += ["", *_table("payer", summary.payers[:_PAYERS_SHOWN])]
        if len(summary.payers) > _PAYERS_SHOWN:
            lines.append(f"  and {len(summary.payers) - _PAYERS_SHOWN} other payers: see --format csv")
    if summary.edits:
        lines += ["", "  edit        claims held    charges"]
        lines += [
            f"  {edit.edit:<10} {edit.claims:>12}  ${dollars(in_dollars(edit.cents)):>14}"
            for edit in summary.edits
        ]
    return "\n".join(lines) + "\n"


def summary_csv(summary: Summary) -> str:
    """One row for the whole, each day, payer, day and payer, and edit; amounts in dollars."""
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
    """``scrubber.summary/1``; amounts are texts in dollars, rates numbers from 0 to 1 or null."""
    record = {
        "schema": "scrubber.summary/1",
        "since": summary.since.isoformat(),
        "until": summary.until.isoformat(),
        **_part(summary.whole),
        "unreadable": summary.unreadable,
        "failed": summary.failed,
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
    """For the person who runs the server."""
    lines = [
        f"{'working' if status.is_owned else 'no watch is running'}",
        f"  waiting  {status.waiting:>7}" + (f"  oldest {status.oldest}" if status.oldest else ""),
        f"  in work  {status.working:>7}",
        f"  to send  {status.out:>7}",
        f"  held     {status.held:>7}",
        f"  failed   {len(status.failed):>7}",
    ]
    lines += [f"  left alone in in/: {count} ({why})" for why, count in sorted(status.skipped.items())]
    lines += [f"  failed {failure.job}: {failure.why}" for failure in status.failed]
    today = status.today
    lines.append(
        f"  today: {counted(today.files, 'file')}, {counted(today.claims, 'claim')}, {today.held} held,"
        f" clean-claim rate {percent(today.rate)}"
    )
    return "\n".join(lines) + "\n"


def status_json(status: SpoolStatus) -> str:
    """``scrubber.status/1``."""
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
    """What one run did; cron mails it."""
    if not totals.files:
        text = "nothing to do\n"
    else:
        rate = percent(totals.accepted / totals.claims if totals.claims else None)
        text = (
            f"{counted(totals.files, 'file')}: {totals.clean} clean, {totals.held} with held claims,"
            f" {totals.unreadable} unreadable, {totals.failed} failed\n"
            f"{counted(totals.claims, 'claim')}: {totals.accepted} accepted,"
            f" {totals.claims - totals.accepted} held, clean-claim rate {rate}\n"
            f"charges ${dollars(in_dollars(totals.cents))},"
            f" of these held ${dollars(in_dollars(totals.held_cents))}\n"
        )
    if totals.edit_errors:
        text += f"edits failed with an error on {counted(totals.edit_errors, 'file')}: see the reports\n"
    if totals.late:
        text += f"{totals.late} files were written to after they were taken: see failed/\n"
    if totals.left:
        text += (
            f"{totals.left} files are left: not complete yet, still being written, or the run was stopped\n"
        )
    if totals.skipped:
        text += f"{totals.skipped} entries of in/ are left alone: `scrubber spool status` says why\n"
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
    """A row of the CSV."""
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
