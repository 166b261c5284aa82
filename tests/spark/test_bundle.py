"""What travels, and which files share a task: without Spark."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from scrubber.api import make_policy
from scrubber.errors import ConfigurationError
from scrubber.spark import bundle as bundling
from scrubber.spark.bundle import Bundle, fingerprint, make_bundle, policy_of
from scrubber.spark.inputs import InputFile, inputs_of, is_large, packed
from tests.support.running import AS_OF, HOLD_EDIT, write_edits


def files(*sizes: int) -> list[InputFile]:
    """Files of these sizes."""
    return [InputFile(f"/{number}", str(number), size) for number, size in enumerate(sizes)]


def test_many_small_files_share_few_tasks_and_keep_their_order() -> None:
    found = packed(files(*[1_000] * 100_000), 8, 32 << 20)
    assert [file for pack in found for file in pack] == files(*[1_000] * 100_000)
    assert max(map(len, found)) <= 2_000
    assert 32 <= len(found) <= 100
    assert len(packed(files(*[100] * 50), 8, 32 << 20)) == 1
    assert packed([], 8, 32 << 20) == []


def test_a_file_is_never_in_two_packs_however_large() -> None:
    found = packed(files(50 << 20, 1, 50 << 20, 0), 2, 32 << 20)
    assert [[file.below for file in pack] for pack in found] == [["0"], ["1"], ["2"], ["3"]]


def test_only_what_gives_two_ranges_is_cut() -> None:
    assert [is_large(file, 100) for file in files(150, 151)] == [False, True]


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in ("b.837", "a/z.837", ".hidden", ".git/x.837", "a.837"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [file.below for file in inputs_of(tmp_path)] == ["a/z.837", "a.837", "b.837"]
    assert [file.below for file in inputs_of(tmp_path / "b.837")] == ["b.837"]


@pytest.fixture
def made(tmp_path: Path) -> Bundle:
    """A bundle with an edit of the user."""
    edits = write_edits(tmp_path / "edits", HOLD_EDIT)
    policy = make_policy(as_of=AS_OF, edits=[edits], ignore=["PAIR"], strict=True)
    return make_bundle(policy, tmp_path, [edits], tmp_path / "none")


def test_the_policy_is_the_same_elsewhere(made: Bundle, tmp_path: Path) -> None:
    policy = policy_of(made)
    edits = tmp_path / "edits"
    assert fingerprint(policy) == fingerprint(make_policy(as_of=AS_OF, edits=[edits], ignore=["PAIR"]))
    assert "TEST-01" in policy.rulebook.edits
    assert "PAIR-01" not in policy.rulebook.edits
    assert policy.as_of == AS_OF
    assert policy.is_strict
    assert made.has_own_edits


def test_the_same_content_has_the_same_hash(made: Bundle, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    policy = make_policy(as_of=AS_OF, edits=[tmp_path / "edits"], ignore=["PAIR"], strict=True)
    again = make_bundle(policy, tmp_path / "again", [tmp_path / "edits"], tmp_path / "none")
    assert again.sha256 == made.sha256


def test_a_bundle_that_was_changed_is_refused(made: Bundle) -> None:
    with zipfile.ZipFile(made.path, "a") as archive:
        archive.writestr("edits/0/more.py", "")
    with pytest.raises(ConfigurationError, match="not the one that was sent"):
        policy_of(made)


def test_what_others_could_have_put_there_is_not_run(made: Bundle) -> None:
    """The folder of an unpacked bundle has a name that others can tell in advance."""
    planted = Path(made.path).parent / f".scrubber-{os.geteuid()}-{made.sha256[:16]}"
    planted.mkdir()
    planted.chmod(0o777)
    (planted / bundling._SETTINGS).write_bytes(b"not settings")
    assert "TEST-01" in policy_of(made).rulebook.edits


def test_another_installation_is_refused(made: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "__version__", "0.0.1")
    with pytest.raises(ConfigurationError, match=r"other edits, packs or tables .* \(here 0\.0\.1\)"):
        policy_of(made)


def test_a_table_changes_the_fingerprint() -> None:
    policy = make_policy(as_of=AS_OF)
    fewer = replace(policy, tables=type(policy.tables)(policy.tables.vintages[1:]))
    assert fingerprint(fewer) != fingerprint(policy)
