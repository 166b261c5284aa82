"""Scrubbing one input into a folder: the cleaned and the held 837 and the report, all or nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scrubber.edit.engine import Judged
from scrubber.edit.policy import Policy
from scrubber.output.folder import OutputFolder
from scrubber.output.split import Split
from scrubber.output.writers import SUFFIXES, WRITERS, ReportWriter
from scrubber.report import ClaimReport, FileReport, Report
from scrubber.scrub import OnClaim, OnProgress, packs_used, scrub_source
from scrubber.source import Source
from scrubber.version import __version__


@dataclass(slots=True)
class _ReportFile:
    """One report of one input, as a text layer over its output stream."""

    text: io.TextIOWrapper
    writer: ReportWriter


def scrub_to_folder(
    source: Source,
    policy: Policy,
    folder: Path,
    on_claim: OnClaim = lambda _claim, _judged: None,
    *,
    formats: tuple[str, ...] = ("json",),
    force: bool = False,
    progress: OnProgress = lambda _: None,
) -> FileReport:
    """Scrub an input; see the module. Names are ``STEM.clean.837``, ``STEM.held.837``, ``STEM.report.*``.

    The cleaned file gets its name last: who sees it finds everything else there. Raises
    OutputExistsError, InputChangedError, OSError; then nothing has been written.
    """
    with OutputFolder(folder, force) as outputs:
        clean = outputs.create(f"{source.stem}.clean.837")
        held = outputs.create(f"{source.stem}.held.837")
        names = {name: f"{source.stem}.report.{SUFFIXES[name]}" for name in formats}
        reports = {name: _open_report(name, outputs.create(file)) for name, file in names.items()}
        packs: set[str] = set()

        def take(claim: ClaimReport, judged: Judged) -> None:
            packs.add(claim.pack)
            for report in reports.values():
                report.writer.claim(claim)
            on_claim(claim, judged)

        split = Split(clean, held)
        file = scrub_source(source, policy, take, split, progress)
        if not file.counts.accepted:
            outputs.discard(clean)
        if not (file.counts.claims and split.held_size):
            outputs.discard(held)
        _finish(reports, file, policy, packs)
        outputs.publish()
    return file


def _open_report(name: str, stream: BinaryIO) -> _ReportFile:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
    return _ReportFile(text, WRITERS[name](text))


def _finish(reports: Mapping[str, _ReportFile], file: FileReport, policy: Policy, packs: set[str]) -> None:
    head = Report(__version__, policy.as_of, packs_used(policy, packs), policy.rulebook.tables, ())
    for report in reports.values():
        report.writer.file(file)
        report.writer.finish(head)
        report.text.flush()
        report.text.detach()
