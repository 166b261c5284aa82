"""From the segments of a claim and of the levels above it to the `Claim`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scrubber.claim.level import Level
from scrubber.claim.model import Claim
from scrubber.x12 import Segment


def build_claim(levels: Mapping[str, Level], segments: Sequence[Segment]) -> Claim:
    """Build the claim whose segments (CLM first) are given.

    ``levels`` are those above it by name: ``HEADER``, ``2000A``, ``2000B``, ``2000C``; one that the input
    lacks may be missing. Never raises on malformed values.
    """
    return Claim({name: level.loop for name, level in levels.items()}, segments)
