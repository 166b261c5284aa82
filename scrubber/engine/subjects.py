"""What the edits are run on: the subjects of a claim, the smallest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from scrubber.claim.model import Claim
from scrubber.engine.context import Context
from scrubber.engine.edit import Subject
from scrubber.engine.needs import Needs
from scrubber.engine.traits import claim_traits, line_traits, lines_traits


class SubjectOf(NamedTuple):
    """One subject of a claim: its kind, the part of the claim, and the traits that edits may need."""

    kind: Subject
    part: Any
    traits: frozenset[str]


def subjects_of(claim: Claim, context: Context, needs: Needs) -> Iterator[SubjectOf]:
    """Yield all subjects of a claim, with the traits that the edits of its pack may need.

    A line's traits are its own and those of the claim as a whole.
    """
    own = claim_traits(claim, context) | lines_traits([line.procedure for line in claim.lines])
    of_lines = [
        own.union(line_traits(line, context.codes), needs.of_code(line.hcpcs)) for line in claim.lines
    ]
    every = own.union(*of_lines)
    for party in claim.parties:
        yield SubjectOf("party", party, every)
    for diagnosis in claim.diagnoses:
        yield SubjectOf("diagnosis", diagnosis, every)
    for line, traits in zip(claim.lines, of_lines, strict=True):
        yield SubjectOf("line", line, traits)
        yield SubjectOf("line_diagnosis", line, traits)
    yield SubjectOf("lines", claim, every)
    yield SubjectOf("claim", claim, every)
