"""What peers are given to read."""

from __future__ import annotations

import io
from pathlib import Path

from bench import lifelike
from bench.speed.read_with import split, transaction_sets


def written() -> str:
    out = io.BytesIO()
    lifelike.generate(out, size=600_000, seed=1)
    return out.getvalue().decode()


def test_each_transaction_set_is_given_by_itself_and_nothing_is_lost() -> None:
    text = written()
    parts = list(transaction_sets(text))
    assert len(parts) == text.count("\nST*") > 1
    assert all(part.startswith("ISA*") and part.count("\nST*") == part.count("\nSE*") == 1 for part in parts)
    assert all(part.endswith("~\n") for part in parts)
    assert sum(part.count("\nCLM*") for part in parts) == text.count("\nCLM*")


def test_the_floor_sees_every_segment(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_text(written())
    assert split(path) == f"{path.read_text().count('~'):,} segments"
