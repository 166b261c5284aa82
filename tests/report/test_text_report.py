"""The text report: the segment with its fault marked, what to do, the numbers, the width, the colors."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.cli.main import main
from scrubber.engine.finding import Where
from scrubber.report.claim_view import ClaimView
from scrubber.report.excerpt import Excerpt
from scrubber.report.formats.text import _window
from tests.support.mutations import mutated_files
from tests.support.reporting import text_report
from tests.support.running import shipped
from tests.support.scrubbed import plain_finding, scrubbed

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures" / "837"
EXAMPLE = FIXTURES / "broken" / "example.837"
CLEAN = FIXTURES / "clean" / "injection-patient.837"


def _check(*arguments: str | Path) -> str:
    return CliRunner().invoke(main, ["check", *map(str, arguments), "--as-of", "2026-06-30"]).stdout


# ---------------------------------------------------------------------------------- what it says


def test_the_fault_is_marked_in_its_segment() -> None:
    """Below the segment stand marks under the very characters of the element that is at fault."""
    text = text_report(EXAMPLE.read_bytes(), policy=shipped())
    assert (
        "              | SV1*HC:96372*32*UN*1***1\n"
        "              |        ^^^^^\n"
        "              to do: Add the drug line from the chart: HCPCS code, units, NDC\n"
    ) in text
    assert "| LIN**N4*00143-9857-25\n              |         ^^^^^^^^^^^^^\n" in text


def test_a_fault_has_its_remedy_and_its_fix() -> None:
    """A finding says what to do and which fix is offered; one that was fixed says what it was."""
    raw = CLEAN.read_bytes().replace(b"ABK:M5450", b"ABK:M54.50")
    offered = text_report(raw, policy=shipped())
    assert "safe fix: M54.50 -> M5450\n" in offered
    assert "to do: " in offered
    fixed = text_report(raw, policy=shipped("safe"))
    assert "    fixed     DX-04 " in fixed
    assert "was M54.50 -> M5450\n" in fixed
    assert "to do: " not in fixed
    totals = "CLEAN, NOT FULLY CHECKED. 1 claim with 2 service lines: 1 accepted, 0 held. 1 fixed."
    assert totals in " ".join(fixed.split())


def test_the_numbers_end_the_report() -> None:
    """The last lines name the file, its verdict, its claims, what is held in dollars and by which edits."""
    text = " ".join(text_report(EXAMPLE.read_bytes(), policy=shipped()).split())
    assert text.endswith(
        "input: PARTLY HELD. 4 claims with 9 service lines: 1 accepted, 3 held."
        " Held charges: $163.60 of $330.85. Top edits: DX-02 (1), NDC-03 (1), PAIR-01 (1)."
        " 3 claims ($298.85) not fully checked; see Not checked."
    )


def test_several_files_are_added_up() -> None:
    """Behind several files stand their numbers in all; each file begins behind a blank line with its name."""
    text = text_report(EXAMPLE.read_bytes(), CLEAN.read_bytes(), policy=shipped(), quiet=True)
    said = " ".join(text.split())
    assert "input: PARTLY HELD." in said
    assert "\n\ninput: CLEAN, NOT FULLY CHECKED. 1 claim with 2 service lines" in text
    assert "2 files: 1 clean, 1 partly held. 5 claims: 2 accepted, 3 held. Held charges: $163.60 of $" in said
    top = "Top edits: DX-02 (1), NDC-03 (1), PAIR-01 (1)."
    assert said.endswith(f"{top} 4 claims ($345.25) not fully checked.")


def test_one_file_is_not_added_up() -> None:
    """The numbers of one file are not told twice."""
    assert "1 file" not in text_report(EXAMPLE.read_bytes(), policy=shipped())


def test_a_clean_file_is_one_sentence() -> None:
    """Where nothing is held, a quiet report is the file's numbers and nothing else."""
    text = text_report(CLEAN.read_bytes(), policy=shipped(), quiet=True)
    assert text == (
        "input: CLEAN, NOT FULLY CHECKED. 1 claim with 2 service lines: 1 accepted, 0\n"
        "held. 1 claim ($46.40) not fully checked.\n"
    )


def test_a_fault_of_the_envelope_is_marked_in_its_segment() -> None:
    """What is wrong outside any claim is shown in its segment, too."""
    raw = CLEAN.read_bytes().replace(b"SE*", b"SE*9", 1)
    count = raw.split(b"SE*")[1].split(b"*")[0].decode()
    shown = f"              | SE*{count}*0001\n              |    {'^' * len(count)}\n"
    assert shown in text_report(raw, policy=shipped())


def test_a_mask_hides_the_passwords_of_an_envelope() -> None:
    """ISA02 and ISA04 are shown where the ISA is at fault, but not with a mask."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    raw = raw.replace(b"*00*          *00*          *ZZ*", b"*03*LOGIN-0007*01*SECRET-007*Z*", 1)
    shown = "| ISA*03*LOGIN-0007*01*SECRET-007*Z*"
    assert shown in text_report(raw, policy=shipped())
    masked = text_report(raw, policy=shipped(), masked=True)
    assert "| ISA*03*•••*01*•••*Z*" in masked
    assert "0007" not in masked


def test_quiet_says_only_what_is_held() -> None:
    """--quiet leaves out warnings, what was not checked and accepted claims, and keeps the numbers."""
    loud, quiet = _check(EXAMPLE), _check(EXAMPLE, "--quiet")
    assert "EM-01" in loud
    assert "EM-01" not in quiet
    assert "\n  Not checked\n" in loud
    assert "\n  Not checked\n" not in quiet
    assert "claim EX-1004 HELD" in quiet
    assert "1 accepted, 3 held." in quiet
    assert "see Not checked" not in quiet
    assert _check(CLEAN, "--quiet").lstrip().startswith("injection-patient.837: CLEAN, NOT")


def test_statistics_count_by_edit_and_payer() -> None:
    """--statistics adds how often each edit found something and each payer's clean-claim rate."""
    assert "clean-claim rate" not in _check(EXAMPLE)
    lines = _check(EXAMPLE, "--statistics").splitlines()
    assert "  PAIR-01   reject            1  Injection without a drug line" in lines
    assert "  EM-01     warn              1  99211 with an injection or infusion" in lines
    rows = [line.split() for line in lines if line.startswith("  MCB01 ")]
    assert rows == [["MCB01", "2", "1", "50.0%"]]


def test_statistics_count_findings_about_the_file() -> None:
    """What is wrong with an envelope is counted as what is wrong with a claim is, once a file and in all."""
    raw = (FIXTURES / "broken" / "wrong-se-count.837").read_bytes()
    row = "  STR-01    reject    {:>9}  "
    assert text_report(raw, policy=shipped(), statistics=True).count(row.format(1)) == 1
    twice = text_report(raw, raw, policy=shipped(), statistics=True)
    assert (twice.count(row.format(1)), twice.count(row.format(2))) == (2, 1)


def test_an_envelopes_fault_holds_and_says_so() -> None:
    """Claims that are held with their envelope only are counted and named once, after its finding."""
    text = text_report((FIXTURES / "broken" / "wrong-se-count.837").read_bytes(), policy=shipped())
    assert text.index("STR-01") < text.index("  Held with the envelope: 1 claim (")
    assert "\n  claim " not in text


def test_what_was_not_checked_is_told_once() -> None:
    """A reason that many claims share is said once, with its edits, how many claims, and three of them."""
    raw = CLEAN.read_bytes()
    start, end = raw.index(b"CLM*INJ-"), raw.index(b"SE*")
    claim = raw[start:end]
    number = claim[4 : claim.index(b"*", 4)]
    days = (b"2026052%d" % at for at in range(5))
    more = b"".join(
        claim.replace(number, b"N%d" % at).replace(b"20260513", day) for at, day in enumerate(days)
    )
    text = text_report(raw[:start] + more + raw[end:], policy=shipped())
    lines = [line.strip() for line in text.splitlines()]
    assert sum(line.startswith("NDC directory not imported: get ndctext.zip (FDA: ") for line in lines) == 1
    assert any(line.endswith("NDC-13: 5 claims, $232.00 (N0, N1, N2 …)") for line in lines)


def test_an_edit_override_is_said_with_its_reason(tmp_path: Path) -> None:
    """What is overridden is named with reason and owner; an override without work is named at the end."""
    config = tmp_path / "scrubber.toml"
    entry = '[[suppressions]]\nedit = "{}"\nreason = "agreed"\nowner = "desk"\n'
    config.write_text(entry.format("DX-02") + entry.format("BILL-01"))
    text = _check(EXAMPLE, "--config", config)
    assert "    overridden DX-02: agreed (desk)\n" in text
    assert "\noverride of BILL-01 (desk) matched nothing: remove it?\n" in text


# ------------------------------------------------------------------------------- width and color


def _too_long(text: str, width: int) -> list[str]:
    """Lines over the width that could have been broken: more than one word behind what begins the line."""
    return [
        line
        for line in text.splitlines()
        if len(line) > width and len(line.split()) > 1 and not line.lstrip().startswith(("-", "+"))
    ]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*.837")), ids=lambda path: path.stem)
def test_lines_fit_the_width(path: Path) -> None:
    """No line is longer than 80 characters."""
    text = text_report(path.read_bytes(), policy=shipped(), statistics=True)
    assert [line for line in text.splitlines() if len(line) > 80] == []


@given(mutated_files(), st.sampled_from((60, 80, 133)))
@settings(max_examples=40)
def test_lines_of_broken_files_fit_the_width(raw: bytes, width: int) -> None:
    """Whatever is in a file, a line is only longer than the width where a word is."""
    text = text_report(raw, policy=shipped(), statistics=True, width=width)
    assert [line for line in _too_long(text, width) if len(max(line.split(), key=len)) < width // 2] == []


def test_there_are_no_colors_in_a_pipe() -> None:
    """What is not printed on a terminal has no escape sequences."""
    assert "\x1b" not in _check(EXAMPLE)


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are of POSIX")
@pytest.mark.parametrize(("variable", "colored"), [("", True), ("1", False)])
def test_colors_on_a_terminal_unless_unwanted(variable: str, *, colored: bool) -> None:
    """On a terminal verdicts have colors, and none where NO_COLOR is set; the words are the same."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "scrubber", "check", str(EXAMPLE), "--as-of", "2026-06-30"]
    environment = {**os.environ, "NO_COLOR": variable, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(command, stdout=theirs, cwd=ROOT, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass  # Linux says so when the other side is closed
        os.close(ours)
    assert process.returncode == 1
    assert (b"\x1b[31m" in shown) is colored
    assert click.unstyle(shown.decode()).replace("\r\n", "\n") == _check(EXAMPLE)


def test_one_file_that_fails_keeps_the_others(tmp_path: Path) -> None:
    """Where one of several inputs cannot be written, the JSON printed has the others, whole."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "example.clean.837").write_bytes(b"mine")
    several = FIXTURES / "clean" / "several-transactions.837"
    arguments = ["scrub", CLEAN, EXAMPLE, several, "-o", out, "--format", "json", "--as-of", "2026-06-30"]
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exit_code == 2
    files = json.loads(done.stdout)["files"]
    assert [file["name"] for file in files] == [CLEAN.name, several.name]
    assert [len(file["claims"]) for file in files] == [file["counts"]["claims"] for file in files]


# ----------------------------------------------------------------------------------- the excerpt


@pytest.fixture(scope="module")
def view() -> ClaimView:
    """The claim of a clean file, in the patient's loop."""
    ((report, result),) = scrubbed(CLEAN.read_bytes(), shipped()).claims
    return ClaimView.of(report, result, 1, masked=False)


def _marked(view: ClaimView, segment: bytes, element: str | None) -> str:
    """What an excerpt marks for a place: the characters, or ``>`` where it is behind the segment."""
    number = CLEAN.read_bytes().split(segment)[0].count(b"~") + 1
    where = Where(element=element, segment_number=number)
    excerpt = view.excerpt(plain_finding("DX-01", "", where))
    assert excerpt is not None
    assert excerpt.text.encode().startswith(segment)
    return excerpt.text[excerpt.start : excerpt.end] or (">" if excerpt.end > excerpt.start else "")


@pytest.mark.parametrize(
    ("segment", "element", "marked"),
    [
        (b"SV1*HC:96372", "SV101", "HC:96372"),
        (b"SV1*HC:96372", "SV101-1", "HC"),
        (b"SV1*HC:96372", "SV101-2", "96372"),
        (b"SV1*HC:96372", "SV101-3", "HC:96372"),  # a component that is missing: its element
        (b"SV1*HC:96372", "SV107", "1"),
        (b"SV1*HC:96372", "SV105", "*"),  # empty: what stands in its place
        (b"SV1*HC:96372", "SV109", ">"),  # missing: behind the segment
        (b"SV1*HC:96372", "LIN03", ""),  # of another segment: nothing
        (b"SV1*HC:96372", None, ""),
        (b"CLM*INJ", "CLM05-3", "1"),
        (b"NM1*QC", "NM103", "FENWICK"),
        (b"NM1*85", "NM109", "1300000019"),
        (b"HL*1", "HL03", "20"),
        (b"N4*COLUMBUS*OH*432150100", "N403", "432150100"),
    ],
)
def test_an_excerpt_marks_the_place(
    view: ClaimView, segment: bytes, element: str | None, marked: str
) -> None:
    """Element, component, what is empty or missing, in the claim and in the levels above it."""
    assert _marked(view, segment, element) == marked


def test_an_excerpt_knows_its_neighbours(view: ClaimView) -> None:
    """Above and below stand the segments of the claim; before the first level's first there is none."""
    number = CLEAN.read_bytes().split(b"CTP*")[0].count(b"~") + 1
    where = Where(segment_number=number)
    excerpt = view.excerpt(plain_finding("DX-01", "", where))
    assert excerpt is not None
    assert (excerpt.above, excerpt.text, excerpt.below) == ("LIN**N4*00409379501", "CTP****1*ML", "")
    first = view.excerpt(plain_finding("X", "", Where(segment_number=3)))
    assert first is not None
    assert (first.above, first.text[:3], first.below[:4]) == ("", "ST*", "BHT*")


def test_there_is_no_excerpt_without_a_segment(view: ClaimView) -> None:
    """A finding about no segment, or about one of another claim, has no excerpt."""
    for number in (None, 99_999):
        where = Where(segment_number=number)
        assert view.excerpt(plain_finding("DX-01", "", where)) is None


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 30), st.integers(20, 60))
def test_a_long_segment_is_cut_around_its_fault(length: int, start: int, size: int, room: int) -> None:
    """However long a segment is, what is shown fits, has the fault in it, and marks the same characters."""
    text = "".join(chr(ord("a") + at % 26) for at in range(length))
    start = min(start, length)
    end = length + 1 if start == length else min(length, start + size)
    shown, first, last = _window(Excerpt(1, 0, text, start, end), room)
    assert len(shown) <= room
    assert 0 <= first < last <= room
    marked = shown[first:last].strip("…")
    assert marked in text[start:end]
    assert len(shown[first:last]) == min(end, length) - start or last - first >= room // 2
    assert shown.startswith("…") or text.startswith(shown.rstrip("…"))
    assert shown.endswith("…") or text.endswith(shown.lstrip("…"))
