"""The HTML report: whole, harmless whatever a claim says, and saying what the JSON report says."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

import scrubber
from scrubber.api import make_policy
from scrubber.cli.main import main
from scrubber.html.tags import LONGEST, render, tag
from scrubber.report.build import run_report
from tests.support.pages import (
    LEFT,
    Page,
    elements,
    everything,
    page_of,
    page_of_scrubbed,
    text_of,
    tiles,
    unbalanced,
)
from tests.support.running import AS_OF, shipped, write_edits
from tests.support.scrubbed import Scrubbed, scrubbed
from tests.support.scrubbed import example as scrubbed_example

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
PATIENT = (FIXTURES / "clean" / "injection-patient.837").read_bytes()


@cache
def example(*fixes: str, **style: Any) -> Page:
    return page_of([("example.837", EXAMPLE)], shipped(*fixes), **style)


def said(page: Page) -> Counter[tuple[str, str]]:
    """Edit and message of all findings of the JSON report, suppressed ones too."""
    files = page.report["files"]
    claims = [claim for file in files for claim in file["claims"]]
    findings = [finding for owner in (*files, *claims) for finding in owner["findings"]]
    findings += [entry["finding"] for claim in claims for entry in claim["suppressed"]]
    return Counter((finding["edit"], " ".join(finding["message"].split())) for finding in findings)


# ------------------------------------------------------------------------------------- the page itself


def test_the_page_is_whole() -> None:
    """Every element is closed where it should be, no id is used twice, and every link leads somewhere."""
    page = everything()
    assert unbalanced(page.html) == []
    ids = [element.get("id") for element in page.find("//*[@id]")]
    assert len(ids) == len(set(ids))
    links = [element.get("href") for element in page.find("//a")]
    assert len(links) > 200
    assert {link[1:] for link in links if link} <= set(ids)


def test_the_page_needs_nothing_and_runs_nothing() -> None:
    """No script, no handler, no style of an element, no address: and the policy in it forbids them, too."""
    page = everything()
    (policy,) = page.find("//meta[@http-equiv='Content-Security-Policy']")
    assert str(policy.get("content")).startswith("default-src 'none'; style-src 'sha256-")
    found = page.find("//*")
    forbidden = {"script", "link", "img", "iframe", "object", "embed", "form", "base", "input"}
    assert forbidden.isdisjoint(str(element.tag) for element in found)
    names = {str(name) for element in found for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src", "srcset")}
    assert all(str(element.get("href")).startswith("#") for element in found if element.get("href"))
    assert not re.search(r"url\(|@import|https?:", page.html)


def test_headings_and_tables_can_be_moved_by() -> None:
    """One h1, no level is left out on the way down, every column and row says what it heads."""
    tree = everything().tree
    levels = [int(str(element.tag)[1]) for element in tree.iter("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {element.get("scope") for element in tree.iter("th")} == {"col", "row"}
    assert len(list(tree.iter("caption"))) == len(list(tree.iter("table")))
    assert tree.get("lang") == "en"
    assert [str(element.tag) for element in tree.iter("header", "nav", "main")] == ["header", "nav", "main"]
    assert all(picture.get("role") == "img" and elements(picture, "title") for picture in tree.iter("svg"))


def test_attributes_take_no_text_of_others() -> None:
    """What is no plain word of ours is refused as an attribute; as text it is escaped."""
    with pytest.raises(ValueError, match="must not hold"):
        tag("a", href="x\" onclick='y'")
    assert render(tag("b", '<i>"&')) == '<b>&lt;i&gt;"&amp;</b>'


def test_no_control_character_and_no_endless_text_gets_in() -> None:
    """What HTML cannot hold, or what turns the direction of text, is replaced; long texts are cut."""
    assert render(tag("b", "a\x00\x1b\x9b\u202e\ud800\ufffeb")) == "<b>a??????b</b>"
    assert len(render(tag("b", "X" * 600_000))) == LONGEST + len("<b></b>")


# ------------------------------------------------------------------------------------- what it says


def test_every_finding_is_there() -> None:
    """Each finding of the JSON report is in the page, as often as it was found, with its edit."""
    page, shown = everything(), Counter[tuple[str, str]]()
    wanted = said(page)
    for item in page.find("//li[.//a[starts-with(@href, '#e-')]]"):
        edit = text_of(elements(item, ".//a[starts-with(@href, '#e-')]")[0])
        messages = elements(item, "p[@class='msg']")
        if messages:
            shown[edit, text_of(messages[0])] += 1
        elif not elements(item, ".//ul"):
            text = text_of(item)
            shown[edit, next(message for at, message in wanted if at == edit and message in text)] += 1
    assert shown == wanted
    assert len({edit for edit, _ in shown}) > 150


def test_the_numbers_are_those_of_the_json_report() -> None:
    """Held claims, clean-claim rate, repairs, unchecked claims and the counts by edit; dollars by CLM02."""
    page, numbers = example("safe"), tiles(example("safe"))
    (file,) = page.report["files"]
    held = [claim for claim in file["claims"] if claim["verdict"] == "held"]
    charges = {claim.control_number: claim.total_charge.decimal for claim in scrubber.read(EXAMPLE)}
    worth = sum((charges[claim["control_number"]] or Decimal(0) for claim in held), Decimal(0))
    assert numbers["Held claims"] == str(len(held)) == "2"
    assert numbers["Held charges"] == f"${worth:.2f}" == "$119.40"
    assert numbers["Clean-claim rate"] == "50.0%"
    assert numbers["Fixed"] == "1"
    assert numbers["Not fully checked"] == str(sum(bool(claim["unchecked"]) for claim in file["claims"]))
    assert page.texts("//section[@id='why']//tbody//a") == ["DX-02", "PAIR-01"]


def test_a_held_claim_says_who_when_what_and_what_to_do() -> None:
    """The card has patient, payer, charge, the marked segment, the repair, the remedy and the codes."""
    (card,) = [
        text for text in example().texts("//details[.//h4]") if "EX-1003" in text and "Patient" in text
    ]
    for fact in (
        "ROOK, ISOLDE",
        "1984-09-30",
        "STATE MEDICAID (MCD01)",
        "$44.20",
        "MILLBROOK FAMILY MEDICINE",
    ):
        assert fact in card
    assert "LIN**N4*00143-9857-25" in card
    assert "Safe fix: 00143-9857-25 becomes 00143985725" in card
    assert "To do: Enter the 11-digit" in card
    assert "Typical denial: CO-16, M119. Pack: base." in card
    assert "00143-9857-25" in example().texts("//mark")


def test_what_was_fixed_and_accepted_is_shown_before_and_after() -> None:
    """A fixed claim is in the list of fixed claims with its segment before and after."""
    page = example("safe")
    assert "Fixed claims: 1" in page.texts("//summary")
    assert page.texts("//ul[@class='notes']//pre/del") == ["LIN**N4*00143-9857-25"]
    assert page.texts("//ul[@class='notes']//pre/ins") == ["LIN**N4*00143985725"]


def test_unchecked_is_told_once_by_reason_and_never_as_passed() -> None:
    """Each reason stands once a page, the highest charges first, with its edits and first claims."""
    page = example()
    reasons = page.texts("//section[@id='unchecked']//li")
    (why,) = [text for text in reasons if text.startswith("NDC directory not imported")]
    assert why.endswith("NDC-13: 3 claims, $298.85 (EX-1001, EX-1003, EX-1004)")
    assert [int(re.findall(r": (\d) claim", text)[0]) for text in reasons] == [3]
    twice = page_of([("one.837", EXAMPLE), ("two.837", EXAMPLE)], shipped())
    assert twice.html.count("NDC directory not imported") == 1
    (why,) = [text for text in twice.texts("//section[@id='unchecked']//li") if "NDC directory" in text]
    assert why.endswith("NDC-13: 6 claims, $597.70 in 2 files (EX-1001, EX-1003, EX-1004 and others)")
    assert example(quiet=True).find("//section[@id='unchecked']") == []


def test_a_claim_held_with_its_envelope_says_so() -> None:
    """Where no finding of the claim holds it, the card leads to the findings about the file."""
    raw = (FIXTURES / "broken" / "wrong-se-count.837").read_bytes()
    page = page_of([("wrong.837", raw)], shipped())
    assert any("Held with its envelope" in text for text in page.texts("//details"))
    assert "About the file" in page.texts("//h3")
    assert page.texts("//ol[preceding-sibling::h3[1]='About the file']//mark") == ["34"]
    (reason,) = page.texts("//table[caption='By edit']/tbody/tr")
    assert reason.startswith("Envelope is at fault")
    assert reason.endswith("1167.25")


def test_what_is_set_aside_is_shown_with_its_reason(tmp_path: Path) -> None:
    """A suppressed finding is listed with reason and owner, and holds nothing; the suppression is counted."""
    config = tmp_path / "scrubber.toml"
    rest = 'reason = "<b>known</b>"\nowner = "lead"\nexpires = 2026-12-31\n'
    entries = (f'[[suppressions]]\nedit = "{edit}"\n{rest}' for edit in ("PAIR-01", "EM-01"))
    config.write_text("".join(entries))
    page = page_of([("example.837", EXAMPLE)], make_policy(config=config, as_of=AS_OF, fix=()))
    in_card, in_notes = page.texts("//li[contains(@class, 'overridden')]")
    assert in_card.startswith("overridden EM-01 line 1")
    assert in_notes.startswith("overridden PAIR-01 line 1")
    assert all(item.endswith("Edit override: <b>known</b> (lead)") for item in (in_card, in_notes))
    assert said(page).keys() >= {("PAIR-01", "Line 1: 96372 is billed without a drug line on that day.")}
    assert tiles(page)["Held claims"] == "2"
    until = "//table[starts-with(caption, 'Edit overrides')]/tbody/tr/td[6]"
    assert page.texts(until) == ["2026-12-31", "2026-12-31"]
    config.write_text(config.read_text().replace("2026-12-31", "2026-06-29"))
    late = page_of([("example.837", EXAMPLE)], make_policy(config=config, as_of=AS_OF, fix=()))
    assert late.texts(until) == ["2026-06-29 (expired)", "2026-06-29 (expired)"]


_FAILING = '''
"""Every claim makes it fail."""

from scrubber.engine import Edit

edit = Edit("TEST-01", "Fails", snip=2, severity="warn")


@edit.claim
def check(claim, context):
    raise KeyError(str(claim.patient.name))
'''


@pytest.fixture
def failing(tmp_path: Path) -> Page:
    """A page of a clean file on whose only claim an edit failed."""
    policy = make_policy(edits=[write_edits(tmp_path / "edits", _FAILING)], as_of=AS_OF)
    found = scrubbed(PATIENT, policy)
    return page_of_scrubbed(
        [found], policy, change=lambda _: run_report(found.provenance, policy), record=False
    )


def test_a_failed_edit_is_told_at_the_top(failing: Page) -> None:
    """The page names it with its error and place, and its claims as held for it; no value of them is told."""
    (told,) = failing.texts("//header//div[@class='left']")
    assert told.startswith("Edits failed. Claims on which an edit failed are held.")
    assert told.endswith("TEST-01 failed 1 time: KeyError in test_edit_0.py, line 11")
    assert failing.texts("//h1") == ["The only claim is held"]
    (row,) = failing.texts("//table[caption='By edit']/tbody/tr")
    assert row.startswith("Failed edit held because an edit could not be run")


def test_a_claim_held_for_a_failed_edit_says_so(failing: Page) -> None:
    """Its card, and the file's verdict, do not speak of the envelope."""
    (card,) = failing.texts("//div[contains(@class, 'cards')]/details")
    assert "TEST-01 failed: KeyError in test_edit_0.py, line 11" in card
    assert "envelope" not in card
    assert failing.texts("//details/summary/span[@class='edits']") == ["TEST-01 failed"]
    assert failing.texts("//section[@class='file']/h2/b") == ["held"]


def test_a_partial_run_is_told_at_the_top() -> None:
    """A page on which not every edit was run says which were; a page of all edits says nothing."""
    policy = make_policy(select=("PAIR", "NDC"), ignore=("NDC-03",), as_of=AS_OF, fix=())
    page = page_of([("example.837", EXAMPLE)], policy)
    assert page.texts(f"//header{LEFT}") == ["Partial run: only PAIR, NDC was run; NDC-03 was left out."]
    assert example().find("//header//*[@class='left']") == []


@pytest.mark.parametrize(
    ("raw", "select", "badge", "level"),
    [
        (EXAMPLE, (), "partly held", "partly_held"),
        (PATIENT, (), "clean, not fully checked", "warn"),
        (PATIENT, ("BILL",), "partly checked", "warn"),
        (b"no", (), "unreadable (not an X12 interchange)", "unreadable"),
    ],
)
def test_a_file_has_its_verdict_as_a_badge(
    raw: bytes, select: tuple[str, ...], badge: str, level: str
) -> None:
    """The badge has the words of the text report; green is only for what is clean without reserve."""
    page = page_of([("a.837", raw)], make_policy(select=select, as_of=AS_OF))
    assert page.texts("//section[@class='file']/h2/b") == [badge]
    assert page.find("//section[@class='file']/h2/b")[0].get("class") == f"sev {level}"


# ------------------------------------------------------------------------------------- several and none


def test_several_files_are_summed_and_listed() -> None:
    """Two files have a row each, and the numbers on top are of both."""
    page = page_of([("one.837", EXAMPLE), ("two.837", EXAMPLE)], shipped())
    assert page.texts("//section[@id='files']//tbody//th") == ["one.837", "two.837"]
    assert tiles(page)["Held claims"] == "6"
    assert page.texts("//h1") == ["6 of 8 claims held"]


def test_an_abandoned_file_leaves_nothing() -> None:
    """The claims of a file that could not be finished are neither shown nor counted nor explained."""
    inputs = [("clean.837", PATIENT)]
    pages = (page_of(inputs, shipped(), abandoned=raw) for raw in (b"", EXAMPLE))
    first, second = (page.html.partition('<section id="run">')[0] for page in pages)
    assert first == second


def test_a_page_without_claims_says_so() -> None:
    """An empty file has a section with its finding; no file at all gives a page, too."""
    page = page_of([("empty.837", b"")], shipped())
    assert page.texts("//h1") == ["There are no claims in this report"]
    assert page.find("//section[@id='files']") == []
    assert "The file has no claims." in page.texts("//p")
    assert "No claims could be read in 1 file." in page.texts("//header/p")[0]
    assert unbalanced(page.html) == []
    assert unbalanced(page_of([], shipped()).html) == []


def test_a_clean_file_says_that_its_claims_may_go() -> None:
    """Without a held claim there are no reasons and no cards."""
    page = page_of([("clean.837", PATIENT)], shipped())
    assert page.texts("//h1") == ["The claim is accepted"]
    assert page.find("//section[@id='why']") == []


def test_a_page_without_a_held_claim_says_what_else_is_held() -> None:
    """A group that is not supported beside a claim that may go is no clean file."""
    raw = (FIXTURES / "broken" / "unsupported-group-beside.837").read_bytes()
    page = page_of([("beside.837", raw)], shipped())
    assert page.texts("//h1") == ["No claim is held, but other parts of the input are (1 claim)"]


def test_a_masked_page_says_so() -> None:
    """The head tells whether the page holds patient data."""
    told = [example(masked=masked).texts("//header/p")[0].partition("06-30. ")[2] for masked in (False, True)]
    assert told == [
        "This page contains patient data (PHI).",
        "Names, IDs and dates of birth of patients are hidden.",
    ]


def test_nonsensical_amounts_are_cut() -> None:
    """An amount may have any number of digits; long ones are small in their tile."""
    raw = EXAMPLE.replace(b"CLM*EX-1002*32*", b"CLM*EX-1002*" + b"9" * 5000 + b"*")
    page = page_of([("nines.837", raw), ("example.837", EXAMPLE)], shipped())
    assert max(len(text) for text in page.texts("//td")) < 300
    assert page.texts("//strong[@class='long']")[0].startswith("$100,000,000,000,")
    assert page_of([("example.837", EXAMPLE)], shipped()).find("//strong[@class='long']") == []


def test_every_pack_that_decided_is_told_of_an_edit() -> None:
    """Where files go to different payers, an edit's page has the sources of each pack."""
    report, result = next(pair for pair in scrubbed_example().claims if pair[0].verdict == "held")
    packs = ("base", "medicaid")
    reports = [replace(report, findings=(replace(report.findings[0], pack=pack),)) for pack in packs]
    files = [Scrubbed(scrubbed_example().file, ((each, result),)) for each in reports]
    heads = page_of_scrubbed(files, shipped(), record=False).texts("//section[@id='edits']//h4")
    assert [head for head in heads if head.startswith("Sources")] == [
        "Sources (pack base)",
        "Sources (pack medicaid)",
    ]


def test_the_command_line_writes_the_page(tmp_path: Path) -> None:
    """``scrub --format html`` writes the page, prints the text report, and says where the page is."""
    path, out = FIXTURES / "broken" / "example.837", tmp_path / "out"
    arguments = ["scrub", str(path), "-o", str(out), "--as-of", "2026-06-30", "--format", "html"]
    printed = CliRunner().invoke(main, arguments)
    assert printed.exit_code == 1
    page = out / "example.report.html"
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "<" not in printed.stdout.replace("->", "")
    assert printed.stdout.splitlines()[-1] == f"html: {page}"


def test_reasons_are_ranked_and_the_many_are_folded() -> None:
    """Eight edits and payers are in sight, others in an element that opens, of very many only the number."""
    found = scrubbed_example()
    report, result = next(pair for pair in found.claims if pair[0].control_number == "EX-1002")
    payers = (replace(report.payer, id=f"P{at:03d}") for at in range(200))
    claims = tuple((replace(report, payer=payer), result) for payer in payers)
    page = page_of_scrubbed([Scrubbed(found.file, claims)], shipped(), record=False)
    block = "//div[table[caption='By payer']]"
    assert len(page.find(f"{block}/table/tbody/tr")) == 8
    assert len(page.find(f"{block}/details/table/tbody/tr")) == 152
    assert page.texts(f"{block}/details/summary") == ["192 more"]
    assert page.texts(f"{block}/p") == ["40 of them are not listed; held: 40 claims."]
    assert page.texts("//table[caption='By edit']/tbody/tr/td") == ["200", "6,400.00"]
