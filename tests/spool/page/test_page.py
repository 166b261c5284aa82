"""The spool's page: what waits for a person, the ledger's numbers, links to reports; nothing could run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from tests.support.ledgers import Made, count, edit, making, rows_of, tiles_of
from tests.support.running import AS_OF
from tests.support.spool import batch, drop, make_spool, real, run_once, scrubber


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with making(tmp_path) as found:
        yield found


def test_each_rate_is_that_of_its_days(made: Made) -> None:
    """The last day with files, seven days, the seven before, ninety; the day before them counts nowhere."""
    for days, held in ((90, 64), (89, 32), (14, 16), (13, 8), (7, 4), (6, 2), (1, 1)):
        made.record(days, count("LHP01", 100, held))
    assert tiles_of(made.page())[1:] == [
        "Mon 2026-06-2999.0% clean of 100 claims",
        "Last 7 days98.5% clean of 200 claims",
        "Prior 7 days94.0% clean of 200 claims",
        "Last 90 days89.5% clean of 600 claims",
    ]


@pytest.mark.parametrize(
    ("held", "failed", "said", "tile"),
    [
        (0, 0, "Nothing needs attention", "0 days nothing in held/"),
        (1, 0, "1 held file (3 claims, $300.00) needs attention", "4 days since Fri 2026-06-26"),
        (2, 0, "2 held files (6 claims, $600.00) need attention", "5 days since Thu 2026-06-25"),
        (0, 1, "1 failed file needs attention", "0 days nothing in held/"),
        (
            1,
            2,
            "1 held file (3 claims, $300.00) and 2 failed files need attention",
            "4 days since Fri 2026-06-26",
        ),
    ],
)
def test_the_headline_says_what_waits(made: Made, held: int, failed: int, said: str, tile: str) -> None:
    """Files in held/ with their claims and dollars, since when, files in failed/; nothing else is counted."""
    made.record(0, count("LHP01", 9, 9))
    for number in range(held):
        made.hold(4 + number, count("LHP01", 5, 3))
    for number in range(failed):
        (made.spool.failed / f"20260630-071500-0000000{number}").mkdir()
    for name in ("notes.txt", "\udcff\n_x.held.837", "20260630-071500-ffffffff_x.held.837", "x_.held.837"):
        (made.spool.held / name).write_bytes(b"")
    root = made.page()
    assert root.find(".//h1").text == said
    assert tiles_of(root)[0] == f"Oldest held file{tile}"


def test_what_waits_is_listed_with_its_place(made: Made) -> None:
    """Unreadable files, then the most dollars; a file that somebody took is no longer to do."""
    made.hold(3, count("LHP01", 4, 1), stem="little")
    made.hold(2, count("LHP01", 4, 3), stem="much")
    made.hold(1, stem="unreadable")
    made.hold(1, count("LHP01", 9, 9), stem="taken").unlink()
    made.record(0, count("LHP01", 2), stem="clean")
    root = made.page()
    heads, *rows = rows_of(root, "Files in held/")
    assert heads == ["File", "Held", "Held charges ($)", "Verdict", "Held file"]
    job = "20260629-071500-00000003"
    assert rows[0] == [f"unreadable{job}", "0 of 0", "0.00", "unreadable", f"held/{job}_unreadable.held.837"]
    assert [row[0].partition("2026")[0] for row in rows] == ["unreadable", "much", "little"]
    assert rows[1][1:4] == ["3 of 4", "300.00", "partly held"]
    decided = rows_of(root, "Recently processed files")[1:]
    assert [(row[0].partition("2026")[0], row[4].partition("2026")[0]) for row in decided] == [
        ("clean", "none"),
        ("taken", "taken from held/"),
        ("unreadable", "held/"),
        ("much", "held/"),
        ("little", "held/"),
    ]


def test_failed_files_are_listed_with_the_reason(made: Made) -> None:
    """The latest first; a reason that cannot be read is said to be unknown."""
    for job, why in (
        ("20260629-071500-00000001", "tried 3 times: it was killed"),
        ("20260630-071500-00000002", ""),
    ):
        folder = made.spool.failed / job
        folder.mkdir()
        if why:
            (folder / "why.json").write_text(json.dumps({"job": job, "when": "", "why": why}))
    (made.spool.failed / "20260628-071500-00000003_late").mkdir()
    assert rows_of(made.page(), "Files in failed/")[1:] == [
        ["20260630-071500-00000002", "reason unknown"],
        ["20260629-071500-00000001", "tried 3 times: it was killed"],
        ["20260628-071500-00000003", "the sender wrote to it after it was taken"],
    ]


def test_days_and_payers_cross(made: Made) -> None:
    """Most claims first, behind the eighth all others in one column; a dash where there were no claims."""
    for number in range(10):
        made.record(1, count(f"P{number}", 20 - number, number))
    made.record(0, count("P9", 4, 1), count("P9", 4, 1, pack="medicaid"), count("P0", 3))
    made.record(0, count("P8", 2, 2), count("P0", 1, 1))
    made.record(90, count("P9", 1000))
    root = made.page()
    heads, today, yesterday = rows_of(root, "Clean-claim rate by day and payer")
    # P9 has 11 claims more today than P8 and P7.
    assert heads == ["Day", "P0", "P1", "P9", "P2", "P3", "P4", "P5", "P6", "2 other payers"]
    assert today == [
        "Tue 2026-06-30",
        "75.0% of 4",
        "-",
        "75.0% of 8",
        "-",
        "-",
        "-",
        "-",
        "-",
        "0.0% of 2",
    ]
    assert yesterday[:4] == ["Mon 2026-06-29", "100.0% of 20", "94.7% of 19", "18.1% of 11"]
    assert yesterday[-1] == "40.0% of 25"
    for table in root.findall(".//table"):
        assert table.find("caption") is not None
        assert {cell.get("scope") for cell in table.iterfind("thead/tr/th")} == {"col"}
        assert all(
            line[0].tag == "th" and line[0].get("scope") == "row" for line in table.iterfind("tbody/tr")
        )


def test_payers_are_ranked_by_dollars_held(made: Made) -> None:
    """Behind the twentieth all others are one row."""
    made.record(0, *(count(f"P{number:02}", 100, number) for number in range(23)))
    heads, *rows = rows_of(made.page(), "Clean-claim rate by payer")
    assert heads == ["Payer", "Rate", "Held", "Held charges ($)"]
    assert rows[0] == ["P22", "78.0%", "22 of 100", "2,200.00"]
    assert [row[0] for row in rows[1:]] == [
        *(f"P{number:02}" for number in range(21, 2, -1)),
        "3 other payers",
    ]
    assert rows[-1][1:] == ["99.0%", "3 of 300", "300.00"]


def test_the_picture_has_a_point_for_each_day_with_claims(made: Made) -> None:
    """Neighbours are tied; days without claims, and with unreadable files only, are gaps and not zero."""
    for days, held in ((89, 5), (88, 0), (10, 0), (8, 10), (0, 0)):
        made.record(days, count("LHP01", 10, held))
    made.record(9)
    (picture,) = (svg for svg in made.page().iter("svg") if svg.get("class") != "bar")
    assert picture.get("role") == "img"
    assert picture[0].text == (
        "Clean-claim rate by day: lowest 0.0% on Mon 2026-06-22, highest 100.0% on Fri 2026-04-03,"
        " last 100.0% on Tue 2026-06-30"
    )
    points = [(point.get("cx"), point.get("cy"), point[0].text) for point in picture.iter("circle")]
    assert points == [
        ("0.56%", "50.00%", "Thu 2026-04-02: 50.0% of 10 claims"),
        ("1.67%", "0.00%", "Fri 2026-04-03: 100.0% of 10 claims"),
        ("88.33%", "0.00%", "Sat 2026-06-20: 100.0% of 10 claims"),
        ("90.56%", "100.00%", "Mon 2026-06-22: 0.0% of 10 claims"),
        ("99.44%", "0.00%", "Tue 2026-06-30: 100.0% of 10 claims"),
    ]
    ties = [line for line in picture.iter("line") if line.get("class") != "grid"]
    assert [[line.get(name) for name in ("x1", "y1", "x2", "y2")] for line in ties] == [
        ["0.56%", "50.00%", "1.67%", "0.00%"]
    ]


@pytest.mark.parametrize(
    ("held", "axis", "height"),
    [
        (0, "100%95%90%", "0.00%"),
        (10, "100%95%90%", "100.00%"),
        (11, "100%90%80%", "55.00%"),
        (100, "100%50%0%", "100.00%"),
    ],
)
def test_the_axis_reaches_as_low_as_the_worst_day(made: Made, held: int, axis: str, height: str) -> None:
    """In steps of ten, and at least from 90 to 100 percent."""
    made.record(0, count("LHP01", 100, held))
    (figure,) = made.page().find_class("trend")
    assert [part.text_content() for part in figure.iter("div")] == [axis, "2026-04-022026-06-30"]
    assert [point.get("cy") for point in figure.iter("circle")] == [height]


def test_edits_that_hold_more_than_the_week_before_are_named(made: Made) -> None:
    """By the difference; of equal or fewer claims nothing is said. Warnings hold nothing."""
    made.record(14, count("LHP01", 50), edits=[edit("NDC-03", 40)])
    made.record(13, count("LHP01", 50), edits=[edit("NDC-03", 1), edit("DX-01", 3), edit("DX-02", 2)])
    made.record(7, count("LHP01", 50), edits=[edit("NDC-03", 1)])
    made.record(6, count("LHP01", 60), edits=[edit("NDC-03", 5), edit("DX-01", 3)])
    made.record(0, count("LHP01", 60), edits=[edit("PAIR-01", 1), edit("DUP-04", 9, "warn")])
    root = made.page({"NDC-03": "NDC is not 11 digits"})
    assert rows_of(root, "Up from the prior week")[1:] == [
        ["NDC-03 NDC is not 11 digits", "+3", "5", "2"],
        ["PAIR-01", "+1", "1", "0"],
    ]
    assert "of 120 claims in the last 7 days, of 100 in the prior 7 days" in root.text_content()
    most = rows_of(root, "Most claims held in the last 90 days")
    assert most[1] == ["NDC-03 NDC is not 11 digits", "47", "4,700.00"]
    assert [row[0] for row in most[2:]] == ["DX-01", "DX-02", "PAIR-01"]


def test_without_jobs_it_says_so(made: Made) -> None:
    """An empty spool has a page, too."""
    root = made.page()
    assert [part.text_content() for part in root.iter("section")] == [
        f"{title}Nothing yet."
        for title in ("To do", "Trend", "Edits that hold claims", "Payers", "Files", "Tables")
    ]
    assert [tile.split()[-4:] for tile in tiles_of(root)[1:]] == [["-", "clean", "of", "0", "claims"][1:]] * 4


def test_jobs_without_a_report_are_no_links(made: Made) -> None:
    """After a pruning the job is still named."""
    made.record(0, count("LHP01", 1))
    root = made.page()
    assert "20260630-071500-00000001" in root.text_content()
    assert root.findall(".//tbody//a") == []


def test_a_run_writes_the_page(tmp_path: Path) -> None:
    """After a run the page links to the report of the job, and the link leads there."""
    spool = make_spool(tmp_path)
    drop(spool, "morning.837", batch(1))
    run_once(spool, real())
    root = html.fromstring((spool.reports / "index.html").read_text(encoding="utf-8"))
    (link,) = root.findall(".//tbody//a")
    assert (spool.reports / str(link.get("href"))).is_file()


def test_the_program_says_what_edits_are_called(tmp_path: Path) -> None:
    """On the page that a run of the command writes."""
    spool = make_spool(tmp_path)
    drop(spool, "morning.837", batch(1, held=True))
    done = scrubber("watch", spool.root, "--once", "--settle", "0", "--as-of", AS_OF.isoformat())
    assert done.returncode == 1, done.stderr
    root = html.fromstring((spool.reports / "index.html").read_text(encoding="utf-8"))
    assert (
        rows_of(root, "Most claims held in the last 90 days")[1][0]
        == "BILL-03 NPI is missing or fails its check digit"
    )


def test_links_within_the_page_lead_to_something(made: Made) -> None:
    """The contents and the way past them."""
    made.hold(0, count("LHP01", 2, 1))
    root = made.page()
    places = {link.get("href") for link in root.iter("a")}
    assert places == {"#claims", "#trend", "#edits", "#payers", "#files", "#tables"}
    assert {f"#{element.get('id')}" for element in root.iter("section")} == places
