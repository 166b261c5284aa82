"""What the page tells of changes: fixes, what is recounted, and segments between their neighbours."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from lxml import html

from scrubber.engine.policy import Policy
from scrubber.engine.steps import deliver
from scrubber.files.split import Split
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.formats import Style
from scrubber.report.model import FileReport
from scrubber.x12.envelope import Recount
from scrubber.x12.source import source_of_bytes
from tests.support.running import (
    mark,
    marking,
    shipped,
    to_folder,
)

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
CLEAN = (FIXTURES / "clean" / "several-transactions.837").read_bytes()


def _page(raw: bytes, folder: Path, *, masked: bool = False) -> tuple[Any, FileReport]:
    """A scrubbed file's page as lxml reads it (its type has more than its stubs know), and the report."""
    policy = shipped("safe")
    style = Style(policy.rulebook.edits, masked=masked)
    file = to_folder(source_of_bytes(raw), policy, folder, formats=("html",), style=style, force=True)
    return html.fromstring((folder / "input.report.html").read_bytes()), file


def _recount(raw: bytes, policy: Policy) -> Recount:
    """What the clean file of an input recounts."""
    split = Split(io.BytesIO(), io.BytesIO())
    deliver(scrub_source(source_of_bytes(raw), policy), split)
    return split.recount


def _pairs(root: Any, summary: str) -> list[tuple[str, str]]:
    """The texts before and after in the element that opens with this beginning of its summary."""
    (found,) = [one for one in root.iter("details") if one.find("summary").text_content().startswith(summary)]
    before = [one.text_content() for one in found.iter("del") if one.getparent().tag == "pre"]
    after = [one.text_content() for one in found.iter("ins") if one.getparent().tag == "pre"]
    return list(zip(before, after, strict=True))


def test_a_segment_stands_between_its_neighbours(tmp_path: Path) -> None:
    """Above and below the segment at fault are the ones beside it in the claim, and only it is marked."""
    root, _ = _page(EXAMPLE, tmp_path)
    shown = [[part.text_content() for part in one] for one in root.iter("pre")]
    assert ["LX*1", "SV1*HC:96372*32*UN*1***1", "DTP*472*D8*20260512"] in shown
    assert not root.xpath("//pre/span//mark")


def test_what_is_recounted_is_shown(tmp_path: Path) -> None:
    """Levels and trailers that are not as they came, since claims were taken out, stand before and after."""
    root, _ = _page(EXAMPLE, tmp_path)
    assert _recount(EXAMPLE, shipped("safe")).segments == 2
    changed = [("HL*4*1*22*0", "HL*3*1*22*0"), ("SE*85*0001", "SE*51*0001")]
    assert _pairs(root, "HL loops and trailers recounted") == changed


def test_fixes_are_shown_before_and_after(tmp_path: Path) -> None:
    """A fixed segment of an accepted claim stands before and after."""
    root, _ = _page(EXAMPLE, tmp_path)
    assert _pairs(root, "Fixed claims") == [("LIN**N4*00143-9857-25", "LIN**N4*00143985725")]


def test_a_clean_file_recounts_nothing(tmp_path: Path) -> None:
    """Where no claim is taken out nothing is said of counts."""
    root, _ = _page(CLEAN, tmp_path)
    assert _recount(CLEAN, shipped("safe")).segments == 0
    assert "recounted" not in root.text_content()


def test_a_level_without_children_left_is_told_once(tmp_path: Path) -> None:
    """A level that is renumbered and loses its children, too, is one change: HL01 and HL04."""
    raw = mark(CLEAN.replace(b"SEV-000", b"CLM0000"), ["HLD"] * 2 + ["CLM"] + ["HLD"] * 3 + ["CLM"] * 3)
    file = to_folder(source_of_bytes(raw), marking("safe"), tmp_path)
    assert file.counts.held == 5
    recount = _recount(raw, marking("safe"))
    changed = [(before.body, after.body) for before, after in recount.first]
    assert changed == [(b"HL*3*1*22*0", b"HL*2*1*22*0"), (b"SE*122*0001", b"SE*33*0001")]
    assert recount.segments == 2


def test_a_mask_hides_the_neighbours(tmp_path: Path) -> None:
    """What stands beside the fault is masked as the fault's own segment is."""
    raw = EXAMPLE.replace(b"N3*1200 OLD MILL RD", b"N3*", 1)
    plain, _ = _page(raw, tmp_path)
    above = "NM1*IL*1*OAKES*HAZEL****MI*3QF7WM1RA52"
    assert above in [one.text_content() for one in plain.iterfind(".//pre/span")]
    masked, _ = _page(raw, tmp_path, masked=True)
    assert "NM1*IL*1*•••*•••****MI*•••" in [one.text_content() for one in masked.iterfind(".//pre/span")]
    assert "OAKES" not in masked.text_content()
