"""The page of figures: what is shown of given figures, and what where there are none."""

from __future__ import annotations

import re

import pytest

from bench.speed.figures import Figures, File, Machine, Run, Series, Spread, Stage, Stages
from bench.speed.page import KINDS, STAGES, page_of
from bench.speed.programs import verdicts

MEGABYTE = 1_000_000


def series(program: str, size: float, *cpu: float, failed: str = "") -> Series:
    runs = [Run(seconds, seconds / 2, 50 + seconds, "done", failed) for seconds in cpu]
    return Series(program, int(size * MEGABYTE), int(size * 1000), runs)


def figures() -> Figures:
    """Start-up takes 1 s; the scrubber takes 2, 3 and 4 s for 10 MB, pyx12 10 s for 1 MB."""
    file = File("lifelike", [series("scrubber", 10, 3, 4, 5), series("pyx12", 1, 11, 11, 11)])
    return Figures(
        command="python bench/performance.py --write",
        date="2026-11-28",
        version="0.2.0",
        seed=1,
        machine=Machine("Linux x86_64", 2, "3.11.7", 0.25),
        startup=[series("scrubber", 0.001, 1, 1, 1), series("pyx12", 0.001, 1, 1, 1)],
        files=[file],
        sizes=[series("scrubber", 10, 2, 2), series("scrubber", 100, 11, 12)],
        jobs=[series("--jobs 1", 10, 8), series("--jobs 2", 10, 4)],
        stages=Stages(MEGABYTE, 1000, [Stage(name, [0.5]) for name in STAGES]),
    )


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The table below a heading, by its first column."""
    part = re.split(r"^## ", page.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    table = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return {cells[0]: cells[1:] for cells in table}


def test_ratios_are_of_bytes_a_second_without_start_up_and_of_the_same_round() -> None:
    one = figures()
    assert one.ratios(one.files[0], "scrubber") == pytest.approx((100 / 3, 25, 50))
    assert one.growth() == Spread(10.5, 10, 11)
    assert one.speedup() == Spread(2, 2, 2)


def test_targets_are_beside_what_was_measured() -> None:
    found = rows(page_of(figures()), "Targets")
    assert found["Lifelike, a fault in 5% of claims: speed"] == [
        "at least 25x", "33.3x (25.0 to 50.0)", "met",
    ]  # fmt: skip
    assert found["Distinct claims: speed"] == ["at least 15x", "not measured"]
    assert found["100 MB: time of 10 MB"] == ["at most 10.5x", "10.5x (10.0 to 11.0)", "met"]
    assert found["Peak memory, any file, one process"] == ["at most 120 MB", "62 MB", "met"]


def test_a_target_that_is_missed_says_so() -> None:
    slow = figures()
    slow.files[0] = File("lifelike", [series("scrubber", 1, 11), series("pyx12", 1, 11)])
    found = rows(page_of(slow), "Targets")
    assert found["Lifelike, a fault in 5% of claims: speed"][1:] == ["1.0x (1.0 to 1.0)", "**missed**"]


def test_a_file_has_a_row_for_each_program() -> None:
    found = rows(page_of(figures()), "Lifelike, a fault in 5% of claims")
    assert found["scrubber"] == [
        "10 MB", "1.00", "3.00", "3.3", "300 µs", "33.3x (25.0 to 50.0)", "55 MB", "done",
    ]  # fmt: skip
    assert found["pyx12"] == ["1 MB", "1.00", "10.00", "0.1", "10,000 µs", "1x", "61 MB", "done"]


def test_a_program_that_fails_or_is_not_installed_keeps_its_row() -> None:
    broken = figures()
    broken.files[0].series += [
        series("x12sdk", 1, 1, failed="KeyError: a|b"),
        Series("other", 1, 1, [], "no pip"),
    ]
    found = rows(page_of(broken), "Lifelike, a fault in 5% of claims")
    assert found["x12sdk"][-1] == "KeyError: a/b"
    assert found["other"][-1] == "no pip"


def test_what_takes_no_longer_than_starting_up_has_no_speed() -> None:
    quick = figures()
    quick.files[0].series[0] = series("scrubber", 1, 1.5, 1.01)
    assert quick.ratios(quick.files[0], "scrubber") is None
    found = rows(page_of(quick), "Lifelike, a fault in 5% of claims")
    assert found["scrubber"][-1].startswith("too quick")


def test_stages_have_their_share_of_the_whole() -> None:
    found = rows(page_of(figures()), "Where the time goes")
    assert found["+ JSON report"] == ["500 (500 to 500)", "100%"]
    assert len(found) == len(STAGES) + 3


def test_a_part_that_was_left_out_says_so() -> None:
    full = figures()
    part = Figures(full.command, full.date, full.version, full.seed, full.machine)
    assert page_of(part).count("Not measured in this run.") == 4


def test_kinds_have_names_of_their_own() -> None:
    assert len({kind.key for kind in KINDS}) == len({kind.title for kind in KINDS}) == len(KINDS)


def test_the_outcome_of_a_scrub_is_found_across_lines() -> None:
    assert (
        verdicts("x.837: HELD. 849 claims: 809 accepted, 40\nheld. See\nmore.\n") == "809 accepted, 40 held"
    )
    assert verdicts("something\nelse\n") == "else"
