"""The cache of what is derived from the program's own files: it saves time and changes nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from scrubber import cache
from scrubber.cache import cache_folder, cached
from scrubber.engine.loading.discovery import load_rulebook, shipped_folder
from scrubber.engine.pack import load_pack, load_packs
from scrubber.guide.map_file import read_units
from scrubber.guide.maps import UNITS, LoopNode, SegmentNode, units
from scrubber.tables.shipped import shipped_vintages

ROOT = Path(__file__).resolve().parents[1]
FILES = ("fixtures/837/broken/example.837", "fixtures/837/clean/injection-subscriber.837")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the folder and modes are those of POSIX")


class Maker:
    """Makes a value, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> dict[str, list[int]]:
        self.calls += 1
        return {"numbers": [1, 2, 3]}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty cache."""
    home = tmp_path / "caches"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home / "scrubber837"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_text("one")
    return path


def get(make: Callable[[], object], source: Path, also: str = "") -> object:
    return cached("things", (source,), dict[str, list[int]], make, also)


def entry(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_made_once(folder: Path, source: Path) -> None:
    """The second run finds what the first one made."""
    make = Maker()
    assert get(make, source) == get(make, source) == {"numbers": [1, 2, 3]}
    assert make.calls == 1
    assert cache_folder() == folder


def test_is_for_its_user_alone(folder: Path, source: Path) -> None:
    get(Maker(), source)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder, entry(folder))] == [
        0o700,
        0o700,
        0o600,
    ]


def test_a_changed_source_counts(source: Path) -> None:
    make = Maker()
    get(make, source)
    source.write_text("two")
    os.utime(source, ns=(0, 0))
    get(make, source)
    assert make.calls == 2


def test_what_else_it_depends_on_counts(source: Path) -> None:
    make = Maker()
    for also in ("a", "b", "a"):
        get(make, source, also)
    assert make.calls == 2


@pytest.mark.parametrize("what", ["scrubber.cache.__version__", "sys.version", "msgspec.__version__"])
def test_another_version_counts(source: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    make = Maker()
    get(make, source)
    monkeypatch.setattr(what, "0.0.0 other")
    get(make, source)
    assert make.calls == 2


def test_what_is_made_from_a_missing_source_is_not_cached(folder: Path, tmp_path: Path) -> None:
    make = Maker()
    for _ in range(2):
        assert get(make, tmp_path / "archive.zip" / "source") == make()
    assert make.calls == 4
    assert not folder.exists()


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda raw: raw[:20],
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: flipped(raw, 0),
        lambda raw: flipped(raw, len(raw) - 1),
        lambda raw: b"\0" * len(raw),
    ],
)
def test_a_damaged_entry_is_made_again(folder: Path, source: Path, damage: Callable[[bytes], bytes]) -> None:
    make = Maker()
    get(make, source)
    path = entry(folder)
    sound = path.read_bytes()
    path.write_bytes(damage(sound))
    assert get(make, source) == {"numbers": [1, 2, 3]}
    assert make.calls == 2
    assert path.read_bytes() == sound


@pytest.mark.parametrize("data", [b"\xc1", msgspec.msgpack.encode({"numbers": ["one"]}), b""])
def test_an_entry_of_another_kind_is_made_again(folder: Path, source: Path, data: bytes) -> None:
    """Even if its checksum is right: what is read is checked against its type."""
    make = Maker()
    get(make, source)
    path = entry(folder)
    key = cache._key("things", (source,), "")
    path.write_bytes(sha256(key.encode() + data).digest() + data)
    assert get(make, source) == {"numbers": [1, 2, 3]}
    assert make.calls == 2


def test_an_entry_under_the_name_of_another_is_not_used(folder: Path, source: Path) -> None:
    make = Maker()
    get(make, source)
    first = entry(folder)
    get(make, source, "also")
    (second,) = set(folder.iterdir()) - {first}
    first.write_bytes(second.read_bytes())
    get(make, source)
    assert make.calls == 3


def to_others(path: Path) -> None:
    path.chmod(path.stat().st_mode | 0o020)


def to_link(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize("change", [to_others, to_link, to_pipe])
def test_an_entry_that_is_not_private_is_replaced(
    folder: Path, source: Path, change: Callable[[Path], None]
) -> None:
    make = Maker()
    get(make, source)
    path = entry(folder)
    change(path)
    assert get(make, source) == get(make, source) == {"numbers": [1, 2, 3]}
    assert make.calls == 2
    assert stat.S_ISREG(path.lstat().st_mode)


def test_a_folder_that_others_can_write_to_is_left_alone(folder: Path, source: Path) -> None:
    make = Maker()
    get(make, source)
    path = entry(folder)
    before = path.read_bytes(), path.stat().st_ino
    folder.chmod(0o770)
    get(make, source)
    assert make.calls == 2
    assert (path.read_bytes(), path.stat().st_ino) == before


def test_a_cache_of_another_user_is_left_alone(
    folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Maker()
    get(make, source)
    before = entry(folder).stat()
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    get(make, source)
    assert make.calls == 2
    assert entry(folder).stat() == before


def test_a_folder_that_cannot_be_made(folder: Path, source: Path) -> None:
    """A file is where the folder would be."""
    folder.parent.mkdir()
    folder.write_text("")
    make = Maker()
    assert get(make, source) == get(make, source)
    assert make.calls == 2


def test_a_home_that_is_missing_is_not_made(
    folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "none" / "cache"))
    get(Maker(), source)
    assert not folder.parent.exists()


@pytest.mark.parametrize("call", ["os.open", "pathlib.Path.replace"])
def test_a_full_or_faulty_disk(
    folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    make = Maker()
    with monkeypatch.context() as patch:
        patch.setattr(call, fail)
        assert get(make, source) == {"numbers": [1, 2, 3]}
    assert list(folder.iterdir()) == []
    get(make, source)
    assert make.calls == 2


def test_what_making_raises_is_raised(folder: Path, source: Path) -> None:
    def fail() -> object:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        get(fail, source)
    assert not folder.exists()


def test_old_entries_are_removed(folder: Path, source: Path) -> None:
    """Those of the same name that nobody has written for a month, and what killed runs left."""
    folder.mkdir(parents=True, mode=0o700)
    old = [folder / name for name in ("things-0123456789abcdef.msgpack", ".things-0.msgpack.1-ab.part")]
    new = [folder / "things-fedcba9876543210.msgpack", folder / "others-0123456789abcdef.msgpack"]
    for path in (*old, *new):
        path.write_bytes(b"")
    for path in (*old, new[1]):
        os.utime(path, (time.time() - 40 * 86_400,) * 2)
    get(Maker(), source)
    assert [path.exists() for path in (*old, *new)] == [False, False, True, True]
    assert len(list(folder.iterdir())) == 3


# ------------------------------------------------------------------------- what the program caches


def test_the_guide_is_the_same_from_the_cache() -> None:
    fresh, from_cache = units.__wrapped__(), units.__wrapped__()
    assert list(fresh) == list(from_cache) == list(UNITS)
    read = read_units()
    for name in UNITS:
        assert content(fresh[name]) == content(from_cache[name]) == content(read[name])


def content(node: LoopNode | SegmentNode) -> tuple[object, ...]:
    """All that a node says; nodes themselves are compared by identity."""
    if isinstance(node, LoopNode):
        children = [[content(child) for child in group] for group in node.groups]
        return node.id, node.usage, node.most, children
    return node.id, node.loop, node.usage, node.most, node.pick, node.picks, node.rules, node.notes


def test_the_packs_are_the_same_from_the_cache() -> None:
    """Dates and tuples among the parameters, too."""
    book = load_rulebook()
    packs = shipped_folder() / "packs"
    read = [load_pack(path, book.edits, tuple(book.sources)) for path in sorted(packs.glob("*.toml"))]
    for _ in range(2):
        assert list(load_packs(packs, book.edits, tuple(book.sources), shipped=True)) == read
    kinds = {type(value) for pack in read for rule in pack.rules for value in rule.parameters.values()}
    assert tuple in kinds


def test_the_tables_are_the_same_from_the_cache() -> None:
    tables = shipped_folder() / "tables"
    fresh, again = (shipped_vintages.__wrapped__(tables) for _ in range(2))
    assert [vintage.about for vintage in fresh] == [vintage.about for vintage in again] != []


def check(folder: Path) -> tuple[str, str, int]:
    """What a run prints, and its status."""
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", "check", *FILES, "--as-of", "2026-06-30"],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr, done.returncode


def test_a_run_prints_the_same_whatever_the_cache_holds(folder: Path) -> None:
    cold = check(folder.parent)
    entries = {path: path.read_bytes() for path in folder.iterdir()}
    names = {path.name.partition("-")[0] for path in entries}
    assert names == {"guide", "packs", "procedures", "sources", "tables"}
    assert check(folder.parent) == cold
    assert {path: path.read_bytes() for path in folder.iterdir()} == entries
    for path, raw in entries.items():
        path.write_bytes(flipped(raw, len(raw) // 2))
    assert check(folder.parent) == cold
    # Sets are written in any order.
    sizes = {path: len(raw) for path, raw in entries.items()}
    assert {path: path.stat().st_size for path in folder.iterdir()} == sizes
    assert check(Path(os.devnull)) == cold
    assert (cold[1], cold[2]) == ("", 1)
