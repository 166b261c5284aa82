"""`edits list`, `edits test` and `edits new`, and `explain` of an edit that is not shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from tests.support.own_edits import CASES, EDIT, write_folder


def scrubber(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with two folders of edits."""
    write_folder(tmp_path / "ours")
    other = {"laboratory/laboratory_code.py": EDIT.replace("TEST-01", "TEST-02").replace('"85025", ', "")}
    other["cases/TEST-02.toml"] = (
        CASES.replace("TEST-01", "TEST-02")
        .replace("85025", "85027")
        .replace('severity = "warn"', 'count = 2\nalso = ["TEST-01"]')
    )
    (write_folder(tmp_path / "theirs", other) / "cases" / "TEST-01.toml").unlink()
    path = tmp_path / "scrubber.toml"
    path.write_text('edits = ["ours", "theirs"]\n', encoding="utf-8")
    return path


def test_list_says_where_edits_come_from(config: Path) -> None:
    """The folder for others than shipped edits, and nothing for these."""
    lines = scrubber("edits", "list", "--config", config).stdout.splitlines()
    assert [line for line in lines if "(from " in line] == [
        f"TEST-0{number}   warn    SNIP 7  Laboratory code on the first line  (from {config.parent / folder})"
        for number, folder in ((1, "ours"), (2, "theirs"))
    ]


def test_all_right(config: Path) -> None:
    """Status 0 and one line, for a folder and for those of a configuration, each against all edits."""
    done = scrubber("edits", "test", config.parent / "ours")
    assert (done.exit_code, done.stdout) == (0, "1 edit, 2 cases: all right\n")
    done = scrubber("edits", "test", "--config", config)
    assert (done.exit_code, done.stdout) == (0, "2 edits, 4 cases: all right\n")
    done = scrubber("edits", "test", config.parent / "theirs", "--config", config)
    assert (done.exit_code, done.stdout) == (0, "1 edit, 2 cases: all right\n")


def test_edits_of_another_folder_count(config: Path) -> None:
    """A case that says nothing of an edit of another folder is wrong where that folder is loaded."""
    done = scrubber("edits", "test", config.parent / "theirs")
    assert (done.exit_code, "TEST-01 did not fire, although" in done.stdout) == (1, True)


def test_problems(config: Path) -> None:
    """Status 1, a line for each with file and line, and the sum last."""
    path = config.parent / "ours" / "cases" / "TEST-01.toml"
    path.write_text(CASES.replace("line = 1", "line = 2").replace("SV101-2", "SV102"), encoding="utf-8")
    done = scrubber("edits", "test", config.parent / "ours")
    place = f"{path}:3: TEST-01 fires: a laboratory code: "
    assert (done.exit_code, done.stdout.splitlines()) == (
        1,
        [
            f"{place}The line is 1 instead of 2.",
            f"{place}The element is SV101-2 instead of SV102.",
            "1 edit, 2 cases: 2 problems",
        ],
    )
    done = scrubber("edits", "test", config.parent / "ours", "--select", "NONE-01")
    assert (done.exit_code, done.stdout) == (0, "0 edits, 0 cases: all right\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["test"], "name a folder of edits"),
        (["test", "nowhere"], "does not exist"),
        (["test", "broken"], "broken.py:1: cannot be loaded: SyntaxError"),
        (["test", "--config", "scrubber.toml"], "no such folder of edits"),
        (["new", "LHP-01", "Fault"], "--family"),
        (["new", "LHP-01", "Fault.", "--family", "billing"], "no period"),
        (["new", "PAIR-01", "Fault", "--family", "billing"], "PAIR-01 is in use"),
    ],
)
def test_status_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str) -> None:
    """Wrong usage, and edits that cannot be loaded."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "broken", {"broken.py": "x = = 1\n"})
    (tmp_path / "scrubber.toml").write_text('edits = ["nowhere"]\n', encoding="utf-8")
    done = scrubber("edits", *arguments)
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split()).replace("without a period", "no period")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "scrubber.toml"]


def test_new_goes_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into --dir, else the first folder of the configuration, else our-edits; it says what is next."""
    monkeypatch.chdir(tmp_path)
    done = scrubber("edits", "new", "LHP-01", "Some fault", "--family", "billing")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "our-edits/billing/some_fault.py",
            "our-edits/cases/LHP-01.toml",
            "Next: scrubber edits test our-edits",
        ],
    )
    done = scrubber(*done.stdout.splitlines()[-1].split()[2:])
    assert (done.exit_code, done.stdout) == (0, "1 edit, 2 cases: all right\n")
    (tmp_path / "scrubber.toml").write_text('edits = ["our-edits"]\n', encoding="utf-8")
    done = scrubber("edits", "new", "LHP", "Other fault", "--family", "billing", "--config", "scrubber.toml")
    assert done.stdout.splitlines()[1] == str(tmp_path / "our-edits" / "cases" / "LHP-02.toml")
    done = scrubber("edits", "new", "LHP", "Third", "--family", "dates", "--dir", "deep/er")
    assert done.stdout.splitlines()[0] == "deep/er/dates/third.py"
    done = scrubber("edits", "test", "our-edits", "deep/er")
    assert (done.exit_code, "LHP-01 is already" in done.stderr.replace("\n", " ")) == (2, True)


def test_explain_cites_what_a_pack_cites(tmp_path: Path) -> None:
    """Also where the edit itself cites nothing."""
    source = '[sources.LHP]\npublisher = "Laurel"\ntitle = "Manual"\n'
    pack = f'extends = "commercial"\n{source}[edits.TEST-01]\nseverity = "reject"\nsources = ["LHP"]\n'
    folder = write_folder(tmp_path, {"packs/laurel.toml": pack})
    assert "Sources\n    LHP: Laurel, Manual\n" in scrubber("explain", "TEST-01", "--edits", folder).stdout


def test_explain_shows_an_example_from_the_cases(config: Path) -> None:
    """As for shipped edits; where there are no cases, or none that can be read, the page is shown without."""
    ours = config.parent / "ours"
    page = scrubber("explain", "TEST-01", "--edits", ours).stdout
    assert "Example: a laboratory code\n    as sent:        SV1*HC:85025" in page
    assert "    finding:        warn by base: Line 1 bills 85025.\n" in page
    (ours / "cases" / "TEST-01.toml").write_text("fires = ")
    page = scrubber("explain", "TEST-01", "--edits", ours).stdout
    assert "Example: " not in page
    assert "Laboratory code on the first line" in page


AGED = """\
[LHP-OLD]
publisher = "Laurel"
title = "Manual"
date = "notice of 2023-09, seen 2024-06-30"

[LHP-NEW]
publisher = "Laurel"
title = "Bulletin"
date = 2024-07-01

[LHP-UNDATED]
publisher = "Laurel"
title = "Portal"

[LHP-LAW]
publisher = "State of Ohio"
title = "Code"
standing = true
"""


@pytest.mark.parametrize(
    ("cited", "listed"),
    [
        ('("LHP-OLD",)', "2024-06-30"),
        ('("LHP-UNDATED",)', "no date"),
        ('("LHP-OLD", "LHP-UNDATED")', "2024-06-30"),
        ('("LHP-OLD", "LHP-NEW")', ""),
        ('("LHP-LAW", "LHP-UNDATED")', ""),
    ],
)
def test_stale_edits_are_those_whose_every_source_is_old(cited: str, listed: str, tmp_path: Path) -> None:
    """One source that is younger than two years, a law or a standard is enough."""
    edit = EDIT.replace("    snip=7,\n", f"    snip=7,\n    sources={cited},\n")
    files = {"laboratory/laboratory_code.py": edit, "sources.toml": AGED}
    folder = write_folder(tmp_path / "ours", files)
    lines = scrubber("edits", "list", "--edits", folder, "--stale", "2026-07-01").stdout.splitlines()
    ours = [line for line in lines if line.startswith("TEST-01")]
    assert ours == ([f"TEST-01   warn    {listed:<10}  Laboratory code on the first line"] if listed else [])


def test_stale_edits_that_reject_come_first() -> None:
    """And edits that only inform are not listed."""
    lines = scrubber("edits", "list", "--stale", "2026-11-29").stdout.splitlines()
    severities = [line.split()[1] for line in lines]
    assert severities == sorted(severities)
    assert set(severities) <= {"reject", "warn"}
