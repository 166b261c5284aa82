"""The library as others use it: what `import scrubber` offers, and that it is what the command line says."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

import scrubber
from scrubber.report.formats import FORMATS
from tests.support.running import AS_OF

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "837"
EXAMPLE = FIXTURES / "broken" / "example.837"


@pytest.mark.parametrize("kind", ["path", "text", "bytes", "stream"])
def test_an_input_may_come_in_any_form(kind: str) -> None:
    """A path, its text, the bytes, or a binary stream give the same claims."""
    given: dict[str, scrubber.api.Input] = {
        "path": EXAMPLE,
        "text": str(EXAMPLE),
        "bytes": EXAMPLE.read_bytes(),
        "stream": io.BytesIO(EXAMPLE.read_bytes()),
    }
    claims = scrubber.scrub(given[kind], as_of=AS_OF).files[0].claims
    assert [claim.control_number for claim in claims] == ["EX-1001", "EX-1002", "EX-1003", "EX-1004"]


def test_a_claim_knows_what_a_biller_needs() -> None:
    """Patient, payer, day, charge and what to do are there without the 837 at hand."""
    claim = scrubber.scrub(EXAMPLE, as_of=AS_OF).files[0].claims[1]
    assert (claim.verdict, claim.held_by) == ("held", ("PAIR-01",))
    assert (claim.patient, claim.payer.name) == ("OAKES, HAZEL", "MEDICARE PART B")
    assert (claim.service_date, claim.charge) == (date(2026, 5, 12), "32.00")
    assert claim.findings[0].title == "Injection without a drug line"
    assert claim.findings[0].to_do.startswith("Add the drug line")


def test_to_dict_is_the_json_report(tmp_path: Path) -> None:
    """What `to_dict` gives is what the file says, and the file can be read into the types again."""
    report = scrubber.scrub(EXAMPLE, tmp_path, as_of=AS_OF)
    written = (tmp_path / "example.report.json").read_bytes()
    assert json.loads(written) == json.loads(json.dumps(report.to_dict()))
    assert msgspec.json.decode(written, type=scrubber.Report) == report


def test_scrub_iter_yields_the_same_claims() -> None:
    """One by one, and the report of the run when they are through."""
    whole = scrubber.scrub(EXAMPLE, as_of=AS_OF)
    run = scrubber.scrub_iter(EXAMPLE, as_of=AS_OF)
    assert tuple(run) == whole.files[0].claims
    assert run.report.files[0].counts == whole.files[0].counts
    assert run.report.packs == whole.packs


def test_the_report_is_not_there_before_the_end() -> None:
    """Nobody takes half a run for a whole one."""
    run = scrubber.scrub_iter(EXAMPLE, as_of=AS_OF)
    next(run)
    with pytest.raises(RuntimeError, match="after all claims have been read"):
        _ = run.report


def test_a_run_that_is_given_up_writes_nothing(tmp_path: Path) -> None:
    """Closed after the first claim: no output, no temporary file."""
    with scrubber.scrub_iter(EXAMPLE, tmp_path, as_of=AS_OF) as run:
        next(run)
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_every_format_from_python(tmp_path: Path) -> None:
    """`formats` writes them beside the 837 files, `write_report` to a stream, with the same bytes."""
    scrubber.scrub(EXAMPLE, tmp_path, formats=FORMATS, as_of=AS_OF, fix=())
    policy = scrubber.make_policy(as_of=AS_OF, fix=())
    for name, form in FORMATS.items():
        stream = io.BytesIO()
        scrubber.write_report(EXAMPLE, stream, name, policy=policy)
        if name == "xlsx":
            assert stream.getvalue()[:2] == b"PK"  # a zip with the time in it
        elif name != "html":  # the page says besides what the clean file recounts
            assert stream.getvalue() == (tmp_path / f"example.report.{form.suffix}").read_bytes(), name


def test_the_output_folder_is_created(tmp_path: Path) -> None:
    """As on the command line, `output` need not exist; only its owner can look into it."""
    folder = tmp_path / "new" / "out"
    scrubber.scrub(EXAMPLE, folder, as_of=AS_OF)
    assert (folder / "example.clean.837").is_file()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_mask_hides_patients(tmp_path: Path) -> None:
    """In every format that is written."""
    scrubber.scrub(EXAMPLE, tmp_path, formats=("text", "csv", "html"), mask=True, as_of=AS_OF)
    for path in tmp_path.glob("*.report.*"):
        assert b"OAKES" not in path.read_bytes(), path.name


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    """Before anything is read or written."""
    with pytest.raises(scrubber.ConfigurationError, match="pdf: unknown format"):
        scrubber.scrub(EXAMPLE, tmp_path, formats=("pdf",), as_of=AS_OF)
    with pytest.raises(scrubber.ConfigurationError, match="pdf: unknown format"):
        scrubber.write_report(EXAMPLE, io.BytesIO(), "pdf", as_of=AS_OF)
    assert list(tmp_path.iterdir()) == []


def test_a_narrowed_run_says_so() -> None:
    """What was selected is in the report, and no file of it is fully checked."""
    report = scrubber.scrub(FIXTURES / "clean" / "injection-subscriber.837", select=("PAIR",), as_of=AS_OF)
    assert report.partial is not None
    assert report.partial.select == ("PAIR",)
    assert (report.files[0].verdict, report.files[0].fully_checked) == ("partly_checked", False)


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"", "not_x12"), (b"PK\x03\x04", "not_x12"), ("unsupported-835.837", "not_837p")],
)
def test_an_unreadable_file_says_why(raw: bytes | str, why: str) -> None:
    """Not X12, no 837P in it, or no claim."""
    source = FIXTURES / "broken" / raw if isinstance(raw, str) else raw
    file = scrubber.scrub(source, as_of=AS_OF).files[0]
    assert (file.verdict, file.unreadable, file.fully_checked) == ("unreadable", why, False)


def test_charges_add_up() -> None:
    """EX-1001 (167.25) and, fixed, EX-1003 (44.20) are accepted, EX-1002 (32.00) and EX-1004 (87.40) held."""
    charges = scrubber.scrub(EXAMPLE, as_of=AS_OF).files[0].charges
    assert (charges.total, charges.accepted, charges.held) == ("330.85", "211.45", "119.40")


def test_all_that_is_public_is_there() -> None:
    """Each name of `__all__`, documented."""
    for name in scrubber.__all__:
        value = getattr(scrubber, name)
        assert name == "__version__" or value.__doc__, name
