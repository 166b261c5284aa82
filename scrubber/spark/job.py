"""The job: every file of a folder scrubbed under Spark, with the outputs of one machine.

Small files share tasks and are scrubbed whole. A large file takes three steps: preflight, which also cuts it
into ranges; the ranges, each evaluated by whoever is free; and one task that walks it once more and writes
its outputs from the results. The input and the output folder are paths that every machine sees, such as a
network file system. Between the steps results are in a hidden folder of the output folder.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.result import Counts, RunProvenance
from scrubber.engine.steps import FileDone
from scrubber.envelopes.scan import Identity
from scrubber.errors import OutputExistsError
from scrubber.pipeline.preflight import preflight
from scrubber.pipeline.ranges import Parts, facts_for, ranges_of, write_results
from scrubber.pipeline.scrub import Elsewhere
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import Style
from scrubber.spark.bundle import Bundle, policy_of
from scrubber.spark.inputs import SPLIT, InputFile, inputs_of, is_large, packed
from scrubber.spark.isolated import Failure, Isolated
from scrubber.spark.repeats import FromRun, Numbers, Waves, identities_of
from scrubber.x12.source import source_of_path, stem_of_path

if TYPE_CHECKING:
    from pyspark import SparkContext

_STAGING = ".scrubber-spark-"


class Plan(Struct, frozen=True):
    """What tasks need to know of the run: the bundle, the folders, and which outputs are wanted."""

    bundle: Bundle
    folder: str
    staging: str
    formats: tuple[str, ...] = ("json",)
    masked: bool = False
    diff: bool = False
    split: int = SPLIT
    repeats: bool = False
    """Find files and envelopes that repeat those of another file of the run."""


class FileRow(Struct, frozen=True):
    """What became of a file. ``error`` says why it was not scrubbed; then nothing was written for it.

    ``edit_errors`` name edits that failed, with their places in the code.
    """

    below: str
    size: int
    verdict: str = ""
    sha256: str = ""
    unreadable: str = ""
    counts: Counts = field(default_factory=Counts)
    ranges: int = 1
    edit_errors: tuple[str, ...] = ()
    error: str = ""


class Outcome(Struct):
    """What became of a run: a row for each file by its path below the folder, and what decided."""

    rows: dict[str, FileRow] = field(default_factory=dict)
    provenance: RunProvenance = field(default_factory=RunProvenance)

    @property
    def in_order(self) -> list[FileRow]:
        """The rows in the order of the files' paths."""
        return [row for _, row in sorted(self.rows.items(), key=lambda item: Path(item[0]).parts)]


class _Cut(Struct, frozen=True):
    """A large file after preflight: its number, and how many ranges it has."""

    number: int
    file: InputFile
    ranges: int


class _Part(Struct, frozen=True):
    """A range that was evaluated; its results are in the staging folder under ``name``."""

    number: int
    index: int
    name: str = ""
    error: str = ""


class _Work(Struct, frozen=True):
    """A piece of work for a child process; ``name`` is what it does.

    ``number`` is the place of the file among all, ``index`` that of a range in it, ``parts`` are the names of
    their results.
    """

    name: str
    file: InputFile
    number: int = 0
    index: int = 0
    parts: tuple[str, ...] = ()
    history: FromRun = field(default_factory=FromRun)


def run_job(context: SparkContext, root: Path, plan: Plan) -> Outcome:
    """Scrub every file below a folder (or one file); return what became of each.

    Raise OSError if a folder cannot be read or written.
    """
    files = inputs_of(root)
    outcome = Outcome(
        {file.below: FileRow(file.below, file.size, error=why) for file, why in _refused(files)}
    )
    files = [file for file in files if file.below not in outcome.rows]
    for folder in {Path(plan.folder, file.below).parent for file in files}:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    context.addFile(plan.bundle.path)
    waves = Waves(_shared(context, plan, files) if plan.repeats else (), plan.bundle.as_of)
    waiting = list(range(len(files)))
    while waiting:
        ready = waves.ready(waiting)
        _scrub_all(context, plan, [_Work("", files[at], at, history=ready[at]) for at in ready], outcome)
        for at in ready:
            row = outcome.rows[files[at].below]
            waves.done(at, row.sha256 or files[at].below, sent=row.counts.sent > 0)
        waiting = [at for at in waiting if at not in ready]
    return outcome


def _scrub_all(context: SparkContext, plan: Plan, works: Sequence[_Work], outcome: Outcome) -> None:
    """Scrub files that need not wait for each other."""
    large = [replace(work, name="cut") for work in works if is_large(work.file, plan.split)]
    small = {work.file.below: replace(work, name="scrub") for work in works}
    for work in large:
        del small[work.file.below]
    found = _distributed(context, plan, [[work] for work in large], outcome)
    cuts = [each for each in found if isinstance(each, _Cut)]
    ranges = [[_Work("evaluate", cut.file, cut.number, index)] for cut in cuts for index in range(cut.ranges)]
    packs = packed([work.file for work in small.values()], context.defaultParallelism, plan.split)
    whole = [[small[file.below] for file in pack] for pack in packs]
    found = _distributed(context, plan, ranges + whole, outcome)
    parts = [each for each in found if isinstance(each, _Part)]
    _distributed(context, plan, _writing(cuts, parts, outcome.rows), outcome)


def _shared(context: SparkContext, plan: Plan, files: Sequence[InputFile]) -> list[Numbers]:
    """Return the numbers that several files have, with the places of these files: grouped by Spark."""
    places = {file.below: place for place, file in enumerate(files)}
    packs = packed(files, context.defaultParallelism, plan.split)
    tasks = [[(places[file.below], file.path) for file in pack] for pack in packs]
    if not tasks:
        return []
    numbers = context.parallelize(tasks, len(tasks)).flatMap(_identities)
    groups = numbers.groupByKey().filter(lambda group: len(group[1]) > 1)
    return [(Identity(*key), tuple(sorted(found))) for key, found in groups.collect()]


def _identities(files: Sequence[tuple[int, str]]) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the numbers of files, each once a file; of one that cannot be read none."""
    for place, path in files:
        with suppress(OSError):
            for identity in identities_of(source_of_path(Path(path))):
                yield (identity.kind, identity.value), place


def _writing(cuts: Iterable[_Cut], parts: Iterable[_Part], rows: dict[str, FileRow]) -> list[list[_Work]]:
    """Return the tasks that write large files; one of which a range failed is a row instead."""
    found: defaultdict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        found[part.number].append(part)
    tasks = []
    for cut in cuts:
        done = sorted(found[cut.number], key=lambda part: part.index)
        file, error = cut.file, next((part.error for part in done if part.error), "")
        if error:
            rows[file.below] = FileRow(file.below, file.size, ranges=cut.ranges, error=error)
        else:
            tasks.append([_Work("write", file, cut.number, parts=tuple(part.name for part in done))])
    return tasks


def _refused(files: Sequence[InputFile]) -> Iterator[tuple[InputFile, str]]:
    """Yield the files whose outputs would have the names of those of another one."""
    stems: set[tuple[str, ...]] = set()
    for file in files:
        path = Path(file.below)
        stem = (*path.parts[:-1], stem_of_path(path))
        if stem in stems:
            yield (
                file,
                "another input has the same name but for its ending, so their outputs would be the same",
            )
        stems.add(stem)


def _distributed(
    context: SparkContext, plan: Plan, tasks: list[list[_Work]], outcome: Outcome
) -> list[_Cut | _Part]:
    """Do the work, the largest tasks first; add the rows of files to the outcome, and return what is left."""
    if not tasks:
        return []
    tasks.sort(key=lambda works: -sum(min(work.file.size, plan.split) for work in works))
    rest: list[_Cut | _Part] = []
    for found in context.parallelize(tasks, len(tasks)).mapPartitions(partial(_task, plan)).collect():
        if isinstance(found, FileRow):
            outcome.rows[found.below] = found
        elif isinstance(found, RunProvenance):
            outcome.provenance.merge(found)
        else:
            rest.append(found)
    return rest


def _task(plan: Plan, tasks: Iterator[list[_Work]]) -> Iterator[FileRow | _Part | _Cut | RunProvenance]:
    """Do the works of a task, each in a child process of its own or of the ones before it.

    What decided comes once for all of them.
    """
    os.umask(0o077)
    if not plan.bundle.has_own_edits:
        policy_of(plan.bundle)  # loaded once for all tasks of this process; an own edit never runs in it
    provenance = RunProvenance()
    for works in tasks:
        with Isolated(_Doer(plan)) as isolated:
            for work in works:
                try:
                    found, decided = isolated(work)
                except Failure as failure:
                    yield _failed(work, str(failure))
                else:
                    provenance.merge(decided)
                    yield found
    yield provenance


def _failed(work: _Work, reason: str) -> FileRow | _Part:
    if work.name == "evaluate":
        return _Part(work.number, work.index, error=reason)
    return FileRow(work.file.below, work.file.size, error=reason)


class _Doer:
    """Does works in a child process; what one of them learns, the next ones use."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._evaluator: Evaluator | None = None
        self._staging = Path(plan.staging)
        self._provenance = RunProvenance()

    def __call__(self, work: _Work) -> tuple[FileRow | _Part | _Cut, RunProvenance]:
        """Do a work; return what came of it, and what decided."""
        if self._evaluator is None:
            self._evaluator = Evaluator(policy_of(self._plan.bundle))
        does: Mapping[str, Callable[[_Work, Evaluator], FileRow | _Part | _Cut]] = {
            "cut": self._cut,
            "evaluate": self._evaluate,
            "scrub": self._scrub,
            "write": self._write,
        }
        self._provenance = RunProvenance()
        return does[work.name](work, self._evaluator), self._provenance

    def _cut(self, work: _Work, evaluator: Evaluator) -> _Cut:
        """Do preflight of a large file, and cut it into ranges."""
        source = source_of_path(Path(work.file.path))
        first = preflight(source, evaluator.policy, history=work.history)
        ranges = ranges_of(source, first, self._plan.split)
        for index, part in enumerate(ranges):
            self._keep(f"{work.number}.{index}.range", (facts_for(first, part), part))
        self._keep(f"{work.number}.first", first)
        return _Cut(work.number, work.file, len(ranges))

    def _evaluate(self, work: _Work, evaluator: Evaluator) -> _Part:
        """Evaluate a range; its results are in a file of this attempt's own."""
        raw = (self._staging / f"{work.number}.{work.index}.range").read_bytes()
        first, part = pickle.loads(raw)  # noqa: S301 - of a folder of our own
        handle, name = tempfile.mkstemp(prefix=f"{work.number}.{work.index}.", dir=self._staging)
        os.close(handle)
        write_results(Path(name), source_of_path(Path(work.file.path)), evaluator, first, part)
        return _Part(work.number, work.index, Path(name).name)

    def _scrub(self, work: _Work, evaluator: Evaluator) -> FileRow:
        """Scrub a small file."""
        return self._written(work, evaluator, None)

    def _write(self, work: _Work, evaluator: Evaluator) -> FileRow:
        """Write the outputs of a large file from the results of its ranges."""
        first = pickle.loads((self._staging / f"{work.number}.first").read_bytes())  # noqa: S301 - see above
        paths = [self._staging / name for name in work.parts]
        row = self._written(work, evaluator, Parts(first, paths))
        return replace(row, ranges=len(paths))

    def _written(self, work: _Work, evaluator: Evaluator, elsewhere: Elsewhere | None) -> FileRow:
        """Write all outputs of a file. Another attempt writes the same bytes to the same names."""
        plan, file = self._plan, work.file
        source = source_of_path(Path(file.path))
        style = Style(evaluator.policy.rulebook.edits, masked=plan.masked, diff=plan.diff)
        wanted = Wanted(plan.formats, style, force=True, staging=self._staging)
        folder = Path(plan.folder, file.below).parent
        steps = scrub_to_folder(
            source,
            evaluator.policy,
            folder,
            wanted,
            history=work.history,
            evaluator=evaluator,
            elsewhere=elsewhere,
        )
        done = [step for step in steps if isinstance(step, FileDone)][-1]
        self._provenance = done.provenance
        return _row(file, done)

    def _keep(self, name: str, value: object) -> None:
        """Write a value for later steps, whole or not at all."""
        handle, part = tempfile.mkstemp(prefix=".keeping-", dir=self._staging)
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
        Path(part).replace(self._staging / name)


def _row(file: InputFile, done: FileDone) -> FileRow:
    result = done.result
    return FileRow(
        below=file.below,
        size=file.size,
        verdict=result.verdict,
        sha256=result.sha256,
        unreadable=result.unreadable or "",
        counts=result.counts,
        edit_errors=tuple(sorted({str(failure) for failure in done.provenance.failures})),
    )


def require_new(folder: Path, *, force: bool) -> None:
    """Create the output folder. Raise OutputExistsError unless it is empty or ``force`` is set."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not force and any(not path.name.startswith(_STAGING) for path in folder.iterdir()):
        raise OutputExistsError(f"{folder} is not empty; --force replaces files in it")


def staging_in(folder: Path) -> Path:
    """Return a new hidden folder in the output folder, for what is not complete."""
    return Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))


def discard(staging: Path) -> None:
    """Remove what is not complete, also what attempts left that were ended half-way."""
    with suppress(FileNotFoundError):
        shutil.rmtree(staging)
