"""Reports in tests: every format of some bytes at once, without files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from scrubber.edit.judged import Judged
from scrubber.edit.policy import Policy
from scrubber.output.formats import FORMATS, Style
from scrubber.output.reporting import Reporting
from scrubber.report import ClaimReport
from scrubber.scrub import Basis, scrub_source
from scrubber.source import source_of_bytes


def reports(
    *files: bytes, policy: Policy, formats: Sequence[str] = tuple(FORMATS), **style: Any
) -> dict[str, bytes]:
    """The reports of a run over some inputs, by format; ``style`` as `Style` takes it."""
    streams = {name: io.BytesIO() for name in formats}
    how = Style(policy.rulebook.edits, **style)
    reporting = Reporting([FORMATS[name].writer(stream, how) for name, stream in streams.items()], how)
    basis = Basis()

    def take(claim: ClaimReport, judged: Judged) -> None:
        basis.add(claim)
        reporting.claim(claim, judged)

    for raw in files:
        reporting.file(scrub_source(source_of_bytes(raw), policy, take))
    reporting.finish(basis.report(policy))
    return {name: stream.getvalue() for name, stream in streams.items()}


def text_report(*files: bytes, policy: Policy, **style: Any) -> str:
    """The text report of a run over some inputs."""
    return reports(*files, policy=policy, formats=("text",), **style)["text"].decode()
