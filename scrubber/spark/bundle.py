"""Everything besides the input that decides, as one file with its hash: it travels to each machine once.

The shipped edits and tables are part of the installation on each machine; the bundle has what the user adds
(own edits, imported tables, the lock file), what the configuration says, and the fingerprint that the policy
must have there.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from scrubber.engine.loading.discovery import load_rulebook, shipped_folder
from scrubber.engine.policy import ConfigurationFile, Fixes, Policy, Suppression
from scrubber.errors import ConfigurationError
from scrubber.tables import open_tables
from scrubber.tables.folder import default_folder, table_files
from scrubber.version import __version__

_SETTINGS = "settings.pickle"
_LOCK = "lock.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of all entries, so that the same content gives the same hash."""


class _Settings(Struct, frozen=True):
    """What the policy is made of, apart from files."""

    fingerprint: str
    edits: tuple[str, ...]
    has_lock: bool
    as_of: date
    pack: str
    payers: dict[str, str]
    suppressions: tuple[Suppression, ...]
    fixes: Fixes
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    configuration: ConfigurationFile | None
    is_strict: bool
    is_report_only: bool
    baseline: ConfigurationFile | None


class Bundle(Struct, frozen=True):
    """A bundle on its way: its path on the machine that made it, and its hash.

    ``as_of`` is the day that counts as today. ``has_own_edits`` is true if code of the user is in it, which
    must not run in a process that others need.
    """

    path: str
    sha256: str
    as_of: date
    has_own_edits: bool

    @property
    def name(self) -> str:
        """Its file name, by which Spark finds it on each machine."""
        return Path(self.path).name


def make_bundle(
    policy: Policy,
    folder: Path,
    edits: Sequence[Path] = (),
    tables: Path | None = None,
    lock: Path | None = None,
) -> Bundle:
    """Write a bundle into a folder: of a policy, and of the folders and the lock file that it was made of."""
    files: dict[str, Path] = {}
    for number, own in enumerate(edits):
        files |= {f"edits/{number}/{name}": path for name, path in _files_of(own)}
    imported = tables or default_folder()
    files |= {f"tables/{path.name}": path for path in table_files(imported)}
    if lock is not None:
        files[_LOCK] = lock
    rulebook = policy.rulebook
    settings = _Settings(
        fingerprint=fingerprint(policy),
        edits=tuple(f"edits/{number}" for number in range(len(edits))),
        has_lock=lock is not None,
        as_of=policy.as_of,
        pack=policy.pack,
        payers=dict(policy.payers),
        suppressions=policy.suppressions,
        fixes=policy.fixes,
        select=rulebook.select,
        ignore=rulebook.ignore,
        configuration=policy.configuration,
        is_strict=policy.is_strict,
        is_report_only=policy.is_report_only,
        baseline=policy.baseline,
    )
    part = folder / "bundle.part"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_SETTINGS, _EPOCH), pickle.dumps(settings, pickle.HIGHEST_PROTOCOL))
        for name, path in sorted(files.items()):
            with path.open("rb") as source, archive.open(zipfile.ZipInfo(name, _EPOCH), "w") as target:
                shutil.copyfileobj(source, target)
    digest = _hash_of(part)
    final = part.rename(folder / f"scrubber-{digest[:16]}.bundle")
    return Bundle(str(final), digest, policy.as_of, bool(edits))


def _files_of(folder: Path) -> Iterable[tuple[str, Path]]:
    """Yield the files of a folder of edits, without what Python keeps there."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path


def fingerprint(policy: Policy) -> str:
    """Return a hash of what a policy consists of: edits, packs and tables, whatever machine it is on."""
    packs = {pack.id: pack.sha256 for pack in policy.rulebook.packs.values()}
    tables = sorted(tuple(vintage.name) for vintage in policy.tables.vintages)
    known = [__version__, _shipped_code(), sorted(policy.rulebook.edits), packs, tables]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


@cache
def _shipped_code() -> str:
    """Return a hash of the shipped edits."""
    digest = hashlib.sha256()
    for name, path in _files_of(shipped_folder()):
        if path.suffix == ".py":
            digest.update(f"{name}\0{_hash_of(path)}\0".encode())
    return digest.hexdigest()


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def policy_of(bundle: Bundle) -> Policy:
    """Return the policy of a bundle on this machine; loaded once a process.

    Raise ConfigurationError if the bundle was changed on its way, or if another version is installed here.
    """
    path = _here(bundle)
    if _hash_of(path) != bundle.sha256:
        raise ConfigurationError("the bundle of edits and tables is not the one that was sent")
    folder = _unpacked(path, bundle)
    settings: _Settings = pickle.loads((folder / _SETTINGS).read_bytes())  # noqa: S301 - of our own, by its hash
    rulebook = load_rulebook([folder / name for name in settings.edits])
    policy = Policy(
        rulebook=rulebook.selected(settings.select, settings.ignore),
        tables=open_tables(
            shipped_folder() / "tables", folder / "tables", folder / _LOCK if settings.has_lock else None
        ),
        as_of=settings.as_of,
        pack=settings.pack,
        payers=settings.payers,
        suppressions=settings.suppressions,
        fixes=settings.fixes,
        configuration=settings.configuration,
        is_strict=settings.is_strict,
        is_report_only=settings.is_report_only,
        baseline=settings.baseline,
    )
    if fingerprint(policy) != settings.fingerprint:
        raise ConfigurationError(
            "other edits, packs or tables are installed on this machine than on the driver: install the same"
            f" version of the scrubber (here {__version__}) and of packages with edits"
        )
    return policy


def _here(bundle: Bundle) -> Path:
    """Return where the bundle is on this machine."""
    try:
        from pyspark import SparkFiles  # noqa: PLC0415 - a bundle is made without Spark

        sent = Path(SparkFiles.get(bundle.name))
    except Exception:  # noqa: BLE001 - the driver's own helper processes have no files of Spark
        sent = Path(bundle.path)
    return sent if sent.is_file() else Path(bundle.path)


def _unpacked(path: Path, bundle: Bundle) -> Path:
    """Unpack the bundle once a machine, next to it or in a temporary folder; return the folder."""
    parent = path.parent if os.access(path.parent, os.W_OK) else Path(tempfile.gettempdir())
    target = parent / f".scrubber-{os.geteuid()}-{bundle.sha256[:16]}"
    if _is_private(target):
        return target
    made = Path(tempfile.mkdtemp(prefix=".scrubber-", dir=parent))
    (made / "tables").mkdir(mode=0o700)
    mask = os.umask(0o077)
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(made)
    finally:
        os.umask(mask)
    try:
        made.rename(target)
    except OSError:
        if not _is_private(target):
            return made  # someone else put something there, which is not run
        shutil.rmtree(made)  # another process was faster
    return target


def _is_private(folder: Path) -> bool:
    """Return True for a folder that nobody else could have filled."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_own = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return is_own and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
