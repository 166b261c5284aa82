"""Packs: which edits apply to a payer, at which severity, with which parameters, and for which dates."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from scrubber.cache import cached
from scrubber.claim.procedures import CodeSet
from scrubber.engine.edit import Edit, Parameter
from scrubber.engine.finding import SEVERITIES, Severity
from scrubber.engine.loading.sources import citations, unknown_in
from scrubber.engine.loading.toml_file import line_of, read_toml
from scrubber.errors import ConfigurationError
from scrubber.text import how_to_write_day

_PACK_KEYS = {"id", "title", "version", "extends", "filing_codes", "payers", "sources", "edits"}
_RULE_KEYS = {
    "enabled", "severity", "variants", "parameters", "from", "until", "sources", "why",
}  # fmt: skip

_MOST = 1_000_000
"""A larger number is a slip, and may be more than a date can be moved by."""


class Rule(Struct, frozen=True):
    """One pack's settings for one edit, for services from ``start`` through ``end``."""

    edit: str
    line: int
    enabled: bool | None = None
    severity: Severity | None = None
    variants: Mapping[str, Severity] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    start: date = date.min
    end: date = date.max
    sources: tuple[str, ...] = ()
    why: str = ""

    def covers(self, day: date) -> bool:
        """Return True if the rule is in force for services on this day."""
        return self.start <= day <= self.end


class Pack(Struct, frozen=True):
    """The settings for one payer or kind of payer; ``extends`` names the pack it builds on.

    ``sources`` are the citations of the sources that it defines itself, by id.
    """

    id: str
    title: str
    version: str
    sha256: str
    path: str
    extends: str = ""
    filing_codes: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


class PackDecision(Struct, frozen=True):
    """The settings of one edit under one pack on one day. ``pack`` is the pack that decided last."""

    edit: Edit
    enabled: bool
    severity: Severity
    variants: Mapping[str, Severity]
    parameters: Mapping[str, Any]
    sources: tuple[str, ...]
    pack: str
    why: str = ""


def load_pack(path: Path, edits: Mapping[str, Edit], sources: Collection[str]) -> Pack:
    """Read one pack, whose rules may cite these sources and its own.

    Raise ConfigurationError naming file and line for anything not understood.
    """
    text, data = read_toml(path)
    defined = data.get("sources", {})
    defined_ids = defined if isinstance(defined, dict) else ()
    reader = _PackReader(path, text, edits, {*sources, *defined_ids})
    reader.only(data, _PACK_KEYS, "")
    return Pack(
        id=reader.text(data, "id", path.stem),
        title=reader.text(data, "title", path.stem),
        version=reader.text(data, "version", "0"),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        path=str(path),
        extends=reader.text(data, "extends", ""),
        filing_codes=reader.texts(data, "filing_codes", ""),
        payers=reader.texts(data, "payers", ""),
        rules=tuple(reader.rules(data.get("edits", {}))),
        sources=citations(path, text, reader.table(defined, "sources"), "sources"),
    )


def load_packs(
    folder: Path, edits: Mapping[str, Edit], sources: Collection[str], *, shipped: bool
) -> Iterator[Pack]:
    """Yield the packs in a folder as `load_pack` reads them; shipped ones come from the cache."""
    paths = sorted(folder.glob("*.toml"))
    if not shipped:
        yield from (load_pack(path, edits, sources) for path in paths)
        return
    # Packs are checked against what edits declare, so that is part of the key.
    declared = [
        (edit.id, *edit.variants, *((name, type(p.default).__name__) for name, p in edit.parameters.items()))
        for edit in edits.values()
    ]
    packs = cached(
        "packs",
        (*paths, __file__),
        list[Pack],
        lambda: [load_pack(path, edits, sources) for path in paths],
        also=f"{declared} {sorted(sources)}",
    )
    yield from (_with_types(pack, edits) for pack in packs)


def _with_types(pack: Pack, edits: Mapping[str, Edit]) -> Pack:
    """Give a pack's parameters the types that the edits declare: the cache has no tuples and dates."""
    for rule in pack.rules:
        declared = edits[rule.edit].parameters
        for name, value in rule.parameters.items():
            wanted = type(declared[name].default)
            if wanted is tuple:
                rule.parameters[name] = tuple(value)
            elif wanted is date and isinstance(value, str):
                rule.parameters[name] = date.fromisoformat(value)
    return pack


def decide_all(edits: Iterable[Edit], chain: tuple[Pack, ...], day: date) -> Iterator[PackDecision]:
    """Apply the packs of a chain, the most general first, to each edit's own defaults."""
    rules: defaultdict[str, list[tuple[Rule, Pack]]] = defaultdict(list)
    for pack in chain:
        for rule in pack.rules:
            if rule.covers(day):
                rules[rule.edit].append((rule, pack))
    for edit in edits:
        decision = _default(edit, chain[0])
        for rule, pack in rules[edit.id]:
            decision = _apply(decision, rule, pack)
        yield decision


def _default(edit: Edit, pack: Pack) -> PackDecision:
    return PackDecision(
        edit=edit,
        enabled=True,
        severity=edit.severity,
        variants=edit.variants,
        parameters={name: parameter.default for name, parameter in edit.parameters.items()},
        sources=edit.sources,
        pack=pack.id,
    )


def _apply(before: PackDecision, rule: Rule, pack: Pack) -> PackDecision:
    return PackDecision(
        edit=before.edit,
        enabled=before.enabled if rule.enabled is None else rule.enabled,
        severity=rule.severity or before.severity,
        variants={**before.variants, **rule.variants},
        parameters={**before.parameters, **rule.parameters},
        sources=tuple(dict.fromkeys((*rule.sources, *before.sources))),
        pack=pack.id,
        why=rule.why or before.why,
    )


def _problem_of(declared: Parameter, value: object) -> str:
    """Return what the value of a parameter must be; empty if it is."""
    default = declared.default
    if isinstance(default, tuple):
        wanted = type(default[0]) if default else str
        if not isinstance(value, list) or not all(type(item) is wanted and item != "" for item in value):
            return f"a list of {wanted.__name__}, none of them empty"
        if declared.is_codes:
            try:
                CodeSet.of(value)
            except ValueError as error:
                return f"a list of codes and ranges of codes: {error}"
    elif type(value) is not type(default):
        return type(default).__name__
    elif isinstance(value, int) and abs(value) > _MOST:
        return f"at most {_MOST}"
    elif declared.choices and value not in declared.choices:
        first, *_, last = declared.choices
        is_range = isinstance(declared.choices, range)
        return f"{first} to {last}" if is_range else f"one of {', '.join(declared.choices)}"
    return ""


class _PackReader(Struct, frozen=True):
    """A reader of one pack file's tables, which knows the line of each."""

    path: Path
    source: str
    edits: Mapping[str, Edit]
    sources: Collection[str]

    def rules(self, table: object) -> Iterator[Rule]:
        for edit_id, entries in self.table(table, "edits").items():
            header = f"edits.{edit_id}"
            edit = self.edits.get(edit_id)
            if edit is None:
                raise self.error(header, "", f"no edit has the id {edit_id}")
            for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
                yield self._rule(edit, self.table(entry, header, number), header, number)

    def _rule(self, edit: Edit, entry: Mapping[str, Any], header: str, number: int) -> Rule:
        self.only(entry, _RULE_KEYS, header, number)
        parameters = self._parameters(edit, entry, header, number)
        variants = self.table(entry.get("variants", {}), header, number)
        for name, severity in variants.items():
            if name not in edit.variants:
                raise self.error(f"{header}.variants", name, f"{edit.id} has no variant {name!r}", number)
            self._severity(severity, f"{header}.variants", name, number)
        rule = Rule(
            edit=edit.id,
            line=self.line(header, "", number),
            enabled=self._typed(entry, "enabled", bool, header, number),
            severity=self._severity(entry.get("severity"), header, "severity", number),
            variants=variants,
            parameters=parameters,
            start=self._typed(entry, "from", date, header, number) or date.min,
            end=self._typed(entry, "until", date, header, number) or date.max,
            sources=self.texts(entry, "sources", header, number),
            why=self.text(entry, "why", "", header, number),
        )
        if unknown := unknown_in(rule.sources, self.sources):
            message = f"{edit.id} cites {unknown!r}, which neither this pack nor a sources.toml defines"
            raise self.error(header, "sources", message, number)
        if rule.start > rule.end:
            raise self.error(header, "until", "until is before from", number)
        return rule

    def _parameters(self, edit: Edit, entry: Mapping[str, Any], header: str, number: int) -> dict[str, Any]:
        parameters = dict(self.table(entry.get("parameters", {}), header, number))
        header = f"{header}.parameters"
        for name, value in parameters.items():
            declared = edit.parameters.get(name)
            if declared is None:
                raise self.error(header, name, f"{edit.id} has no parameter {name!r}", number)
            if problem := _problem_of(declared, value):
                raise self.error(header, name, f"{name} of {edit.id} must be {problem}", number)
            if isinstance(value, list):
                parameters[name] = tuple(value)
        return parameters

    def _severity(self, value: object, header: str, key: str, number: int) -> Severity | None:
        if value is None:
            return None
        for severity in SEVERITIES:
            if value == severity:
                return severity
        raise self.error(header, key, f"severity must be one of {', '.join(SEVERITIES)}", number)

    def _typed(self, entry: Mapping[str, Any], key: str, wanted: type, header: str, number: int = 0) -> Any:  # noqa: ANN401 - any TOML type
        value = entry.get(key)
        if value is not None and type(value) is not wanted:
            message = f"{key} must be a {wanted.__name__}"
            if wanted is date:
                message += f" without quotes: {how_to_write_day(str(value))}"
            raise self.error(header, key, message, number)
        return value

    def text(
        self, entry: Mapping[str, Any], key: str, default: str, header: str = "", number: int = 0
    ) -> str:
        value = self._typed(entry, key, str, header, number)
        return default if value is None else str(value)

    def texts(self, entry: Mapping[str, Any], key: str, header: str, number: int = 0) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(header, key, f"{key} must be a list of strings", number)
        return tuple(value)

    def table(self, value: object, header: str, number: int = 0) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.error(header, "", f"[{header}] must be a table", number)
        return value

    def only(self, entry: Mapping[str, Any], known: set[str], header: str, number: int = 0) -> None:
        for key in entry:
            if key not in known:
                raise self.error(header, key, f"unknown key {key!r}", number)

    def error(self, header: str, key: str, message: str, number: int = 0) -> ConfigurationError:
        return ConfigurationError(f"{self.path}:{self.line(header, key, number)}: {message}")

    def line(self, header: str, key: str, number: int = 0) -> int:
        return line_of(self.source, header, key, number)
