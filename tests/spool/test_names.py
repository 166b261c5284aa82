"""What senders call their files never decides where ours go."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.spool.layout import Spool, given_back_name, parse_retry, retry_name, safe_stem
from tests.support.spool import batch, decisions, drop, files_of, make_spool, run_once

JOB, OTHER_JOB = "20260630-120000-0123abcd", "20260629-110000-89abcdef"
NAMES = {
    "up and away": "%2e%2e%2f..%2fetc.837",
    "dots": "a...",
    "a backslash path": "\\..\\..\\a.837",
    "a newline": "a\nb.837",
    "a bell and an escape": "a\x07\x1b[2Jb.837",
    "255 bytes": "x" * 251 + ".837",
    "255 bytes of two each": "ä" * 125 + "x.837",
    "letters from right to left": "a\u202e738.exe",
    "no UTF-8": os.fsdecode(b"\xff\xfe\x80.837"),
    "an option": "--help.837",
    "a dash": "-",
    "a formula": "=1+1.837",
    "a command": "$(reboot);`id`.837",
    "a name of ours": "manifest.json",
    "a retry of no job": "retry-nothing_a.837",
    "a retry of what never was": f"retry-{JOB}_.._",
    "blanks": "  .837",
}
HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def outside(spool: Spool) -> set[Path]:
    """What there is beside the spool."""
    return {path for path in spool.root.parent.rglob("*") if spool.root not in (path, *path.parents)}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_odd_names_are_worked_on_like_any_other(tmp_path: Path, name: str) -> None:
    """The outputs have harmless names where they belong; the sender's own name is in the manifest."""
    spool = make_spool(tmp_path)
    raw = batch(1)
    drop(spool, name, raw)
    assert run_once(spool).clean == 1
    (out,) = spool.out.iterdir()
    assert out.read_bytes() == raw
    for path in spool.root.rglob("*"):
        assert HARMLESS.fullmatch(path.name[:60]), path
    assert outside(spool) == set()
    (decision,) = decisions(spool)
    assert decision["taken"]["name"] == parse_retry(name)[1]


def test_two_files_of_one_stem_do_not_meet(tmp_path: Path) -> None:
    """The job's id tells their outputs apart."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))
    drop(spool, "a.txt", batch(2))
    assert run_once(spool).clean == 2
    assert sorted(path.read_bytes() for path in files_of(spool.out)) == [batch(1), batch(2)]
    assert all(path.name.endswith("_a.clean.837") for path in files_of(spool.out))


file_names = st.binary(min_size=1, max_size=255).filter(lambda raw: not {0, ord("/")} & set(raw))


@given(file_names.map(os.fsdecode))
def test_a_safe_stem_is_short_harmless_and_settled(name: str) -> None:
    """Letters, digits, dot, dash and underscore; no dot or dash in front; made safe again it stays."""
    stem = safe_stem(name)
    assert HARMLESS.fullmatch(stem)
    assert safe_stem(f"{stem}.837") == stem
    assert stem != name or HARMLESS.fullmatch(name)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("batch 7.837", "batch_7"),
        ("a.b.837", "a.b"),
        ("..", "claims"),
        (".837", "837"),
        ("ä.837", "claims"),
        ("a  &  b.837", "a_b"),
        ("...", "claims"),
        ("../../x.837", "x"),
    ],
)
def test_a_safe_stem_is_what_a_person_recognises(name: str, stem: str) -> None:
    """As much of the name as can stand."""
    assert safe_stem(name) == stem


@given(file_names.map(os.fsdecode))
def test_a_retry_is_known_by_its_name(name: str) -> None:
    """The name says which job it is a retry of, and what the sender called it, as far as it fits."""
    found = parse_retry(retry_name(JOB, name))
    assert found[0] == JOB
    assert name.startswith(found[1].rstrip("\udcc3")) or len(os.fsencode(name)) > 200
    assert len(os.fsencode(given_back_name(JOB, name))) <= 255


def test_a_usual_name_comes_back_whole() -> None:
    """Nothing is cut that fits."""
    assert parse_retry(retry_name(JOB, "a_b.837")) == (JOB, "a_b.837")
    assert parse_retry("a_b.837") == ("", "a_b.837")


def test_a_file_given_back_again_has_one_job_in_its_name() -> None:
    """However often its sender writes to it after it was taken."""
    assert given_back_name(JOB, "a.837") == f"{JOB}_a.837"
    assert given_back_name(JOB, given_back_name(OTHER_JOB, "a.837")) == f"{JOB}_a.837"
