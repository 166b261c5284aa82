"""Find the edits, packs, sources and code sets: shipped ones, those of installed packages, a user's own."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from scrubber.cache import cached
from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.edit import Edit
from scrubber.engine.loading.sources import add_citations, line_of_citation, load_sources, unknown_in
from scrubber.engine.loading.toml_file import read_toml
from scrubber.engine.loading.trust import require_own_tree
from scrubber.engine.pack import Pack, load_packs
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError
from scrubber.tables import VintageName

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

SHIPPED_PACKAGE = "scrubber.edits"
"""The name under which the shipped edits, and what they share, can be imported once they are loaded."""
SHARED = "shared"
"""The subfolder of a folder of edits that holds code for several of them, and no edits."""
ENTRY_POINTS = "scrubber.edits"
"""The group of entry points by which an installed package names a package of edits."""


class EditFolder(Struct, frozen=True):
    """A folder of edits. ``origin`` says where it comes from; it is empty for the shipped one."""

    path: Path
    origin: str = ""


class Example(Struct, frozen=True):
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

    In a wheel it is inside the package, in a checkout next to it.
    """
    package = Path(__file__).resolve().parent.parent.parent
    installed = package / "edits"
    return installed if installed.is_dir() else package.parent / "edits"


def load_examples() -> Mapping[str, Example]:
    """Return the examples of the shipped edits, by edit id."""
    path = shipped_folder() / "examples.toml"
    entries = read_toml(path)[1] if path.is_file() else {}
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
    """Load the shipped edits, those of installed packages and those of the given folders, in this order.

    A folder may add to what is there, and not replace it. Raise ConfigurationError naming the file (and
    line) of what is wrong.
    """
    found = edit_folders(folders)
    if len(found) == 1:
        return shipped_rulebook()
    for folder in found[1:]:
        if not folder.path.is_dir():
            raise ConfigurationError(f"{folder.path}: no such folder of edits")
        require_own_tree(folder.path)
    return _load(found)


def edit_folders(folders: Iterable[Path] = ()) -> tuple[EditFolder, ...]:
    """Return the folders of edits in the order in which they are loaded, each once."""
    given = (EditFolder(folder, str(folder)) for folder in folders)
    found: dict[Path, EditFolder] = {}
    for folder in (EditFolder(shipped_folder()), *installed_folders(), *given):
        found.setdefault(folder.path.resolve(), folder)
    return tuple(found.values())


def installed_folders() -> Iterator[EditFolder]:
    """Yield the folders of edits that installed packages bring, in the order of their entry points' names.

    Raise ConfigurationError for an entry point that names no package: its edits would silently be missing.
    """
    if not _may_name_edits(sys.path):
        return
    from importlib.metadata import entry_points  # noqa: PLC0415 - as long as loading a third of the edits

    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value)):
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        folder = _folder_of(entry)
        if folder is None:
            raise ConfigurationError(f"{origin}: entry point {entry.name}: {entry.value} is not a package")
        yield EditFolder(folder, origin)


def _may_name_edits(places: Iterable[str]) -> bool:
    """Return False if certainly no package that is installed in one of these places names edits."""
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder):
        return True
    for place in places:
        try:
            names = os.listdir(place or os.curdir)  # noqa: PTH208 - names only; there are hundreds
        except NotADirectoryError:
            return True  # an archive
        except OSError:
            continue
        for name in names:
            lower = name.lower()
            if lower.endswith(".egg") or lower == "egg-info":
                return True
            if lower.endswith((".dist-info", ".egg-info")):
                with suppress(OSError):
                    if ENTRY_POINTS.encode() in Path(place, name, "entry_points.txt").read_bytes():
                        return True
    return False


def _folder_of(entry: EntryPoint) -> Path | None:
    """Return the folder of the package that an entry point names; neither it nor one above it is imported."""
    top, *below = entry.value.split(".")
    try:
        spec = importlib.util.find_spec(top)
        for name in below:
            places = spec.submodule_search_locations if spec else None
            spec = PathFinder.find_spec(name, list(places)) if places else None
    except (ImportError, ValueError):
        return None
    found = list(spec.submodule_search_locations or ()) if spec else []
    return Path(found[0]) if found else None


@cache
def shipped_rulebook() -> Rulebook:
    """Load the edits and packs of this program alone, once: callers may scrub many small inputs."""
    return _load([EditFolder(shipped_folder())])


@cache
def _shipped_edits() -> tuple[Edit, ...]:
    """Load the shipped edits, once in a process."""
    return tuple(_load_edits(EditFolder(shipped_folder())))


def _load(folders: Sequence[EditFolder]) -> Rulebook:
    sources: dict[str, str] = {}
    for folder in folders:
        path = folder.path / "sources.toml"
        if path.is_file():
            add_citations(sources, _sources_in(path, shipped=not folder.origin), path)
    edits: dict[str, Edit] = {}
    for folder in folders:
        for edit in _load_edits(folder) if folder.origin else _shipped_edits():
            if edit.id in edits:
                raise ConfigurationError(f"{edit.path}: {edit.id} is already {edits[edit.id].path}")
            if unknown := unknown_in(edit.sources, sources):
                line = line_of_citation(Path(edit.path), unknown)
                message = f"{edit.id} cites {unknown!r}, which no sources.toml defines"
                raise ConfigurationError(f"{edit.path}:{line}: {message}")
            edits[edit.id] = edit
    packs: dict[str, Pack] = {}
    known = tuple(sources)
    for folder in folders:
        for pack in load_packs(folder.path / "packs", edits, known, shipped=not folder.origin):
            if pack.id in packs:
                raise ConfigurationError(f"{pack.path}: the pack {pack.id} is already {packs[pack.id].path}")
            add_citations(sources, pack.sources, Path(pack.path), "sources")
            packs[pack.id] = pack
    codes, vintage = _load_procedures(folders)
    return Rulebook(dict(sorted(edits.items())), packs, sources, codes, vintage)


def _sources_in(path: Path, *, shipped: bool) -> dict[str, str]:
    if not shipped:
        return load_sources(path)
    return cached("sources", (path, __file__), dict[str, str], lambda: load_sources(path))


def _edit_files(folder: Path) -> list[tuple[str, ...]]:
    """Return the Python files of a folder that define an edit, in order, as the parts of their paths."""
    found: list[tuple[str, ...]] = []
    for place, subfolders, names in os.walk(folder):
        parts = Path(place).relative_to(folder).parts
        subfolders[:] = [name for name in subfolders if not _is_hidden(name) and (parts or name != SHARED)]
        found += ((*parts, name) for name in names if name.endswith(".py") and not _is_hidden(name))
    return sorted(found)


def _is_hidden(name: str) -> bool:
    return name.startswith(("_", "."))


def _load_edits(folder: EditFolder) -> Iterator[Edit]:
    if not folder.path.is_dir():
        raise ConfigurationError(f"{folder.path}: no such folder of edits")
    package = _register(folder.path)
    with _no_bytecode(unless=not folder.origin):
        for parts in _edit_files(folder.path):
            edit = _load_edit(folder.path.joinpath(*parts), ".".join((package, *parts[:-1])))
            edit.folder, edit.origin = str(folder.path), folder.origin
            yield edit


@contextmanager
def _no_bytecode(*, unless: bool) -> Iterator[None]:
    """Write no bytecode into a user's edits.

    Where new files can be written to by the group (umask 002), the next run would refuse the folder for it.
    """
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = before or not unless
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


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
    if not edit.checks:
        raise ConfigurationError(f"{path}:1: {edit.id} has no check")
    edit.manual = (module.__doc__ or "").strip()
    edit.path = str(path)
    return edit


def _line_in(path: Path, error: BaseException) -> int:
    """Return the line of this file in which an error arose, or 1."""
    line, frame = 1, error.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _load_procedures(folders: Sequence[EditFolder]) -> tuple[ProcedureSets, VintageName]:
    sets: dict[str, CodeSet] = {}
    digest = hashlib.sha256()
    vintage = ""
    for folder in folders:
        path = folder.path / "tables" / "procedures.toml"
        if not path.is_file():
            continue
        data = _procedures_in(path, shipped=not folder.origin)
        digest.update(path.read_bytes())
        vintage = str(data.get("vintage", vintage))
        entries_by_name = data.get("sets", {})
        if not isinstance(entries_by_name, dict):
            raise ConfigurationError(f"{path}: sets must be a table")
        for name, entries in entries_by_name.items():
            try:
                sets[name] = CodeSet.of(entries)
            except (ValueError, AttributeError, TypeError) as error:
                raise ConfigurationError(f"{path}: set {name}: {error}") from error
    return ProcedureSets(sets), VintageName("procedures", vintage, digest.hexdigest())


def _procedures_in(path: Path, *, shipped: bool) -> dict[str, Any]:
    if not shipped:
        return read_toml(path)[1]
    return cached("procedures", (path, __file__), dict[str, Any], lambda: read_toml(path)[1])
