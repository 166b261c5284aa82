"""What `explain`, `edits list` and `packs show` print: made from metadata, so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from scrubber.edit.edit import Edit
from scrubber.edit.pack import Decision
from scrubber.edit.rulebook import Rulebook


def explain(edit: Edit, rulebook: Rulebook, day: date) -> Iterator[str]:
    """The manual page of an edit: its docstring, and what packs, codes and sources say of it."""
    yield f"{edit.id}  {edit.title}"
    yield ""
    yield from edit.manual.splitlines()
    yield ""
    yield "How severe"
    for pack in rulebook.packs.values():
        yield f"    {pack.id:<12} {_severity(edit, rulebook, pack.id, day)}"
    if edit.parameters:
        yield ""
        yield "Parameters that a pack may set"
        for name, parameter in edit.parameters.items():
            yield f"    {name} (default {_value(parameter.default)}): {parameter.about}"
    yield ""
    yield "Codes"
    yield f"    SNIP level {edit.snip}"
    if edit.denials:
        yield f"    denials prevented (CARC, RARC): {', '.join(edit.denials)}"
    if edit.claim_status:
        yield f"    claim status (277CA): {', '.join(edit.claim_status)}"
    if edit.sources:
        yield ""
        yield "Sources"
        for citation in rulebook.cite(edit.sources):
            yield f"    {citation}"


def list_edits(rulebook: Rulebook) -> Iterator[str]:
    """One line an edit: id, default severity, SNIP level, title."""
    for edit in rulebook.edits.values():
        yield f"{edit.id:<8}  {edit.severity:<6}  SNIP {edit.snip}  {edit.title}"


def list_packs(rulebook: Rulebook) -> Iterator[str]:
    """One line a pack: id, version, what it extends, title."""
    for pack in rulebook.packs.values():
        extends = f"extends {pack.extends}" if pack.extends else ""
        yield f"{pack.id:<12}  {pack.version:<8}  {extends:<18}  {pack.title}"


def show_pack(rulebook: Rulebook, pack_id: str, day: date) -> Iterator[str]:
    """What a pack decides about each edit for services of a day, and who decided."""
    chain = rulebook.chain(pack_id)
    pack = chain[-1]
    yield f"{pack.id}  {pack.title}, version {pack.version}"
    yield f"sha256 {pack.sha256}"
    if pack.filing_codes:
        yield f"chosen by claim filing code (SBR09) {', '.join(pack.filing_codes)}"
    if pack.payers:
        yield f"chosen by payer id {', '.join(pack.payers)}"
    yield f"decisions for services of {day.isoformat()}:"
    for decision in rulebook.decisions(pack_id, day):
        yield f"  {decision.edit.id:<8}  {decision.severity:<6}  by {decision.pack:<12}{_extras(decision)}"
        if decision.why:
            yield f"            {decision.why}"


def _extras(decision: Decision) -> str:
    parts: Iterable[str] = (
        *(f"{name}: {severity}" for name, severity in decision.variants.items()),
        *(f"{name}={_value(value)}" for name, value in decision.parameters.items()),
    )
    return "  " + "; ".join(parts) if parts else ""


def _severity(edit: Edit, rulebook: Rulebook, pack_id: str, day: date) -> str:
    for decision in rulebook.decisions(pack_id, day):
        if decision.edit.id == edit.id:
            variants = "".join(f"; {name}: {level}" for name, level in decision.variants.items())
            why = f"  ({decision.why})" if decision.why else ""
            return f"{decision.severity}{variants}{why}"
    return "off"


def _value(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)
