"""What one side holds and the other does not, by edit, with what payers said of these claims."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import scrubber
from scrubber.adoption.compare import (
    Comparison,
    Decided,
    Pair,
    SavedFile,
    SavedReport,
    answers_of,
    pairs_of_reports,
    pairs_of_runs,
    read_report,
)
from scrubber.adoption.inputs import ClaimFile
from scrubber.cli.main import main
from scrubber.engine.policy import Suppression
from scrubber.errors import ConfigurationError
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.x12.source import source_of_bytes
from tests.support import answers
from tests.support.running import AS_OF

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "837" / "broken" / "example.837"
CASES = answers.cases([("false alarm", 2), ("caught", 2), ("overridden", 1), ("paid", 1)])
RAW = answers.sent(CASES)
PAID, DENIED, UNANSWERED, OVERRIDDEN = CASES[:2], [CASES[2]], [CASES[3]], [CASES[4]]


def dollars(cases: list[answers.Case]) -> Decimal:
    return Decimal(sum(sum(case.charges) for case in cases)).scaleb(-2)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A has overrides for two edits, B for none; all but one claim were answered."""
    folder = tmp_path_factory.mktemp("compare")
    policy = answers.policy(folder)
    quiet = Suppression("TEST-11", "accepted", "the office")
    (folder / "sent.837").write_bytes(RAW)
    with closing(Store.open(folder / "feedback.db", create=True)) as store:
        import_claims(source_of_bytes(RAW), store, policy)
        era = answers.remittances([case for case in CASES if case not in UNANSWERED])
        assert import_answers(source_of_bytes(era), store).troubles == []
        known = answers_of(store)
    found = Comparison()
    sides = (replace(policy, suppressions=(quiet, *policy.suppressions)), replace(policy, suppressions=()))
    for pair in pairs_of_runs([ClaimFile(folder / "sent.837")], *sides):
        found.add(pair, known)
    return found


def test_claims_and_charges_by_edit(compared: Comparison) -> None:
    """Each sum is that of its claims, to the cent."""
    more = compared.edits["TEST-11"].more
    assert (more.claims, more.charges) == (4, dollars(CASES[:4]))
    assert compared.edits["TEST-13"].more.charges == dollars(OVERRIDDEN)
    assert (compared.more.claims, compared.more.charges) == (5, dollars(CASES[:5]))
    assert compared.fewer.claims == 0
    assert (compared.total.claims, compared.total.charges) == (6, dollars(CASES))
    assert (compared.before.claims, compared.after.claims) == (0, 5)


def test_what_was_paid_of_them(compared: Comparison) -> None:
    """Of the claims that B would hold, so many were paid, denied, or have no answer."""
    said = {answer: (each.claims, each.charges) for answer, each in compared.answered(is_held=True).items()}
    assert said == {
        "paid": (2, dollars(PAID)),
        "denied": (2, dollars(DENIED + OVERRIDDEN)),
        "unanswered": (1, dollars(UNANSWERED)),
        "ambiguous": (0, 0),
    }


def test_a_number_of_two_claims_in_one_file_says_nothing(tmp_path: Path) -> None:
    """Both were answered, and which answer is about the claim that changes is not known by its number."""
    one, other = answers.cases([("paid", 1), ("coverage", 1)])
    old, new = (f"*{case.number}*".encode() for case in (other, one))
    raw = answers.sent([one, other]).replace(b"CLM" + old, b"CLM" + new)
    era = answers.remittances([one, other]).replace(b"CLP" + old, b"CLP" + new)
    with closing(Store.open(tmp_path / "feedback.db", create=True)) as store:
        import_claims(source_of_bytes(raw), store, answers.policy(tmp_path))
        assert import_answers(source_of_bytes(era), store).troubles == []
        known = answers_of(store)
    assert list(known.values()) == ["ambiguous"]
    found = Comparison()
    (key,) = known
    before, after = Decided(key[1], "accepted", "10.00"), Decided(key[1], "held", "10.00", ("DX-02",))
    found.add(Pair("f", key[0], 1, before, after), known)
    assert found.answered(is_held=True)["ambiguous"].claims == 1


def compare(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


@pytest.fixture
def configurations(tmp_path: Path) -> tuple[Path, Path, Path]:
    """One that overrides DX-02, one that does not, and a file of claims with a folder of its own."""
    override = '[[suppressions]]\nedit = "DX-02"\nreason = "r"\nowner = "ann"\n'
    paths = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "example.837"
    for path, text in zip(paths, ("report_only = true\n", override, EXAMPLE.read_text()), strict=True):
        path.write_text(text)
        path.chmod(0o600)
    return paths


def test_two_configurations_in_three_formats(configurations: tuple[Path, Path, Path]) -> None:
    """One claim is held by A only; status 1. What A would hold in a report-only run counts as held."""
    common = (*configurations, "--as-of", str(AS_OF))
    done = compare(*common)
    assert done.exit_code == 1, done.output
    assert "4 claims ($330.85): A holds 2 claims ($119.40), B holds 1 claim ($32.00)." in done.output
    assert "B would hold 0 more ($0.00) and 1 fewer ($87.40)." in done.output
    assert "example.837  EX-1004  $87.40  held → accepted  -DX-02" in done.output
    rows = list(csv.DictReader(io.StringIO(compare(*common, "--format", "csv").output)))
    assert [(row["what"], row["name"], row["fewer"], row["fewer_charges"]) for row in rows[:2]] == [
        ("all", f"{configurations[0]} / {configurations[1]}", "1", "87.40"),
        ("edit", "DX-02", "1", "87.40"),
    ]
    assert (rows[2]["claim"], rows[2]["before"], rows[2]["after"], rows[2]["gone"]) == (
        "EX-1004", "held", "accepted", "DX-02",
    )  # fmt: skip
    record = json.loads(compare(*common, "--format", "json", "--mask").output)
    assert record["edits"] == [
        {
            "edit": "DX-02",
            "more": {"claims": 0, "charges": "0.00"},
            "fewer": {"claims": 1, "charges": "87.40"},
        }
    ]
    assert record["changes"][0]["claim"] == "#4"
    assert "EX-1004" not in json.dumps(record)
    assert "example" not in json.dumps(record)
    assert record["answers"] is None


def test_the_same_twice_is_status_0(configurations: tuple[Path, Path, Path]) -> None:
    """Nothing differs."""
    done = compare("medicare-b", "medicare-b", configurations[2], "--no-config", "--as-of", str(AS_OF))
    assert (done.exit_code, "0 more ($0.00) and 0 fewer ($0.00)" in done.output) == (0, True)


def test_two_reports(tmp_path: Path) -> None:
    """Those of two releases: by file and place, whatever they hide; what only one has is counted."""
    policy = scrubber.make_policy(as_of=AS_OF)
    relaxed = replace(policy, suppressions=(Suppression("DX-02", "r", "ann"),))
    names = []
    for name, each, files in (("old", policy, (EXAMPLE,)), ("new", relaxed, (EXAMPLE,))):
        for file in files:
            path = tmp_path / f"{name}.json"
            with path.open("wb") as stream:
                scrubber.write_report(file, stream, policy=each, mask=name == "new")
            names.append(path)
    done = compare(*names)
    assert done.exit_code == 1, done.output
    assert "B would hold 0 more ($0.00) and 1 fewer ($87.40)." in done.output
    old, new = map(read_report, names)
    assert old is not None
    assert new is not None
    other = SavedFile("other", "1" * 64, new.files[0].claims)
    found = Comparison()
    assert list(pairs_of_reports(old, SavedReport("", "", (other,)), found)) == []
    assert found.unpaired == 8
    assert compare(*names, EXAMPLE).exit_code == 2
    assert compare(names[0], "medicare-b", EXAMPLE).exit_code == 2
    names[0].write_text('{"schema": "scrubber.report/1", "version": "0", "files": []}')
    with pytest.raises(ConfigurationError, match="of another schema"):
        read_report(names[0])


def test_what_is_neither_is_refused() -> None:
    """With what it may be."""
    done = compare("nothing", "medicare-b", EXAMPLE, "--no-config")
    assert done.exit_code == 2
    assert "nor a pack, a scrubber.toml or a JSON report" in " ".join(done.output.split())
