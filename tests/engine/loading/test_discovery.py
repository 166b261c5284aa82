"""Where edits come from: installed packages, and the order and the safety of folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.api import make_policy
from scrubber.casetest.folder_test import check_folder
from scrubber.casetest.workbench import Workbench
from scrubber.cli.main import main
from scrubber.cli.options import has_own_edits
from scrubber.engine.loading.discovery import _may_name_edits, edit_folders, load_rulebook, shipped_folder
from scrubber.errors import ConfigurationError
from tests.support.own_edits import EDIT, write_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of edits of an installed distribution, acme-edits 1.2."""
    site = tmp_path / "site"
    folder = write_folder(site / "acme_edits", {"__init__.py": "raise ImportError('never imported')\n"})
    info = site / "acme_edits-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-edits\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[scrubber.edits]\nacme = acme_edits\n")
    monkeypatch.syspath_prepend(site)
    monkeypatch.delitem(sys.modules, "acme_edits", raising=False)
    return folder


def test_edits_of_an_installed_package(installed: Path) -> None:
    """They are loaded without being named, and listed with their distribution."""
    edit = load_rulebook().edits["TEST-01"]
    assert (edit.path, edit.origin) == (
        str(installed / "laboratory" / "laboratory_code.py"),
        "acme-edits 1.2",
    )
    assert "TEST-01" in make_policy().rulebook.edits
    lines = CliRunner().invoke(main, ["edits", "list"]).stdout.splitlines()
    assert [line.partition("(")[2] for line in lines if "TEST-01" in line] == ["from acme-edits 1.2)"]
    page = CliRunner().invoke(main, ["explain", "TEST-01"]).stdout
    assert "Example: a laboratory code" in page


@pytest.mark.parametrize("name", ["other.egg", "EGG-INFO", "acme-1.2.EGG-INFO"])
def test_edits_of_packages_that_are_installed_in_other_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What may name edits is looked into by the library that knows all ways of installing."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "entry_points.txt").write_text("[scrubber.edits]\nacme = acme_edits\n")
    assert _may_name_edits([str(tmp_path)])
    archive = tmp_path / "archive.zip"
    archive.write_bytes(b"")
    assert _may_name_edits([str(archive)])
    (folder / "entry_points.txt").write_text("[console_scripts]\n")
    assert _may_name_edits([str(tmp_path)]) == (name != "acme-1.2.EGG-INFO")
    assert not _may_name_edits([str(tmp_path / "missing")])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, _Finder()])
    assert _may_name_edits([])


class _Finder:
    """A finder of distributions that are anywhere."""

    def find_distributions(self) -> None:
        """Find none."""


def test_order_of_folders(installed: Path, tmp_path: Path) -> None:
    """Shipped, installed, given; each once, so that a package under development can be tested in place."""
    own = write_folder(tmp_path / "own")
    found = edit_folders([own, installed, own])
    assert [folder.path for folder in found] == [shipped_folder(), installed, own]
    assert [folder.origin for folder in found] == ["", "acme-edits 1.2", str(own)]
    with Workbench.of([installed]) as bench:
        assert check_folder(installed, bench).problems == []
    with pytest.raises(ConfigurationError, match="TEST-01 is already"):
        load_rulebook([own])


def test_the_watch_folder_takes_them_for_own_edits(installed: Path) -> None:
    """It loads and runs them in workers only, as those of a folder."""
    options = {"edits": (), "config": None}
    assert has_own_edits(options)
    (installed.parent / "acme_edits-1.2.dist-info" / "entry_points.txt").write_text("")
    assert not has_own_edits(options)


def test_a_package_below_another(installed: Path) -> None:
    """An entry point may name a package inside a package; neither is imported to find it."""
    inner = write_folder(installed / "edits", {"laboratory/laboratory_code.py": EDIT.replace("-01", "-05")})
    points = installed.parent / "acme_edits-1.2.dist-info" / "entry_points.txt"
    points.write_text("[scrubber.edits]\nacme = acme_edits.edits\n")
    assert [folder.path for folder in edit_folders()][1:] == [inner]
    assert "TEST-05" in load_rulebook().edits


@pytest.mark.parametrize("value", ["nowhere", "acme_edits.nowhere", "json.decoder", "nowhere.at.all"])
def test_an_entry_point_that_names_no_package(installed: Path, value: str) -> None:
    """It is refused: its edits would silently be missing."""
    (installed / "__init__.py").write_text("")
    points = installed.parent / "acme_edits-1.2.dist-info" / "entry_points.txt"
    points.write_text(f"[scrubber.edits]\nacme = {value}\n")
    with pytest.raises(ConfigurationError, match=r"acme-edits 1\.2: entry point acme: .* is not a package"):
        load_rulebook()


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_package_that_others_can_write_is_refused(installed: Path) -> None:
    path = installed / "laboratory" / "laboratory_code.py"
    path.chmod(0o666)
    with pytest.raises(ConfigurationError, match="others may write to it"):
        load_rulebook()


def helped(line: str) -> str:
    """The edit, with its codes from elsewhere."""
    after = "from scrubber.claim import Claim\n"
    return EDIT.replace(after, f"{after}{line}\n").replace('code in ("85025", "85027")', "code in CODES")


@pytest.mark.parametrize(
    ("helper", "line"),
    [
        ("_helpers.py", "from .._helpers import CODES"),
        ("laboratory/_helpers.py", "from ._helpers import CODES"),
        ("shared/codes.py", "from ..shared.codes import CODES"),
    ],
)
def test_edits_share_code(tmp_path: Path, helper: str, line: str) -> None:
    """By relative imports, from a file with an underscore or from shared/, which are no edits."""
    files = {"laboratory/laboratory_code.py": helped(line), helper: 'CODES = ("85025", "85027")\n'}
    folder = write_folder(tmp_path, files)
    with Workbench.of([folder]) as bench:
        assert check_folder(folder, bench).problems == []


def test_edits_use_what_the_shipped_ones_share(tmp_path: Path) -> None:
    """Their mechanisms are importable by name."""
    imported = "from scrubber.edits.shared.ncci import not_paid_together"
    line = f"{imported}\n\nCODES = (not_paid_together.__name__, '85025', '85027')"
    folder = write_folder(tmp_path, {"laboratory/laboratory_code.py": helped(line)})
    with Workbench.of([folder]) as bench:
        assert check_folder(folder, bench).problems == []


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_loading_leaves_nothing_behind(tmp_path: Path) -> None:
    """Else bytecode, which the group can write to under umask 002, would make the next run refuse."""
    files = {
        "_helpers.py": "CODES = ('85025', '85027')\n",
        "laboratory/laboratory_code.py": helped("from .._helpers import CODES"),
    }
    folder = write_folder(tmp_path, files)
    before = sorted(folder.rglob("*"))
    umask = "import os; os.umask(2)"
    code = f"{umask}; from scrubber.cli.main import main; main(['edits', 'test', {str(folder)!r}])"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(folder.rglob("*")) == before
