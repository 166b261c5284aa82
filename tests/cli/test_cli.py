"""The command line: arguments in, outputs and exit status out."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from scrubber import __version__, log
from scrubber.cli.main import main
from scrubber.cli.rules.manual import explain as explain_lines
from scrubber.engine.loading.discovery import load_examples, load_rulebook
from scrubber.engine.memory import evaluator
from scrubber.engine.memory.memory import Memory
from scrubber.log import ALLOWED_KEYS
from tests.support.check837 import check as check837
from tests.support.running import HOLD_EDIT, REPAIR_EDIT, write_edits

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures" / "837"
CLEAN = FIXTURES / "clean" / "injection-patient.837"
SEVERAL = FIXTURES / "clean" / "several-transactions.837"
MISCOUNT = FIXTURES / "broken" / "wrong-se-count.837"


def scrubber(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    """Run a command as of the day for which the fixtures are clean."""
    command = [*map(str, arguments)]
    if command[0] in ("check", "scrub"):
        command += ["--as-of", "2026-06-30"]
    return CliRunner().invoke(main, command, input=stdin)


def report(*arguments: str | Path, stdin: bytes | None = None) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(scrubber(*arguments, "--format", "json", stdin=stdin).stdout)
    return parsed


def edits_in(parsed: dict[str, Any]) -> set[str]:
    findings = [f for file in parsed["files"] for f in file["findings"]]
    findings += [f for file in parsed["files"] for claim in file["claims"] for f in claim["findings"]]
    return {finding["edit"] for finding in findings}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A claim whose total is off and whose diagnosis has a dot."""
    raw = CLEAN.read_bytes().replace(b"*46.4*", b"*46.5*").replace(b"ABK:M5450", b"ABK:M54.50")
    return write(tmp_path / "in" / "faulty.837", raw)


@pytest.fixture
def dotted(tmp_path: Path) -> Path:
    """A claim whose diagnosis has a dot and of which all else is right."""
    return write(tmp_path / "in" / "dotted.837", CLEAN.read_bytes().replace(b"ABK:M5450", b"ABK:M54.50"))


# ----------------------------------------------------------------------------------- exit status


def test_status_0_when_all_is_accepted() -> None:
    """Exit status 0 means that every claim of every file may go."""
    done = scrubber("check", CLEAN, SEVERAL)
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "name", ["not-x12", "empty", "wrong-se-count", "truncated-mid-segment", "unsupported-835"]
)
def test_status_1_when_something_is_held_or_unreadable(name: str) -> None:
    """Exit status 1 means that something is held or cannot be read, one bad file among good ones included."""
    assert scrubber("check", FIXTURES / "broken" / f"{name}.837").exit_code == 1
    assert scrubber("check", CLEAN, FIXTURES / "broken" / f"{name}.837", SEVERAL).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "no-such-file.837"),
        ("check", str(ROOT)),
        ("check", str(CLEAN), "--format", "pdf"),
        ("check", str(CLEAN), "--pack", "no-such-pack"),
        ("check", str(CLEAN), "--select", "NONE-99"),
        ("check", str(CLEAN), "--ignore", "NONE"),
        ("check", str(CLEAN), "--config", "no-such-file.toml"),
        ("check", str(CLEAN), "--edits", "no-such-folder"),
        ("check", str(CLEAN), "--partial"),
        ("scrub", str(CLEAN), "-o", "out", "--select", "PAIR"),
        ("scrub", str(CLEAN), "-o", "out", "--ignore", "PAIR-01"),
        ("watch", "spool", "--select", "PAIR"),
        ("scrub", str(CLEAN)),
        ("scrub", str(CLEAN), "-o", "out", "--fix", "NONE-99"),
        ("scrub", str(CLEAN), "-o", "out", "--fix", "unsafe"),
        ("explain", "NONE-99"),
        ("packs", "show", "no-such-pack"),
        ("dance",),
    ],
)
def test_status_2_for_wrong_usage(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong usage gives exit status 2 and says why on standard error; nothing is written."""
    monkeypatch.chdir(tmp_path)
    done = scrubber(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Error: " in done.stderr
    assert names(tmp_path) == []


def test_as_of_must_be_a_day() -> None:
    """A day that does not exist is wrong usage."""
    assert CliRunner().invoke(main, ["check", str(CLEAN), "--as-of", "2026-02-30"]).exit_code == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_status_75_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A full disk gives exit status 75 and leaves nothing behind: try again later."""

    def full(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", full)
    done = scrubber("scrub", CLEAN, MISCOUNT, "-o", tmp_path / "out")
    assert (done.exit_code, names(tmp_path / "out")) == (75, [])
    assert os.strerror(number) in done.stderr


def test_an_input_that_fails_does_not_end_the_run(tmp_path: Path) -> None:
    """Where one input cannot be worked on, the others are, and the status is the gravest."""
    write(tmp_path / "out" / "injection-patient.clean.837", b"mine")
    done = scrubber("scrub", CLEAN, SEVERAL, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert names(tmp_path / "out") == [
        "injection-patient.clean.837", "several-transactions.277", "several-transactions.999",
        "several-transactions.clean.837", "several-transactions.report.json",
    ]  # fmt: skip


def test_module_runs_as_a_program() -> None:
    """`python -m scrubber` is the same program, with its real exit status."""
    command = [sys.executable, "-m", "scrubber", "check", str(MISCOUNT), "--as-of", "2026-06-30"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"STR-01" in done.stdout


def test_version() -> None:
    """The version is that of the package."""
    assert scrubber("--version").stdout == f"scrubber, version {__version__}\n"


# --------------------------------------------------------------------------- check, scrub, stdin


def test_check_writes_nothing(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` writes no file and repairs nothing."""
    monkeypatch.chdir(faulty.parent)
    parsed = report("check", faulty)
    assert names(faulty.parent) == ["faulty.837"]
    fixes = [f["fix"] for f in parsed["files"][0]["claims"][0]["findings"] if f["fix"]]
    assert [fix["applied"] for fix in fixes] == [False]


@pytest.mark.parametrize("command", [("check",), ("scrub", "-o", "out")], ids=["check", "scrub"])
def test_what_is_learned_of_a_file_helps_with_the_next(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one memory for all files of a run."""
    made: list[Memory] = []

    class Noted(Memory):
        def __init__(self, *given: Any) -> None:
            made.append(self)
            super().__init__(*given)

    monkeypatch.setattr(evaluator, "Memory", Noted)
    monkeypatch.chdir(tmp_path)
    for name in ("one.837", "two.837", "three.837"):
        Path(name).write_bytes(CLEAN.read_bytes())
    assert scrubber(*command, "one.837", "two.837", "three.837").exit_code == 0
    assert len(made) == 1


def test_scrub_writes_and_reports(tmp_path: Path, faulty: Path) -> None:
    """`scrub` writes 837 files and reports; the JSON on paper is the JSON on the screen."""
    done = scrubber("scrub", faulty, CLEAN, "-o", tmp_path / "out", "--format", "text", "--format", "jsonl")
    assert done.exit_code == 1
    assert names(tmp_path / "out") == [
        "faulty.277", "faulty.999", "faulty.held.837", "faulty.report.json", "faulty.report.jsonl",
        "faulty.report.txt", "injection-patient.277", "injection-patient.999", "injection-patient.clean.837",
        "injection-patient.report.json", "injection-patient.report.jsonl", "injection-patient.report.txt",
    ]  # fmt: skip
    assert (tmp_path / "out" / "injection-patient.clean.837").read_bytes() == CLEAN.read_bytes()
    first = (tmp_path / "out" / "faulty.report.txt").read_text()
    second = (tmp_path / "out" / "injection-patient.report.txt").read_text()
    assert done.stdout.startswith(f"{first}\n{second}\n2 files: 1 clean, 1 held. 2 claims: 1 accepted")
    stored = json.loads((tmp_path / "out" / "faulty.report.json").read_text())
    lines = (tmp_path / "out" / "faulty.report.jsonl").read_text().splitlines()
    assert [json.loads(line)["control_number"] for line in lines] == [
        claim["control_number"] for claim in stored["files"][0]["claims"]
    ]


def test_repairs_are_made_before_judging(tmp_path: Path, dotted: Path) -> None:
    """What a safe repair mends is accepted, and the report says that it was repaired."""
    parsed = report("scrub", dotted, "-o", tmp_path / "out")
    (claim,) = parsed["files"][0]["claims"]
    assert claim["verdict"] == "accepted"
    assert [(f["edit"], f["fix"]["applied"], f["fix"]["after"]) for f in claim["findings"]] == [
        ("DX-04", True, "M5450")
    ]
    assert (tmp_path / "out" / "dotted.clean.837").read_bytes() == CLEAN.read_bytes()
    assert b"M54.50" in dotted.read_bytes()


def test_standard_input(tmp_path: Path) -> None:
    """`-` reads standard input; its outputs are called stdin."""
    assert scrubber("check", "-", stdin=CLEAN.read_bytes()).exit_code == 0
    done = scrubber("scrub", "-", "-o", tmp_path, stdin=CLEAN.read_bytes())
    expected = ["stdin.277", "stdin.999", "stdin.clean.837", "stdin.report.json"]
    assert (done.exit_code, names(tmp_path)) == (0, expected)
    assert (tmp_path / "stdin.clean.837").read_bytes() == CLEAN.read_bytes()
    assert json.loads((tmp_path / "stdin.report.json").read_text())["files"][0]["name"] == "stdin"


def test_standard_input_gives_what_the_file_gives() -> None:
    """Through a pipe a file gets the same report as by its name, but for the name."""
    piped = report("check", "-", stdin=MISCOUNT.read_bytes())
    named = report("check", MISCOUNT)
    assert piped["files"][0].pop("name") == "stdin"
    assert named["files"][0].pop("name") == MISCOUNT.name
    assert piped == named


def test_diff_shows_every_repair(tmp_path: Path, dotted: Path) -> None:
    """--diff shows each repaired segment before and after, with its place and its edit."""
    raw = dotted.read_bytes()
    done = scrubber("scrub", dotted, "-o", tmp_path / "out", "--diff")
    number = raw[: raw.index(b"HI*")].count(b"~") + 1
    head = f"    @@ segment {number}, byte {raw.index(b'HI*')}: DX-04 @@\n"
    assert f"{head}    -HI*ABK:M54.50\n    +HI*ABK:M5450\n" in done.stdout


def test_diff_shows_nothing_without_repairs(tmp_path: Path) -> None:
    """--diff of a clean file shows no change."""
    done = scrubber("scrub", CLEAN, "-o", tmp_path / "out", "--diff")
    assert (done.exit_code, "@@" in done.stdout) == (0, False)


# ----------------------------------------------------------------------------- which edits, repairs


def test_select_and_ignore(faulty: Path) -> None:
    """--select keeps edits or families, --ignore leaves them out, and both work together."""
    assert edits_in(report("check", faulty)) == {"BILL-01", "DX-04"}
    assert edits_in(report("check", faulty, "--select", "DX")) == {"DX-04"}
    assert edits_in(report("check", faulty, "--select", "BILL-01")) == {"BILL-01"}
    assert edits_in(report("check", faulty, "--ignore", "DX-04")) == {"BILL-01"}
    assert edits_in(report("check", faulty, "--select", "DX, BILL-01", "--ignore", "BILL")) == {"DX-04"}
    assert edits_in(report("check", faulty, "--select", "PAIR")) == set()


@pytest.mark.parametrize(
    ("fix", "status", "mended"),
    [
        ("none", 1, False),
        ("safe", 0, True),
        ("DX-04", 0, True),
        ("STR-01", 1, False),
        ("safe,STR-01", 0, True),
    ],
)
def test_fix_says_what_is_fixed(tmp_path: Path, dotted: Path, fix: str, status: int, *, mended: bool) -> None:
    """--fix repairs nothing, all that is safe, or what is named."""
    done = scrubber("scrub", dotted, "-o", tmp_path / "out", "--fix", fix)
    assert done.exit_code == status
    assert (tmp_path / "out" / "dotted.clean.837").exists() == mended
    if not mended:
        assert (tmp_path / "out" / "dotted.held.837").read_bytes() == dotted.read_bytes()


@pytest.mark.parametrize(("fix", "status"), [("none", 1), ("safe", 1), ("STR-01", 0), ("safe,STR-01", 0)])
def test_an_unsafe_repair_is_made_by_name_only(tmp_path: Path, fix: str, status: int) -> None:
    """A wrong count is recounted only when STR-01 is asked for by name."""
    done = scrubber("scrub", MISCOUNT, "-o", tmp_path, "--fix", fix)
    assert done.exit_code == status
    stem = tmp_path / MISCOUNT.stem
    if status:
        assert Path(f"{stem}.held.837").read_bytes() == MISCOUNT.read_bytes()
    else:
        assert check837(Path(f"{stem}.clean.837").read_bytes()).problems == []


# ---------------------------------------------------------------------------- packs, configuration


def test_pack_forces_one_pack() -> None:
    """--pack judges every claim by that pack, and the report names it with those it extends."""
    parsed = report("check", CLEAN, "--pack", "medicaid")
    assert [claim["payer"]["pack"] for claim in parsed["files"][0]["claims"]] == ["medicaid"]
    assert [pack["id"] for pack in parsed["packs"]] == ["base", "medicaid"]


def test_payers_are_mapped_by_the_configuration(tmp_path: Path) -> None:
    """[payers] maps payer ids to packs; claims of other payers keep theirs."""
    config = write(tmp_path / "scrubber.toml", '[payers]\nLHP01 = "medicaid"\n')
    before = [(c["payer"]["id"], c["payer"]["pack"]) for c in report("check", SEVERAL)["files"][0]["claims"]]
    after = [(c["payer"]["id"], c["payer"]["pack"])
             for c in report("check", SEVERAL, "--config", config)["files"][0]["claims"]]  # fmt: skip
    assert ("LHP01", "commercial") in before
    assert after == [(payer, "medicaid" if payer == "LHP01" else pack) for payer, pack in before]


SUPPRESSION = '[[suppressions]]\nedit = "BILL-01"\nreason = "agreed by letter"\nowner = "billing desk"\n'


@pytest.mark.parametrize(
    ("extra", "works"),
    [
        ("", True),
        ("expires = 2026-06-30\n", True),
        ("expires = 2026-06-29\n", False),
        ('payer = "LHP01"\n', True),
        ('payer = "OTHER"\n', False),
        ('provider = "1300000019"\n', True),
        ('provider = "1200000010"\n', True),
        ('provider = "1999999984"\n', False),
        ('procedure = "96372"\n', False),  # the finding is about the claim and not about a line
    ],
)
def test_suppressions(tmp_path: Path, faulty: Path, extra: str, *, works: bool) -> None:
    """An edit override accepts a finding until it expires, for its payer; the report says who and why."""
    config = write(tmp_path / "scrubber.toml", SUPPRESSION + extra)
    whole = report("check", faulty, "--config", config)
    (claim,) = whole["files"][0]["claims"]
    assert ("BILL-01" in {f["edit"] for f in claim["findings"]}) == (not works)
    suppressed = claim["suppressed"]
    assert [(entry["finding"]["edit"], entry["reason"], entry["owner"]) for entry in suppressed] == (
        [("BILL-01", "agreed by letter", "billing desk")] if works else []
    )
    (entry,) = whole["suppressions"]
    assert (entry["edit"], entry["owner"], entry["findings"]) == ("BILL-01", "billing desk", int(works))
    assert entry["expired"] == ("06-29" in extra)
    said = scrubber("check", faulty, "--config", config).output
    assert ("override of BILL-01 (billing desk)" in said) == (not works)
    assert ("has expired" in said) == ("06-29" in extra)


def test_a_suppression_of_a_procedure_is_for_its_lines(tmp_path: Path) -> None:
    """With a procedure an edit override concerns only findings about a line of that procedure."""
    raw = CLEAN.read_bytes().replace(b"*UN*2***1~", b"*UN*2***9~").replace(b"*UN*1***1~", b"*UN*1***8~")
    path = write(tmp_path / "in.837", raw)
    text = '[[suppressions]]\nedit = "DX-02"\nprocedure = "96372"\nreason = "r"\nowner = "o"\n'
    (claim,) = report("check", path, "--config", write(tmp_path / "c.toml", text))["files"][0]["claims"]
    assert [f["where"]["line"] for f in claim["findings"] if f["edit"] == "DX-02"] == [2]
    assert [entry["finding"]["where"]["line"] for entry in claim["suppressed"]] == [1]


def test_an_overridden_finding_is_not_fixed(tmp_path: Path, dotted: Path) -> None:
    """What has been set aside is left as it is, and the claim may go."""
    config = write(tmp_path / "c.toml", SUPPRESSION.replace("BILL-01", "DX-04"))
    done = scrubber("scrub", dotted, "-o", tmp_path / "out", "--config", config)
    assert done.exit_code == 0
    assert (tmp_path / "out" / "dotted.clean.837").read_bytes() == dotted.read_bytes()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('pack = "base"\ncolour = "red"\n', 2, "colour"),
        ("pack = 7\n", 1, "pack"),
        ("\nedits = 3\n", 2, "edits"),
        ("pack = 'base'\n[payers]\nX = 5\n", 3, "payers"),
        (SUPPRESSION + "\n" + SUPPRESSION.replace("owner", "author"), 9, "author"),
        (SUPPRESSION.replace('reason = "agreed by letter"\n', ""), 1, "reason"),
        (SUPPRESSION + 'expires = "soon"\n', 5, "write it as YYYY-MM-DD"),
        (SUPPRESSION + 'expires = "05/01/2026"\n', 5, "write it as 2026-05-01"),
        (SUPPRESSION + "expires = 05/01/2026 # May\n", 5, "write it as 2026-05-01"),
        (SUPPRESSION + '# [payers]\n\n[payers]\nA = "base"\n"B.2" = "nowhere"\n', 9, "nowhere"),
        (SUPPRESSION + SUPPRESSION.replace("BILL-01", "NONE-01"), 6, "NONE-01"),
        ('payers = { A = "base", B = "nowhere" }\n', 1, "nowhere"),
        ('\npayers.A = "nowhere"\n', 2, "nowhere"),
        ('\n\npack = "nowhere"\n', 3, "nowhere"),
        ('pack = "base"\nedits = [\n  "nowhere",\n]\n', 2, "nowhere"),
        (SUPPRESSION.replace('"agreed by letter"', '"""\nowner = 5\n"""') + "owners = 1\n", 7, "owners"),
        ("pack = ", 1, "not a TOML file"),
        ("pack = 'base'\n[payers\n", 2, "not a TOML file"),
    ],
)
def test_a_wrong_configuration_is_named_by_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    """What is not understood in the configuration is refused with file and line."""
    config = write(tmp_path / "c.toml", text)
    done = scrubber("check", CLEAN, "--config", config)
    assert done.exit_code == 2
    assert f"{config}:{line}: " in done.stderr
    assert says in done.stderr


@pytest.mark.parametrize(
    "text",
    ["pack = ", 'pack = "nowhere"\n', '[payers]\nX = "nowhere"\n', SUPPRESSION.replace("BILL-01", "NONE-01"),
     'edits = ["nowhere"]\n', b"\xff\xfe"],
)  # fmt: skip
def test_a_configuration_that_cannot_hold_is_refused(tmp_path: Path, text: str | bytes) -> None:
    """No TOML, unknown packs, unknown edits and folders that are not there are refused."""
    done = scrubber("check", CLEAN, "--config", write(tmp_path / "c.toml", text))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Error: " in done.stderr


# -------------------------------------------------------------------------------- edits of one's own

PACK = """\
id = "laurel"
title = "Laurel Health Plan"
version = "3"
extends = "commercial"
payers = ["LHP01"]

[edits.TEST-03]
severity = "warn"
why = "their portal says so"

[edits.TEST-03.parameters]
word = "MILLBROOK"
"""
OWN_EDIT = '''\
"""The billing provider has a word in its name.

What is wrong
    A test.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="TEST-03",
    title="Word in a name",
    snip=7,
    severity="info",
    variants={"twice": "info"},
    parameters={"word": Parameter("", "the word"), "most": Parameter(1, "how often")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    assert claim.billing_provider
    if context["word"] and context["word"] in claim.billing_provider.name:
        yield Hit(at=claim.billing_provider.name, message=f"It holds {context['word']}.")
'''


def own(tmp_path: Path, pack: str = PACK, *edits: str) -> Path:
    """A folder with edits and a pack of one's own."""
    folder = write_edits(tmp_path / "own", *(edits or (OWN_EDIT,)))
    (folder / "packs").mkdir(mode=0o700)
    write(folder / "packs" / "laurel.toml", pack).chmod(0o600)
    return folder


def test_own_edits_and_packs_work_as_shipped_ones(tmp_path: Path) -> None:
    """An edit and a pack in --edits are found, chosen by payer, and named in the report."""
    folder = own(tmp_path)
    parsed = report("check", CLEAN, "--edits", folder)
    (claim,) = parsed["files"][0]["claims"]
    assert claim["payer"]["pack"] == "laurel"
    (finding,) = claim["findings"]
    assert (finding["edit"], finding["severity"], finding["pack"], finding["message"]) == (
        "TEST-03", "warn", "laurel", "It holds MILLBROOK.",
    )  # fmt: skip
    assert [(pack["id"], pack["version"]) for pack in parsed["packs"]][-1] == ("laurel", "3")
    assert "TEST-03" in scrubber("edits", "list", "--edits", folder).stdout
    assert "TEST-03" not in scrubber("edits", "list").stdout
    page = scrubber("explain", "test-03", "--edits", folder).stdout
    assert "What is wrong" in page
    assert "word (default ): the word" in page
    shown = scrubber("packs", "show", "laurel", "--edits", folder).stdout
    assert "TEST-03" in shown
    assert "word=MILLBROOK" in shown
    assert "their portal says so" in shown


def test_own_edits_through_the_configuration(tmp_path: Path) -> None:
    """Folders of edits in the configuration are taken from the configuration's own place."""
    own(tmp_path)
    config = write(tmp_path / "scrubber.toml", 'edits = ["own"]\npack = "laurel"\n')
    assert edits_in(report("check", CLEAN, "--config", config)) == {"TEST-03"}


def test_own_edits_can_repair_and_hold(tmp_path: Path) -> None:
    """Repairs of one's own edits are made, and their rejections hold."""
    folder = write_edits(tmp_path / "own", HOLD_EDIT, REPAIR_EDIT)
    raw = CLEAN.read_bytes().replace(b"CLM*INJ-0002", b"CLM*HXB-0002")
    done = scrubber("scrub", "-", "-o", tmp_path / "out", "--edits", folder, stdin=raw)
    assert done.exit_code == 1
    held = (tmp_path / "out" / "stdin.held.837").read_bytes()
    assert held == raw.replace(b"MILLBROOK FAMILY MEDICINE", b"MILLBROOK FAMILY MEDICINE QQ")


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
@pytest.mark.parametrize("what", ["folder", "edit", "packs"])
def test_edits_that_others_can_write_are_refused(tmp_path: Path, mode: int, what: str) -> None:
    """A folder, an edit or a pack that group or others may write to is not loaded."""
    folder = own(tmp_path)
    target = {"folder": folder, "edit": folder / "test_edit_0.py", "packs": folder / "packs"}[what]
    target.chmod(mode)
    config = write(tmp_path / "c.toml", 'edits = ["own"]')
    for option, value in (("--edits", folder), ("--config", config)):
        done = scrubber("check", CLEAN, option, value)
        assert (done.exit_code, done.stdout) == (2, "")
        assert str(target) in done.stderr


@pytest.mark.parametrize(
    ("pack", "line", "says"),
    [
        (PACK + "\n[edits.NONE-99]\nenabled = false\n", 14, "NONE-99"),
        (PACK + 'colour = "red"\n', 13, "colour"),
        (PACK.replace('word = "MILLBROOK"', "word = 5"), 12, "word"),
        (PACK + 'most = "two"\n', 13, "most"),
        (PACK.replace('why = "their portal says so"', 'because = "x"'), 9, "because"),
        (PACK.replace('severity = "warn"', 'severity = "fatal"'), 8, "severity"),
        (PACK.replace('version = "3"', "version = 3"), 3, "version"),
        (PACK.replace('title = "Laurel', 'titel = "Laurel'), 2, "titel"),
        (PACK.replace('payers = ["LHP01"]', 'payers = "LHP01"'), 5, "payers"),
        (PACK.replace('severity = "warn"', "from = 2026-02-01\nuntil = 2026-01-01"), 9, "is before from"),
        (PACK.replace('severity = "warn"', 'severity = "reject"'), 7, "may not reject without a source"),
        (PACK + '\n[edits.TEST-03.variants]\nthrice = "warn"\n', 15, "thrice"),
        (PACK.replace('severity = "warn"', 'from = "05/01/2026"'), 8, "write it as 2026-05-01"),
    ],
)  # fmt: skip
def test_a_wrong_pack_is_named_by_line(tmp_path: Path, pack: str, line: int, says: str) -> None:
    """What is not understood in a pack is refused with file and line."""
    folder = own(tmp_path, pack)
    done = scrubber("check", CLEAN, "--edits", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert f"{folder / 'packs' / 'laurel.toml'}:{line}: " in done.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("pack", "says"),
    [
        (PACK.replace('extends = "commercial"', 'extends = "nowhere"'), "nowhere"),
        (PACK.replace('extends = "commercial"', 'extends = "laurel"'), "extends itself"),
        (PACK.replace('id = "laurel"', 'id = "medicaid"'), "already"),
        ("id = ", "TOML"),
    ],
)
def test_a_pack_that_cannot_hold_is_refused(tmp_path: Path, pack: str, says: str) -> None:
    """A pack that extends nothing or itself, takes another's id, or is no TOML is refused with its file."""
    folder = own(tmp_path, pack)
    done = scrubber("check", CLEAN, "--edits", folder)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "laurel.toml" in done.stderr


@pytest.mark.parametrize(
    ("edit", "line", "says"),
    [
        (OWN_EDIT.replace('severity="info"', 'severity="reject"'), None, "may not reject without a source"),
        (OWN_EDIT.replace('"twice": "info"', '"twice": "reject"'), None, "may not reject without a source"),
        (OWN_EDIT.replace("TEST-03", "DX-01"), None, "already"),
        (OWN_EDIT.replace("TEST-03", "test"), 12, "form"),
        (OWN_EDIT.replace("snip=7", "snip=8"), 12, "SNIP"),
        (OWN_EDIT.replace("assert claim.billing_provider", "x = = 1"), 24, "SyntaxError"),
        (OWN_EDIT.replace("@edit.claim", ""), 1, "no check"),
        ('"""Nothing."""\n', 1, "defines no edit"),
        ('"""Fails."""\n\n1 / 0\n', 3, "ZeroDivisionError"),
    ],
)
def test_a_wrong_edit_is_named(tmp_path: Path, edit: str, line: int | None, says: str) -> None:
    """An edit that cannot be loaded, or may not say what it says, is refused with its file."""
    folder = write_edits(tmp_path / "own", edit)
    done = scrubber("check", CLEAN, "--edits", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert str(folder / "test_edit_0.py") + (f":{line}:" if line else "") in done.stderr


def test_an_edit_that_fails_is_said_and_ends_nothing(tmp_path: Path) -> None:
    """An edit that raises holds the claim and is named with its place, without what its error says."""
    edit = OWN_EDIT.replace("assert claim.billing_provider", "raise ValueError(claim.control_number)")
    done = scrubber("check", CLEAN, "--edits", own(tmp_path, PACK, edit), "--format", "json")
    (claim,) = json.loads(done.stdout)["files"][0]["claims"]
    why = "TEST-03 failed: ValueError in test_edit_0.py, line 24"
    assert {"edit": "TEST-03", "why": why} in claim["unchecked"]
    assert (done.exit_code, claim["verdict"]) == (2, "held")
    assert "scrubber: claims on which an edit failed are held; --debug shows where\n" in done.stderr


# ------------------------------------------------------------------------------------ the manual


def test_every_edit_has_a_manual_page() -> None:
    """`explain` prints for every edit its title, its page, how severe each pack finds it, and its sources."""
    rulebook, examples = load_rulebook(), load_examples()
    for edit in rulebook.edits.values():
        page = "\n".join(explain_lines(edit, rulebook, date(2026, 6, 30), examples[edit.id]))
        assert page.startswith(f"{edit.id}  {edit.title}\n")
        for part in (edit.manual, *rulebook.packs, *rulebook.cite(edit.sources), *edit.denials):
            assert part in page
    done = scrubber("explain", edit.id, "--as-of", "2026-06-30")
    assert done.exit_code == 0
    assert done.stdout == f"{page}\n"


def test_edits_list_is_one_line_an_edit() -> None:
    """`edits list` names every edit once, in order."""
    lines = scrubber("edits", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(load_rulebook().edits)


def test_packs_list_and_show() -> None:
    """`packs list` names every pack; `packs show` says what each decides about each edit on a day."""
    rulebook = load_rulebook()
    assert [line.split()[0] for line in scrubber("packs", "list").stdout.splitlines()] == list(rulebook.packs)
    for pack in rulebook.packs.values():
        shown = scrubber("packs", "show", pack.id, "--on", "2026-05-01")
        assert shown.exit_code == 0
        assert shown.stdout.startswith(
            f"{pack.id}  {pack.title}, version {pack.version}\nsha256 {pack.sha256}\n"
        )
        assert "decisions for services of 2026-05-01:" in shown.stdout


# --------------------------------------------------------------------------- outputs in one folder


def test_two_inputs_of_one_name_are_refused(tmp_path: Path) -> None:
    """Inputs whose outputs would have the same names are refused before anything is written."""
    for place in ("a", "b"):
        write(tmp_path / place / "batch.837", CLEAN.read_bytes())
    done = scrubber(
        "scrub", tmp_path / "a" / "batch.837", tmp_path / "b" / "batch.837", "-o", tmp_path / "out"
    )
    assert (done.exit_code, (tmp_path / "out").exists()) == (2, False)


def test_standard_input_beside_a_file_of_its_name_is_refused(tmp_path: Path) -> None:
    """Standard input and a file called stdin would write to the same outputs."""
    path = write(tmp_path / "stdin.837", SEVERAL.read_bytes())
    done = scrubber("scrub", "-", path, "-o", tmp_path / "out", "--force", stdin=CLEAN.read_bytes())
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_existing_outputs_are_replaced_only_by_force(tmp_path: Path) -> None:
    """A second run into the same folder is refused without --force and the same with it."""
    assert scrubber("scrub", CLEAN, "-o", tmp_path).exit_code == 0
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    done = scrubber("scrub", CLEAN, "-o", tmp_path, "--fix", "none")
    assert (done.exit_code, "--force" in done.stderr) == (2, True)
    write(tmp_path / "injection-patient.clean.837", b"old")
    assert scrubber("scrub", CLEAN, "-o", tmp_path, "--force").exit_code == 0
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


# ------------------------------------------------------------------------------------------- the log


def test_the_log_has_only_what_is_allowed(tmp_path: Path) -> None:
    """With -v the log has known keys only, and nothing of a claim nor of the file's name."""
    raw = CLEAN.read_bytes()
    for old in (b"FENWICK", b"PERRY", b"LHP000482913", b"INJ-0002", b"MILLBROOK FAMILY MEDICINE", b"MEADOW"):
        raw = raw.replace(old, b"CANARY")
    path = write(tmp_path / "CANARY.837", raw.replace(b"*46.4*", b"*46.5*"))
    arguments = ["scrub", str(path), "-o", str(tmp_path / "out"), "-v", "--as-of", "2026-06-30"]
    for extra in ([], ["--force"]):
        done = CliRunner().invoke(main, [*arguments, *extra])
        assert done.exit_code == 1
        assert "CANARY" not in done.stderr
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        assert lines != []
        assert {key for line in lines for key in line} <= ALLOWED_KEYS
    refused = CliRunner().invoke(main, arguments)
    logged = [json.loads(line) for line in refused.stderr.splitlines() if line.startswith("{")]
    assert [line["event"] for line in logged] == ["file failed"]
    assert {key for line in logged for key in line} <= ALLOWED_KEYS
    assert "CANARY" not in json.dumps(logged)


def test_the_log_drops_what_is_not_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    """A key that is not on the list is dropped with its value, even where a call passes it."""
    log.configure(verbose=True)
    structlog.get_logger().info("file scrubbed", claims=1, patient="CANARY", path="CANARY")
    logged = json.loads(capsys.readouterr().err)
    assert set(logged) == {"event", "level", "timestamp", "claims"}


def test_without_v_nothing_is_logged() -> None:
    """Without -v a run that goes well says nothing on standard error."""
    assert scrubber("check", CLEAN).stderr == ""


def test_a_closed_pipe_is_no_traceback() -> None:
    """Where the reader of the report has gone away, the program ends without a traceback."""
    command = [sys.executable, "-m", "scrubber", "check", *[str(SEVERAL)] * 3, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert isinstance(process.stdout, io.BufferedReader)
        assert process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
