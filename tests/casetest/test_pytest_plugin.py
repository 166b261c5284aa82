"""The pytest plugin: cases as items where it is asked for, and nothing at all otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.own_edits import CASES, write_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of someone else, with a test of its own and a folder of edits."""
    write_folder(
        tmp_path / "our-edits", {"cases/other.toml": 'name = "no case file"\n', "cases/_x.toml": CASES}
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_own.py").write_text("def test_own() -> None:\n    assert True\n")
    (tmp_path / "tests" / "cases").mkdir()
    (tmp_path / "tests" / "cases" / "LHP-01.toml").write_text(CASES)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, str]:
    """pytest with this plugin alone, however the project is installed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "scrubber.casetest.pytest_plugin", *arguments],
        check=False, capture_output=True, text=True, cwd=project,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_without_the_option_nothing_is_collected(project: Path) -> None:
    status, said = run(project, ".", "-v")
    assert status == 0, said
    assert "1 passed" in said


def test_cases_are_items(project: Path) -> None:
    """Those of the folder are run with the project's own tests; files that are no cases are left alone."""
    status, said = run(project, "--scrubber-edits", "our-edits", "-vv")
    assert status == 0, said
    assert "3 passed" in said
    assert "our-edits/cases/TEST-01.toml::fires: a laboratory code PASSED" in said
    assert "our-edits/cases/TEST-01.toml::passes: a visit PASSED" in said


def test_arguments_are_respected(project: Path) -> None:
    """Whoever names files gets these."""
    status, said = run(project, "--scrubber-edits", "our-edits", "tests")
    assert (status, "1 passed" in said) == (0, True), said
    status, said = run(project, "--scrubber-edits", "our-edits", "our-edits/cases/TEST-01.toml")
    assert (status, "2 passed" in said) == (0, True), said
    status, said = run(project, "--scrubber-edits", "our-edits", ".")
    assert (status, "3 passed" in said) == (0, True), said


def test_a_failure_is_said_in_plain_sentences(project: Path) -> None:
    path = project / "our-edits" / "cases" / "TEST-01.toml"
    path.write_text(CASES.replace("line = 1", "line = 2"))
    status, said = run(project, "--scrubber-edits", "our-edits")
    assert status == 1
    assert f"{path}:3: TEST-01 fires: a laboratory code: The line is 1 instead of 2." in said.replace(
        "\n", ""
    )
    assert "pytest_plugin.py" not in said
    assert "1 failed, 2 passed" in said


def test_what_cannot_be_read_is_an_error(project: Path) -> None:
    """A case file with a mistake, and edits that cannot be loaded."""
    path = project / "our-edits" / "cases" / "TEST-01.toml"
    path.write_text(CASES.replace("line = 1", "lime = 1"))
    status, said = run(project, "--scrubber-edits", "our-edits")
    assert (status, "TEST-01.toml:6: a case has no key 'lime'" in said.replace("\n", "")) == (2, True), said
    path.write_text(CASES)
    (project / "our-edits" / "broken.py").write_text("x = = 1\n")
    (project / "our-edits" / "broken.py").chmod(0o600)
    status, said = run(project, "--scrubber-edits", "our-edits")
    assert (status, "broken.py:1: cannot be loaded" in said.replace("\n", "")) == (2, True), said
    status, said = run(project, "--scrubber-edits", "tests/nowhere")
    assert (status, "there is no folder" in said) == (4, True), said


def test_it_imports_nothing_of_the_program() -> None:
    """Every run of pytest where the package is installed imports the plugin."""
    code = (
        "import sys, scrubber.casetest.pytest_plugin as _;"
        "print(*sorted(name for name in sys.modules if name.startswith(('scrubber', 'lxml', 'click'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["scrubber", "scrubber.casetest", "scrubber.casetest.pytest_plugin"]


def test_it_is_declared() -> None:
    """The entry point names the module."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for module in project["entry-points"]["pytest11"].values():
        assert hasattr(import_module(module), "pytest_addoption")
