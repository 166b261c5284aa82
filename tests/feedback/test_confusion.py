"""The confusion table of answers whose truth is known: what the feedback counts is exactly that."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from scrubber.feedback.build import feedback_report
from scrubber.feedback.figures import FeedbackReport, Rate
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.x12.source import source_of_bytes
from tests.support import answers

COUNTS = {
    "paid": 9,
    "deductible": 3,
    "caught": 5,
    "caught, code of another group": 2,
    "caught, bundled into another code": 2,
    "caught by its remark": 3,
    "false alarm": 4,
    "held, denied for coverage": 2,
    "held, general code with another remark": 1,
    "warned": 11,
    "warned, paid": 1,
    "overridden": 3,
    "off": 2,
    "unchecked": 6,
    "no edit": 4,
    "no edit, whole claim": 2,
    "coverage": 3,
    "unclassified": 1,
    "denied, reversed, paid": 2,
    "taken back": 2,
    "rejected": 3,
}
CASES = answers.cases(COUNTS.items())
FILES = {
    "sent.837": answers.sent(CASES),
    "era.835": answers.remittances(CASES, takeback=12_345),
    "batch.277": answers.acknowledged(CASES),
    "batch.999": answers.received(),
}


@contextmanager
def store_of(folder: Path, names: list[str]) -> Iterator[Store]:
    """A store into which the files were imported in this order."""
    policy = answers.policy(folder)
    with closing(Store.open(folder / "feedback.db", create=True)) as store:
        for name in names:
            source = source_of_bytes(FILES[name], name)
            if name.endswith(".837"):
                import_claims(source, store, policy)
            else:
                done = import_answers(source, store)
                assert [str(trouble) for trouble in done.troubles] == []
        yield store


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> FeedbackReport:
    with store_of(tmp_path_factory.mktemp("feedback"), list(FILES)) as store:
        return feedback_report(store)


def cents(*names: str, first_line: bool = True) -> str:
    """What the claims of scenarios charge on their first line, or altogether."""
    charges = [case.charges for case in CASES if case.name in names]
    total = sum(charge[0] if first_line else sum(charge) for charge in charges)
    return f"{total // 100}.{total % 100:02}"


def count(*names: str) -> int:
    return sum(COUNTS[name] for name in names)


CAUGHT = (
    "caught",
    "caught, code of another group",
    "caught, bundled into another code",
    "caught by its remark",
)


def test_every_denial_is_in_its_class(report: FeedbackReport) -> None:
    assert {name: entry.count for name, entry in report.denials.items()} == {
        "caught": count(*CAUGHT),
        "missed": count("warned", "overridden", "off", "unchecked"),
        "no_edit": count("no edit", "no edit, whole claim", "held, general code with another remark"),
        "not_foreseeable": count("coverage", "held, denied for coverage"),
        "unclassified": count("unclassified"),
    }
    assert {name: entry.count for name, entry in report.missed.items()} == {
        "warns": 11,
        "overridden": 3,
        "off": 2,
        "unchecked": 6,
    }
    assert {name: entry.count for name, entry in report.rejections.items()} == {"caught": 3}


def test_the_money_is_exact(report: FeedbackReport) -> None:
    assert report.denials["caught"].dollars == cents(*CAUGHT)
    assert report.denials["not_foreseeable"].dollars == cents("coverage", "held, denied for coverage")
    assert report.missed["warns"].dollars == cents("warned")
    off = sum(case.charges[0] * 40 // 100 for case in CASES if case.name == "off")
    assert report.missed["off"].dollars == f"{off // 100}.{off % 100:02}"
    assert report.rejections["caught"].dollars == cents("rejected", first_line=False)
    assert report.false_alarms.count == COUNTS["false alarm"]
    assert report.false_alarms.dollars == cents("false alarm", first_line=False)
    assert (report.money.payments, report.money.unbalanced) == (2, 0)
    assert report.money.provider_adjustments == {"WO": "123.45"}


def test_every_answer_has_its_claim(report: FeedbackReport) -> None:
    again = count("denied, reversed, paid") * 2 + count("taken back")
    assert report.matched == {"277CA": len(CASES), "835": len(CASES) - COUNTS["rejected"] + again}
    assert report.unmatched == {}
    assert (report.ambiguous_lines, report.unmatched_lines, report.reversals_of_unknown) == (0, 0, 0)
    assert (report.claims, report.answered) == (len(CASES), len(CASES) - COUNTS["taken back"])


def test_precision_and_recall_by_edit(report: FeedbackReport) -> None:
    edits = {edit.edit: edit for edit in report.edits}
    rejecting = edits["TEST-11"]
    caught = count(*CAUGHT[:3])
    assert (rejecting.denied.count, rejecting.paid.count, rejecting.other) == (caught, 4, 2)
    assert rejecting.precision == Rate.made(caught, caught + 4)
    assert rejecting.recall == Rate.made(caught, caught)
    assert rejecting.paid.dollars == cents("false alarm")
    assert edits["TEST-12"].recall == Rate.made(0, 11)
    assert edits["TEST-12"].warned == Rate.made(11, 12)
    assert edits["TEST-13"].missed["overridden"].count == 3
    assert edits["TEST-14"].missed["off"].count == 2
    assert edits["TEST-15"].missed["unchecked"].count == 6
    # Denied by its remark and rejected by the 277CA; of the claim with another remark it says nothing.
    assert (edits["TEST-16"].caught.count, edits["TEST-16"].other) == (6, 1)


def test_packs_and_payers_add_up(report: FeedbackReport) -> None:
    (pack,) = report.packs
    assert pack.name == "testing"
    caught, no_edit = count(*CAUGHT, "rejected"), report.denials["no_edit"].count
    assert pack.recall == Rate.made(caught, caught + 22 + no_edit)
    assert pack.precision == Rate.made(caught, caught + 4)
    assert [payer.name for payer in report.payers] == list(answers.PAYERS)
    assert sum(payer.answered.count for payer in report.payers) == pack.answered.count == report.answered
    assert sum(payer.recall.of for payer in report.payers) == pack.recall.of


def test_suggestions_have_their_numbers_and_enough_of_them(report: FeedbackReport) -> None:
    """5 of 6 warned claims of one payer were denied, and 6 of 6 of the other."""
    raised = {entry.payer: entry for entry in report.suggestions if entry.kind == "raise"}
    assert set(raised) <= set(answers.PAYERS)
    assert raised
    for payer, entry in raised.items():
        mine = [case for case in CASES if case.payer == payer]
        denied = [case for case in mine if case.name == "warned"]
        paid = [case for case in mine if case.name == "warned, paid"]
        assert entry.rate == Rate.made(len(denied), len(denied) + len(paid))
        assert f"raise TEST-12 to reject for payer {payer}: {len(denied)} of" in entry.text
    # Three overridden and two switched off are too few for either payer.
    assert not {"enable", "review_override"} & {entry.kind for entry in report.suggestions}


def test_patterns_are_denials_without_an_edit(report: FeedbackReport) -> None:
    narrow = [pattern for pattern in report.patterns if not pattern.is_broad]
    found = {(pattern.procedure, pattern.carc) for pattern in narrow}
    assert found <= {("99213", "50"), ("", "50"), ("99213", "16"), ("99213", "999")}
    of_line = [pattern for pattern in narrow if pattern.procedure == "99213" and pattern.carc == "50"]
    assert sum(pattern.rate.count for pattern in of_line) == COUNTS["no edit"]
    assert {(pattern.modifiers, pattern.diagnosis, pattern.remarks) for pattern in of_line} == {
        ("25", "E538", "N115")
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_imports_does_not_matter(report: FeedbackReport, tmp_path: Path, seed: int) -> None:
    """Nor does it if files are imported twice."""
    names = [*FILES, *FILES]
    random.Random(seed).shuffle(names)
    with store_of(tmp_path, names) as store:
        assert feedback_report(store) == report


def test_nothing_of_a_patient_is_in_the_report(report: FeedbackReport) -> None:
    text = str(report)
    assert "LARKSPUR" not in text
    assert not [case.number for case in CASES if case.number in text]
