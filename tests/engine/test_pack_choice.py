"""Which pack evaluates a claim: by the payer's ID, and by the line of business in SBR09."""

from __future__ import annotations

from pathlib import Path

import pytest

import scrubber
from tests.support.running import shipped

CLEAN = (Path(__file__).parents[2] / "fixtures" / "837" / "clean" / "injection-subscriber.837").read_text()
RULEBOOK = shipped().rulebook


@pytest.mark.parametrize(
    ("payer", "filing", "pack"),
    [
        ("LHP01", "CI", "commercial"),
        ("LHP01", "16", "medicare-advantage"),
        ("LHP01", "CH", "tricare"),
        ("LHP01", "VA", "va"),
        ("LHP01", "WC", "workers-compensation"),
        ("LHP01", "AM", "auto"),
        ("LHP01", "HM", "commercial"),
        # One ID for all lines of business.
        ("61101", "CI", "humana"),
        ("61101", "HM", "humana"),
        ("61101", "16", "humana-medicare"),
        ("87726", "BL", "unitedhealthcare"),
        ("87726", "16", "unitedhealthcare-medicare"),
        ("87726", "MC", "medicaid"),
        ("60054", "16", "medicare-advantage"),
        # An ID of one line of business decides where SBR09 names no program.
        ("THS01", "HM", "medicare-advantage"),
        ("99727", "CI", "tricare"),
        ("76048MC", "HM", "medicaid-managed-care"),
        ("76048MC", "MC", "medicaid-managed-care"),
        # A program in SBR09 counts more than an ID of another one.
        ("THS01", "MB", "medicare-b"),
        ("84980", "BL", "bcbs-texas"),
        ("38217", "CI", "priority-health"),
    ],
)
def test_pack_of_a_claim(payer: str, filing: str, pack: str) -> None:
    """The pack of the payer's ID counts if it belongs to the program in SBR09."""
    text = CLEAN.replace("18*******MB~", f"18*******{filing}~")
    old = next(part for part in text.split("~") if part.strip().startswith("NM1*PR*"))
    text = text.replace(old, f"{old.rpartition('*')[0]}*{payer}")
    claim = next(scrubber.read(text.encode()))
    assert (claim.payer and claim.payer.id, claim.subscriber and claim.subscriber.filing_code) == (
        payer,
        filing,
    )
    assert RULEBOOK.pack_for(claim, {}) == pack


def test_the_configuration_decides_first() -> None:
    """A payer ID that the configuration maps has that pack, whatever SBR09 is."""
    claim = next(scrubber.read(CLEAN.encode()))
    assert claim.payer
    assert RULEBOOK.pack_for(claim, {str(claim.payer.id): "champva"}) == "champva"
