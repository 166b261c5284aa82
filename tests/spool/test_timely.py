"""The proof of timely filing says what is on record, with its hashes, and plainly what is not."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.cli.watch.timely_sheet import sheet_html, sheet_text
from scrubber.errors import SpoolError
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.timely.answers import Acknowledgment, acknowledgments
from scrubber.spool.timely.proof import Proof, proof_of
from scrubber.spool.work.worker import Scrubber
from scrubber.spool.worklist.worklist import ClaimChoiceError
from tests.support import answers
from tests.support.running import AS_OF, shipped
from tests.support.spool import batch, drop, make_spool, real, run_once

TODAY = date(2026, 12, 1)
SECRETS = ("LARKSPUR", "1EG4TE5MK73", "INJ-0001")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    spool = make_spool(tmp_path_factory.mktemp("timely"))
    for name, raw in (("LARKSPUR.837", batch(1, held=True)), ("corrected.837", batch(2))):
        drop(spool, name, raw)
        run_once(spool, real())
    return spool


@pytest.fixture
def spool(made: Spool, tmp_path: Path) -> Spool:
    """A file whose only claim was held, and the corrected one, which went out."""
    return Spool(shutil.copytree(made.root, tmp_path / "spool"))


def proof(
    spool: Spool, *known: Acknowledgment, number: str = "INJ-0001", service: date | None = None, job: str = ""
) -> Proof:
    ledger = Ledger.reading(spool.ledger)
    try:
        return proof_of(spool, ledger, number, shipped(), known, service, job)
    finally:
        ledger.close()


def files_of_answers(
    folder: Path, group: str = "2", code: str = "A", *, charge: str = "167.25"
) -> list[Path]:
    """A 999 and a 277CA to the corrected file, of another day than it."""
    claim = answers.enveloped(
        "277", "005010X214",
        [[
            "BHT*0085*08*T1*20991202*0900*TH", "HL*1**20*1", "NM1*PR*2*CLEARWAY*****46*CLEARWAY", "TRN*1*T1",
            "HL*2*1*21*1", "NM1*41*2*MILLBROOK*****46*MILLBROOK", "TRN*2*", "HL*3*2*19*1",
            "NM1*85*2*MILLBROOK*****XX*1300000019", "HL*4*3*PT", "NM1*QC*1*LARKSPUR*ALDER****MI*1",
            "TRN*2*INJ-0001", f"STC*A2:20:PR*20991202*WQ*{charge}", "REF*1K*ICN77", "DTP*472*D8*20260511",
        ]],
    )  # fmt: skip
    made = []
    for name, raw in (("a.999", answers.received(group, code)), ("b.277", claim)):
        path = folder / name
        path.write_bytes(re.sub(rb"\*\d{6}(\*\d{4}\*\^)", rb"*991202\1", raw))
        made.append(path)
    return made


def test_two_files_and_what_happened_to_each(spool: Spool) -> None:
    """The first was held and proves nothing; the second went out, and its hashes are those of the archive."""
    held, sent = proof(spool).filings
    assert (held.outcome, sent.outcome) == ("held", "out")
    assert sent.sha256 == hashlib.sha256(batch(2)).hexdigest()
    assert sent.is_intact
    assert (sent.interchange, sent.group, sent.transaction) == ("000000002", "2", "0001")
    assert sent.previous == held.manifest
    assert sent.audit is not None
    assert sent.audit.is_sound
    assert f'"manifest": "{sent.manifest}"' in sent.audit.detail
    assert sent.is_in_out


def test_answers_are_matched_by_control_numbers_and_claim(spool: Spool, tmp_path: Path) -> None:
    """A 999 for another group and a 277CA for another charge are about something else."""
    own = tuple(acknowledgments(files_of_answers(tmp_path)))
    filing = proof(spool, *own).filings[1]
    assert [(each.file, str(each.day)) for each in filing.accepted] == [
        ("a.999", "2099-12-02"),
        ("b.277", "2099-12-02"),
    ]
    assert filing.accepted[0].sha256 == hashlib.sha256((tmp_path / "a.999").read_bytes()).hexdigest()
    other = tuple(acknowledgments(files_of_answers(tmp_path, "3", charge="1")))
    assert proof(spool, *other).filings[1].acknowledgments == ()
    rejected = tuple(acknowledgments(files_of_answers(tmp_path, code="R")))
    assert {each.file for each in proof(spool, *rejected).filings[1].accepted} == {"b.277"}
    early = tuple(each._replace(day=date(2020, 1, 1)) for each in own)
    assert proof(spool, *early).filings[1].acknowledgments == ()


def test_the_limit_and_what_was_used_of_it(spool: Spool, tmp_path: Path) -> None:
    """Medicare's limit is a calendar year; days count from the first date of service to the acceptance."""
    known = [each._replace(day=date(2027, 5, 10)) for each in acknowledgments(files_of_answers(tmp_path))]
    found = proof(spool, *known)
    assert found.limit is not None
    assert (found.limit.last, found.limit.pack) == (date(2027, 5, 11), "medicare-b")
    assert "2027-05-10: 364 days used, 1 day left" in sheet_text(found, TODAY, masked=False)
    late = proof(spool, *(each._replace(day=date(2027, 5, 13)) for each in known))
    assert "2027-05-13: 367 days used, 2 days LATE" in sheet_text(late, TODAY, masked=False)
    unknown = replace(found, limit=None)
    assert "The payer's timely filing limit: no pack has it" in one_line(
        sheet_text(unknown, TODAY, masked=False)
    )


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_page_says_what_is_missing(spool: Spool) -> None:
    """No answers, the clean file not yet taken; then taken, and the archive changed by someone."""
    text = one_line(sheet_text(proof(spool), TODAY, masked=False))
    assert "File 2: no 999 and no 277CA of the clearinghouse or payer that accepts it" in text
    assert "File 2: the clean file is still in out/" in text
    assert "held: not sent" in text
    next(spool.out.iterdir()).unlink()
    original = next(path for path in spool.archive.glob("*/*_corrected/original.837"))
    original.write_bytes(original.read_bytes() + b" ")
    text = one_line(sheet_text(proof(spool), TODAY, masked=False))
    assert "no longer in out/" in text
    assert "THE ARCHIVED FILE DOES NOT MATCH" in text
    assert "File 2: the archived file is not the one that was received" in text


def test_a_claim_that_never_went_out_is_no_proof(tmp_path: Path) -> None:
    """The page says so first, in place of a list of what is missing."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, held=True))
    run_once(spool, real())
    assert "The claim was never put into out/" in sheet_text(proof(spool), TODAY, masked=False)


def test_a_report_only_watch_is_named(tmp_path: Path) -> None:
    """The claim went out although it would be held."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, held=True))
    run_once(spool, Scrubber(lambda: replace(shipped(), is_report_only=True), ("json",), fixed_day=True))
    assert [filing.outcome for filing in proof(spool).filings] == ["report_only"]


def test_a_second_copy_and_reused_numbers_are_told(spool: Spool) -> None:
    """The copy was held; another file under the same control numbers makes a 999 ambiguous."""
    drop(spool, "copy.837", batch(2))
    run_once(spool, real())
    other = batch(2).replace(b"INJ-0001", b"INJ-0002")
    drop(spool, "other.837", other)
    run_once(spool, real())
    filings = proof(spool).filings
    assert [filing.outcome for filing in filings] == ["held", "out", "held"]
    assert len(filings[1].others) == 1


def test_claims_with_one_number_are_told_apart_by_the_day(spool: Spool) -> None:
    """Without it the command is refused, and names them without their patients."""
    drop(spool, "later.837", batch(3).replace(b"20260511", b"20260512"))
    run_once(spool, real())
    with pytest.raises(ClaimChoiceError, match="2 claims have this number") as refused:
        proof(spool)
    assert [choice[:10] for choice in refused.value.choices] == ["2026-05-11", "2026-05-12"]
    (later,) = proof(spool, service=date(2026, 5, 12)).filings
    assert proof(spool, job=later.job).filings == (later,)
    with pytest.raises(SpoolError, match="no claim in the archive has this number"):
        proof(spool, number="INJ-9999")


def timely(spool: Spool, *arguments: str | Path) -> Result:
    command = ["spool", "timely", spool.root, *arguments, "--as-of", AS_OF]
    return CliRunner().invoke(main, [str(argument) for argument in command])


def test_the_command_and_its_mask(spool: Spool, tmp_path: Path) -> None:
    """Text and page say the same; a mask hides the patient, the number and the names of files."""
    inbox = spool.root / "feedback-in"
    files_of_answers(inbox)
    done = timely(spool, "INJ-0001")
    assert done.exit_code == 0, done.output
    assert "277CA on the claim: accepted, status A2:20:PR; payer's claim number ICN77" in one_line(
        done.output
    )
    assert all(secret in done.output for secret in SECRETS)
    masked = timely(spool, "INJ-0001", "--mask").output
    assert not any(secret in masked for secret in (*SECRETS, "ICN77", "a.999"))
    imported = inbox / "imported"
    imported.mkdir(exist_ok=True)
    for file in [*inbox.iterdir()]:
        if file.is_file():
            file.rename(imported / file.name)
    assert timely(spool, "INJ-0001").output == done.output
    path = tmp_path / "proof.html"
    assert timely(spool, "INJ-0001", "--format", "html", "-o", path, "--mask").exit_code == 0
    page = path.read_text()
    assert "Proof of timely filing" in page
    assert not any(secret in page for secret in SECRETS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert timely(spool, "INJ-0001", "-o", path).exit_code == 2
    assert sheet_html(proof(spool), TODAY, masked=False).count("<h1>") == 1
