"""The manual: what `explain` says of an edit beyond its page, and which pack a claim is judged by."""

from __future__ import annotations

from datetime import date

import pytest

import scrubber
from scrubber.cli.manual import edit_statuses, explain, own_value
from scrubber.engine.discovery import load_examples, load_rulebook
from tests.support.cases import base_case, case_files

DAY = date(2026, 5, 11)
RULEBOOK = load_rulebook()


def test_every_edit_has_an_example() -> None:
    """Each shipped edit has an example from its cases, and no example is of another edit."""
    assert set(load_examples()) == {path.stem for path in case_files()}
    for example in load_examples().values():
        assert example.case
        assert example.segments
        assert example.says.partition(" ")[0] in ("reject", "warn", "info")


def test_explain_shows_the_example() -> None:
    """The page shows what differs in the claim, what is said of it, and what becomes of it."""
    edit = RULEBOOK.edits["POS-01"]
    text = "\n".join(explain(edit, RULEBOOK, DAY, load_examples()["POS-01"]))
    assert "    + CLM*CASE-0001*…***22:B:1*Y*A*Y*Y\n" in text
    assert "    reject by medicare-b: Line 2" in text
    repaired = next(id_ for id_, example in load_examples().items() if example.repair)
    assert "repaired: " in "\n".join(
        explain(RULEBOOK.edits[repaired], RULEBOOK, DAY, load_examples()[repaired])
    )


def test_packs_that_decide_for_themselves() -> None:
    """A pack that changes nothing about an edit inherits; one that does shows its severity and its values."""
    edit = RULEBOOK.edits["POS-01"]
    found = {stand.pack.id: stand for stand in edit_statuses(edit, RULEBOOK, DAY)}
    assert (found["cigna"].inherited, found["cigna"].severity) == (True, "warn")
    assert (found["regence"].inherited, found["regence"].severity) == (False, "reject")
    assert own_value(found["regence"], edit, "places").startswith("19, 21")
    assert own_value(found["cigna"], edit, "places") == ""
    off = {stand.pack.id: stand for stand in edit_statuses(RULEBOOK.edits["PAY-04"], RULEBOOK, DAY)}
    assert (off["commercial"].severity, off["oxford"].severity) == ("off", "info")


@pytest.mark.parametrize(
    ("filing", "payer", "pack"),
    [
        ("commercial", "LHP01", "commercial"),
        ("commercial", "62308", "cigna"),
        ("commercial", "06111", "oxford"),
        ("medicaid", "87726", "medicaid"),  # its Medicaid plans have the same id
        ("medicare-b", "87726", "medicare-b"),
    ],
)
def test_pack_of_a_payer(filing: str, payer: str, pack: str) -> None:
    """A payer's pack is chosen by its id, unless SBR09 names a program that has a pack of its own."""
    raw = base_case(filing, "subscriber").raw.replace(b"PI*LHP01", f"PI*{payer}".encode())
    (claim,) = scrubber.scrub(raw, fix=(), as_of=date(2026, 6, 30)).files[0].claims
    assert claim.payer.pack == pack
