"""Files whose claims are held and repaired as their numbers ask: with the edits of `marking`."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.running import MARKS, mark
from tests.support.strategies import ClaimInfo, files

Example = tuple[bytes, list[ClaimInfo]]


def marked_files() -> st.SearchStrategy[tuple[bytes, tuple[str, ...]]]:
    """A clean file whose claims are to be held and repaired in any combination."""
    drawn = st.tuples(files(max_claims=7), st.lists(st.sampled_from(MARKS), min_size=7, max_size=7))

    def apply(pair: tuple[Example, list[str]]) -> tuple[bytes, tuple[str, ...]]:
        (raw, infos), marks = pair
        return mark(raw, marks[: len(infos)]), tuple(marks[: len(infos)])

    return drawn.map(apply)
