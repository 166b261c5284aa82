"""The laws of the program: lossless, whole, repeatable, and never a traceback."""

from __future__ import annotations

import ast
import errno
import hashlib
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

import scrubber
from scrubber.api import make_policy
from scrubber.engine.evaluate import evaluate_claim
from scrubber.engine.finding import Finding
from scrubber.engine.policy import Policy
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import InputChangedError
from scrubber.files import folder as folder_module
from scrubber.report.model import ClaimReport, Report
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.source import source_of_path
from tests.support.check837 import Slice, check
from tests.support.marked import Example, marked_files
from tests.support.mutations import blanked_files, mutated_files
from tests.support.running import (
    AS_OF,
    Result,
    mark,
    marking,
    run,
    shipped,
    to_folder,
    write_edits,
)
from tests.support.strategies import (
    FAULTS,
    SAFE_FAULTS,
    Fault,
    claims,
    files,
    interchanges,
)
from tests.support.x12build import (
    BillingSpec,
    ClaimSpec,
    GroupSpec,
    InterchangeSpec,
    PatientSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    npi,
)

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
MIXED = ROOT / "fixtures" / "837" / "clean" / "several-transactions.837"


def slices(raw: bytes | None) -> dict[str, Slice]:
    """The claims of an output by their number; an output that is not there has none."""
    found = check(raw).claims if raw else []
    assert len({claim.number for claim in found}) == len(found)
    return {claim.number: claim for claim in found}


def problems(raw: bytes | None) -> list[str]:
    return check(raw).problems if raw else []


def _report(source: bytes | Path, *fixes: str) -> Report:
    """The report of an input, with the policy of all tests: a new one would plan its edits anew."""
    return scrubber.scrub(source, policy=shipped(*fixes))


# ------------------------------------------------------------------------- 1: nothing is changed


@given(files())
def test_nothing_held_and_nothing_repaired_is_the_input(example: Example) -> None:
    """The cleaned file of a clean file is that file, byte for byte, and there is no held one."""
    raw, _ = example
    result = run(raw, shipped("safe"))
    assert (result.clean == raw, result.held) == (True, None)


@given(files())
def test_everything_held_is_the_input(example: Example) -> None:
    """The held file of a file whose claims are all held is that file, and there is no cleaned one."""
    raw, infos = example
    raw = mark(raw, ["HLD"] * len(infos))
    result = run(raw, marking("safe"))
    assert (result.clean, result.held == raw) == (None, True)


@given(blanked_files())
def test_blanks_are_kept(raw: bytes) -> None:
    """Line ends, marks and empty segments in a clean file are in its cleaned file, where they stood."""
    result = run(raw, shipped("safe"))
    assert (result.file.verdict, result.held) == ("clean", None)
    assert result.clean == raw


BEFORE = [b"\n" * 400, b"\n", b"\xef\xbb\xbf\n", b"\r\n" * 70_000, b"\xef\xbb\xbf" + b" " * 300_000]


@pytest.mark.parametrize("before", BEFORE, ids=len)
@pytest.mark.parametrize("ends", [b"~", b"\n"])
def test_blank_lines_before_the_isa_are_kept(before: bytes, ends: bytes) -> None:
    """Blank lines before the ISA are kept, few or many, even where lines are segments."""
    raw = MIXED.read_bytes().replace(b"~\n", b"~").replace(b"~", ends)
    result = run(before + raw, shipped("safe"))
    assert (result.file.verdict, result.held) == ("clean", None)
    assert result.clean == before + raw


@pytest.mark.parametrize("before", BEFORE, ids=len)
def test_blank_lines_before_the_isa_are_kept_in_the_held_file(before: bytes) -> None:
    """The held file of a file whose claims are all held begins with its blank lines, too."""
    raw = before + MIXED.read_bytes().replace(b"CLM*", b"CLM*H")
    result = run(raw, marking())
    assert (result.clean, result.held == raw) == (None, True)


@pytest.mark.parametrize("before", BEFORE, ids=len)
def test_an_output_without_the_first_interchange_begins_with_isa(before: bytes) -> None:
    """Blank lines stay with the interchange that they come before."""
    sound = MIXED.read_bytes()
    result = run(before + sound.replace(b"CLM*", b"CLM*H") + sound, marking())
    assert result.clean == sound
    assert result.held is not None
    assert result.held.startswith(before + b"ISA")


def test_a_mark_between_interchanges_is_not_in_the_clean_file() -> None:
    """Files that were put together keep their byte order marks only where all bytes must be kept."""
    sound = MIXED.read_bytes()
    marked = b"\xef\xbb\xbf" + sound
    assert run(marked * 3, marking()).clean == marked + sound * 2
    held = marked.replace(b"CLM*", b"CLM*H") * 3
    assert run(held, marking()).held == held


@given(blanked_files())
def test_blanks_are_kept_in_the_held_file(raw: bytes) -> None:
    """Line ends, marks and empty segments of a file that is held are in the held file."""
    raw = mark(raw, ["HLD"] * 3)
    result = run(raw, marking("safe"))
    assert (result.file.verdict, result.clean) == ("held", None)
    assert result.held == raw


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the sample corpus is not here")
def test_samples_of_others_are_not_changed() -> None:
    """A file of other people that is held or passed as a whole is not changed by a byte."""
    changed = []
    for path in sorted(CORPUS.rglob("*.*")):
        raw = path.read_bytes() if path.is_file() else b""
        result = run(raw, shipped())
        if (result.clean is None) != (result.held is None) and raw not in (result.clean, result.held):
            changed.append(path.name)
    assert changed == []


# ------------------------------------------------------------------------------ 2: nothing is lost


def _assert_split(raw: bytes, result: Result) -> tuple[dict[str, Slice], dict[str, Slice]]:
    """What law 2 says of every split: each claim once, totals kept, envelopes right."""
    before = check(raw)
    assert before.problems == []
    clean, held = slices(result.clean), slices(result.held)
    assert sorted([*clean, *held]) == sorted(claim.number for claim in before.claims)
    assert sum((c.total for c in (*clean.values(), *held.values())), Decimal(0)) == sum(
        (claim.total for claim in before.claims), Decimal(0)
    )
    assert (problems(result.clean), problems(result.held)) == ([], [])
    for claim in before.claims:
        after = clean.get(claim.number) or held[claim.number]
        assert (after.interchange, after.group, after.transaction, after.levels) == (
            claim.interchange, claim.group, claim.transaction, claim.levels,
        )  # fmt: skip
    order = [claim.number for claim in before.claims]
    for output in (clean, held):
        assert list(output) == [number for number in order if number in output]
    return clean, held


@given(files(with_faults=True, with_safe_faults=True))
def test_claims_are_in_exactly_one_output(example: Example) -> None:
    """Faulty claims are in the held file, all others in the cleaned one; untouched ones are unchanged."""
    raw, infos = example
    result = run(raw, shipped("safe"))
    clean, held = _assert_split(raw, result)
    assert sorted(held) == sorted(info.control_number for info in infos if info.is_faulty)
    before = slices(raw)
    changed = {n for n, claim in before.items() if (clean.get(n) or held[n]).raw != claim.raw}
    assert changed == {info.control_number for info in infos if info.needs_repair}


@given(marked_files())
def test_any_claims_can_be_held_and_repaired(example: tuple[bytes, tuple[str, ...]]) -> None:
    """Whichever claims are held, and wherever repairs touch the levels above, both outputs are right."""
    raw, marks = example
    result = run(raw, marking("safe"))
    clean, held = _assert_split(raw, result)
    assert sorted(held) == sorted(f"{m}{n:05d}" for n, m in enumerate(marks, 1) if m[0] == "H")
    before = slices(raw)
    for number, claim in before.items():
        after = clean.get(number) or held[number]
        assert (after.raw == claim.raw) == (number[2] != "C")


@given(marked_files())
def test_without_repairs_no_claim_is_changed(example: tuple[bytes, tuple[str, ...]]) -> None:
    """Where nothing is repaired each claim is in its output as it was, byte for byte."""
    raw, _ = example
    result = run(raw, marking())
    clean, held = _assert_split(raw, result)
    before = slices(raw)
    assert {n: (clean.get(n) or held[n]).raw for n in before} == {n: c.raw for n, c in before.items()}


@given(marked_files())
def test_levels_say_the_same_of_a_claim(example: tuple[bytes, tuple[str, ...]]) -> None:
    """What stands above a claim is in its output what it was in the input, but for repaired names."""
    raw, marks = example
    result = run(raw, marking("safe"))
    after = {}
    for output in (result.clean, result.held):
        if output:
            after.update({str(claim.control_number): _above(claim) for claim in scrubber.read(output)})
    assert after == {str(claim.control_number): _above(claim) for claim in scrubber.read(raw)}
    assert len(after) == len(marks)


def _above(claim: Any) -> tuple[Any, ...]:
    """Names without marks, ids and codes of all that stands above a claim."""

    def party(who: Any) -> tuple[str, ...] | None:
        return who and (
            str(who.name).removesuffix(" QQ"),
            str(who.first_name),
            str(who.id),
            str(who.postal_code),
        )

    return (
        str(claim.transaction), str(claim.batch), str(claim.relationship), claim.in_patient_loop,
        str(claim.subscriber.filing_code), party(claim.billing_provider), party(claim.subscriber.party),
        party(claim.payer), party(claim.patient), party(claim.submitter), party(claim.receiver),
    )  # fmt: skip


@given(mutated_files())
def test_nothing_of_a_broken_file_is_lost(raw: bytes) -> None:
    """Every segment of a broken file is in an output; only levels and trailers may be counted anew."""
    result = run(raw, shipped())
    outputs = (result.clean or b"") + b"\n" + (result.held or b"")
    renumbered = (b"HL", b"SE", b"GE", b"IEA")
    bodies = Counter(
        piece.body
        for piece in read_pieces(io.BytesIO(raw))
        if isinstance(piece, Segment) and piece.body and piece.elements[0] not in renumbered
    )
    if result.clean is None and result.held is None:
        assert result.file.counts.claims == 0
    else:
        assert [body for body, count in bodies.items() if outputs.count(body) < count] == []


@given(mutated_files())
def test_the_cleaned_part_of_a_broken_file_is_whole(raw: bytes) -> None:
    """Whatever is wrong with a file, its cleaned part has right envelopes, counts and levels."""
    result = run(raw, shipped("safe"))
    # Whether HL04 and CLM02 are right is a question of the guide's syntax, not of splitting.
    assert [problem for problem in problems(result.clean) if problem[:4] not in ("HL04", "CLM0")] == []


@pytest.mark.parametrize(
    "claim", [b"CLM", b"CLM*A", b"CLM*A*10***11:B:1*Y*A*Y*Y", b"CLM**46.4***11:B:1*Y*A*Y*Y"]
)
def test_a_claim_of_which_most_is_missing_is_held(claim: bytes) -> None:
    """A claim without number, total, diagnoses or lines is not accepted."""
    raw = (ROOT / "fixtures" / "837" / "clean" / "injection-patient.837").read_bytes()
    result = run(raw.replace(b"SE*33*", claim + b"~\nSE*34*"), shipped("safe"))
    assert result.file.findings == ()
    assert [found.verdict for found in result.claims] == ["accepted", "held"]


# ---------------------------------------------------------------------- 3: repairs come to an end


@given(files(with_faults=True, with_safe_faults=True))
def test_a_cleaned_file_is_clean(example: Example) -> None:
    """Scrubbing a cleaned file holds nothing, repairs nothing and changes nothing."""
    raw, _ = example
    clean = run(raw, shipped("safe")).clean
    if clean is None:
        return
    again = run(clean, shipped("safe"))
    assert (again.file.verdict, again.clean == clean, again.held) == ("clean", True, None)
    assert [finding for claim in again.claims for finding in claim.findings if finding.is_fixed] == []


@given(marked_files())
def test_repairing_twice_is_repairing_once(example: tuple[bytes, tuple[str, ...]]) -> None:
    """Repairs above a claim, too, are made once: scrubbing either output again gives it back."""
    raw, _ = example
    result = run(raw, marking("safe"))
    if result.clean:
        again = run(result.clean, marking("safe"))
        assert (again.clean == result.clean, again.held) == (True, None)
        assert all(claim.findings == () for claim in again.claims)
    if result.held:
        again = run(result.held, marking("safe"))
        assert (again.clean, again.held == result.held) == (None, True)


def _said(found: ClaimReport) -> set[tuple[str, str | None, int | None, str]]:
    return {(f.edit, f.where.element, f.where.line, f.severity) for f in found.findings}


@given(files(with_faults=True, with_safe_faults=True))
def test_repairs_add_no_finding(example: Example) -> None:
    """After repairs nothing is said of a claim that was not said of it before them."""
    raw, _ = example
    before = {claim.control_number: _said(claim) for claim in _report(raw).files[0].claims}
    result = run(raw, shipped("safe"))
    for output in (result.clean, result.held):
        for claim in _report(output).files[0].claims if output else ():
            assert _said(claim) <= before[claim.control_number]


@pytest.mark.parametrize("fault", SAFE_FAULTS, ids=lambda fault: fault.name)
@given(data=st.data())
@settings(max_examples=10)
def test_safe_faults_are_repaired(fault: Fault, data: st.DataObject) -> None:
    """Each mendable fault is reported as repaired, and the claim is then accepted."""
    claim = data.draw(claims(control_number="CLM00001").filter(lambda spec: fault.spoil(spec) is not None))
    spoiled = fault.spoil(claim)
    assert spoiled
    result = run(_file_of(spoiled, in_patient_loop=False), shipped("safe"))
    assert result.claims[0].verdict == "accepted"
    assert any(finding.is_fixed for finding in result.claims[0].findings)
    assert result.clean == _file_of(claim, in_patient_loop=False)


# ------------------------------------------------------------------------- 4: any bytes whatever


def _assert_consistent(report: Report) -> None:
    """Counts and verdicts agree, and what is held or unreadable is held for a reason that is said."""
    (file,) = report.files
    counts = file.counts
    assert counts.claims == len(file.claims) == counts.accepted + counts.held
    assert counts.held == sum(claim.verdict == "held" for claim in file.claims)
    assert counts.lines == sum(claim.lines for claim in file.claims)
    assert (file.verdict == "unreadable") == (counts.claims == 0)
    if counts.held:
        assert file.verdict in ("held", "partly_held")
    outside = any(finding.severity == "reject" for finding in file.findings)
    inside = any(finding.holds for claim in file.claims for finding in claim.findings)
    assert (file.verdict != "clean") == (outside or inside)
    for claim in file.claims:
        holds = any(finding.holds for finding in claim.findings)
        assert claim.verdict == "held" if holds else True
        assert holds or outside if claim.verdict == "held" else True
        assert [note for note in claim.unchecked if "the edit itself failed" in note.why] == []


@given(st.binary(max_size=400))
def test_any_bytes_give_a_report(raw: bytes) -> None:
    """Any bytes give findings and no error."""
    report = _report(raw, "safe")
    _assert_consistent(report)
    assert report.files[0].verdict == "unreadable"
    assert report.files[0].findings != ()


@given(mutated_files())
@settings(max_examples=150)
def test_any_broken_file_gives_a_report(raw: bytes) -> None:
    """Any broken file gives findings, no error, and no edit fails on it."""
    _assert_consistent(_report(raw, "safe"))


@given(files(max_claims=2), st.data())
def test_a_file_cut_off_anywhere_is_not_clean(example: Example, data: st.DataObject) -> None:
    """A file that was cut off is never clean, and no claim of its cut transaction is accepted."""
    raw, _ = example
    whole = raw.rstrip(b"\r\n" if raw[105:106] not in b"\r\n" else b"")
    at = data.draw(st.integers(0, len(whole) - 2))
    report = _report(whole[:at], "safe")
    _assert_consistent(report)
    assert report.files[0].verdict != "clean"


@given(st.binary(max_size=300))
def test_reading_any_bytes_raises_only_its_own_error(raw: bytes) -> None:
    """`read` gives claims or says that there are none, whatever the bytes."""
    with pytest.raises(scrubber.UnreadableError):
        list(scrubber.read(raw))


@given(mutated_files())
def test_reading_any_broken_file_gives_claims(raw: bytes) -> None:
    """`read` finds as many claims in a broken file as `scrub` reports."""
    counted = _report(raw).files[0].counts.claims
    try:
        found = len(list(scrubber.read(raw)))
    except scrubber.UnreadableError:
        found = 0
    assert found == counted


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the sample corpus is not here")
def test_samples_of_others_give_reports() -> None:
    """Files that other people wrote give consistent reports."""
    paths = [path for path in sorted(CORPUS.rglob("*.*")) if path.is_file()]
    for path in paths:
        _assert_consistent(_report(path, "safe"))
    assert paths


# --------------------------------------------------------------------- 5: subscriber and patient


def _file_of(claim: ClaimSpec, *, in_patient_loop: bool) -> bytes:
    """A file with this claim alone, the patient being the subscriber or a dependant of the same facts."""
    subscriber = SubscriberSpec("CI", "LHP01", claims=(claim,))
    if in_patient_loop:
        patient = PatientSpec((claim,), birth=subscriber.birth, sex=subscriber.sex)
        subscriber = replace(subscriber, claims=(), patients=(patient,))
    billing = BillingSpec(npi(1), (subscriber,))
    group = GroupSpec("1", (TransactionSpec("0001", (billing,)),))
    return build([InterchangeSpec("000000001", (group,))])


def _relative(raw: bytes, policy: Policy) -> tuple[str, list[tuple[object, ...]], list[str]]:
    """The verdict, the findings with places counted from the CLM, and what was not checked."""
    result = run(raw, policy)
    (claim,) = result.claims
    at = next(p.number for p in read_pieces(io.BytesIO(raw)) if isinstance(p, Segment) and p.id == "CLM")
    start = raw.index(b"CLM*")

    def place(finding: Finding) -> tuple[object, ...]:
        where = finding.where
        number = where.segment_number - at if where.segment_number else None
        offset = where.byte - start if where.byte is not None else None
        return (
            structs.replace(finding, where=structs.replace(where, segment_number=None, byte=None)),
            number,
            offset,
        )

    return (
        claim.verdict,
        [place(finding) for finding in claim.findings],
        [f"{note.edit} {note.why}" for note in claim.unchecked],
    )


@pytest.mark.parametrize("fault", [*FAULTS, *SAFE_FAULTS], ids=lambda fault: fault.name)
@given(data=st.data())
@settings(max_examples=12)
def test_subscriber_and_patient_are_judged_alike(fault: Fault, data: st.DataObject) -> None:
    """A fault gives the same findings at the same places in the subscriber loop and in the patient loop."""
    claim = data.draw(claims(control_number="CLM00001").filter(lambda spec: fault.spoil(spec) is not None))
    spoiled = fault.spoil(claim)
    assert spoiled
    own = _relative(_file_of(spoiled, in_patient_loop=False), shipped("safe"))
    assert own == _relative(_file_of(spoiled, in_patient_loop=True), shipped("safe"))
    assert own[1] != []
    assert own[0] == ("held" if fault in FAULTS else "accepted")


# --------------------------------------------------------------------------- 6: the order of edits


def _reversed(policy: Policy) -> Policy:
    book = policy.rulebook
    edits = dict(reversed(list(book.edits.items())))
    return replace(policy, rulebook=Rulebook(edits, book.packs, book.sources, book.codes, book.codes_vintage))


@given(files(with_faults=True, with_safe_faults=True) | mutated_files().map(lambda raw: (raw, [])))
def test_the_order_of_edits_does_not_matter(example: Example) -> None:
    """Edits in reverse order give the same findings, verdicts and outputs."""
    raw, _ = example
    one, other = run(raw, shipped("safe")), run(raw, _reversed(shipped("safe")))
    assert one.file == other.file
    assert one.claims == other.claims
    assert (one.clean, one.held, one.report) == (other.clean, other.held, other.report)


@given(files(max_claims=2, with_faults=True, with_safe_faults=True))
def test_judging_changes_no_segment(example: Example) -> None:
    """Judging and repairing a claim leaves the segments that it was given as they were."""
    raw, _ = example
    segments = [piece for piece in read_pieces(io.BytesIO(raw)) if isinstance(piece, Segment)]
    start = next(at for at, segment in enumerate(segments) if segment.id == "CLM")
    own = segments[start : start + 12]
    before = [(segment.body, list(segment.elements)) for segment in own]
    first = evaluate_claim({}, own, shipped("safe"))
    assert [(segment.body, segment.elements) for segment in own] == before
    assert evaluate_claim({}, own, shipped("safe")).findings == first.findings


def test_edits_read_neither_clocks_nor_files() -> None:
    """No edit imports what would tell it the time, or let it read files, the network or chance."""
    forbidden = {
        "time",
        "os",
        "io",
        "pathlib",
        "random",
        "socket",
        "urllib",
        "subprocess",
        "tempfile",
        "secrets",
    }
    found = []
    for path in sorted((ROOT / "edits").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Attribute) and node.attr in ("today", "now", "utcnow"):
                names = ["time"]
            elif isinstance(node, ast.Name) and node.id == "open":
                names = ["io"]
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in forbidden]
    assert found == []


# ------------------------------------------------------------------------------ 7: always the same


ENVIRONMENTS = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Etc/GMT+12", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4711", "PYTHONUTF8": "0"},
)


def test_runs_are_the_same_everywhere(tmp_path: Path) -> None:
    """Time zone, locale and hash seed change no byte of any output, nor of what is printed."""
    raw = (ROOT / "fixtures" / "837" / "clean" / "several-transactions.837").read_bytes()
    broken = raw.replace(b"HI*ABK:", b"HI*ABK:\xc3\xa9", 1).replace(
        b"*1~\nDTP*472*D8*2026", b"*9~\nDTP*472*D8*2099", 1
    )
    source = tmp_path / "input.837"
    source.write_bytes(broken)
    seen = set()
    for number, environment in enumerate(ENVIRONMENTS):
        folder = tmp_path / str(number)
        command = [
            sys.executable, "-m", "scrubber", "scrub", str(source), "-o", str(folder),
            "--as-of", "2026-06-30", "--format", "text", "--format", "jsonl",
        ]  # fmt: skip
        inherited = {name: value for name, value in os.environ.items() if name[:3] not in ("LC_", "LAN")}
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=ROOT, env={**inherited, **environment}
        )
        outputs = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert done.returncode == 1
        assert done.stderr == b""
        seen.add((done.stdout, tuple(sorted(outputs.items()))))
    assert len(seen) == 1


@given(files(max_claims=3, with_faults=True, with_safe_faults=True))
@settings(max_examples=20)
def test_a_second_run_gives_the_same_bytes(example: Example) -> None:
    """The same input gives the same outputs again in the same process."""
    raw, _ = example
    assert run(raw, shipped("safe")) == run(raw, shipped("safe"))


@given(interchanges(max_claims=3, with_faults=True))
@settings(max_examples=20)
def test_how_the_input_is_read_does_not_matter(drawn: Any) -> None:
    """A path and the same bytes in memory give the same report but for the name."""
    raw = build(drawn[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        path.write_bytes(raw)
        assert _report(path, "safe") == _report(raw, "safe")


# --------------------------------------------------------------------- 9: whole outputs or none


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A file of which one claim is held and the others are not, in a folder of its own."""
    raw = MIXED.read_bytes()
    at = raw.index(b"CLM*")
    end = raw.index(b"*", at + 4)
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "batch.837"
    # One claim's total is changed by its first digit, so that this claim is held.
    digit = b"8" if raw[end + 1 : end + 2] != b"8" else b"9"
    path.write_bytes(raw[: end + 1] + digit + raw[end + 2 :])
    return path


def _fails(number: int, of: Callable[..., Any], error: BaseException) -> Callable[..., Any]:
    """The same function, but its call of this number raises."""
    calls = 0

    def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            raise error
        return of(*args, **kwargs)

    return failing


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


ALL = ["batch.277", "batch.999", "batch.clean.837", "batch.held.837", "batch.report.json"]


def test_the_outputs_are_there(inbox: Path, tmp_path: Path) -> None:
    """A file with claims of both kinds gives these outputs, and nothing beside them."""
    to_folder(source_of_path(inbox), shipped("safe"), tmp_path / "in")
    assert _names(tmp_path / "in") == sorted(["batch.837", *ALL])


def test_the_input_is_not_written_to(inbox: Path, tmp_path: Path) -> None:
    """The input keeps its bytes, its times and its mode."""
    inbox.chmod(0o400)
    before = inbox.read_bytes(), inbox.stat().st_mtime_ns, inbox.stat().st_mode
    (tmp_path / "out").mkdir()
    to_folder(source_of_path(inbox), shipped("safe"), tmp_path / "out")
    scrubber.scrub(inbox, as_of=AS_OF)
    assert (inbox.read_bytes(), inbox.stat().st_mtime_ns, inbox.stat().st_mode) == before


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken"), KeyboardInterrupt()]
)
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("name", ["fsync", "open"])
def test_a_failing_sync_leaves_nothing(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, number: int, name: str
) -> None:
    """Where writing to disk fails at any file, or at the folder, no output and no temporary file is left."""
    folder = tmp_path / "out"
    folder.mkdir()
    with monkeypatch.context() as patch:
        # os.open makes the three temporary files and then opens the folder to sync it.
        patch.setattr(f"os.{name}", _fails(number, getattr(os, name), error))
        with pytest.raises(type(error)):
            to_folder(source_of_path(inbox), shipped("safe"), folder)
    assert _names(folder) == []


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("links", [True, False])
def test_a_failing_rename_leaves_nothing(
    inbox: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    number: int,
    *,
    links: bool,
) -> None:
    """Where giving an output its name fails, those that have theirs are taken back."""
    folder = tmp_path / "out"
    folder.mkdir()
    with monkeypatch.context() as patch:
        if links:
            refuse = _fails(number, os.link, error)
            patch.setattr("os.link", refuse)
            patch.setattr("pathlib.Path.replace", _fails(1, Path.replace, error))
        else:
            patch.setattr("os.link", _always(OSError(errno.EPERM, "no links here")))
            patch.setattr("pathlib.Path.replace", _fails(number, Path.replace, error))
        with pytest.raises(type(error)):
            to_folder(source_of_path(inbox), shipped("safe"), folder)
    assert _names(folder) == []


def _always(error: BaseException) -> Callable[..., Any]:
    def failing(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    return failing


class _FullDisk(io.FileIO):
    """A file on a disk that is full."""

    def write(self, _data: Any, /) -> int:
        raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_failing_write_leaves_nothing(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Where the disk is full when any of the outputs is written, nothing is left."""
    folder = tmp_path / "out"
    folder.mkdir()
    real, calls = folder_module._Output, 0

    def output(handle: int, final: Path) -> io.FileIO:
        nonlocal calls
        calls += 1
        return _FullDisk(handle, "r+") if calls == number else real(handle, final)

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "_Output", output)
        with pytest.raises(OSError, match="full"):
            to_folder(source_of_path(inbox), shipped("safe"), folder)
    assert _names(folder) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_failing_forced_run_leaves_whole_files(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """When a forced run fails, each output is the old one or the new one as a whole, and none is lost."""
    folder = tmp_path / "out"
    folder.mkdir()
    old = {name: f"old {name}".encode() for name in ALL}
    to_folder(source_of_path(inbox), shipped("safe"), folder)
    new = {name: (folder / name).read_bytes() for name in ALL}
    for name, content in old.items():
        (folder / name).write_bytes(content)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", _fails(number, Path.replace, OSError(errno.EIO, "broken")))
        with pytest.raises(OSError, match="broken"):
            to_folder(source_of_path(inbox), shipped("safe"), folder, force=True)
    assert _names(folder) == ALL
    assert all((folder / name).read_bytes() in (old[name], new[name]) for name in ALL)


def test_the_cleaned_file_gets_its_name_last(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sees the cleaned file finds the report and the held file there, too; all are synced by then."""
    folder = tmp_path / "out"
    folder.mkdir()
    order: list[str] = []
    sync, link = os.fsync, os.link

    def fsync(handle: int) -> None:
        order.append("sync")
        sync(handle)

    def named(source: Any, target: Any, **kwargs: Any) -> None:
        order.append(Path(target).name)
        link(source, target, **kwargs)

    monkeypatch.setattr("os.fsync", fsync)
    monkeypatch.setattr("os.link", named)
    to_folder(source_of_path(inbox), shipped("safe"), folder)
    assert order[: len(ALL)] == ["sync"] * len(ALL)
    assert order[-2:] == ["batch.clean.837", "sync"]
    assert sorted(order) == sorted([*ALL, *["sync"] * (len(ALL) + 1)])


def test_an_error_meanwhile_leaves_nothing(inbox: Path, tmp_path: Path) -> None:
    """An error while claims are being judged leaves no output."""
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ZeroDivisionError):
        to_folder(source_of_path(inbox), shipped("safe"), folder, _always(ZeroDivisionError()))
    assert _names(folder) == []


def test_an_input_that_changes_meanwhile_gives_nothing(inbox: Path, tmp_path: Path) -> None:
    """An input that is still being written is refused, and nothing is left."""
    folder = tmp_path / "out"
    folder.mkdir()

    def grow(_claim: object) -> None:
        with inbox.open("ab") as stream:
            stream.write(b"ISA*more~")

    with pytest.raises(InputChangedError):
        to_folder(source_of_path(inbox), shipped("safe"), folder, grow)
    assert _names(folder) == []


def test_an_edit_on_envelopes_that_fails_ends_nothing(inbox: Path, tmp_path: Path) -> None:
    """A user's edit that raises is said of each envelope, without what it raised, and the run goes on."""
    source = (
        "from scrubber.engine import Edit\n"
        'edit = Edit(id="TEST-77", title="fails", snip=1, severity="warn")\n'
        "@edit.envelope\n"
        "def check(envelope, context):\n"
        '    raise KeyError("CANARY")\n'
        "    yield\n"
    )
    policy = make_policy(as_of=AS_OF, edits=[write_edits(tmp_path / "edits", source)], select=["TEST"])
    file = to_folder(source_of_path(inbox), policy, tmp_path)
    said = {finding.message for finding in file.findings}
    assert said == {"Not checked: TEST-77 failed: KeyError in test_edit_0.py, line 5."}
    assert file.verdict == "held"
    assert not file.fully_checked
