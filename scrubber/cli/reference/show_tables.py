"""The output of the commands on tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scrubber.tables import Answer, Lookups
from scrubber.tables.drugs import Drug
from scrubber.tables.status import STATES, TableStatus
from scrubber.tables.vintage import Vintage, VintageInfo
from scrubber.text import counted, plain

if TYPE_CHECKING:
    from scrubber.cli.reference.diff_tables import Change


def list_vintages(vintages: Iterable[Vintage]) -> Iterator[str]:
    """Yield a line for each vintage: table, label, dates, rows, whether it is complete, and its origin."""
    for vintage in sorted(vintages, key=lambda entry: (entry.about.table, entry.about.published)):
        about = vintage.about
        origin = "imported" if vintage.imported else "shipped"
        yield (
            f"{about.table:<13} {about.label:<12} {_days(about):<25} {about.rows:>9,} rows  "
            f"{'whole' if about.complete else 'part':<5}  {origin:<8}  {about.published_by}"
        )


def show_answer(question: str, day: date, answer: Answer[Any]) -> Iterator[str]:
    """Yield the lines of a table's answer, which is what edits get."""
    yield f"{question} on {day.isoformat()}:"
    if answer.uncovered:
        yield f"  not covered: {answer.uncovered}"
    elif answer.is_absent:
        yield "  not found: the table does not list it on this date"
    for record in answer.records:
        yield from _record(record)
    if answer.carried_over:
        yield f"  carried over from the last list: {answer.carried_over}"
    for record in answer.elsewhen:
        yield "  on other dates only:"
        yield from _record(record)
    if answer.vintage:
        yield f"  from {answer.vintage.table} {answer.vintage.vintage}, sha256 {answer.vintage.sha256}"


def describe(about: VintageInfo) -> str:
    """Describe one vintage in a sentence, after an import."""
    return (
        f"{about.table} {about.label}: {about.rows:,} rows for services of {about.covers}, "
        f"{'complete table' if about.complete else 'partial table'}"
    )


def show_changes(changed: Sequence[Change], claims: int) -> Iterator[str]:
    """Yield what other tables change, claim by claim, and the totals."""
    for change in changed:
        verdict = f"{change.before} → {change.after}" if change.is_turned else change.after
        yield plain(f"{change.file}: claim {change.claim}, ${change.charge}: {verdict}")
        yield from (f"  {plain(line)}" for line in change.lines)
    turned = [change for change in changed if change.is_turned]
    charges = sum((Decimal(change.charge) for change in turned), Decimal())
    yield (
        f"{counted(len(changed), 'claim')} of {claims} would change, {len(turned)} with another verdict"
        + (f" (${charges:,.2f})" if turned else "")
    )


def show_status(found: Iterable[TableStatus], day: date) -> Iterator[str]:
    """Yield the tables by their state; for what has to be done also the file, its page and the command."""
    yield f"Tables on {day.isoformat()}"
    statuses = list(found)
    for state, heading in STATES.items():
        of_state = [status for status in statuses if status.state == state]
        if of_state:
            yield ""
            yield f"{heading}:"
        for status in of_state:
            yield f"  {status.table:<16} {_release(status)}".rstrip()
            if status.command:
                yield f"      get {status.file}"
                yield f"      from “{status.page}”"
                yield f"      then {status.command}"


def _release(status: TableStatus) -> str:
    if not status.release:
        return status.title
    days = f"to {status.last.isoformat()}" if status.last else "no end"
    extent = "whole" if status.complete else "part"
    return f"{status.release:<14} {days:<14} {extent:<5}  {'imported' if status.imported else 'shipped'}"


def look_up(
    lookups: Lookups, kind: str, keys: tuple[str, ...], day: date, program: str, state: str
) -> Answer[Any]:
    """Look up keys in a table by its name."""
    if kind == "ptp":
        return lookups.ptp(keys[0], keys[1], day, program)
    if kind == "mcd":
        return lookups.articles(keys[0], state, day)
    if kind == "mue":
        return lookups.mue(keys[0], day, program)
    if kind == "sad":
        return lookups.self_administered(keys[0], state, day)
    if kind == "pfs":
        return lookups.payment_policy(keys[0], day, *keys[1:])
    by_key: Mapping[str, Callable[[str, date], Answer[Any]]] = {
        "icd10cm": lookups.icd10cm,
        "diagnosis-rules": lookups.diagnosis_rule,
        "diagnosis-notes": lookups.diagnosis_notes,
        "indications": lookups.indications,
        "hcpcs": lookups.hcpcs,
        "asp": lookups.asp,
        "ndc": lookups.ndc,
        "drugs": lookups.drug,
        "drug-listings": lookups.drug_listing,
        "ended-reasons": lookups.ended_reason,
        "places": lookups.place,
        "modifiers": lookups.modifier,
        "states": lookups.state,
        "unclassified": lookups.unclassified,
        "aoc": lookups.add_on,
        "asp-limits": lookups.payment_limit,
        "noc": lookups.unclassified_drug,
        "zip5": lookups.zip_locality,
        "taxonomy": lookups.taxonomy,
        "order-refer": lookups.ordering_provider,
        "deactivated-npi": lookups.deactivated_npi,
        "leie": lookups.exclusion,
        "opt-out": lookups.opt_out,
    }
    return by_key[kind](keys[0], day)


def _days(about: VintageInfo) -> str:
    covers = about.covers
    return "any day" if (covers.first, covers.last) == (date.min, date.max) else str(covers)


def _record(record: Any) -> Iterator[str]:  # noqa: ANN401 - any table's record
    if isinstance(record, Drug):
        for fact in record.facts:
            extras = [
                f"when {fact.when}" if fact.when else "",
                fact.source or "no source",
                fact.confidence,
                fact.note,
            ]
            yield f"    {fact.name}: {fact.value}  ({', '.join(extra for extra in extras if extra)})"
        return
    for name, value in record._asdict().items():
        yield f"    {name.replace('_', ' ')}: {_text(value)}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return "open" if value in (date.min, date.max) else value.isoformat()
    if isinstance(value, dict):
        return ", ".join(f"{key} ({part})" for key, part in sorted(value.items()))
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))
    return str(value)
