"""A clean file that cannot be read back is not published."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import scrubber
from scrubber.files.read_back import read_back
from scrubber.files.split import Split

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ROOT / "fixtures" / "837" / "clean" / "several-transactions.837"


def test_a_clean_file_has_its_claims() -> None:
    raw = CLEAN.read_bytes()
    read_back(io.BytesIO(raw), raw.count(b"CLM*"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[3:],
        lambda raw: raw.replace(b"CLM*", b"CLX*", 1),
        lambda raw: raw + raw,
        lambda raw: b"claims: " + raw,
    ],
)
def test_another_file_is_refused(damage: object) -> None:
    raw = CLEAN.read_bytes()
    assert callable(damage)
    with pytest.raises(scrubber.ReadBackError):
        read_back(io.BytesIO(damage(raw)), raw.count(b"CLM*"))


def test_nothing_is_written_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in what is written leaves nothing behind."""
    original = Split.claim
    monkeypatch.setattr(Split, "claim", lambda self, step: [original(self, step), original(self, step)])
    with pytest.raises(scrubber.ReadBackError):
        scrubber.scrub(CLEAN, tmp_path)
    assert [*tmp_path.iterdir()] == []
