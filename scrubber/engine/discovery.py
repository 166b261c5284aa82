"""Finding the edits, packs, sources and code sets in the shipped folder and in a user's own folders."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import stat
import sys
import tomllib
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.edit import Edit
from scrubber.engine.pack import Pack, load_pack
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError
from scrubber.tables import VintageName

SHIPPED_PACKAGE = "scrubber.edits"
"""The name under which the shipped edits, and what they share, can be imported once they are loaded."""
SHARED = "shared"
"""The subfolder of a folder of edits that holds code for several of them, and no edits."""


@dataclass(frozen=True, slots=True)
class Example:
    """A tested claim in which an edit finds its fault, as `examples.toml` keeps it for the manual.

    ``sent`` are the segments concerned as they were sent, ``missing`` those that a correct claim would also
    have, ``finding`` is what the edit reports, ``fixed`` what its safe fix makes of the segments.
    """

    case: str
    sent: tuple[str, ...]
    finding: str
    missing: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the example as the manual shows it."""
        parts = {
            "as sent:": self.sent,
            "missing:": self.missing,
            "finding:": (self.finding,),
            "after the fix:": self.fixed,
        }
        for label, texts in parts.items():
            yield from (f"{'' if number else label:<16}{text}" for number, text in enumerate(texts))


def shipped_folder() -> Path:
    """Return the folder of edits that belongs to this installation.

    In a wheel it is inside the package, in a checkout beside it.
    """
    package = Path(__file__).resolve().parent.parent
    installed = package / "edits"
    return installed if installed.is_dir() else package.parent / "edits"


def load_examples() -> Mapping[str, Example]:
    """Return the examples of the shipped edits, by edit id."""
    path = shipped_folder() / "examples.toml"
    entries = _read_toml(path) if path.is_file() else {}
    return {
        edit: Example(
            entry["case"],
            tuple(entry["sent"]),
            entry["finding"],
            tuple(entry.get("missing", ())),
            tuple(entry.get("fixed", ())),
        )
        for edit, entry in entries.items()
    }


def load_rulebook(folders: Sequence[Path] = ()) -> Rulebook:
    """Load the shipped edits and those of the given folders, which may add to and not replace them.

    Raises ConfigurationError naming the file (and line) of what is wrong.
    """
    if not folders:
        return _shipped_rulebook()
    for folder in folders:
        _refuse_writable_by_others(folder)
    return _load([shipped_folder(), *folders])


@cache
def _shipped_rulebook() -> Rulebook:
    """What this installation brings, loaded once: callers from Python may scrub many small inputs."""
    return _load([shipped_folder()])


@cache
def _shipped_edits() -> tuple[Edit, ...]:
    """Load the shipped edits, once in a process."""
    return tuple(_load_edits(shipped_folder()))


def _load(all_folders: Sequence[Path]) -> Rulebook:
    edits: dict[str, Edit] = {}
    for folder in all_folders:
        for edit in _shipped_edits() if folder == shipped_folder() else _load_edits(folder):
            if edit.id in edits:
                raise ConfigurationError(f"{edit.path}: {edit.id} is already {edits[edit.id].path}")
            edits[edit.id] = edit
    packs: dict[str, Pack] = {}
    for path in _files(all_folders, "packs", "*.toml"):
        pack = load_pack(path, edits)
        if pack.id in packs:
            raise ConfigurationError(f"{path}: the pack {pack.id} is already {packs[pack.id].path}")
        packs[pack.id] = pack
    codes, vintage = _load_procedures(all_folders)
    sources = _load_sources(all_folders)
    return Rulebook(dict(sorted(edits.items())), packs, sources, codes, vintage)


def _files(folders: Iterable[Path], subfolder: str, pattern: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((folder / subfolder).glob(pattern))


def _load_edits(folder: Path) -> Iterator[Edit]:
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of edits")
    package = _register(folder)
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if parts[0] != SHARED and not any(part.startswith(("_", ".")) for part in parts):
            yield _load_edit(path, ".".join((package, *parts[:-1])))


def _register(folder: Path) -> str:
    """Make a folder of edits importable as a package, so that its edits can share code by relative imports.

    Return the package's name: ``scrubber.edits`` for the shipped edits, one made of its path for others.
    """
    shipped = folder == shipped_folder()
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    name = SHIPPED_PACKAGE if shipped else f"scrubber_edits_{digest}"
    for loaded in [loaded for loaded in sys.modules if loaded == name or loaded.startswith(f"{name}.")]:
        del sys.modules[loaded]  # a folder may have changed since it was loaded in this process
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return name


def _load_edit(path: Path, package: str) -> Edit:
    name = f"{package}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look a class's module up here
    try:
        importlib.import_module(package)
        spec.loader.exec_module(module)
    except Exception as error:
        line = error.lineno if isinstance(error, SyntaxError) else _line_in(path, error)
        kind = type(error).__name__
        raise ConfigurationError(f"{path}:{line}: cannot be loaded: {kind}: {error}") from error
    edit = getattr(module, "edit", None)
    if not isinstance(edit, Edit):
        raise ConfigurationError(f"{path}:1: defines no edit named `edit`")
    if edit.check_claim is None and edit.check_envelope is None:
        raise ConfigurationError(f"{path}:1: {edit.id} has no check")
    edit.manual = (module.__doc__ or "").strip()
    edit.path = str(path)
    return edit


def _line_in(path: Path, error: BaseException) -> int:
    """The line of this file in which an error arose, or 1."""
    line, frame = 1, error.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _load_procedures(folders: Sequence[Path]) -> tuple[ProcedureSets, VintageName]:
    sets: dict[str, CodeSet] = {}
    digest = hashlib.sha256()
    vintage = ""
    for path in (folder / "tables" / "procedures.toml" for folder in folders):
        if not path.is_file():
            continue
        data = _read_toml(path)
        digest.update(path.read_bytes())
        vintage = str(data.get("vintage", vintage))
        for name, entries in data.get("sets", {}).items():
            try:
                sets[name] = CodeSet.of(entries)
            except (ValueError, AttributeError, TypeError) as error:
                raise ConfigurationError(f"{path}: set {name}: {error}") from error
    return ProcedureSets(sets), VintageName("procedures", vintage, digest.hexdigest())


def _load_sources(folders: Sequence[Path]) -> dict[str, str]:
    """Citations by id: publisher, title and date in one text."""
    sources: dict[str, str] = {}
    for path in (folder / "sources.toml" for folder in folders):
        if path.is_file():
            for key, entry in _read_toml(path).items():
                parts = [str(entry[part]) for part in ("publisher", "title") if entry.get(part)]
                when = f" ({entry['date']})" if entry.get("date") else ""
                sources[key] = ", ".join(parts) + when
    return sources


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: not a TOML file: {error}") from error


def _refuse_writable_by_others(folder: Path) -> None:
    """An edit is code that runs with the user's rights, so nobody else may be able to write one."""
    if os.name != "posix":
        return
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of edits")
    for path in [folder.resolve(), *sorted(folder.resolve().rglob("*"))]:
        status = path.stat()
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise ConfigurationError(f"{path}: others may write to it, so its edits are not loaded")
        if status.st_uid not in (os.getuid(), 0):
            raise ConfigurationError(f"{path}: it belongs to someone else; edits are not loaded")
