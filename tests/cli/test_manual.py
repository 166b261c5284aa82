"""The manual: what `explain` adds to an edit's docstring, and which pack evaluates a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import scrubber
from scrubber.cli.rules.manual import checked_on, edit_statuses, explain, explain_family, own_value, page_of
from scrubber.engine.loading.discovery import load_examples, load_rulebook
from tests.support.cases import base_case, case_files

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 5, 11)
RULEBOOK = load_rulebook()


def test_every_edit_has_an_example() -> None:
    """Each shipped edit has an example from its cases, and no example is of another edit."""
    assert set(load_examples()) == {path.stem for path in case_files()}
    for example in load_examples().values():
        assert example.case
        assert example.sent
        assert example.finding.partition(" ")[0] in ("reject", "warn", "info")


def test_an_example_is_the_right_way_round() -> None:
    """The page shows the claim as sent, then the finding, then what a safe fix makes of it."""
    text = "\n".join(explain(RULEBOOK.edits["NDC-03"], RULEBOOK, DAY, load_examples()["NDC-03"]))
    sent = text.index("    as sent:        LIN**N4*0143-9619-01\n")
    finding = text.index("    finding:        reject by base: ")
    fixed = text.index("    after the fix:  LIN**N4*00143961901\n")
    assert sent < finding < fixed


def test_an_example_shows_what_is_missing() -> None:
    """Where segments are missing, the page shows them with the place as it was sent."""
    text = "\n".join(explain(RULEBOOK.edits["NDC-01"], RULEBOOK, DAY, load_examples()["NDC-01"]))
    assert "    as sent:        SV1*HC:J3420*6.75*UN*1***1\n" in text
    assert "    missing:        LIN**N4*00143961901\n                    CTP****1*ML\n" in text


def test_explain_names_the_page() -> None:
    """The manual names the page of the documentation, which exists and has the edit's heading."""
    for edit in RULEBOOK.edits.values():
        page, _, anchor = page_of(edit).partition("#")
        assert anchor == edit.id.lower()
        assert f"\n## {edit.id}\n" in (ROOT / page).read_text(encoding="utf-8")
    text = "\n".join(explain(RULEBOOK.edits["PAIR-01"], RULEBOOK, DAY))
    assert text.endswith("\n\nPage: docs/edits/pairing.md#pair-01")


def test_explain_says_what_an_edit_is_run_on() -> None:
    """Each edit has a subject, in words."""
    for edit_id, words in (("EM-03", "each service line"), ("STR-01", "each interchange, group and")):
        assert f"\nChecked on\n    {words}" in "\n".join(explain(RULEBOOK.edits[edit_id], RULEBOOK, DAY))
    assert all(checked_on(edit) for edit in RULEBOOK.edits.values())


def test_own_edits_have_no_page(tmp_path: Path) -> None:
    """The documentation has pages of shipped edits only."""
    own = replace(RULEBOOK.edits["PAIR-01"], path=str(tmp_path / "pairing" / "own.py"))
    assert page_of(own) == ""
    assert "Page: " not in "\n".join(explain(own, RULEBOOK, DAY))


def test_a_family_lists_its_edits() -> None:
    """A family lists its edits with their titles and its page; a name that is no family gives nothing."""
    text = "\n".join(explain_family("PAIR", RULEBOOK))
    for edit in RULEBOOK.edits.values():
        assert (edit.title in text) == (edit.family == "PAIR")
    assert text.endswith("Page: docs/edits/pairing.md")
    assert not list(explain_family("NONE", RULEBOOK))


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
