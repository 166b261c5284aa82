"""The rows of one table of a file, or of a range of one, as batches that wait in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from msgspec import Struct

from scrubber.claim.walk import Leaf
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.steps import ClaimDone, FileDone
from scrubber.pipeline.evaluation import evaluate, is_held
from scrubber.pipeline.preflight import Preflight
from scrubber.pipeline.ranges import Range, claims_of
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.arrow.batches import Gathered
from scrubber.report.arrow.rows import (
    Row,
    claim_row,
    file_row,
    finding_row,
    finding_rows,
    line_rows,
    run_row,
    unchecked_rows,
)
from scrubber.report.arrow.schema import schema_of
from scrubber.report.build import claim_report, file_report, run_report
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.masking import Mask, masked_finding
from scrubber.x12.source import Source


class Unit(Struct, frozen=True):
    """What a table is made of: a source under the name that its rows have, and which columns are wanted.

    ``first`` and ``part`` are of a range; without them it is the whole file.
    """

    source: Source
    name: str
    table: str
    columns: tuple[str, ...]
    masked: bool
    first: Preflight | None = None
    part: Range | None = None


def write_table(unit: Unit, evaluator: Evaluator, path: Path) -> None:
    """Write the rows of a unit to an Arrow stream."""
    schema = schema_of(unit.table)
    gathered = Gathered(schema)
    wanted = pa.schema([schema.field(name) for name in unit.columns])
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with path.open("wb") as out, pa.ipc.new_stream(out, wanted, options=options) as stream:
        for row in _rows(unit, evaluator):
            for batch in gathered.add((row,)):
                stream.write_batch(batch.select(unit.columns))
        for batch in gathered.rest():
            stream.write_batch(batch.select(unit.columns))


def _rows(unit: Unit, evaluator: Evaluator) -> Iterator[Row]:
    if unit.first is None or unit.part is None:
        yield from _rows_of_file(unit, evaluator)
        return
    first, part = unit.first, unit.part
    known = unit.name, first.sha256
    if part.start == 0 and unit.table == "findings":
        for finding in first.findings:
            shown = masked_finding(finding, Mask(())) if unit.masked else finding
            yield (*known, *finding_row(shown, None))
    for ordinal, leaf in enumerate(claims_of(unit.source, first, part), start=part.claims + 1):
        view = _view(leaf, evaluator, first, ordinal, masked=unit.masked)
        for row in _rows_of_claim(unit.table, view):
            yield (*known, *row)


def _view(leaf: Leaf, evaluator: Evaluator, first: Preflight, ordinal: int, *, masked: bool) -> ClaimView:
    result = evaluate(leaf, evaluator, first)
    result.is_strict = evaluator.policy.is_strict
    held = is_held(leaf, result, first, evaluator.policy)
    return ClaimView.of(claim_report(result, held=held), result, ordinal, masked=masked)


def _rows_of_claim(table: str, view: ClaimView) -> Iterable[Row]:
    if table == "claims":
        return (claim_row(view),)
    if table == "lines":
        return line_rows(view.ordinal, view.lines)
    if table == "findings":
        return finding_rows(view)
    return unchecked_rows(view.ordinal, view.report.unchecked)


def _rows_of_file(unit: Unit, evaluator: Evaluator) -> Iterator[Row]:
    """Yield the rows of a whole file. Its hash comes with the first step, before its claims."""
    policy, ordinal = evaluator.policy, 0
    sha256 = sha256_of(unit.source)
    for step in scrub_source(unit.source, policy, evaluator=evaluator):
        if isinstance(step, ClaimDone) and unit.table != "files":
            ordinal += 1
            report = claim_report(step.result, held=step.held)
            view = ClaimView.of(report, step.result, ordinal, masked=unit.masked)
            for row in _rows_of_claim(unit.table, view):
                yield (unit.name, sha256, *row)
        elif isinstance(step, FileDone):
            report_ = file_report(step.result, step.provenance, policy)
            view_ = FileView(report_, step.result.segments)
            file = (view_.mask(unit.name) if unit.masked else view_).report
            if unit.table == "files":
                _, _, *rest = file_row(file)
                yield (unit.name, sha256, *rest, *run_row(run_report(step.provenance, policy)))
            elif unit.table == "findings":
                for finding in file.findings:
                    yield (unit.name, sha256, *finding_row(finding, None))


def sha256_of(source: Source) -> str:
    """Return the hash of an input."""
    with source.open() as reader:
        while reader.read(1 << 20):
            pass
        return reader.sha256()


def failed_row(name: str, reason: str) -> Row:
    """Return the row of `files` for a file that could not be scrubbed: the reason is in ``unreadable``."""
    empty = len(schema_of("files")) - 4
    return (name, None, "failed", reason, *(None for _ in range(empty)))
