"""The documentation keeps to the code: links, keys of the report, examples, the list of pages."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import scrubber
from scrubber.engine.loading.discovery import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
EXAMPLE = ROOT / "fixtures" / "837" / "broken" / "example.837"
SCHEMA = json.loads(files("scrubber.report").joinpath("schemas", "report.schema.json").read_text())
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    kept = (
        re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in _HEADING.findall(page.read_text())
    )
    return {re.sub(r"[\s]+", "-", heading) for heading in kept}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file that exists and a heading that it has."""
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(DOCS) or page.name == "README.md", f"{link}: outside of the site"
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_is_in_the_navigation() -> None:
    """mkdocs.yml lists every page once."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"[\w/-]+\.md", text)
    assert sorted(listed) == [str(page.relative_to(DOCS)) for page in PAGES[1:]]


def test_the_map_has_every_family() -> None:
    """docs/edits/families.md has a row for each folder of edits, with the prefix of its IDs."""
    edits = load_rulebook().edits.values()
    families = {(Path(edit.path).parent.name, edit.family) for edit in edits}
    text = (DOCS / "edits" / "families.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| ([A-Z]+) \|", text, re.MULTILINE)) == families


@pytest.mark.parametrize(
    ("part", "key"), [(name, key) for name, part in SCHEMA["$defs"].items() for key in part["properties"]]
)
def test_every_key_of_the_report_is_described(part: str, key: str) -> None:
    """docs/reports.md names every key of the schema."""
    _, _, records = (DOCS / "reports.md").read_text(encoding="utf-8").partition("### The report")
    assert f"`{key}`" in records, part


def test_findings_become_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of docs/api.md runs, up to what pandas or Polars would be given."""
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "claims.837").write_bytes(EXAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(code, "api.md", "exec"), names)
    table = names["table"]
    assert {row["edit"] for row in table} >= {"PAIR-01", "NDC-03", "DX-02"}
    assert all(value is None or isinstance(value, str | int) for row in table for value in row.values())


def test_the_api_reference_has_every_public_name() -> None:
    """docs/api.md has an entry for every name of `scrubber.__all__`."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in scrubber.__all__:
        if name != "__version__":
            assert f"::: scrubber.{name}\n" in text or f"        - {name}\n" in text, name


def test_examples_of_the_readme_are_one_line_each() -> None:
    """The two commands that set everything up stay one line each, to be copied whole."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("    python3 -m venv .venv && ")]
    assert len(commands) == 2
    assert len(lines) <= 200


def test_what_the_code_imports_is_installed() -> None:
    """Every library that docs/decisions.md lists under what runs is a dependency, and the other way round."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=~!\[ ]", entry)[0] for entry in project["dependencies"]}
    text = (DOCS / "decisions.md").read_text(encoding="utf-8")
    runs = text.partition("What runs:")[2].partition("What builds and tests:")[0]
    assert set(re.findall(r"^- \*\*([\w-]+)\*\*", runs, re.MULTILINE)) == needed
