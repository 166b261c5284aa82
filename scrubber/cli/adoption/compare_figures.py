"""A comparison as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from scrubber.adoption.compare import Amount, Change, Comparison
from scrubber.text import cell, counted, dollars, plain

_SHOWN = 50
_COLUMNS = (
    "what", "name", "claims", "charges", "more", "more_charges", "fewer", "fewer_charges", "claim", "before",
    "after", "gone", "come", "answer",
)  # fmt: skip
_VERDICTS = {False: "accepted", True: "held"}


class Sides(NamedTuple):
    """What the two sides are called, and whether payers' answers are at hand."""

    before: str
    after: str
    has_answers: bool


def compare_text(found: Comparison, sides: Sides) -> str:
    """Format a comparison for a person."""
    lines = [
        f"A: {plain(sides.before)}",
        f"B: {plain(sides.after)}",
        f"{_amount(found.total)}: A holds {_amount(found.before)}, B holds {_amount(found.after)}.",
    ]
    more = f"{found.more.claims:,} more (${dollars(found.more.charges)})"
    fewer = f"{found.fewer.claims:,} fewer (${dollars(found.fewer.charges)})"
    lines.append(f"B would hold {more} and {fewer}.")
    if found.unpaired:
        lines.append(f"Not compared: {counted(found.unpaired, 'claim')}, in files that only one report has.")
    if sides.has_answers:
        lines += [_answered(found, "B", is_held=True), _answered(found, "A", is_held=False)]
    if found.edits:
        lines += ["", f"{'edit':<10} {'more':>7} {'charges':>15} {'fewer':>7} {'charges':>15}"]
        lines += [
            f"{edit:<10} {each.more.claims:>7,} {dollars(each.more.charges):>15} {each.fewer.claims:>7,}"
            f" {dollars(each.fewer.charges):>15}"
            for edit, each in _ranked(found)
        ]
    if found.changes:
        lines += ["", "Claims that only one of them holds"]
        lines += [_line(change) for change in found.changes[:_SHOWN]]
    if len(found.changes) > _SHOWN:
        lines.append(f"and {len(found.changes) - _SHOWN:,} more: --format csv has all")
    return "\n".join(lines) + "\n"


def compare_csv(found: Comparison, sides: Sides) -> str:
    """Format a comparison as CSV: a row for the whole, for each edit, and for each claim that changes."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    whole = {"claims": found.total.claims, "charges": f"{found.total.charges:.2f}"}
    name = f"{sides.before} / {sides.after}"
    writer.writerow({"what": "all", "name": cell(plain(name))} | whole | _both(found.more, found.fewer))
    for edit, each in _ranked(found):
        writer.writerow({"what": "edit", "name": edit} | _both(each.more, each.fewer))
    for change in found.changes:
        record = _record(change)
        lists = {name: " ".join(record.pop(name)) for name in ("gone", "come")}
        texts = {key: cell(plain(str(value or ""))) for key, value in record.items() if key != "charge"}
        file = texts.pop("file")
        writer.writerow({"what": "claim", "name": file, "charges": record["charge"], **texts, **lists})
    return out.getvalue()


def compare_json(found: Comparison, sides: Sides) -> str:
    """Format a comparison as ``scrubber.compare/1``; amounts are texts in dollars."""
    record: dict[str, Any] = {
        "schema": "scrubber.compare/1",
        "a": sides.before,
        "b": sides.after,
        "claims": _json(found.total),
        "held_by_a": _json(found.before),
        "held_by_b": _json(found.after),
        "more": _json(found.more),
        "fewer": _json(found.fewer),
        "unpaired": found.unpaired,
        "answers": {
            name: {answer: _json(each) for answer, each in found.answered(is_held=is_held).items()}
            for name, is_held in (("more", True), ("fewer", False))
        }
        if sides.has_answers
        else None,
        "edits": [
            {"edit": edit, "more": _json(each.more), "fewer": _json(each.fewer)}
            for edit, each in _ranked(found)
        ],
        "changes": [_record(change) for change in found.changes],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


COMPARISONS: dict[str, Callable[[Comparison, Sides], str]] = {
    "text": compare_text,
    "csv": compare_csv,
    "json": compare_json,
}


def _ranked(found: Comparison) -> list[tuple[str, Any]]:
    """Return the edits, those with the highest charges first."""
    return sorted(
        found.edits.items(), key=lambda item: (-(item[1].more.charges + item[1].fewer.charges), item[0])
    )


def _amount(amount: Amount) -> str:
    return f"{counted(amount.claims, 'claim')} (${dollars(amount.charges)})"


def _answered(found: Comparison, side: str, *, is_held: bool) -> str:
    """Return what payers said of the claims that only one side holds."""
    answers = found.answered(is_held=is_held)
    parts = [f"{answers['paid'].claims:,} were paid (${dollars(answers['paid'].charges)})"]
    parts.append(f"{answers['denied'].claims:,} denied (${dollars(answers['denied'].charges)})")
    parts.append(f"{answers['unanswered'].claims:,} have no answer")
    if ambiguous := answers["ambiguous"].claims:
        parts.append(f"{ambiguous:,} cannot be told from others with their number")
    return f"Of those that only {side} would hold, {', '.join(parts)}."


def _line(change: Change) -> str:
    edits = " ".join((*(f"-{edit}" for edit in change.gone), *(f"+{edit}" for edit in change.come)))
    verdicts = f"{_VERDICTS[not change.is_held]} → {_VERDICTS[change.is_held]}"
    parts = [change.file, change.claim or "without a number", f"${dollars(change.charge)}", verdicts, edits]
    return plain("  " + "  ".join(part for part in (*parts, change.answer or "") if part))


def _record(change: Change) -> dict[str, Any]:
    return {
        "file": change.file,
        "claim": change.claim,
        "charge": f"{change.charge:.2f}",
        "before": _VERDICTS[not change.is_held],
        "after": _VERDICTS[change.is_held],
        "gone": list(change.gone),
        "come": list(change.come),
        "answer": change.answer,
    }


def _json(amount: Amount) -> dict[str, int | str]:
    return {"claims": amount.claims, "charges": f"{amount.charges:.2f}"}


def _both(more: Amount, fewer: Amount) -> dict[str, int | str]:
    return {
        "more": more.claims,
        "more_charges": f"{more.charges:.2f}",
        "fewer": fewer.claims,
        "fewer_charges": f"{fewer.charges:.2f}",
    }
