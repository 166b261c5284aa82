"""The maps of pyx12 that the guide is read from are those that the corrections and tests were written for.

Any pyx12 4 is accepted, so a new release may bring maps that say something else.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

import pytest

from scrubber.guide.maps import CODES, ELEMENTS, MAP

KNOWN = {
    "837.5010.X222.A1.xml": "f05e32206aa2301ecfe9509534a2f152be5ada626244d44dc6e6636da4090436",
    "dataele.xml": "b7a00902ff92554a063d3b4d26fde96d752a1266fbea8219d485253691cc1c75",
    "codes.xml": "6e3a45196bf7beee8a4348d3643660721e9dbeec23979e0cfccc3afbb1005afe",
}
"""SHA-256 of each map that is read, as in pyx12 4.0.0."""

WHAT_TO_DO = """\
pyx12 {version} has a {name} that was not seen before (SHA-256 {found}).
The guide is read from it, so claims may be found at fault, or accepted, where they were not before.
1. Compare the file with that of the last known release (`git log -p` on this test names it).
2. Run `pytest tests/guide tests/edits tests/laws`. Correct in scrubber/guide/corrections.toml whatever the
   TR3 has otherwise, with the reason; remove corrections that the new map no longer needs.
3. Then put the new hash into KNOWN in tests/guide/test_pyx12_maps.py, and say in CHANGELOG.md what changes.
To wait, exclude the release in pyproject.toml ("pyx12>=4.0.0,<5,!={version}"), then `make lock`."""


def test_all_maps_are_watched() -> None:
    """A map that is read in addition is watched, too."""
    assert set(KNOWN) == {MAP, ELEMENTS, CODES}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_map_is_known(name: str) -> None:
    """The installed map is one whose differences from the TR3 are known."""
    # Line ends aside, which an archive may change.
    raw = files("pyx12").joinpath("map", name).read_bytes().replace(b"\r\n", b"\n")
    found = sha256(raw).hexdigest()
    if found != KNOWN[name]:
        pytest.fail(WHAT_TO_DO.format(version=version("pyx12"), name=name, found=found), pytrace=False)
