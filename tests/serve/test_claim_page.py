"""The page of a claim, of files that were really scrubbed: findings, places, the drawing, codes, history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from scrubber.serve.names import CodeNames
from scrubber.spool.layout import Spool
from scrubber.spool.work.worker import Scrubber
from scrubber.spool.worklist.claims import CLAIMS, ClaimDetail, ClaimRecord
from scrubber.spool.worklist.event_files import NewEvent
from scrubber.spool.worklist.worklist import AUTOMATIC
from tests.support.cases import cases_of
from tests.support.running import shipped
from tests.support.serving import Page, Server, serving
from tests.support.spool import batch, drop, make_spool, run_once
from tests.support.work import FINDING, claim, enter, receive, worklist

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "837" / "cases"
HOSTILE = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    """Two files, really scrubbed: a diagnosis that is not covered, and a wrong NPI in a hostile claim."""
    spool = make_spool(tmp_path_factory.mktemp("claims"))
    raw = next(case.raw for case in cases_of(CASES / "DX-06.toml") if case.kind == "fires")
    drop(spool, "covered.837", raw)
    drop(spool, "hostile.837", batch(2, held=True).replace(b"LARKSPUR", HOSTILE))
    run_once(spool, Scrubber(shipped, ("json",), fixed_day=True))
    return spool


@pytest.fixture
def server(spool: Spool) -> Iterator[Server]:
    with serving(spool) as found:
        yield found


def page_of(server: Server, edit: str, user: str = "ann") -> Page:
    with server.site.worklist() as work:
        row = next(item.row for item in work.items() if edit in item.row.edits)
    return server.visitor(user).page(f"/claims/{row.id}")


def test_what_is_wrong_where_and_what_to_do(server: Server, spool: Spool) -> None:
    """As the report of the file says it, with the place marked in its segment."""
    page = page_of(server, "DX-06")
    with worklist(spool) as work:
        item = next(item for item in work.items() if "DX-06" in item.row.edits)
    assert item.record is not None
    (wrong,) = page.texts("//section[@id='wrong']")
    assert item.record.findings[0].message in wrong
    assert item.record.findings[0].to_do in wrong
    assert "SV107-1" in wrong
    code = page.texts("//section[@id='wrong']//pre/code")[0]
    assert code.startswith("SV1*HC:J3420*")
    assert page.texts("//section[@id='wrong']//pre/code/mark")[0] == "2"
    assert page.find("//section[@id='wrong']//a/@href")[0] == "#e-DX-06"
    assert len(page.find("//div[@id='e-DX-06']")) == 1


def test_the_drawing_shows_the_broken_link(server: Server) -> None:
    page = page_of(server, "DX-06")
    assert page.texts("//section[@id='drawing']//span[contains(@class, 'tie')]")[0] == "wrong DX-06"
    assert page.texts("//section[@id='lines']//tbody/tr")[2].endswith("reject DX-06")


def test_codes_have_their_free_names_and_cpt_codes_none(server: Server) -> None:
    rows = page_of(server, "DX-06").texts("//table[@class='codes']/tbody/tr")
    assert "J3420 cyanocobalamin (vitamin B12) HCPCS" in rows
    assert "I10 Essential (primary) hypertension ICD-10-CM" in rows
    assert "E538 Deficiency of other specified B group vitamins ICD-10-CM" in rows  # no line points to it
    assert "11 Office Place of service" in rows
    assert not [row for row in rows if row.startswith(("9", "20"))]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E538", "Deficiency of other specified B group vitamins"),
        ("E53.8", "Deficiency of other specified B group vitamins"),
        ("A000", "Cholera due to Vibrio cholerae 01, biovar cholerae"),
        ("E53", ""),
        ("", ""),
        ("E538\n", ""),
        ("\tE538", ""),
    ],
)
def test_the_name_of_a_diagnosis(code: str, name: str) -> None:
    assert CodeNames().diagnosis(code) == name


@pytest.mark.parametrize("code", ["96372", "90471", "99213", "90371"])
def test_no_cpt_code_has_a_name(code: str) -> None:
    assert CodeNames().drug(code) == ""


def test_values_of_a_claim_are_texts(server: Server) -> None:
    page = page_of(server, "BILL-03")
    assert HOSTILE.decode() in page.text
    assert page.find("//script[contains(., 'alert')]") == []


def test_who_may_not_see_patients_is_told_titles_only(server: Server) -> None:
    page = page_of(server, "DX-06", "sam:sender")
    assert page.texts("//section[@id='wrong']//li")[0].startswith("DX-06 ")
    assert page.find("//section[@id='drawing']") == []
    assert not [text for text in ("J3420", "LARKSPUR", "1EG4", "I10") if text in page.text]


def test_a_claim_of_an_earlier_version_shows_what_is_kept(tmp_path: Path) -> None:
    """Findings without their places; the same where the original is pruned or is not what it was."""
    spool = make_spool(tmp_path)
    receive(spool, claim())
    enter(spool, "INJ-0001", "noted", "Chart requested")
    with serving(spool) as server:
        page = page_of(server, "BILL-03")
    assert FINDING.message in page.text
    assert FINDING.to_do in page.text
    assert "ann added a note Chart requested" in page.texts("//section[@id='history']//li")[0]
    assert "held in a file" in page.texts("//section[@id='history']//li")[1]


def test_a_place_that_is_not_as_the_finding_says_is_not_shown(server: Server, spool: Spool) -> None:
    for path in spool.archive.glob("*/*/original.837"):
        raw = path.read_bytes()
        path.write_bytes(raw[:400] + b"XYZ" + raw[400:])
    page = page_of(server, "DX-06")
    assert page.find("//section[@id='wrong']//pre") == []
    assert "DX-06" in page.text


def test_lists_do_not_read_what_only_the_page_shows(spool: Spool) -> None:
    with worklist(spool) as work:
        item = next(item for item in work.items() if "DX-06" in item.row.edits)
        detail = work.detail(item)
    assert detail is not None
    assert not isinstance(item.record, ClaimDetail)
    assert item.record is not None
    assert all(getattr(item.record, name) == getattr(detail, name) for name in ClaimRecord.__struct_fields__)
    assert [len(detail.lines), len(detail.administrations), len(detail.reported)] == [3, 1, 2]


def test_a_claim_has_its_details_however_many_lines_it_has(tmp_path: Path) -> None:
    """What belongs to lines beyond those that are kept is left out."""
    spool = make_spool(tmp_path)
    raw = next(case.raw for case in cases_of(CASES / "DX-06.toml") if case.kind == "fires")
    before, rest = raw.split(b"LX*1~", 1)
    lines, trailer = rest.split(b"SE*", 1)
    many = b"".join(
        b"LX*%d~%s" % (number, b"SV1*HC:99213*1*UN*1***1~DTP*472*D8*20260511~") for number in range(1, 120)
    )
    drop(spool, "many.837", before + many + b"LX*120~" + lines + b"SE*" + trailer)
    run_once(spool, Scrubber(shipped, ("json",), fixed_day=True))
    (path,) = spool.archive.glob(f"*/*/{CLAIMS}")
    detail = msgspec.json.decode(path.read_bytes(), type=ClaimDetail)
    assert detail.held
    assert len(detail.lines) == 100
    assert detail.administrations == ()


DENIED = "835 d37abff7437d segment 10: $100.22 denied: CO-50 N115 (line 1)"
REJECTED = "277CA 0a1b2c3d4e5f segment 21: rejected before adjudication, A7:562:82"


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[Server]:
    """A claim that was held, came back clean and was denied, and one that was never held and is rejected."""
    spool = make_spool(tmp_path)
    receive(spool, claim(), claim(2, held=False, number="INJ-0002", name="SORREL"))
    receive(spool, claim(held=False))
    with worklist(spool) as work:
        job = work.items()[0].row.job
        with work.entering() as session:
            events = [NewEvent(1, "denied", DENIED), NewEvent(2, "rejected", REJECTED)]
            session.enter_of_jobs({job: events}, AUTOMATIC)
    with serving(spool) as server:
        yield server


@pytest.mark.parametrize("user", ["ann", "sam:sender"])
def test_a_refused_claim_is_listed_with_the_reason(refused: Server, user: str) -> None:
    """Also to those who see no patients: it has codes and amounts only."""
    visitor = refused.visitor(user)
    rows = visitor.page("/").texts("//table[@id='claims']/tbody/tr")
    assert [row.rpartition(" Refused: ")[2] for row in rows] == [
        "$100.22 denied: CO-50 N115 (line 1)",
        "rejected before adjudication, A7:562:82",
    ]
    page = visitor.page("/?state=rejected")
    assert page.texts("//select[@name='state']/option[@selected]") == ["rejected"]
    assert page.texts("//table[@id='claims']//span[contains(@class, 'rejected')]") == ["rejected"]
    assert len(page.claims) == 1


@pytest.mark.parametrize("user", ["ann", "sam:sender"])
def test_the_page_of_a_refused_claim_has_the_reason_first(refused: Server, user: str) -> None:
    """What an earlier file held it for comes after it; one that was never held has nothing of that."""
    visitor = refused.visitor(user)
    with worklist(refused.site.spool) as work:
        denied, rejected = (visitor.page(f"/claims/{item.row.id}") for item in work.items())
    assert denied.texts("//main//section/h2")[:3] == ["Why it is denied", "What it was held for", "History"]
    assert denied.texts("//section[@id='refused']/p") == ["$100.22 denied: CO-50 N115 (line 1)"]
    assert denied.texts("//section[@id='history']//li")[0].endswith(
        f"scrubber entered the payer's denial {DENIED}"
    )
    assert rejected.texts("//main//section/h2")[:2] == ["Why it is rejected", "History"]
    assert rejected.texts("//main//span[contains(@class, 'rejected')]") == ["rejected"]
    assert rejected.texts("//section[@id='history']//li")[0].endswith(
        f"scrubber entered the rejection {REJECTED}"
    )


def test_a_refused_claim_is_found_by_its_reason(refused: Server) -> None:
    visitor = refused.visitor()
    visitor.post("/search", {"search": "co-50", "action": "search"})
    assert len(visitor.page("/").claims) == 1
