"""Configuration and edits that others can change are refused; a scrubber.toml is found near the files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.engine.loading.trust import require_own, require_own_tree
from scrubber.errors import ConfigurationError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes are of POSIX")

ROOT = Path(__file__).resolve().parents[3]
CLEAN = ROOT / "fixtures" / "837" / "clean" / "injection-patient.837"


def _file(path: Path, text: str = "") -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def check(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    command = ["check", *map(str, arguments), "--as-of", "2026-06-30", "--format", "json"]
    return CliRunner().invoke(main, command, input=stdin)


# ------------------------------------------------------------------------------------- who may write


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
@pytest.mark.parametrize("above", [0, 1, 2])
def test_what_others_can_write_to_is_refused(tmp_path: Path, mode: int, above: int) -> None:
    """The file itself, its folder, or one above it; the message names which."""
    path = _file(tmp_path / "a" / "b" / "scrubber.toml")
    require_own(path)
    culprit = (path, *path.parents)[above]
    culprit.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"^{culprit}: others may write to it"):
        require_own(path)


def test_a_sticky_folder_is_no_danger_to_what_is_in_it(tmp_path: Path) -> None:
    """As /tmp: others can add to it, but not replace what is mine. As a folder of edits it is refused."""
    path = _file(tmp_path / "a" / "scrubber.toml")
    path.parent.chmod(0o1777)
    require_own(path)
    with pytest.raises(ConfigurationError):
        require_own_tree(path.parent)


@pytest.mark.parametrize("above", [0, 1])
def test_what_belongs_to_someone_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: int
) -> None:
    """The owner of a file, or of a folder on the way to it, can change it; root can in any case."""
    path = _file(tmp_path / "a" / "scrubber.toml")
    culprit = (path, *path.parents)[above]
    real = Path.lstat

    def lstat(self: Path) -> os.stat_result:
        found = real(self)
        return os.stat_result((*found[:4], 4711, *found[5:])) if self == culprit else found

    monkeypatch.setattr(Path, "lstat", lstat)
    with pytest.raises(ConfigurationError, match=f"^{culprit}: it belongs to someone else"):
        require_own(path)


def test_links_are_followed(tmp_path: Path) -> None:
    """Where a link leads counts, and so does the folder that the link is in."""
    path = _file(tmp_path / "a" / "scrubber.toml")
    link = tmp_path / "b" / "scrubber.toml"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(Path("..") / "a" / "scrubber.toml")
    require_own(link)
    for folder in (path.parent, link.parent):
        folder.chmod(0o770)
        with pytest.raises(ConfigurationError, match=f"^{folder}: "):
            require_own(link)
        folder.chmod(0o700)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(ConfigurationError):
        require_own(loop)


def test_a_link_in_a_folder_of_edits(tmp_path: Path) -> None:
    """What it leads to is part of the folder."""
    code = _file(tmp_path / "elsewhere" / "code.py")
    edits = tmp_path / "edits"
    edits.mkdir(mode=0o700)
    (edits / "code.py").symlink_to(code)
    require_own_tree(edits)
    code.parent.chmod(0o777)
    with pytest.raises(ConfigurationError, match=f"^{code.parent}: "):
        require_own_tree(edits)


@pytest.mark.parametrize("option", ["--config", "--edits", ""])
def test_a_run_refuses_it(tmp_path: Path, option: str) -> None:
    """The configuration that is named or found, and a folder of edits; status 2 and nothing is reported."""
    config = _file(tmp_path / "a" / "b" / "scrubber.toml")
    batch = tmp_path / "a" / "b" / "batch.837"
    batch.write_bytes(CLEAN.read_bytes())
    arguments = {
        "--config": ("--config", config),
        "--edits": ("--no-config", "--edits", config.parent),
        "": (),
    }
    assert check(batch, *arguments[option]).exit_code == 0
    (tmp_path / "a").chmod(0o770)
    done = check(batch, *arguments[option])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path / 'a'}: others may write to it" in done.stderr.replace("\n", " ")


# ------------------------------------------------------------------------------------- which is found


@pytest.fixture
def near(tmp_path: Path) -> Path:
    """A configuration, with a file in a folder below it."""
    _file(tmp_path / "practice" / "scrubber.toml", 'pack = "medicare-b"\n')
    batch = tmp_path / "practice" / "may" / "batch.837"
    batch.parent.mkdir(mode=0o700)
    batch.write_bytes(CLEAN.read_bytes())
    return batch


def _found(done: Result) -> tuple[str, bool] | None:
    entry = json.loads(done.stdout)["configuration"]
    return (entry["file"], entry["found"]) if entry else None


def test_the_nearest_one_is_found_and_named(near: Path) -> None:
    """In the folder of the file or above; the report says which, and it is used."""
    done = check(near)
    assert _found(done) == ("../scrubber.toml", True)
    assert json.loads(done.stdout)["files"][0]["claims"][0]["payer"]["pack"] == "medicare-b"
    _file(near.parent / "scrubber.toml", 'pack = "medicaid"\n')
    assert _found(check(near)) == ("scrubber.toml", True)
    printed = CliRunner().invoke(main, ["check", str(near), "--as-of", "2026-06-30"])
    assert "Configuration: scrubber.toml, found with the files.\n" in printed.stdout


def test_one_that_is_named_comes_first(near: Path, tmp_path: Path) -> None:
    """--config names another one, --no-config none."""
    other = _file(tmp_path / "other.toml")
    assert _found(check(near, "--config", other)) == ("other.toml", False)
    assert _found(check(near, "--no-config")) is None


def test_files_must_agree(near: Path) -> None:
    """Files with different configurations are not one run."""
    done = check(near, CLEAN)
    assert (done.exit_code, done.stdout, "--config" in done.stderr) == (2, "", True)


def test_standard_input_is_in_the_current_folder(near: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no folder of its own."""
    monkeypatch.chdir(near.parent)
    assert _found(check("-", stdin=CLEAN.read_bytes())) == ("../scrubber.toml", True)
