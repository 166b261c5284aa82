"""What `explain`, `edits list` and `packs show` print, made from metadata so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrubber.engine.edit import Edit, Subject
from scrubber.engine.loading.discovery import Example, shipped_folder
from scrubber.engine.pack import Pack, PackDecision
from scrubber.engine.rulebook import Rulebook

_SUBJECTS: Mapping[Subject, str] = {
    "party": "each person and organization",
    "diagnosis": "each diagnosis",
    "line": "each service line",
    "line_diagnosis": "each service line with its diagnoses",
    "lines": "the service lines of a claim together",
    "claim": "each claim as a whole",
    "envelope": "each interchange, group and transaction set, and the whole file",
}


@dataclass(frozen=True, slots=True)
class EditStatus:
    """What a pack decides about an edit; ``decision`` is ``None`` where the edit is off.

    ``inherited`` is True where it decides as the pack that it extends.
    """

    pack: Pack
    decision: PackDecision | None
    inherited: bool

    @property
    def severity(self) -> str:
        """Return the severity with those of special cases, or ``off``."""
        if self.decision is None:
            return "off"
        variants = (f"; {name}: {level}" for name, level in self.decision.variants.items())
        return self.decision.severity + "".join(variants)


def edit_statuses(edit: Edit, rulebook: Rulebook, day: date) -> tuple[EditStatus, ...]:
    """Return what each pack decides about an edit for services of a day, general packs first."""
    found: dict[str, EditStatus] = {}
    for pack in sorted(rulebook.packs.values(), key=lambda pack: len(rulebook.chain(pack.id))):
        decisions = rulebook.decisions(pack.id, day)
        own = next((decision for decision in decisions if decision.edit.id == edit.id), None)
        parent = found.get(pack.extends)
        found[pack.id] = EditStatus(pack, own, parent is not None and _is_same(own, parent.decision))
    return tuple(found.values())


def explain(edit: Edit, rulebook: Rulebook, day: date, example: Example | None = None) -> Iterator[str]:
    """Yield the manual page of an edit: its docstring, an example, and what packs, codes and sources add."""
    yield f"{edit.id}  {edit.title}"
    yield ""
    yield from edit.manual.splitlines()
    if edit.to_do:
        yield ""
        yield "To do"
        yield f"    {edit.to_do}"
    if example:
        yield ""
        yield f"Example: {example.case}"
        yield from (f"    {line}" for line in example.lines())
    yield ""
    yield from _severities(edit_statuses(edit, rulebook, day))
    yield from _parameters(edit, rulebook, day)
    yield ""
    yield "Checked on"
    yield f"    {checked_on(edit)}"
    yield ""
    yield "Codes"
    yield f"    SNIP level {edit.snip}"
    if edit.denials:
        yield f"    denials prevented (CARC, RARC): {', '.join(edit.denials)}"
    if edit.claim_status:
        yield f"    claim status (277CA): {', '.join(edit.claim_status)}"
    if citations := cited(edit, rulebook, day):
        yield ""
        yield "Sources"
        yield from (f"    {citation}" for citation in citations)
    if page := page_of(edit):
        yield ""
        yield f"Page: {page}"


def explain_family(family: str, rulebook: Rulebook) -> Iterator[str]:
    """Yield the edits of a family, one a line; nothing where there is no such family."""
    found = [edit for edit in rulebook.edits.values() if edit.family == family]
    if found:
        count = f"{len(found)} edit" + ("" if len(found) == 1 else "s")
        yield f"{family}  {count}; `scrubber explain {found[0].id}` prints the manual page of one"
        yield ""
        yield from list_edits(found)
        if page := page_of(found[0]):
            yield ""
            yield f"Page: {page.partition('#')[0]}"


def family_folder(edit: Edit) -> str:
    """Return the name of the folder that holds the edit and its family."""
    return Path(edit.path).parent.name


def page_of(edit: Edit) -> str:
    """Return the documentation page of an edit, relative to the project; empty if not shipped."""
    if not Path(edit.path).is_relative_to(shipped_folder()):
        return ""
    return f"docs/edits/{family_folder(edit)}.md#{edit.id.lower()}"


def checked_on(edit: Edit) -> str:
    """Return in words what an edit is run on."""
    return "; ".join(words for subject, words in _SUBJECTS.items() if subject in edit.checks)


def own_value(status: EditStatus, edit: Edit, name: str) -> str:
    """Return the value that a pack itself sets for a parameter, as text; empty where it sets none."""
    if status.inherited or status.decision is None:
        return ""
    value = status.decision.parameters[name]
    return "" if value == edit.parameters[name].default else text_of(value)


def cited(edit: Edit, rulebook: Rulebook, day: date) -> tuple[str, ...]:
    """Return the citations of an edit and of every pack that decides about it."""
    sources = [*edit.sources]
    for status in edit_statuses(edit, rulebook, day):
        sources += status.decision.sources if status.decision else ()
    return rulebook.cite(tuple(dict.fromkeys(sources)))


def list_edits(edits: Iterable[Edit]) -> Iterator[str]:
    """Yield one line an edit: id, default severity, SNIP level, title; where it is from if not shipped."""
    for edit in edits:
        origin = f"  (from {edit.origin})" if edit.origin else ""
        yield f"{edit.id:<8}  {edit.severity:<6}  SNIP {edit.snip}  {edit.title}{origin}"


def list_packs(rulebook: Rulebook) -> Iterator[str]:
    """Yield one line a pack: id, version, what it extends, title."""
    for pack in rulebook.packs.values():
        extends = f"extends {pack.extends}" if pack.extends else ""
        chosen = [*(f"SBR09 {code}" for code in pack.filing_codes), *(f"payer {id_}" for id_ in pack.payers)]
        title = f"{pack.title} ({', '.join(chosen)})" if chosen else pack.title
        yield f"{pack.id:<24}  {pack.version:<8}  {extends:<26}  {title}"


def show_pack(rulebook: Rulebook, pack_id: str, day: date) -> Iterator[str]:
    """Yield what a pack decides about each edit for services of a day, and which pack decided."""
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


def text_of(value: object) -> str:
    """Return the value of a parameter as text."""
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def _extras(decision: PackDecision) -> str:
    parts: Iterable[str] = (
        *(f"{name}: {severity}" for name, severity in decision.variants.items()),
        *(f"{name}={text_of(value)}" for name, value in decision.parameters.items()),
    )
    return "  " + "; ".join(parts) if parts else ""


def _parameters(edit: Edit, rulebook: Rulebook, day: date) -> Iterator[str]:
    if not edit.parameters:
        return
    yield ""
    yield "Parameters that a pack may set"
    for name, parameter in edit.parameters.items():
        yield f"    {name} (default {text_of(parameter.default)}): {parameter.about}"
        for status in edit_statuses(edit, rulebook, day):
            if value := own_value(status, edit, name):
                yield f"        {status.pack.id}: {value}"


def _severities(found: tuple[EditStatus, ...]) -> Iterator[str]:
    """Yield one line a pack that decides for itself; the others are named with the pack that they follow."""
    yield "Severity by pack"
    for status in found:
        if status.inherited:
            continue
        why = f"  ({status.decision.why})" if status.decision and status.decision.why else ""
        yield f"    {status.pack.id:<16} {status.severity}{why}"
        followers = [other.pack.id for other in found if other.inherited and _follows(other, status, found)]
        if followers:
            yield f"    {'':<16} also: {', '.join(followers)}"


def _follows(status: EditStatus, leader: EditStatus, found: tuple[EditStatus, ...]) -> bool:
    """Return True if the nearest pack above that decides for itself is this one."""
    by_id = {other.pack.id: other for other in found}
    above = by_id[status.pack.extends]
    while above.inherited:
        above = by_id[above.pack.extends]
    return above is leader


def _is_same(one: PackDecision | None, other: PackDecision | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.severity, one.variants, one.parameters, one.pack) == (
        other.severity,
        other.variants,
        other.parameters,
        other.pack,
    )
