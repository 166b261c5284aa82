"""What is fuzzed: functions from bytes to nothing that raise if the program breaks a promise.

Inputs of several files are one text: a line ``==== NAME`` begins each file.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from scrubber.api import make_policy
from scrubber.engine.policy import Policy
from scrubber.engine.steps import FileDone
from scrubber.errors import ConfigurationError, TableError
from scrubber.guide.maps import UNITS
from scrubber.guide.recognizer import recognizer
from scrubber.pipeline.scrub import scrub_source
from scrubber.tables import Lookups, Tables
from scrubber.tables.importing import files_of, import_files
from scrubber.tables.lookups import PROGRAMS
from scrubber.tables.official import KINDS
from scrubber.tables.official.release import ImportOptions
from scrubber.tables.store import stored, stored_vintages
from scrubber.x12 import Delimiters, Segment
from scrubber.x12.source import source_of_bytes
from tests.support.check837 import check
from tests.support.judge837 import claims_of, is_sound
from tests.support.jumbles import blocks_of, flattened, pieces_of, shown
from tests.support.running import AS_OF, run, shipped

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).with_name("corpus")
"""A folder of seeds for each target."""
CRASHES = Path(__file__).with_name("crashes")
"""A folder for each target of inputs that once broke a promise."""
_EXAMPLE = ROOT / "fixtures" / "837" / "clean" / "injection-patient.837"
_MARKS = (b"*:^~", b"|>!'", b"*>^\n", b"\x1d\x1f\x1e\x1c")
_CHUNKS = (1 << 18, 1, 7, 106, 301)
_BEGINS = re.compile(rb"^==== ([A-Za-z0-9._-]{1,80})\n", re.MULTILINE)


def reader(raw: bytes) -> None:
    """Read any bytes: none is lost, and neither blocks nor how much is read at once change what is read."""
    chunk = _CHUNKS[len(raw) % len(_CHUNKS)]
    pieces = pieces_of(raw, chunk)
    assert b"".join(piece.raw for piece in pieces) == raw
    blocks = blocks_of(raw, chunk, (1 << 19, 200)[len(raw) % 2])
    assert [shown(piece) for piece in flattened(blocks)] == [shown(piece) for piece in pieces]
    # Blanks before a segment come with it or by themselves, as they are read.
    segments, whole = (
        [
            (each.body, each.number, each.offset, each.delimiters, each.end)
            for each in read
            if isinstance(each, Segment)
        ]
        for read in (pieces, pieces_of(raw))
    )
    assert segments == whole


def guide(raw: bytes) -> None:
    """Validate any segments as any unit: each fault is about one of them, and has a text."""
    unit = tuple(UNITS)[raw[0] % len(UNITS) if raw else 0]
    marks = _MARKS[raw[1] % len(_MARKS)] if len(raw) > 1 else _MARKS[0]
    delimiters = Delimiters(marks[:1], marks[1:2], marks[2:3], marks[3:])
    bodies = [body.translate(bytes.maketrans(b"*:^", marks[:3])) for body in raw[2:].split(b"~")]
    segments = [Segment(body, number, 0, delimiters) for number, body in enumerate(bodies, start=1)]
    faults = recognizer(delimiters).check(unit, segments)
    for fault in faults:
        assert fault.segment in segments
        assert fault.kind.value[0]
        assert 0 <= fault.component <= 1 + len(fault.segment.body)


def claim(raw: bytes) -> None:
    """Scrub any bytes into a folder: nothing fails, nothing is lost, and what is clean is whole."""
    result = run(raw, shipped())
    assert not result.report["edit_errors"]
    if not result.file.counts.claims:
        assert result.clean is None
        return
    if result.clean is None:
        assert result.held == raw
    else:
        # HL04 is a question of the guide's syntax, and so is CLM02, not of what was put together.
        assert [text for text in check(result.clean).problems if text[:4] not in ("HL04", "CLM0")] == []
    if is_sound(raw):
        outputs = Counter(claims_of(result.clean or b"")) + Counter(claims_of(result.held or b""))
        assert outputs == Counter(claims_of(raw))


def tables(raw: bytes) -> None:
    """Import any files as an official table, or open them as imported ones: only a TableError is raised.

    The first line is the kind of the table and perhaps its effective date; without a kind, the files are put
    into a folder of tables as they are.
    """
    heading, _, rest = raw.partition(b"\n")
    kind, _, effective = heading.decode("latin-1").partition(" ")
    files = _files(rest)
    if not files:
        return
    with _folder(files) as folder:
        target = folder
        try:
            if kind in KINDS:
                target = folder / "tables"
                options = ImportOptions(_day_of(effective))
                found = files_of(KINDS[kind], sorted(folder.iterdir()))
                import_files(KINDS[kind], found, target, options)
            _read_tables(target)
        except TableError as error:
            refused = str(error)
        else:
            return
        assert refused.strip()
        assert kind not in KINDS or not list(target.glob("*")), "a refused import left something behind"


def configuration(raw: bytes) -> None:
    """Load any configuration, packs and sources: only a ConfigurationError is raised, which names the file.

    What is loaded works: no edit fails for a parameter of a pack.
    """
    known = {"scrubber.toml": "", "pack.toml": "packs", "sources.toml": "", "procedures.toml": "tables"}
    files = {name: text for name, text in _files(raw).items() if name in known}
    with _folder({}) as folder:
        for name, text in files.items():
            place = folder / "own" / known[name] if name != "scrubber.toml" else folder
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            (place / name).write_bytes(text)
            (place / name).chmod(0o600)
        config = folder / "scrubber.toml" if "scrubber.toml" in files else None
        own = [folder / "own"] if (folder / "own").is_dir() else []
        try:
            policy = make_policy(config=config, edits=own, as_of=AS_OF)
        except (ConfigurationError, TableError) as error:
            refused = str(error)
        else:
            _use(policy, folder)
            return
        assert str(folder) in refused or "no pack has this id" in refused


def _use(policy: Policy, folder: Path) -> None:
    """Scrub a claim with the pack of a folder, if there is one: no edit fails."""
    packs = [pack.id for pack in policy.rulebook.packs.values() if pack.path.startswith(str(folder))]
    policy = replace(policy, pack=packs[0] if packs else policy.pack)
    *_, done = scrub_source(source_of_bytes(_EXAMPLE.read_bytes()), policy)
    assert isinstance(done, FileDone)
    assert not done.provenance.failures


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (reader, guide, claim, tables, configuration)
}


def _files(raw: bytes) -> dict[str, bytes]:
    """Return the files of an input by name."""
    parts = _BEGINS.split(raw)[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {name.decode(): text for name, text in named if name.strip(b".")}


@contextmanager
def _folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Make a folder of files that only the owner can write to."""
    folder = Path(tempfile.mkdtemp(prefix="scrubber-fuzz-"))
    try:
        for name, text in files.items():
            (folder / name).write_bytes(text)
        yield folder
    finally:
        shutil.rmtree(folder)


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_tables(folder: Path) -> None:
    """Open the tables of a folder, and look up keys that they have, and one that they do not have."""
    for entry in stored(folder):
        assert entry.about.name
    found = Tables(stored_vintages(folder))
    for key in (*_keys(folder), "X"):
        one, _, two = key.partition(" ")
        for day in (date(2026, 5, 1), *(vintage.about.covers.first for vintage in found.vintages)):
            lookups = Lookups(found)
            for look_up in (lookups.icd10cm, lookups.hcpcs, lookups.asp, lookups.ndc, lookups.modifier):
                look_up(key, day)
            for program in PROGRAMS:
                lookups.mue(key, day, program)
                lookups.ptp(one, two, day, program)
            lookups.articles(key, "FL", day)
            lookups.code_days(key, day)


def _keys(folder: Path) -> list[str]:
    """Return some of the keys of the tables in a folder, read without the program."""
    keys: list[str] = []
    for path in sorted(folder.glob("*.sqlite")):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as table:
            keys += [str(key) for (key,) in table.execute("SELECT key FROM rows LIMIT 5")]
    return keys
