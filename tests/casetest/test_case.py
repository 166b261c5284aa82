"""Reading case files: what they may say, and how what they may not is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scrubber.casetest.case import by_title, load_cases
from scrubber.errors import ConfigurationError


def write(folder: Path, text: str) -> Path:
    path = folder / "TEST-01.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_run_in_both_loops(tmp_path: Path) -> None:
    """The same claim is in the subscriber loop and in the patient loop."""
    path = write(
        tmp_path,
        'edit = "TEST-01"\n\n[[fires]]\nname = "a"\nas_of = 2026-01-02\n\n[[fires]]\nname = "b"\n'
        'loops = ["patient"]\nreplace = [["HC:99213:25", "HC:99214:25"]]\n',
    )
    one, other, alone = load_cases(path)
    assert [case.loop for case in (one, other, alone)] == ["subscriber", "patient", "patient"]
    assert (b"HL*3*2*23*0" in one.raw, b"HL*3*2*23*0" in other.raw) == (False, True)
    assert (one.as_of, alone.as_of) == (date(2026, 1, 2), date(2026, 6, 30))
    assert (b"99214" in one.raw, b"99214" in alone.raw) == (False, True)
    assert (one.line_number, alone.line_number, one.path) == (3, 7, path)
    assert [len(cases) for cases in by_title(load_cases(path))] == [2, 1]


def test_totals_and_counts_are_filled_in(tmp_path: Path) -> None:
    """The claim's total is the sum of its charges, the count that of its segments."""
    case = next(load_cases(write(tmp_path, 'edit = "T-1"\n[[passes]]\nname = "a"\n')))
    segments = case.raw.decode().replace("\n", "").split("~")
    assert "CLM*CASE-0001*167.25***11:B:1*Y*A*Y*Y" in segments
    start, end = (
        next(at for at, text in enumerate(segments) if text.startswith(id_)) for id_ in ("ST", "SE")
    )
    assert segments[end] == f"SE*{end - start + 1}*0001"


HEAD = 'edit = "TEST-01"\n[[passes]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[[fires]]\nname = "a"\n', 1, "of which edit"),
        ('edit = "TEST-01"\ncolor = 1\n', 2, "unknown key 'color'"),
        ('edit = "TEST-01"\nfires = 1\n', 2, "cases are tables"),
        ('edit = "TEST-01"\n[[passes]]\nas_of = 2026-01-01\n', 2, "needs a name"),
        (HEAD + 'colour = "red"\n', 4, "no key 'colour'"),
        (HEAD + 'as_of = "2026-01-01"\n', 4, "as_of must be a date"),
        (HEAD + 'replace = ["a", "b"]\n', 4, "pairs of texts"),
        (HEAD + 'replace = [["nowhere", "b"]]\n', 2, "occurs 0 times"),
        (HEAD + 'replace = [["UN", "b"]]\n', 2, "occurs 3 times"),
        (HEAD + 'loops = ["all"]\n', 4, "loops must be"),
        (HEAD + "count = 0\n", 4, "count must be"),
        (HEAD + 'pack = "cigna"\n', 4, "judged_by takes any pack"),
        (HEAD + 'received = "mail"\n', 4, "received must be"),
        (HEAD + '[[passes]]\nname = "b"\ntables = 1\n', 6, "tables must be"),
        (HEAD + '[[unchecked]]\nname = "b"\n', 4, "needs why"),
        (HEAD + 'replace = [["*128.5*", "*x*"]]\n', 2, "not a number"),
    ],
)
def test_what_is_not_understood_is_named_by_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        list(load_cases(path))
    assert str(caught.value).startswith(f"{path}:{line}: "), caught.value
    assert says in str(caught.value)


def test_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"TEST-01\.toml:1: not a TOML file"):
        list(load_cases(write(tmp_path, "edit = ")))
