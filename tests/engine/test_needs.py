"""Lists of codes that an edit needs: its parameters as the pack sets them, and code sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine import Edit, Parameter
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.engine.needs import Needs
from scrubber.engine.pack import PackDecision
from scrubber.errors import ConfigurationError

SETS = ProcedureSets({"visit": CodeSet.of(["99202-99215"])})
PARAMETERS = {
    "drugs": Parameter(("J1885", "J9000-J9999"), "drugs"),
    "procedure": Parameter("96372", "the injection"),
    "empty": Parameter((), "nothing"),
    "limit": Parameter(4, "units"),
}
PLAIN: frozenset[str] = frozenset()


def decided(
    needs_codes: tuple[str | tuple[str, ...], ...], needs: tuple[str, ...] = (), **values: object
) -> PackDecision:
    """Return the decision on an edit of lines that needs these codes, with these values of a pack."""
    edit = Edit(
        "TEST-01", "Test", 7, "warn", needs=needs, needs_codes=needs_codes, parameters=PARAMETERS,
        checks={"lines": lambda *_: iter(())},
    )  # fmt: skip
    parameters: dict[str, Any] = {name: declared.default for name, declared in PARAMETERS.items()}
    return PackDecision(edit, True, "warn", {}, {**parameters, **values}, (), "base")


def is_run(decision: PackDecision, *codes: str, traits: frozenset[str] = PLAIN) -> bool:
    """Return True if the edit is run on lines that bill these codes."""
    needs = Needs([decision], SETS)
    return needs.met("lines", traits.union(*map(needs.of_code, codes))) == (decision,)


@pytest.mark.parametrize(
    ("needs_codes", "codes", "expected"),
    [
        (("drugs",), ("J1885",), True),
        (("drugs",), ("99213", "J9217"), True),
        (("drugs",), ("99213", "J1886"), False),
        (("drugs",), (), False),
        (("drugs",), ("",), False),
        (("procedure",), ("96372",), True),
        (("procedure",), ("96373",), False),
        (("drugs", "procedure"), ("96372", "J1885"), True),
        (("drugs", "procedure"), ("J1885",), False),
        ((("drugs", "procedure"),), ("J1885",), True),
        ((("drugs", "procedure"),), ("99213",), False),
        ((("drugs", "visit"), "procedure"), ("99213", "96372"), True),
        ((("drugs", "visit"), "procedure"), ("99213", "J1885"), False),
    ],
)
def test_a_line_bills_a_code_of_each(
    needs_codes: tuple[str | tuple[str, ...], ...], codes: tuple[str, ...], *, expected: bool
) -> None:
    """All entries must be met, a tuple by any of its lists; by one line or by several."""
    assert is_run(decided(needs_codes), *codes) == expected


def test_the_pack_sets_the_codes() -> None:
    """What counts is the value of the pack: one code, a list, or none at all."""
    assert is_run(decided(("procedure",), procedure="96373"), "96373")
    assert not is_run(decided(("procedure",), procedure="96373"), "96372")
    assert is_run(decided(("drugs",), drugs=("A0000-A9999",)), "A4216")
    assert not is_run(decided(("drugs",), drugs=()), "J1885")


def test_edits_with_the_same_codes_do_not_share_other_needs() -> None:
    """Equal lists are one trait; what else each edit needs stays its own."""
    one, other = decided(("drugs",)), decided(("drugs",), ("ndc",))
    needs = Needs([one, other], SETS)
    assert needs.met("lines", needs.of_code("J1885")) == (one,)
    assert needs.met("lines", needs.of_code("J1885") | {"ndc"}) == (one, other)
    assert needs.met("line", needs.of_code("J1885")) == ()


@pytest.mark.parametrize("name", ["limit", "empty", "drug", "unheard_of"])
def test_what_is_no_list_of_codes_is_refused(tmp_path: Path, name: str) -> None:
    """The error names the file, the edit and what it needs."""
    text = f'''"""A test."""
from scrubber.engine import Edit, Parameter

edit = Edit(
    id="TEST-01", title="Test", snip=7, severity="warn", needs_codes=({name!r},),
    to_do="Correct what is wrong here.",
    parameters={{
        "limit": Parameter(4, "units"), "empty": Parameter((), "codes"), "drug": Parameter("J", "letter"),
    }},
)


@edit.line
def check(line, context):
    yield from ()
'''
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    path = folder / "test_edit.py"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError) as caught:
        load_rulebook([folder])
    assert f"test_edit.py: TEST-01 needs codes of {name}: " in str(caught.value)
