"""The proof of timely filing of a claim as one page: text, or HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from scrubber.answers import ClaimAcknowledgment
from scrubber.html.page import banner, opening
from scrubber.html.tags import Element, add, render, tag
from scrubber.report.build import name_of
from scrubber.report.masking import HIDDEN
from scrubber.spool.timely.answers import Acknowledgment
from scrubber.spool.timely.proof import Filing, Proof
from scrubber.text import counted, dollars, plain
from scrubber.version import __version__

_TITLE = "Proof of timely filing"
_WIDTH = 90
_LABEL = 24
_OUTCOMES = {
    "out": "put into out/, to be sent",
    "report_only": "put into out/, to be sent (the watch was report-only)",
    "held": "held: not sent",
    "unknown": "not known: part of this file was sent, by a version that did not record which claims",
}


class Section(NamedTuple):
    """A part of the page: its heading, and labels with values."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def sections(proof: Proof, today: date, *, masked: bool) -> Iterator[Section]:
    """Yield the parts of the page."""
    yield Section("Claim", tuple(_claim(proof, masked=masked)))
    for number, filing in enumerate(proof.filings, 1):
        heading = f"File {number} of {len(proof.filings)} with this claim"
        yield Section(heading, tuple(_filing(filing, masked=masked)))
        for each in filing.acknowledgments:
            yield Section(f"Answer to file {number}", tuple(_answer(each, masked=masked)))
    yield Section("Timely filing limit", tuple(_limit(proof, today)))
    yield Section(
        "Not on record", tuple(("", text) for text in missing(proof)) or (("", "Nothing is missing."),)
    )


def missing(proof: Proof) -> Iterator[str]:
    """Yield what a payer may ask for and the record does not have."""
    if not proof.sent:
        yield "The claim was never put into out/: nothing here shows that it was filed."
        return
    yield "When a file was uploaded: out/ is emptied by the uploader, whose own log has it."
    for number, filing in enumerate(proof.filings, 1):
        if filing.is_sent:
            yield from (f"File {number}: {text}" for text in _missing_of(filing))
    if proof.unsearched:
        yield f"{counted(proof.unsearched, 'older file')} could not be searched: pruned from the archive."
    if proof.limit is None:
        yield "The payer's timely filing limit: no pack has it; see your contract."


def _missing_of(filing: Filing) -> Iterator[str]:
    kinds = {_kind(each) for each in filing.accepted}
    if lacking := [kind for kind in ("999", "277CA") if kind not in kinds]:
        yield (
            f"no {' and no '.join(lacking)} of the clearinghouse or payer that accepts it; answers are read"
            " from feedback-in/, or name them with --answers."
        )
    if filing.is_in_out:
        yield "the clean file is still in out/; no uploader has taken it."
    if filing.others:
        again = ", ".join(filing.others)
        yield f"its control numbers were used for job {again}, too: an answer to them may be to that file."
    if not filing.is_intact:
        yield "the archived file is not the one that was received; see `scrubber spool verify`."
    if filing.audit is None:
        yield "the audit log has no entry for it; see `scrubber spool verify`."


def sheet_text(proof: Proof, today: date, *, masked: bool) -> str:
    """Return the page as text."""
    lines = [_TITLE.upper(), _made(today), ""]
    for section in sections(proof, today, masked=masked):
        lines.append(section.heading.upper())
        for label, value in section.rows:
            wrapped = textwrap.wrap(plain(value), _WIDTH - _LABEL, break_on_hyphens=False) or [""]
            if not label:
                wrapped = textwrap.wrap(plain(value), _WIDTH - 4, break_on_hyphens=False)
                lines += [f"{'  - ' if at == 0 else '    '}{line}" for at, line in enumerate(wrapped)]
                continue
            lines += [f"  {label if at == 0 else '':<{_LABEL}}{line}" for at, line in enumerate(wrapped)]
        lines.append("")
    return "\n".join(lines)


def sheet_html(proof: Proof, today: date, *, masked: bool) -> str:
    """Return the page as HTML, which needs nothing else and can be printed."""
    body = tag("main", id="claims")
    for section in sections(proof, today, masked=masked):
        part = tag("section", tag("h2", section.heading), cls="box")
        labeled = [row for row in section.rows if row[0]]
        if labeled:
            terms = tag("dl", cls="facts")
            for label, value in labeled:
                add(terms, tag("dt", label), tag("dd", value or "not sent"))
            part.append(terms)
        if plain_rows := [value for label, value in section.rows if not label]:
            part.append(tag("ul", *(tag("li", value) for value in plain_rows)))
        body.append(part)
    number = HIDDEN if masked else proof.facts.control_number
    empty: Element = tag("dl", cls="tiles")
    title = f"{_TITLE}: claim {number}"
    return f"{opening(title)}{banner(title, _made(today), empty)}{render(body)}\n</body>\n</html>\n"


SHEETS: dict[str, Callable[..., str]] = {"text": sheet_text, "html": sheet_html}


def _made(today: date) -> str:
    return f"Made on {today} by scrubber {__version__} from the archive of the watch folder."


def _claim(proof: Proof, *, masked: bool) -> Iterator[tuple[str, str]]:
    facts = proof.facts
    levels, provider = facts.levels, facts.levels.billing_provider

    def hidden(value: str) -> str:
        return HIDDEN if masked and value else value

    yield "Claim number (CLM01)", hidden(facts.control_number)
    yield "Patient", hidden(name_of(levels.patient))
    yield "Member ID", hidden(levels.member_id)
    yield "Payer", " ".join(part for part in (levels.payer_name, f"(ID {levels.payer_id})") if part)
    if provider:
        yield (
            "Billing provider",
            f"{name_of(provider)} ({'NPI' if provider.qualifier == 'XX' else 'ID'} {provider.id})",
        )
    first, last = facts.first_service, facts.last_service
    yield (
        "Dates of service",
        "cannot be read" if first is None else f"{first}" + (f" to {last}" if last != first else ""),
    )
    yield "Total charge", f"${dollars(facts.charge)}" if facts.charge is not None else facts.total_charge


def _filing(filing: Filing, *, masked: bool) -> Iterator[tuple[str, str]]:
    yield "Job", filing.job
    yield "Name as received", HIDDEN if masked else filing.name
    yield "Written by the sender", f"{filing.arrived:%Y-%m-%d %H:%M:%S} UTC"
    yield "Received", _taken(filing.job)
    yield "Decided", f"{filing.decided.replace('T', ' ').replace('Z', ' UTC')}: {_OUTCOMES[filing.outcome]}"
    if filing.is_sent:
        yield "Clean file", HIDDEN if masked else filing.clean_file
        where = "still in out/" if filing.is_in_out else "no longer in out/: taken by the uploader"
        yield "Uploaded", where
    yield "Control numbers", _numbers(filing)
    intact = "the archived file matches" if filing.is_intact else "THE ARCHIVED FILE DOES NOT MATCH"
    yield "SHA-256 of the file", f"{filing.sha256} ({intact})"
    yield "Manifest SHA-256", filing.manifest
    yield "Manifest before it", filing.previous or "none: the first of this watch folder"
    if filing.audit:
        yield (
            "Audit log",
            f"entry {filing.audit.number} of {_time(filing.audit.at)}, hash {filing.audit.hash}",
        )


def _numbers(filing: Filing) -> str:
    parts = (
        ("ISA13", filing.interchange), ("GS06", filing.group), ("ST02", filing.transaction),
        ("BHT03", filing.batch),
    )  # fmt: skip
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def _answer(each: Acknowledgment, *, masked: bool) -> Iterator[tuple[str, str]]:
    answer = each.answer
    verdict = "REJECTED" if answer.is_rejected else "accepted"
    if isinstance(answer, ClaimAcknowledgment):
        said = f"277CA on the claim: {verdict}, status {', '.join(answer.statuses)}"
        if answer.icn:
            said += f"; payer's claim number {HIDDEN if masked else answer.icn}"
    elif answer.kind == "999":
        of = f"group {answer.group}"
        of = f"transaction set {answer.number} of {of}" if answer.number else of
        said = f"999 on {of}: {verdict} ({answer.code})"
    elif answer.kind == "TA1":
        said = f"TA1 on interchange {answer.number}: {verdict} ({answer.code})"
    else:
        said = f"277CA on batch {HIDDEN if masked else answer.number}: {verdict} ({answer.code})"
    yield "Answer", said
    yield "Its date (ISA09)", str(each.day or "cannot be read")
    yield "Its number (ISA13)", each.interchange
    yield "File", HIDDEN if masked else each.file
    yield "SHA-256", each.sha256


def _limit(proof: Proof, today: date) -> Iterator[tuple[str, str]]:
    first = proof.facts.first_service
    limit = proof.limit
    if first is None or limit is None:
        yield "Limit", "not known"
        return
    yield "Limit", f"{limit.text} (pack {limit.pack}), counted from {first}; your contract may say otherwise"
    yield "Last day to file", str(limit.last)
    for label, day in (("First accepted on", proof.filed_on), ("First put into out/ on", proof.put_out_on)):
        if day:
            yield label, f"{day}: {_used(first, day, limit.last)}"
    if proof.filed_on is None:
        yield "Today", f"{today}: {_used(first, today, limit.last)}"
    if proof.noted_sent:
        yield "Noted as sent", f"{_time(proof.noted_sent)}, by the work list"


def _used(first: date, day: date, last: date) -> str:
    used, left = counted((day - first).days, "day"), (last - day).days
    return f"{used} used, " + (
        f"{counted(left, 'day')} left" if left >= 0 else f"{counted(-left, 'day')} LATE"
    )


def _kind(each: Acknowledgment) -> str:
    return "277CA" if isinstance(each.answer, ClaimAcknowledgment) else each.answer.kind


def _time(at: str) -> str:
    return f"{at[:19].replace('T', ' ')} UTC"


def _taken(job: str) -> str:
    """Return the time in a job's ID."""
    day, time = job[:8], job[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]} local time"
