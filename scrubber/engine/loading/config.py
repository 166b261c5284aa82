"""The user's configuration, scrubber.toml."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from scrubber.engine.loading.baseline import read_baseline
from scrubber.engine.loading.toml_file import line_of, read_toml
from scrubber.engine.loading.trust import require_own
from scrubber.engine.loading.watch_section import WatchSection, read_watch
from scrubber.engine.policy import ConfigurationFile, Suppression
from scrubber.errors import ConfigurationError
from scrubber.text import how_to_write_day

if TYPE_CHECKING:
    from scrubber.engine.rulebook import Rulebook

NAME = "scrubber.toml"
Fail = Callable[..., ConfigurationError]
"""Makes the error of a table and key: file and line, and the message."""
_KEYS = {"pack", "strict", "report_only", "baseline", "edits", "tables", "payers", "suppressions", "watch"}
_SUPPRESSION_KEYS = {"edit", "payer", "provider", "procedure", "reason", "owner", "expires"}


class Configuration(Struct, frozen=True):
    """The content of scrubber.toml. ``edits`` and ``tables`` are folders, relative to the file itself.

    ``known`` are the edit overrides of the ``baseline``, a file of its own.
    """

    file: ConfigurationFile | None = None
    pack: str = ""
    strict: bool = False
    report_only: bool = False
    edits: tuple[Path, ...] = ()
    tables: Path | None = None
    payers: Mapping[str, str] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()
    baseline: ConfigurationFile | None = None
    known: tuple[Suppression, ...] = ()
    watch: WatchSection = field(default_factory=WatchSection)


def find_configuration(folders: Iterable[Path]) -> Path | None:
    """Return the scrubber.toml in the folders or the nearest one above them, if there is one.

    Raise ConfigurationError if it is not the same one for all.
    """
    found = list(dict.fromkeys(map(_nearest, folders)))
    if len(found) > 1:
        names = " and ".join(str(path) if path else "none" for path in found[:2])
        raise ConfigurationError(
            f"the files have different configurations ({names}); choose one with --config"
        )
    return found[0] if found else None


def _nearest(folder: Path) -> Path | None:
    start = Path.cwd() / folder
    places = (place / NAME for place in (start, *start.parents))
    return next((path for path in places if os.path.isfile(path)), None)  # noqa: PTH113 - no error where it is hidden


def load_configuration(path: Path) -> Configuration:
    """Read a configuration. Raise ConfigurationError naming file and line, or if others may change it."""
    require_own(path)
    source, data = read_toml(path)

    def fail(header: str, key: str, message: str, number: int = 0) -> ConfigurationError:
        return ConfigurationError(f"{path}:{line_of(source, header, key, number)}: {message}")

    for key in data:
        if key not in _KEYS:
            raise fail("", key, f"unknown key {key!r}")
    if not isinstance(data.get("pack", ""), str):
        raise fail("", "pack", "pack must be the id of a pack")
    if not isinstance(data.get("strict", False), bool):
        raise fail("", "strict", "strict must be true or false")
    if not isinstance(data.get("report_only", False), bool):
        raise fail("", "report_only", "report_only must be true or false")
    baseline, known = _baseline(path.parent, data.get("baseline", ""), fail)
    return Configuration(
        file=ConfigurationFile(path.name, hashlib.sha256(source.encode()).hexdigest()),
        pack=data.get("pack", ""),
        strict=data.get("strict", False),
        report_only=data.get("report_only", False),
        edits=_edits(path.parent, data.get("edits", []), fail),
        tables=_tables(path.parent, data.get("tables", ""), fail),
        payers=_payers(data.get("payers", {}), fail),
        suppressions=tuple(_suppressions(data.get("suppressions", []), fail)),
        baseline=baseline,
        known=known,
        watch=read_watch(data.get("watch", {}), fail),
    )


def require_known(settings: Configuration, path: Path, rulebook: Rulebook) -> None:
    """Raise ConfigurationError naming file and line if a pack or edit that is named does not exist."""
    named = [
        ("", "pack", settings.pack),
        *(("payers", payer, pack) for payer, pack in settings.payers.items()),
    ]
    problems = [
        (header, key, f"no pack has the id {pack}", 0)
        for header, key, pack in named
        if pack and pack not in rulebook.packs
    ]
    problems += [
        ("suppressions", "edit", f"no edit has the id {entry.edit}", number)
        for number, entry in enumerate(settings.suppressions)
        if entry.edit not in rulebook.edits
    ]
    for header, key, message, number in problems:
        line = line_of(path.read_text(encoding="utf-8"), header, key, number)
        raise ConfigurationError(f"{path}:{line}: {message}")


def _edits(place: Path, names: Any, fail: Fail) -> tuple[Path, ...]:  # noqa: ANN401 - anything that TOML can hold
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise fail("", "edits", "edits must be a list of folders")
    folders = tuple((place / name).absolute() for name in names)
    for folder in folders:
        if not os.path.isdir(folder):  # noqa: PTH112 - no error for a name that is none
            raise fail("", "edits", f"{folder}: no such folder of edits")
    return folders


def _tables(place: Path, name: Any, fail: Fail) -> Path | None:  # noqa: ANN401 - anything that TOML can hold
    if not isinstance(name, str):
        raise fail("", "tables", "tables must be the folder of imported tables")
    if name and not os.path.isdir(place / name):  # noqa: PTH112 - likewise
        raise fail("", "tables", f"{place / name}: tables folder not found")
    return (place / name).absolute() if name else None


def _baseline(
    place: Path,
    name: Any,  # noqa: ANN401 - anything that TOML can hold
    fail: Fail,
) -> tuple[ConfigurationFile | None, tuple[Suppression, ...]]:
    if not isinstance(name, str):
        raise fail("", "baseline", "baseline must be the file that `scrubber baseline` wrote")
    if not name:
        return None, ()
    if not os.path.isfile(place / name):  # noqa: PTH113 - likewise
        raise fail("", "baseline", f"{place / name}: baseline not found")
    return read_baseline(place / name)


def _payers(payers: Any, fail: Fail) -> Mapping[str, str]:  # noqa: ANN401 - anything that TOML can hold
    if not isinstance(payers, dict):
        raise fail("", "payers", "payers must map payer ids to pack ids")
    for payer, pack in payers.items():
        if not isinstance(pack, str):
            raise fail("payers", payer, "payers must map payer ids to pack ids")
    return payers


def _suppressions(entries: Any, fail: Fail) -> Iterator[Suppression]:  # noqa: ANN401 - anything that TOML can hold
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        key, problem = _problem_of(entry)
        if problem:
            raise fail("suppressions", key, problem, number)
        yield Suppression(**entry)


def _problem_of(entry: Any) -> tuple[str, str]:  # noqa: ANN401 - anything that TOML can hold
    """Return what is wrong with an edit override, and the key that it is about; empty if nothing is."""
    if not isinstance(entry, dict):
        return "", "an edit override must be a table, [[suppressions]]"
    for key, value in entry.items():
        if key not in _SUPPRESSION_KEYS:
            return key, f"an edit override has no key {key!r}"
        if key == "expires" and type(value) is not date:
            return key, f"expires must be a day without quotes: {how_to_write_day(str(value))}"
        if key != "expires" and not isinstance(value, str):
            return key, f"{key} of an edit override must be a string"
    for key in ("edit", "reason", "owner"):
        if not entry.get(key):
            return key, f"an edit override needs {key}: edit, reason and owner are required"
    return "", ""
