"""The diff of the cleaned file against the input: complete, true, and with a reason everywhere."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given

from scrubber.engine.policy import Policy
from scrubber.errors import InputChangedError
from scrubber.pipeline.to_folder import output_stem
from scrubber.report.diff import Diff
from scrubber.report.formats import Style
from scrubber.text import plain
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.segment import text
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import source_of_bytes
from tests.support.marked import marked_files
from tests.support.mutations import mutated_files
from tests.support.running import (
    mark,
    marking,
    shipped,
    to_folder,
)
from tests.support.scrubbed import file_of

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
EXAMPLE = FIXTURES / "broken" / "example.837"
SEVERAL = FIXTURES / "clean" / "several-transactions.837"
_HUNK = re.compile(r"@@ -([0-9]+)(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@ (.*)")


class Hunk(NamedTuple):
    """A hunk as it stands in a diff."""

    old: int
    new: int
    why: str
    removed: list[str]
    added: list[str]


def scrubbed(raw: bytes, policy: Policy, folder: Path, *, masked: bool = False) -> tuple[bytes | None, str]:
    """The cleaned file (``None`` where there is none) and the diff."""
    style = Style(policy.rulebook.edits, masked=masked, diff=True)
    to_folder(source_of_bytes(raw), policy, folder, style=style, force=True)
    stem = output_stem("input", policy)
    cleaned, diff = folder / f"{stem}.clean.837", folder / f"{stem}.diff"
    assert cleaned.exists() == diff.exists()
    return (cleaned.read_bytes(), diff.read_text(encoding="utf-8")) if cleaned.exists() else (None, "")


def hunks(diff: str) -> Iterator[Hunk]:
    """The hunks, with as many lines as they promise."""
    lines = diff.split("\n")
    name = lines[0].removeprefix("--- ")
    assert lines[1] == f"+++ {name}, clean"
    assert lines.pop() == ""
    at = 2
    while at < len(lines):
        found = _HUNK.fullmatch(lines[at])
        assert found, at
        counts = [int(found[group] or 1) for group in (2, 4)]
        end = at + 1 + sum(counts)
        body = lines[at + 1 : end]
        removed, added = body[: counts[0]], body[counts[0] :]
        assert all(line.startswith("-") for line in removed)
        assert all(line.startswith("+") for line in added)
        yield Hunk(
            int(found[1]),
            int(found[3]),
            found[5],
            [line[1:] for line in removed],
            [line[1:] for line in added],
        )
        at = end


def segments(raw: bytes) -> dict[int, str]:
    """The segments of a file by number, as the diff shows them."""
    pieces = read_pieces(io.BytesIO(raw))
    return {p.number: plain(text(p.body)) for p in pieces if isinstance(p, Segment) and p.body}


def patched(raw: bytes, diff: str) -> list[str]:
    """What the diff makes of a file."""
    given_segments = segments(raw)
    numbers = [*given_segments]
    done, out = 0, []
    for hunk in hunks(diff):
        # An empty range stands behind the segment that it names.
        start = sum(number < hunk.old + (not hunk.removed) for number in numbers)
        assert start >= done
        out += [given_segments[number] for number in numbers[done:start]]
        done = start + len(hunk.removed)
        assert [given_segments[number] for number in numbers[start:done]] == hunk.removed
        out += hunk.added
    return out + [given_segments[number] for number in numbers[done:]]


@given(marked_files())
def test_the_diff_makes_the_cleaned_file_of_the_input(example: tuple[bytes, tuple[str, ...]]) -> None:
    """Whatever is held and repaired, on whichever level: applied to the input it gives the cleaned file."""
    raw, _ = example
    with tempfile.TemporaryDirectory() as folder:
        cleaned, diff = scrubbed(raw, marking("safe"), Path(folder))
    if cleaned is not None:
        assert patched(raw, diff) == [*segments(cleaned).values()]
        assert all(hunk.why for hunk in hunks(diff))
        for hunk in hunks(diff):
            assert [segments(cleaned)[hunk.new + at] for at in range(len(hunk.added))] == hunk.added


@given(mutated_files())
def test_a_broken_file_has_a_true_diff(raw: bytes) -> None:
    """Whatever is broken in the input, the diff leads to what was written."""
    with tempfile.TemporaryDirectory() as folder:
        cleaned, diff = scrubbed(raw, shipped("safe"), Path(folder))
    if cleaned is not None:
        assert patched(raw, diff) == [*segments(cleaned).values()]


def test_each_change_has_its_reason(tmp_path: Path) -> None:
    """Repairs name edit and claim, held claims what holds them, the rest says why it is not as it was."""
    _, diff = scrubbed(EXAMPLE.read_bytes(), shipped("safe"), tmp_path)
    found = [(hunk.why, len(hunk.removed), hunk.added) for hunk in hunks(diff)]
    assert found == [
        ("not sent: no accepted claim under it", 7, []),
        ("claim EX-1002 is held: PAIR-01", 6, []),
        ("renumbered", 1, ["HL*3*1*22*0"]),
        ("NDC-03: claim EX-1003", 1, ["LIN**N4*00143985725"]),
        ("not sent: no accepted claim under it", 7, []),
        ("claim EX-1004 is held: DX-02", 14, []),
        ("recounted", 1, ["SE*51*0001"]),
    ]


def test_an_unchanged_file_has_no_hunks(tmp_path: Path) -> None:
    """Where everything goes out as it came there is nothing but the two names."""
    raw = SEVERAL.read_bytes()
    cleaned, diff = scrubbed(raw, shipped("safe"), tmp_path)
    assert cleaned == raw
    assert diff == "--- input\n+++ input, clean\n"


def test_an_envelopes_repair_is_named(tmp_path: Path) -> None:
    """A trailer that an unsafe repair recounts has the edit as its reason."""
    raw = re.sub(rb"SE\*[0-9]+\*", b"SE*999*", SEVERAL.read_bytes(), count=1)
    _, diff = scrubbed(raw, shipped("safe", "STR-01"), tmp_path)
    (hunk,) = hunks(diff)
    assert (hunk.why, hunk.removed[0][:7], hunk.added[0][:3]) == ("STR-01", "SE*999*", "SE*")


def test_a_level_that_is_written_twice_says_so(tmp_path: Path) -> None:
    """A repair that only the second claim below a level wants makes a copy of it, with the edit named."""
    raw = mark(SEVERAL.read_bytes().replace(b"SEV-000", b"CLM0000"), ["CLM", "FXS"])
    cleaned, diff = scrubbed(raw, marking("safe"), tmp_path)
    assert cleaned is not None
    assert patched(raw, diff) == [*segments(cleaned).values()]
    again, fixed, again_too, *rest = hunks(diff)
    assert again.why == again_too.why
    assert again.why.startswith("repeated: ")
    assert [line.split("*")[0] for line in again.added] == ["HL", "SBR"]
    assert (fixed.why, fixed.removed) == ("TEST-02: claim FXS00002", [])
    assert [line.split("*")[0] for line in fixed.added] == ["NM1"]
    assert {hunk.why for hunk in rest} == {"renumbered", "recounted"}


def test_a_mask_hides_who_the_claims_are_about(tmp_path: Path) -> None:
    """Claims have their place in the file for a name; of what is not sent only segments' ids are shown."""
    raw = EXAMPLE.read_bytes()
    _, diff = scrubbed(raw, shipped("safe"), tmp_path, masked=True)
    names = ("EX-100", "OAKES", "HAZEL", "FENWICK", "3QF7WM1RA52", "19480919", "OLD MILL")
    assert all(name.encode() in raw for name in names)
    assert not [name for name in names if name in diff]
    assert "claim #2 is held: PAIR-01\n-CLM*•••\n-HI*•••\n" in diff
    assert "-LIN**N4*00143-9857-25\n+LIN**N4*00143985725\n" in diff
    assert "-SE*85*0001\n+SE*51*0001\n" in diff


def test_a_masked_repair_of_a_name_is_hidden(tmp_path: Path) -> None:
    """What a hidden value was and has become is hidden in the diff, too."""
    raw = mark(SEVERAL.read_bytes().replace(b"SEV-000", b"CLM0000"), ["CLM", "CLM", "FXS"])
    assert b"CLM*FXS00003" in raw
    _, diff = scrubbed(raw, marking("safe"), tmp_path, masked=True)
    (hunk,) = hunks(diff)
    assert hunk.why == "TEST-02: claim #3"
    assert hunk.removed == hunk.added
    assert "•••" in hunk.added[0]


def test_a_long_run_is_divided(tmp_path: Path) -> None:
    """A hunk has at most a thousand lines; the next one goes on where it ended."""
    raw = (FIXTURES / "broken" / "unsupported-group-beside.837").read_bytes()
    head, last, tail = raw.rpartition(b"SE*")
    raw = head + b"K3*MORE~\n" * 2500 + last + tail
    cleaned, diff = scrubbed(raw, shipped("safe"), tmp_path)
    assert cleaned is not None
    assert patched(raw, diff) == [*segments(cleaned).values()]
    lengths = [len(hunk.removed) for hunk in hunks(diff) if hunk.why.startswith("not sent")]
    assert lengths[:2] == [1000, 1000]
    assert 500 < lengths[2] < 1000


def test_nothing_in_it_steers_a_terminal(tmp_path: Path) -> None:
    """Control characters of the input are not in the diff."""
    raw = EXAMPLE.read_bytes().replace(b"OLD MILL RD", b"OLD \x1b[31mMILL\x07\x85")
    _, diff = scrubbed(raw, shipped("safe"), tmp_path)
    assert "OLD ?[31mMILL??" in diff
    assert all(character == "\n" or character.isprintable() for character in diff)


def test_an_input_that_changed_is_refused() -> None:
    """What is compared must be what was scrubbed."""
    diff = Diff(io.BytesIO(), source_of_bytes(b"ISA"), io.BytesIO(), SegmentNumbers())
    with pytest.raises(InputChangedError):
        diff.file(file_of(verdict="clean", accepted=1))


def test_origins_give_back_what_they_were_told() -> None:
    """Runs, repetitions and steps back come out as they went in."""
    numbers = [1, 2, 3, 7, 8, 2, 3, 3, 9]
    origins = SegmentNumbers()
    for number in numbers:
        origins.add(number)
    assert [*origins] == numbers
    assert [*SegmentNumbers()] == []
