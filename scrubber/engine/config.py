"""The user's configuration, scrubber.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scrubber.engine.policy import Suppression
from scrubber.engine.toml_file import line_of
from scrubber.errors import ConfigurationError

_KEYS = {"pack", "edits", "tables", "payers", "suppressions"}
_SUPPRESSION_KEYS = {"edit", "payer", "provider", "procedure", "reason", "owner", "expires"}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What scrubber.toml says. ``edits`` and ``tables`` are folders, taken from the file's own place."""

    pack: str = ""
    edits: tuple[Path, ...] = ()
    tables: Path | None = None
    payers: Mapping[str, str] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()


def load_configuration(path: Path) -> Configuration:
    """Read a configuration. Raises ConfigurationError naming file and line."""
    try:
        source = path.read_text(encoding="utf-8")
        data = tomllib.loads(source)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as TOML: {error}") from error

    def fail(header: str, key: str, message: str, number: int = 0) -> ConfigurationError:
        return ConfigurationError(f"{path}:{line_of(source, header, key, number)}: {message}")

    for key in data:
        if key not in _KEYS:
            raise fail("", key, f"unknown key {key!r}")
    for key, what in (("pack", "the id of a pack"), ("tables", "the folder of imported tables")):
        if not isinstance(data.get(key, ""), str):
            raise fail("", key, f"{key} must be {what}")
    folders = data.get("edits", [])
    if not _are_texts(folders):
        raise fail("", "edits", "edits must be a list of folders")
    payers = data.get("payers", {})
    if not isinstance(payers, dict) or not _are_texts(list(payers.values())):
        raise fail("payers", "", "payers must map payer ids to pack ids")
    return Configuration(
        pack=data.get("pack", ""),
        edits=tuple((path.parent / folder).resolve() for folder in folders),
        tables=_beside(path, data.get("tables", "")),
        payers=payers,
        suppressions=tuple(_suppressions(data.get("suppressions", []), fail)),
    )


def _suppressions(entries: Any, fail: Callable[..., ConfigurationError]) -> Iterator[Suppression]:  # noqa: ANN401 - anything that TOML can hold
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        problem = _problem_of(entry)
        if problem:
            raise fail("suppressions", "", problem, number)
        yield Suppression(**entry)


def _problem_of(entry: Any) -> str:  # noqa: ANN401 - anything that TOML can hold
    """What is wrong with a suppression, or nothing."""
    if not isinstance(entry, dict):
        return "a suppression is a table"
    for key, value in entry.items():
        if key not in _SUPPRESSION_KEYS:
            return f"a suppression has no key {key!r}"
        if type(value) is not (date if key == "expires" else str):
            return f"{key} of a suppression must be a {'date' if key == 'expires' else 'text'}"
    for key in ("edit", "reason", "owner"):
        if not entry.get(key):
            return f"a suppression needs {key}: who accepts what, and why"
    return ""


def _beside(path: Path, folder: str) -> Path | None:
    """A folder that the configuration names from its own place."""
    return (path.parent / folder).resolve() if folder else None


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
