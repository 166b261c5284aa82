"""The 277CA: which claims of a transaction go on, and why the others do not; pyx12 is the witness."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.generate import generate
from scrubber.acks.interchange import SegmentBuffer
from scrubber.acks.statuses import statuses
from scrubber.engine.finding import Where
from scrubber.report.model import ClaimReport
from tests.acks.test_acks import accepted_by_pyx12, check_framing
from tests.support.mutations import mutated_files
from tests.support.read277 import Claim, Level, Transaction, read277
from tests.support.running import Result, mark, marking, run, shipped
from tests.support.scrubbed import plain_finding
from tests.support.strategies import ClaimInfo, files

FIXTURES = Path(__file__).parents[2] / "fixtures" / "837"
FILES = sorted([*FIXTURES.glob("clean/*.837"), *FIXTURES.glob("broken/*.837")])
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
SEVERAL = (FIXTURES / "clean" / "several-transactions.837").read_bytes()
INJECTION = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
_INTERCHANGES = re.compile(rb"(?=ISA.00.          .00.)", re.DOTALL)
_FEW = settings(max_examples=20, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])


def answered(result: Result) -> list[Transaction]:
    """The 277CA of a run, proved to be a valid one by pyx12 and by our reader; none is no transaction."""
    raw = result.acks.get("input.277", b"")
    for interchange in _INTERCHANGES.split(raw):
        assert not interchange or accepted_by_pyx12(interchange)
    if not raw:
        return []
    check_framing(raw)
    found = read277(raw)
    for transaction in found:
        check_sums(transaction)
    return found


def check_sums(transaction: Transaction) -> None:
    """What the levels count and add up is what stands below them."""
    for level, claims in [
        (transaction.totals, transaction.claims),
        *((provider, provider.claims) for provider in transaction.providers),
    ]:
        assert claims
        for claim in claims:
            assert claim.actions == ({"WQ"} if claim.statuses == ["A2:20"] else {"U"})
        sides = {
            name: [claim for claim in claims if claim.actions == {action}]
            for name, action in (("accepted", "WQ"), ("rejected", "U"))
        }
        assert level.counts == {name: len(side) for name, side in sides.items()}
        assert level.amounts == {
            kind: sum((claim.charge for claim in sides[name]), Decimal(0))
            for name, kind in (("accepted", "YU"), ("rejected", "YY"))
        }
        assert level.total == sum(level.amounts.values())


def claims_of(found: list[Transaction]) -> list[Claim]:
    return [claim for transaction in found for claim in transaction.claims]


def refused(result: Result) -> list[bool]:
    """Whether the 999 refuses each transaction that it speaks of, in the order of the input."""
    raw = result.acks.get("input.999", b"")
    return [segment.get(1) == "R" for segment in check_framing(raw) if segment.id == "IK5"] if raw else []


def agrees(claim: Claim, report: ClaimReport) -> None:
    """A claim says what the report of it says, and each pair of its edits."""
    assert (claim.actions == {"WQ"}) == (report.verdict == "accepted")
    expected = {pair for finding in report.findings if finding.holds for pair in finding.claim_status}
    assert {":".join(status.split(":")[:2]) for status in claim.statuses} == (expected or {"A2:20"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fixtures(path: Path) -> None:
    """Each claim of an accepted transaction is told in its order; what the 999 refuses is not."""
    result = run(path.read_bytes(), shipped("safe"))
    found = claims_of(answered(result))
    told = iter(result.claims)
    for claim in found:
        agrees(claim, next(report for report in told if report.control_number == claim.number))
    if True not in refused(result) and result.file.verdict != "unreadable":
        assert [claim.number for claim in found] == [report.control_number for report in result.claims]
    if False not in refused(result):
        assert found == []


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_files(seed: int) -> None:
    """A file of many transactions and providers, with faults: every claim is told, as the report has it."""
    out = io.BytesIO()
    generate(out, size=250_000, seed=seed, fault_rate=0.4, claims_per_st=190)
    result = run(out.getvalue(), shipped("safe"))
    found = answered(result)
    assert len(found) > 1
    assert max(len(transaction.providers) for transaction in found) > 1
    assert {claim.actions.copy().pop() for claim in claims_of(found)} == {"WQ", "U"}
    for claim, report in zip(claims_of(found), result.claims, strict=True):
        assert claim.number == report.control_number
        agrees(claim, report)


def test_the_example_read_by_hand() -> None:
    """Two of four claims are held: counts, dollars, patients, pairs and lines."""
    (transaction,) = answered(run(EXAMPLE, shipped("safe")))
    assert (transaction.source, transaction.receiver, transaction.batch) == (
        "CLEARWAY EXCHANGE", "MILLBROOK", "B1-0001",
    )  # fmt: skip
    (provider,) = transaction.providers
    assert (provider.id, provider.counts) == ("1300000019", {"accepted": 2, "rejected": 2})
    # 167.25 + 44.20 go on, 32.00 + 87.40 do not.
    assert provider.amounts == {"YU": Decimal("211.45"), "YY": Decimal("119.40")}
    assert [(claim.number, claim.patient, claim.member, claim.days) for claim in provider.claims] == [
        ("EX-1001", "LARKSPUR", "1EG4TE5MK73", "20260511"),
        ("EX-1002", "OAKES", "3QF7WM1RA52", "20260512"),
        ("EX-1003", "ROOK", "000041776203", "20260513"),
        ("EX-1004", "FENWICK", "LHP000482913", "20260514"),
    ]
    lonely, pointless = provider.claims[1], provider.claims[3]
    assert lonely.statuses == ["A7:507", "A8:732"]
    assert [(line.service, line.statuses, line.number, line.day) for line in lonely.lines] == [
        ("HC:96372", ["A7:507", "A8:732"], "1", "20260512")
    ]
    assert pointless.statuses == ["A8:477"]
    assert [(line.service, line.statuses) for line in pointless.lines] == [("HC:99211", ["A8:477"])]


def test_every_transaction_and_provider_has_its_own_counts() -> None:
    """Three transactions, the first with two providers: one ST*277 each, in one interchange."""
    found = answered(run(SEVERAL, shipped("safe")))
    assert [transaction.batch for transaction in found] == ["B1-0001", "B1-0002", "B2-0001"]

    def accepted(level: Level) -> int:
        return level.counts["accepted"]

    assert [[accepted(provider) for provider in transaction.providers] for transaction in found] == [
        [3, 3],
        [1],
        [2],
    ]


def test_two_claims_of_a_patient_stand_below_one_patient() -> None:
    """The first subscriber of the file has two claims: one HL*PT with two TRN."""
    raw = run(SEVERAL, shipped("safe")).acks["input.277"]
    first = raw[raw.index(b"HL*4*3*PT") : raw.index(b"HL*5*3*PT")]
    assert re.findall(rb"TRN\*2\*([^~]*)", first) == [b"SEV-0001", b"SEV-0002"]


@pytest.mark.parametrize("name", ["injection-patient", "injection-subscriber"])
def test_both_loops_give_the_same_rejection(name: str) -> None:
    """A fault of a claim's total is told the same, whether the patient is the subscriber or not."""
    raw = (FIXTURES / "clean" / f"{name}.837").read_bytes()
    broken = re.sub(rb"(CLM\*[^*]*\*)[0-9.]+", rb"\g<1>999.5", raw, count=1)
    found = claims_of(answered(run(broken, shipped("safe"))))
    assert [(claim.statuses, claim.charge) for claim in found] == [(["A8:400"], Decimal("999.5"))]


def test_a_transaction_that_the_999_refuses_is_not_told() -> None:
    """The only claim is held by the guide: the 999 says R, and there is no 277CA."""
    result = run(INJECTION.replace(b"*Y*A*Y*Y", b"*Q*A*Y*Y"), shipped("safe"))
    assert (refused(result), "input.277" in result.acks) == ([True], False)


def test_a_claim_held_by_the_guide_in_an_accepted_transaction_is_told() -> None:
    """One of four claims has a fault of the guide: the 999 says E, so the 277CA must not lose the claim."""
    broken = EXAMPLE.replace(b"CLM*EX-1001*167.25***11:B:1*Y*", b"CLM*EX-1001*167.25***11:B:1*Q*")
    result = run(broken, shipped("safe"))
    first = claims_of(answered(result))[0]
    assert (refused(result), first.number, first.statuses) == ([False], "EX-1001", ["A7:684"])


@pytest.mark.parametrize(
    ("last_claim", "refusals", "left"),
    [
        (b"SEV-0006", [True, False, False], (7, 8, 9)),  # two providers
        (b"SEV-0007", [False, True, False], (1, 2, 3, 4, 5, 6, 8, 9)),
    ],
)
def test_one_refused_transaction_does_not_touch_the_others(
    last_claim: bytes, refusals: list[bool], left: tuple[int, ...]
) -> None:
    """One of three has a wrong count: its claims are in no answer, and the others are whole."""
    at = SEVERAL.index(b"SE*", SEVERAL.index(last_claim))
    broken = SEVERAL[:at] + re.sub(rb"^SE\*[0-9]+", b"SE*77", SEVERAL[at:])
    result = run(broken, shipped("safe"))
    found = claims_of(answered(result))
    assert (refused(result), [claim.number for claim in found]) == (
        refusals,
        [f"SEV-{number:04d}" for number in left],
    )


def test_a_repaired_claim_is_accepted() -> None:
    """What was mended goes on, with the number that the sender gave it."""
    broken = INJECTION.replace(b"*ML", b"*ml", 1)
    (claim,) = claims_of(answered(run(broken, shipped("safe"))))
    assert (claim.statuses, claim.actions) == (["A2:20"], {"WQ"})


def test_warnings_are_not_told() -> None:
    """A claim about which there are only warnings is accepted without a word about them."""
    result = run(EXAMPLE.replace(b"J3420*6.75*UN*1***1~", b"J3420*6.75*UN*1***1:1~"), shipped("safe"))
    assert ("DX-03", "warn") in {(item.edit, item.severity) for item in result.claims[0].findings}
    assert claims_of(answered(result))[0].statuses == ["A2:20"]


def test_the_numbers_of_the_sender_come_back() -> None:
    """A clearinghouse's claim number (REF*D9) and a line's control number (REF*6R)."""
    raw = EXAMPLE.replace(b"HI*ABK:E538~\nNM1*82", b"REF*D9*CH-77~\nHI*ABK:E538~\nNM1*82", 1)
    raw = raw.replace(b"DTP*472*D8*20260512~", b"DTP*472*D8*20260512~\nREF*6R*LN-9~").replace(
        b"SE*85", b"SE*87"
    )
    claim = claims_of(answered(run(raw, shipped("safe"))))[1]
    assert (claim.intermediary, [line.number for line in claim.lines]) == ("CH-77", ["LN-9"])


def test_several_days_of_service_are_a_period() -> None:
    """A claim of two days says from when to when."""
    raw = EXAMPLE.replace(b"128.5*UN*1***2~\nDTP*472*D8*20260511", b"128.5*UN*1***2~\nDTP*472*D8*20260509")
    claim = claims_of(answered(run(raw, shipped("safe"))))[0]
    assert claim.days == "20260509-20260511"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"CLM*EX-1002*32*", b"CLM**32*", ("0", "OAKES", Decimal(32), "20260512")),
        (b"CLM*EX-1002*32*", b"CLM*" + b"9" * 51 + b"*32*", ("0", "OAKES", Decimal(32), "20260512")),
        (b"CLM*EX-1002*32*", b"CLM*EX-1002*MANY*", ("EX-1002", "OAKES", Decimal(0), "20260512")),
        (b"CLM*EX-1002*32*", b"CLM*EX-1002*32.125*", ("EX-1002", "OAKES", Decimal(0), "20260512")),
        (b"CLM*EX-1002*32*", b"CLM*EX-1002*1234567890123*", ("EX-1002", "OAKES", Decimal(0), "20260512")),
        (b"NM1*IL*1*OAKES*", b"NM1*IL*1**", ("EX-1002", "UNKNOWN", Decimal(32), "20260512")),
        (b"D8*20260512", b"D8*2026MAY2", ("EX-1002", "OAKES", Decimal(32), "20260630")),
    ],
)
def test_what_cannot_be_written_gives_way(
    before: bytes, after: bytes, expected: tuple[str, str, Decimal, str]
) -> None:
    """An answer is valid whatever a claim lacks: no number is 0, no name UNKNOWN, no day that of the run."""
    assert before in EXAMPLE
    claim = claims_of(answered(run(EXAMPLE.replace(before, after), shipped("safe"))))[1]
    assert (claim.number, claim.patient, claim.charge, claim.days) == expected
    assert claim.actions == {"U"}


def test_a_pair_of_somebody_says_whose() -> None:
    """An NPI that fails its check digit is that of the rendering provider (82), by the loop it stands in."""
    raw = EXAMPLE.replace(b"XX*1200000010", b"XX*1200000011", 1)
    assert claims_of(answered(run(raw, shipped("safe"))))[0].statuses == ["A7:562:82"]


@pytest.mark.parametrize(
    ("pairs", "loop", "expected"),
    [
        (("A7:562:85",), "2310B", [("A7", "562", "85")]),
        (("A7:562",), "2310B", [("A7", "562", "82")]),
        (("A7:562",), "9999", [("A7", "562", "")]),
        (("A7:507", "A7:507"), "2400", [("A7", "507", "")]),
        (("A7:507:??",), "2400", [("A3", "0", "")]),
        (("A7:507:99",), "2400", [("A7", "507", "")]),
        (("A2:20",), "2400", [("A3", "0", "")]),
        ((), "2400", [("A3", "0", "")]),
    ],
)
def test_statuses(pairs: tuple[str, ...], loop: str, expected: list[tuple[str, str, str]]) -> None:
    """Only pairs that reject are said, once; an edit without any says the general one."""
    finding = plain_finding("TEST-01", "", Where(loop=loop), claim_status=pairs)
    assert statuses([finding]) == expected


def test_a_line_has_room_for_three_statuses_the_claim_for_all() -> None:
    """Four things are wrong with one line: the line tells three, the claim four."""
    broken = EXAMPLE.replace(
        b"LX*1~\nSV1*HC:96372*32*UN*1***1~\nDTP*472*D8*20260512",
        b"LX*1~\nSV1*HC:96372:Z9*-32*UN*1*ZZ**9~\nDTP*472*D8*20270512",
    ).replace(b"CLM*EX-1002*32*", b"CLM*EX-1002*-32*")
    assert broken != EXAMPLE
    claim = claims_of(answered(run(broken, shipped("safe"))))[1]
    (line,) = claim.lines
    assert (len(line.statuses), len(claim.statuses) > 3) == (3, True)
    assert set(line.statuses) < set(claim.statuses)


def test_the_answer_goes_back_where_the_file_came_from() -> None:
    """Sender and receiver are swapped, delimiters are the input's, the day is that of the run."""
    raw = run((FIXTURES / "clean" / "odd-delimiters.837").read_bytes(), shipped("safe")).acks["input.277"]
    source = (FIXTURES / "clean" / "odd-delimiters.837").read_bytes()
    assert (raw[3:4], raw[104:106]) == (source[3:4], source[104:106])
    segments = check_framing(raw)
    gs = next(segment for segment in segments if segment.id == "GS")
    assert [gs.get(at) for at in (1, 2, 3, 4, 8)] == ["HN", "CLEARWAY", "MILLBROOK", "20260630", "005010X214"]


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing in it depends on the clock."""
    first, second = (run(EXAMPLE, shipped("safe")).acks["input.277"] for _ in range(2))
    assert first == second


def test_segments_that_waited_come_out_whole_even_from_disk() -> None:
    """More than fits into memory goes through a file, once and in order; then nothing is left."""
    waiting, behind, out = SegmentBuffer(), SegmentBuffer(), io.BytesIO()
    pieces = [b"%06d~" % number * 100 for number in range(3000)]
    for piece in pieces:
        waiting.add(piece)
    behind.take(waiting)
    waiting.add(b"last~")
    behind.take(waiting)
    assert (behind.segments, waiting.segments) == (3001, 0)
    behind.pour(out)
    assert out.getvalue() == b"".join(pieces) + b"last~"
    behind.pour(out)
    assert len(out.getvalue()) == 700 * 3000 + 5


# ----------------------------------------------------------------------------------- any input


@_FEW
@given(files(max_claims=6, with_faults=True, with_safe_faults=True))
def test_no_claim_is_lost(example: tuple[bytes, list[ClaimInfo]]) -> None:
    """Every claim of a well-formed file is told with its charge, in its order, whatever the delimiters."""
    raw, infos = example
    result = run(raw, shipped("safe"))
    # A transaction of which nothing is left for the guide's sake is refused whole.
    lost = iter(refused(result))
    keys = dict.fromkeys((info.interchange, info.group, info.transaction) for info in infos)
    gone = {key: next(lost) for key in keys}
    expected = [info for info in infos if not gone[info.interchange, info.group, info.transaction]]
    found = claims_of(answered(result))
    assert [(claim.number, claim.charge) for claim in found] == [
        (info.control_number, info.total_charge) for info in expected
    ]
    assert [claim.actions == {"U"} for claim in found] == [info.is_faulty for info in expected]


@_FEW
@given(files(max_claims=7), st.lists(st.booleans(), min_size=7, max_size=7))
def test_held_for_business_reasons(example: tuple[bytes, list[ClaimInfo]], held: list[bool]) -> None:
    """Where edits above level 2 hold some or all claims, just those are rejected, with the general pair."""
    raw, infos = example
    raw = mark(raw, ["HLD" if is_held else "CLM" for is_held in held[: len(infos)]])
    found = claims_of(answered(run(raw, marking("safe"))))
    assert [claim.statuses for claim in found] == [
        ["A3:0"] if is_held else ["A2:20"] for is_held in held[: len(infos)]
    ]


@settings(_FEW, max_examples=40)
@given(mutated_files())
def test_any_input_gives_a_valid_answer_or_none(raw: bytes) -> None:
    """pyx12 and our reader accept what is written, and it tells no claim twice or that was not there."""
    result = run(raw, shipped("safe"))
    told = [claim for claim in claims_of(answered(result)) if claim.number != "0"]
    came = [report.control_number.strip() for report in result.claims]
    for claim in told:
        came.remove(claim.number)
