"""Sources: the authorities for edits and packs, cited by id."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scrubber.engine.loading.toml_file import line_of, read_toml
from scrubber.errors import ConfigurationError

_KEYS = ("publisher", "title", "date", "standing")
STANDING = "in force until replaced"
"""What a citation says instead of a date of a law or standard, which does not age."""


def load_sources(path: Path) -> dict[str, str]:
    """Return the citations of a `sources.toml` by id. Raise ConfigurationError naming file and line."""
    text, data = read_toml(path)
    return citations(path, text, data)


def citations(path: Path, text: str, tables: Mapping[str, Any], header: str = "") -> dict[str, str]:
    """Return the citations in a table of sources by id: publisher, title and date in one text.

    A source with ``standing = true`` is a law or a standard, which is in force until it is replaced.
    ``header`` is the table that contains them. Raise ConfigurationError naming file and line.
    """
    by_id: dict[str, str] = {}
    for key, entry in tables.items():
        name = f"{header}.{key}" if header else key
        if problem := _problem_of(entry):
            raise ConfigurationError(f"{path}:{line_of(text, name)}: source {key} {problem}")
        said = [str(entry["date"])] if entry.get("date") else []
        said += [STANDING] if entry.get("standing") else []
        when = f" ({'; '.join(said)})" if said else ""
        by_id[key] = f"{entry['publisher']}, {entry['title']}{when}"
    return by_id


def add_citations(known: dict[str, str], more: Mapping[str, str], path: Path, header: str = "") -> None:
    """Add citations to those that are known; an id has the same meaning everywhere.

    Raise ConfigurationError naming file and line if an id already has another meaning.
    """
    for key, citation in more.items():
        if known.setdefault(key, citation) != citation:
            line = line_of(path.read_text(encoding="utf-8"), f"{header}.{key}" if header else key)
            raise ConfigurationError(f"{path}:{line}: the source {key} is already defined: {known[key]}")


def unknown_in(cited: Collection[str], known: Collection[str]) -> str:
    """Return the first cited id that is not known; empty if all are."""
    return next((source for source in cited if source not in known), "")


def line_of_citation(path: Path, source: str) -> int:
    """Return the line where a Python file cites a source: that of the id, or of the keyword `sources`."""
    keyword = 1
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Constant) and node.value == source:
            return node.lineno
        if isinstance(node, ast.keyword) and node.arg == "sources":
            keyword = node.lineno
    return keyword


def _problem_of(entry: object) -> str:
    """Return what is wrong with a source; empty if nothing is."""
    if not isinstance(entry, dict):
        return "must be a table"
    for key, value in entry.items():
        if key not in _KEYS:
            return f"has an unknown key {key!r}"
        if key == "standing" and value is not True:
            return "has a standing that is not true"
        if key != "standing" and not isinstance(value, (str, date) if key == "date" else str):
            return f"has a {key} that is not a string"
    return "" if entry.get("publisher") and entry.get("title") else "needs a publisher and a title"
