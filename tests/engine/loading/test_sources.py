"""Sources: every id that is cited is defined by somebody, and means the same everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.engine.loading.discovery import load_rulebook
from scrubber.engine.loading.toml_file import line_of
from scrubber.errors import ConfigurationError
from tests.support.own_edits import EDIT, write_folder

SOURCES = '[LHP-MANUAL]\npublisher = "Laurel"\ntitle = "Manual"\ndate = 2026-01-01\n'
PACK = """\
id = "laurel"
extends = "commercial"

[sources.LHP-PORTAL]
publisher = "Laurel"
title = "Portal"

[[edits.PAIR-01]]
severity = "info"
until = 2025-12-31
sources = ["LHP-PORTAL"]

[[edits.PAIR-01]]
severity = "reject"
from = 2026-01-01
sources = ["S-MBI", "LHP-MANUAL"]
"""


def citing(sources: str) -> str:
    return EDIT.replace("    snip=7,\n", f"    snip=7,\n    sources={sources},\n")


def refused(folder: Path, **files: str) -> str:
    names = {"edit": "laboratory/laboratory_code.py", "sources": "sources.toml", "pack": "packs/laurel.toml"}
    write_folder(folder, {names[name]: text for name, text in files.items()})
    with pytest.raises(ConfigurationError) as caught:
        load_rulebook([folder])
    return str(caught.value)


def test_what_is_defined_can_be_cited(tmp_path: Path) -> None:
    """By edits what a sources.toml has, by packs their own as well."""
    files = {
        "laboratory/laboratory_code.py": citing('("LHP-MANUAL", "S-MBI")'),
        "sources.toml": SOURCES,
        "packs/laurel.toml": PACK,
    }
    rulebook = load_rulebook([write_folder(tmp_path, files)])
    assert rulebook.cite(("LHP-PORTAL", "LHP-MANUAL")) == (
        "LHP-PORTAL: Laurel, Portal",
        "LHP-MANUAL: Laurel, Manual (2026-01-01)",
    )


def test_an_unknown_source_of_an_edit(tmp_path: Path) -> None:
    """The line is that of the id, also where it is not that of the keyword; or of the keyword."""
    path = tmp_path / "laboratory" / "laboratory_code.py"
    said = refused(
        tmp_path, edit=citing('(\n        "S-MBI",\n        "LHP-MANUEL",\n    )'), sources=SOURCES
    )
    assert said == f"{path}:25: TEST-01 cites 'LHP-MANUEL', which no sources.toml defines"
    assert refused(tmp_path, edit=citing('("LHP" + "-1",)')).startswith(f"{path}:23: TEST-01 cites 'LHP-1'")


def test_an_edit_cannot_cite_what_a_pack_defines(tmp_path: Path) -> None:
    said = refused(tmp_path, edit=citing('("LHP-PORTAL",)'), sources=SOURCES, pack=PACK)
    assert "TEST-01 cites 'LHP-PORTAL'" in said


def test_an_unknown_source_of_a_pack(tmp_path: Path) -> None:
    """The line is that of the rule's sources, of the second rule as of the first."""
    path = tmp_path / "packs" / "laurel.toml"
    assert refused(tmp_path, pack=PACK) == (
        f"{path}:16: PAIR-01 cites 'LHP-MANUAL', which neither this pack nor a sources.toml defines"
    )
    said = refused(tmp_path, sources=SOURCES, pack=PACK.replace('["LHP-PORTAL"]', '["LHP-PROTAL"]'))
    assert said.startswith(f"{path}:11: PAIR-01 cites 'LHP-PROTAL'")


@pytest.mark.parametrize(
    ("sources", "line", "says"),
    [
        ('LHP = "Manual"\n', 1, "must be a table"),
        ('[A]\npublisher = "a"\ntitle = "b"\n[B]\ntitle = "b"\n', 4, "needs a publisher and a title"),
        ('[A]\npublisher = "a"\ntitle = 1\n', 1, "a title that is not a string"),
        ('[A]\npublisher = "a"\ntitle = "b"\nurl = "c"\n', 1, "unknown key 'url'"),
        ('[S-MBI]\npublisher = "Laurel"\ntitle = "b"\n', 1, "the source S-MBI is already defined: CMS"),
    ],
)
def test_sources_that_cannot_be(tmp_path: Path, sources: str, line: int, says: str) -> None:
    """In a sources.toml, and in a pack's own table."""
    said = refused(tmp_path / "own", sources=sources)
    assert said.startswith(f"{tmp_path}/own/sources.toml:{line}: ")
    assert says in said
    pack = "".join(
        f"[sources.{text[1:]}" if text.startswith("[") else text for text in sources.splitlines(True)
    )
    if line == 1 and "[" not in sources:
        pack, line = f"[sources]\n{pack}", line + 1
    said = refused(tmp_path / "pack", pack=pack)
    assert said.startswith(f"{tmp_path}/pack/packs/laurel.toml:{line}: ")
    assert says in said


def test_lines_of_repeated_tables() -> None:
    """A key is looked for in the table that is meant, not in the first of its name."""
    text = "[[a]]\nx = 1\n[a.more]\nz = 1\n[[a]]\ny = 2\nx = 3\n[b]\ny = 4\n"
    assert [line_of(text, "a", "x", number) for number in (0, 1)] == [2, 7]
    assert [line_of(text, "a", "y", number) for number in (0, 1)] == [1, 6]
    assert (line_of(text, "a.more", "z"), line_of(text, "b", "y"), line_of(text, "c", "y")) == (4, 9, 1)
