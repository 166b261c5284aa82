"""What a pack sets for a parameter is refused at once if the edit could not use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.engine.loading.discovery import load_rulebook
from scrubber.errors import ConfigurationError

PACK = """\
id = "laurel"
extends = "commercial"

[edits.{edit}.parameters]
{setting}
"""


def load(tmp_path: Path, edit: str, setting: str) -> None:
    """Load a folder of edits with one pack that has this setting."""
    place = tmp_path / "own" / "packs"
    place.mkdir(mode=0o700, parents=True)
    place.parent.chmod(0o700)
    (place / "laurel.toml").write_text(PACK.format(edit=edit, setting=setting))
    (place / "laurel.toml").chmod(0o600)
    load_rulebook([tmp_path / "own"])


@pytest.mark.parametrize(
    ("edit", "setting", "problem"),
    [
        ("ADM-03", "drugs = [1]", "drugs of ADM-03 must be a list of str, none of them empty"),
        ("ADM-03", 'drugs = [""]', "drugs of ADM-03 must be a list of str, none of them empty"),
        ("ADM-03", 'drugs = "J1885"', "drugs of ADM-03 must be a list of str, none of them empty"),
        ("PAY-01", 'drugs = ["J1885-"]', "'J1885-' is neither a code nor a range of codes"),
        ("PAIR-07", 'program = "tricare"', "program of PAIR-07 must be one of medicare, medicaid"),
        ("DATE-05", "years = 11", "years of DATE-05 must be 0 to 10"),
        ("DATE-05", "days = -1", "days of DATE-05 must be 0 to 3660"),
        ("DATE-05", "days = true", "days of DATE-05 must be int"),
        ("PAIR-06", "limit = 1000001", "limit of PAIR-06 must be at most 1000000"),
    ],
)
def test_what_an_edit_cannot_use_is_refused(tmp_path: Path, edit: str, setting: str, problem: str) -> None:
    """The error names file and line of the parameter, and what it must be."""
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, edit, setting)
    assert problem in str(caught.value)
    assert "laurel.toml:5: " in str(caught.value)


@pytest.mark.parametrize(
    ("edit", "setting"),
    [
        ("ADM-03", 'drugs = ["J1885", "J9000-J9999"]'),
        ("ADM-03", "drugs = []"),
        ("BILL-10", 'known = ["LHP-01"]'),
        ("PAIR-07", 'program = "medicaid"'),
        ("DATE-05", "years = 10"),
    ],
)
def test_what_it_can_use_is_taken(tmp_path: Path, edit: str, setting: str) -> None:
    """Codes, ranges, texts with a dash that are no codes, and the ends of a range are fine."""
    load(tmp_path, edit, setting)
