"""The edits themselves are checked: manual pages, sources, metadata, cases."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from datetime import date

import pytest

from scrubber.acks.statuses import REJECTIONS
from scrubber.casetest.metadata import metadata_remarks, page_remarks
from scrubber.engine import Edit
from scrubber.engine.edit import is_to_do
from scrubber.engine.loading.discovery import SHARED, load_rulebook, shipped_folder
from scrubber.engine.pack import Rule
from tests.support.cases import case_files
from tests.support.running import shipped

RULEBOOK = load_rulebook()
EDITS = list(RULEBOOK.edits.values())
RULES = [
    pytest.param(rule, id=f"{pack.id}-{rule.edit}") for pack in RULEBOOK.packs.values() for rule in pack.rules
]

each_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)


@each_edit
def test_manual_page(edit: Edit) -> None:
    """The docstring is the page: a sentence, then the three headings in their order, each with text."""
    assert list(page_remarks(edit)) == []


@each_edit
def test_metadata(edit: Edit) -> None:
    """Title, what to do, codes of denials and claim status, parameters: as for edits of a user."""
    assert list(metadata_remarks(edit)) == []


@each_edit
def test_sources_are_known(edit: Edit) -> None:
    """Whoever an edit cites is in sources.toml."""
    assert [source for source in edit.sources if source not in RULEBOOK.sources] == []


@each_edit
def test_severities_have_sources(edit: Edit) -> None:
    """No rejection without a source."""
    assert edit.sources or "reject" not in (edit.severity, *edit.variants.values())


@each_edit
def test_denial_codes_have_not_ended(edit: Edit) -> None:
    """A payer no longer answers with a reason code that has ended."""
    ended = shipped().tables.ended_reasons
    codes = [code.rpartition("-")[2] for code in edit.denials]
    assert ended.on("15", date(2018, 5, 1)).records
    assert [code for code in codes if ended.on(code, date.max).elsewhen] == []


@each_edit
def test_a_rejection_has_a_status_of_its_own(edit: Edit) -> None:
    """What rejects wherever it is found says more in the 277CA than the general pair."""
    rejecting = [code for code in edit.claim_status if code[:2] in REJECTIONS]
    assert rejecting or edit.severity != "reject" or set(edit.checks) == {"envelope"}


@each_edit
def test_edit_has_its_cases(edit: Edit) -> None:
    """Each edit has a case file."""
    assert edit.id in {path.stem for path in case_files()}


def test_no_cases_without_edit() -> None:
    """Each case file is of an edit that exists."""
    assert {path.stem for path in case_files()} <= set(RULEBOOK.edits)


def test_ids_are_unique() -> None:
    """No two files define the same id, and each file one edit."""
    folder = shipped_folder()
    files = [
        path
        for path in folder.rglob("*.py")
        if not path.name.startswith("_") and path.relative_to(folder).parts[0] != SHARED
    ]
    assert len(files) == len({edit.path for edit in EDITS}) == len({edit.id for edit in EDITS})


@pytest.mark.parametrize("rule", RULES)
def test_pack_says_why(rule: Rule) -> None:
    """Every decision of a pack says why, and who says so."""
    assert len(rule.why.split()) >= 5
    assert rule.sources
    assert [source for source in rule.sources if source not in RULEBOOK.sources] == []


def test_every_source_is_cited() -> None:
    """No source is left over, and each says who published what."""
    cited = {source for edit in EDITS for source in edit.sources}
    cited |= {source for pack in RULEBOOK.packs.values() for rule in pack.rules for source in rule.sources}
    cited |= set(_cited_by_tables())
    assert set(RULEBOOK.sources) - cited == set()
    assert [key for key, text in RULEBOOK.sources.items() if ", " not in text] == []


def test_every_source_of_a_table_is_known() -> None:
    """What a shipped table cites is in sources.toml, or says that each fact has its own source."""
    assert set(_cited_by_tables()) - set(RULEBOOK.sources) <= {"each fact its own"}


def _cited_by_tables() -> Iterator[str]:
    folder = shipped_folder() / "tables"
    for table in tomllib.loads((folder / "tables.toml").read_text(encoding="utf-8"))["table"]:
        yield from table["sources"]
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for cells in csv.DictReader(stream):
                yield from filter(None, cells.get("source", "").split(";"))


def test_unclassified_codes_are_the_same_in_both_places() -> None:
    """The set that decides which claims an edit is asked of holds the codes of the dated table."""
    path = shipped_folder() / "tables" / "unclassified.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        listed = {cells["code"] for cells in csv.DictReader(stream)}
    assert listed
    assert all(RULEBOOK.codes.is_in("unclassified_drug", code) for code in listed)
    entries = RULEBOOK.codes["unclassified_drug"]
    assert entries.codes <= listed
    assert {code for pair in entries.ranges for code in pair} <= listed


IMPERATIVES = frozenset(
    {
        "Add", "Append", "Change", "Check", "Correct", "Enter", "Increment", "Keep", "Link", "Move", "Point",
        "Regenerate", "Remove", "Replace", "Report", "Retype", "Send", "Split", "Submit", "Use", "Verify",
    }
)  # fmt: skip


@each_edit
def test_to_do_is_an_order(edit: Edit) -> None:
    """What to do is one sentence of its length that begins with a verb of a short list."""
    assert is_to_do(edit.to_do)
    assert edit.to_do.split()[0] in IMPERATIVES


@each_edit
def test_to_do_names_something(edit: Edit) -> None:
    """It names an element, code or modifier, so that a biller knows where.

    Edits of the TR3's general rules name it finding by finding; one on the file as a whole names the file.
    """
    what = r"[A-Z]{2}|[0-9]|modifier" + ("|segment|element|trailing" if edit.yields else "|file")
    assert re.search(what, edit.to_do)


@each_edit
def test_title_is_not_the_to_do(edit: Edit) -> None:
    """The title states the fault; what to do is said by ``to_do`` only."""
    assert edit.title.split()[0] not in IMPERATIVES
