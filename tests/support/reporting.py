"""Reports in tests: every format of some bytes at once, without files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from scrubber.engine.policy import Policy
from scrubber.engine.steps import deliver
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, Style
from scrubber.x12.source import source_of_bytes


def reports(
    *files: bytes, policy: Policy, formats: Sequence[str] = tuple(FORMATS), **style: Any
) -> dict[str, bytes]:
    """The reports of a run over some inputs, by format; ``style`` as `Style` takes it."""
    streams = {name: io.BytesIO() for name in formats}
    how = Style(policy.rulebook.edits, **style)
    sink = ReportSink([FORMATS[name].writer(stream, how) for name, stream in streams.items()], how, policy)
    for raw in files:
        sink.file(deliver(scrub_source(source_of_bytes(raw), policy), sink))
    sink.finish()
    return {name: stream.getvalue() for name, stream in streams.items()}


def text_report(*files: bytes, policy: Policy, **style: Any) -> str:
    """The text report of a run over some inputs."""
    return reports(*files, policy=policy, formats=("text",), **style)["text"].decode()
