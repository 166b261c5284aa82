"""The same from Python as on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from scrubber.claim.model import Claim, build_claim
from scrubber.claim.walk import Leaf, walk
from scrubber.engine.config import Configuration, load_configuration
from scrubber.engine.discovery import load_rulebook, shipped_folder
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.policy import Fixes, Policy
from scrubber.engine.result import ClaimResult
from scrubber.errors import ConfigurationError, UnreadableError
from scrubber.pipeline.preflight import Preflight
from scrubber.pipeline.scrub import RunProvenance, scrub_source
from scrubber.pipeline.to_folder import scrub_to_folder
from scrubber.report.model import ClaimReport, Report
from scrubber.tables import open_tables
from scrubber.x12 import read_pieces
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import Source, source_of_bytes, source_of_path

Input = str | Path | bytes


def read(source: Input) -> Iterator[Claim]:
    """Yield the 837P claims of a file (or of bytes) one by one, in constant memory.

    Malformed values stay visible as they are; nothing is checked. Raises UnreadableError where the input
    holds no claim at all, OSError where it cannot be opened.
    """
    found = False
    with _source(source).open() as reader:
        for step in walk(envelope_events(read_pieces(reader)), Preflight().is_opaque):
            if isinstance(step, Leaf) and step.is_claim:
                found = True
                yield build_claim(step.levels(), step.segments)
    if not found:
        raise UnreadableError("the input holds no 837P claim")


def scrub(
    source: Input,
    output: str | Path | None = None,
    *,
    pack: str = "",
    config: str | Path | None = None,
    edits: Iterable[str | Path] = (),
    tables: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fix: Iterable[str] = ("safe",),
    as_of: date | None = None,
    force: bool = False,
    history: History = NO_HISTORY,
) -> Report:
    """Scrub one input and give its report, all claims included.

    With ``output`` (a folder) the cleaned 837, the held 837 and the JSON report are written there too.
    ``fix`` holds ``safe`` and ids of edits whose repair is wanted; empty repairs nothing. ``as_of`` is
    the day that counts as today, ``tables`` the folder of imported tables, ``history`` what was received
    before. Raises ConfigurationError, TableError, OutputExistsError, OSError.
    """
    policy = make_policy(
        pack=pack,
        config=config,
        edits=edits,
        tables=tables,
        select=select,
        ignore=ignore,
        fix=fix,
        as_of=as_of,
    )
    claims: list[ClaimReport] = []
    basis = RunProvenance()

    def take(claim: ClaimReport, _judged: ClaimResult) -> None:
        claims.append(claim)
        basis.add(claim)

    found = _source(source)
    if output is None:
        file = scrub_source(found, policy, take, history=history)
    else:
        file = scrub_to_folder(found, policy, Path(output), take, force=force, history=history)
    return basis.report(policy, (replace(file, claims=tuple(claims)),))


def make_policy(
    *,
    pack: str = "",
    config: str | Path | None = None,
    edits: Iterable[str | Path] = (),
    tables: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fix: Iterable[str] = ("safe",),
    as_of: date | None = None,
) -> Policy:
    """Load edits, packs and configuration, open the tables.

    Raises ConfigurationError for anything not understood, TableError for a table that cannot be used.
    """
    settings = load_configuration(Path(config)) if config else Configuration()
    rulebook = load_rulebook([*settings.edits, *(Path(folder) for folder in edits)])
    for wanted in (pack, settings.pack, *settings.payers.values()):
        if wanted:
            rulebook.chain(wanted)
    for entry in settings.suppressions:
        if entry.edit not in rulebook.edits:
            raise ConfigurationError(f"{config}: suppression: no edit has the id {entry.edit}")
    fixes = tuple(fix)
    for name in fixes:
        if name != "safe" and name not in rulebook.edits:
            raise ConfigurationError(f"{name}: no edit has this id")
    return Policy(
        rulebook=rulebook.selected(tuple(select), tuple(ignore)),
        tables=open_tables(shipped_folder() / "tables", Path(tables) if tables else settings.tables),
        as_of=as_of or date.today(),  # noqa: DTZ011 - the user's own calendar day is meant
        pack=pack or settings.pack,
        payers=settings.payers,
        suppressions=settings.suppressions,
        fixes=Fixes("safe" in fixes, frozenset(fixes) - {"safe"}),
    )


def _source(source: Input) -> Source:
    return source_of_bytes(source) if isinstance(source, bytes) else source_of_path(Path(source))
