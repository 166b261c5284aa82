"""What the commands load: nothing that they do not need, for each run begins with it."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
CLEAN = "fixtures/837/clean/injection-subscriber.837"
# What the interpreter loads before it runs anything (coverage, debuggers) does not count.
_SCRIPT = """\
import sys
before = set(sys.modules)
from scrubber.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    status = end.code
import json
print(json.dumps([status, sorted(set(sys.modules) - before)]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the first run fills."""
    return tmp_path_factory.mktemp("cache")


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    return set(modules)


def below(modules: set[str], names: set[str]) -> set[str]:
    """Those of the modules that have one of these names or are in such a package."""
    return {module for module in modules if any(f"{module}.".startswith(f"{name}.") for name in names)}


def test_help_loads_the_command_line_alone(folder: Path) -> None:
    modules = loaded(folder, "--help")
    assert below(modules, {"scrubber"}) == {
        "scrubber",
        "scrubber.cli",
        "scrubber.cli.ending",
        "scrubber.cli.main",
        "scrubber.cli.start",
        "scrubber.errors",
        "scrubber.stopping",
        "scrubber.version",
    }
    assert not below(
        modules, {"msgspec", "lxml", "pyx12", "structlog", "xlsxwriter", "platformdirs", "pathlib"}
    )


def test_check_loads_no_output_and_no_parser(folder: Path) -> None:
    """The second run, which finds in the cache what the first one read from the program's files."""
    run = ("check", CLEAN, "--as-of", "2026-06-30")
    assert below(loaded(folder, *run), {"lxml", "tomllib"})
    modules = loaded(folder, *run)
    unwanted = {
        "scrubber.acks", "scrubber.files", "scrubber.html", "scrubber.spool", "scrubber.casetest",
        "scrubber.pipeline.to_folder", "scrubber.report.html", "scrubber.report.worklist",
        "scrubber.report.diff", "scrubber.report.schema", "scrubber.tables.store", "scrubber.tables.official",
        "scrubber.guide.map_file",
    }  # fmt: skip
    assert not below(modules, unwanted)
    libraries = {
        "lxml", "pyx12", "tomllib", "sqlite3", "structlog", "logging", "xlsxwriter", "importlib.metadata",
        "importlib.resources", "email", "difflib", "multiprocessing", "http",
    }  # fmt: skip
    assert not below(modules, libraries)


def test_a_format_loads_what_it_needs(folder: Path) -> None:
    """What is left out above is there when it is asked for."""
    modules = loaded(folder, "check", CLEAN, "--as-of", "2026-06-30", "--format", "xml")
    assert "lxml" in modules


def test_garbage_is_collected_again() -> None:
    """It is not while a command is loaded, which leaves none."""
    done = CliRunner().invoke(main, ["check", str(ROOT / CLEAN), "--as-of", "2026-06-30"])
    assert done.exit_code == 0
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.disable()
    try:
        CliRunner().invoke(main, ["check", "-h"])
        assert not gc.isenabled()
    finally:
        gc.enable()
