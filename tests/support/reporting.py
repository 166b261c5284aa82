"""Reports in tests: every format of some bytes at once, without files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.pipeline.scrub import RunProvenance, scrub_source
from scrubber.report.fan_out import Reporting
from scrubber.report.formats import FORMATS, Style
from scrubber.report.model import ClaimReport
from scrubber.x12.source import source_of_bytes


def reports(
    *files: bytes, policy: Policy, formats: Sequence[str] = tuple(FORMATS), **style: Any
) -> dict[str, bytes]:
    """The reports of a run over some inputs, by format; ``style`` as `Style` takes it."""
    streams = {name: io.BytesIO() for name in formats}
    how = Style(policy.rulebook.edits, **style)
    reporting = Reporting([FORMATS[name].writer(stream, how) for name, stream in streams.items()], how)
    basis = RunProvenance()

    def take(claim: ClaimReport, judged: ClaimResult) -> None:
        basis.add(claim)
        reporting.claim(claim, judged)

    for raw in files:
        reporting.file(scrub_source(source_of_bytes(raw), policy, take))
    reporting.finish(basis.report(policy))
    return {name: stream.getvalue() for name, stream in streams.items()}


def text_report(*files: bytes, policy: Policy, **style: Any) -> str:
    """The text report of a run over some inputs."""
    return reports(*files, policy=policy, formats=("text",), **style)["text"].decode()
