"""The user's configuration, scrubber.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from scrubber.engine.loading.toml_file import line_of
from scrubber.engine.policy import Suppression
from scrubber.errors import ConfigurationError

_KEYS = {"pack", "edits", "tables", "payers", "suppressions"}
_SUPPRESSION_KEYS = {"edit", "payer", "provider", "procedure", "reason", "owner", "expires"}


class Configuration(Struct, frozen=True):
    """The content of scrubber.toml. ``edits`` and ``tables`` are folders, relative to the file itself."""

    pack: str = ""
    edits: tuple[Path, ...] = ()
    tables: Path | None = None
    payers: Mapping[str, str] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()


def load_configuration(path: Path) -> Configuration:
    """Read a configuration. Raise ConfigurationError naming file and line."""
    import tomllib  # noqa: PLC0415 - few runs have a configuration

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
    for key, meaning in (("pack", "the id of a pack"), ("tables", "the folder of imported tables")):
        if not isinstance(data.get(key, ""), str):
            raise fail("", key, f"{key} must be {meaning}")
    folders = data.get("edits", [])
    if not _are_texts(folders):
        raise fail("", "edits", "edits must be a list of folders")
    payers = data.get("payers", {})
    if not isinstance(payers, dict) or not _are_texts(list(payers.values())):
        raise fail("payers", "", "payers must map payer ids to pack ids")
    return Configuration(
        pack=data.get("pack", ""),
        edits=tuple((path.parent / folder).resolve() for folder in folders),
        tables=_relative_to(path, data.get("tables", "")),
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
    """Return what is wrong with an edit override; empty if nothing is."""
    if not isinstance(entry, dict):
        return "an edit override must be a table, [[suppressions]]"
    for key, value in entry.items():
        if key not in _SUPPRESSION_KEYS:
            return f"an edit override has no key {key!r}"
        if type(value) is not (date if key == "expires" else str):
            return f"{key} of an edit override must be a {'date' if key == 'expires' else 'string'}"
    for key in ("edit", "reason", "owner"):
        if not entry.get(key):
            return f"an edit override needs {key}: edit, reason and owner are required"
    return ""


def _relative_to(path: Path, folder: str) -> Path | None:
    """Return a folder named relative to the configuration file."""
    return (path.parent / folder).resolve() if folder else None


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
