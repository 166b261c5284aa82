"""What several commands have in common: options, examples in the help, and exit statuses."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from msgspec import structs

from scrubber.api import make_policy
from scrubber.cli.start import loading
from scrubber.cli.suggest import did_you_mean
from scrubber.engine.loading.config import Configuration, find_configuration, load_configuration
from scrubber.engine.loading.discovery import installed_folders, load_rulebook
from scrubber.engine.policy import Policy
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError, TableError
from scrubber.text import how_to_write_day
from scrubber.x12.source import is_nameless


class _Day(click.DateTime):
    """A day as 2026-05-01, with help for those who write 05/01/2026."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as in click
        """Return the day; fail with how it is to be written."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a day: {how_to_write_day(str(value))}", param, ctx)


DAY = _Day()
_NAMES = ("pack", "config", "edits", "select", "ignore", "tables", "lock", "strict", "report_only")
_CONFIG = click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                       help="The configuration, scrubber.toml.")  # fmt: skip
_EDITS = click.option("--edits", multiple=True, metavar="DIR", type=click.Path(exists=True, file_okay=False),
                      help="A folder with your own edits and packs; may be repeated.")  # fmt: skip
AS_OF = click.option("--as-of", type=DAY, metavar="DATE", help="The day that counts as today: 2026-05-01.")
"""For commands whose answer depends on the day."""


def example(command: str) -> str:
    """Return an example as the last part of a command's help; click is not to wrap it."""
    return f"\b\nExample:\n  scrubber {command}"


def split(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Return the entries of a list with commas between."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


FIX = click.option(
    "--fix",
    default="safe",
    callback=split,
    metavar="none|safe|IDS",
    help="Which fixes to apply; safe by default, an unsafe one only by its edit's ID.",
)
"""What the commands that write clean files correct."""
REPORT_ONLY = click.option(
    "--report-only",
    is_flag=True,
    help="Hold no claim for what is found on it: report that it would be held, and send it on.",
)
"""For trying the scrubber out without changing what is sent."""


def edit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which edits and packs there are."""
    return _CONFIG(_EDITS(command))


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of runs by hand: leave edits out, look for no configuration."""
    options = [
        click.option("--no-config", is_flag=True,
                     help="Do not look for a scrubber.toml in the folder of the files and above."),
        click.option("--select", default="", callback=split, metavar="IDS",
                     help="Run only these edits or families: PAIR,DX-05."),
        click.option("--ignore", default="", callback=split, metavar="IDS",
                     help="Do not run these edits or families."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that decide which edits are run, and how."""
    options = [
        click.option("--pack", default="", metavar="ID", help="Use this pack for every claim."),
        _CONFIG,
        _EDITS,
        click.option("--tables", type=click.Path(exists=True, file_okay=False), metavar="DIR",
                     help="The folder of imported tables; by default, your user data directory."),
        click.option("--lock", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                     help="Use exactly the releases of tables that FILE of `tables lock` names."),
        click.option("--strict", is_flag=True, help="Hold claims on which an edit could not be evaluated."),
        AS_OF,
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def rulebook_of(options: Mapping[str, Any]) -> Rulebook:
    """Load the edits and packs that the options of `edit_options` name, with the shipped ones."""
    try:
        config = options["config"]
        settings = load_configuration(Path(config)) if config else Configuration()
        return load_rulebook([*settings.edits, *map(Path, options["edits"])])
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def policy_near(files: tuple[Path, ...], options: Mapping[str, Any], fix: tuple[str, ...]) -> Policy:
    """Load what the options say, as `policy_of`; if they name no configuration, find one near the files."""
    if options["config"] or options["no_config"]:
        return policy_of(options, fix)
    folders = [Path() if is_nameless(path) else path.parent for path in files]
    try:
        found = find_configuration(folders)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    policy = policy_of({**options, "config": found}, fix)
    if found is None or policy.configuration is None:
        return policy
    name = Path(os.path.relpath(found, folders[0])).as_posix()
    return replace(policy, configuration=structs.replace(policy.configuration, name=name, found=True))


def policy_of(options: Mapping[str, Any], fix: tuple[str, ...]) -> Policy:
    """Load what the options of `policy_options` say. Other options are ignored."""
    as_of: date | None = options["as_of"].date() if options["as_of"] else None
    try:
        with loading():
            named = {name: options[name] for name in _NAMES if name in options}
            return make_policy(**named, as_of=as_of, fix=fix)
    except (ConfigurationError, TableError) as error:
        raise click.UsageError(f"{error}{_suggestion(str(error), options, fix)}") from error


def has_own_edits(options: Mapping[str, Any]) -> bool:
    """Return True if the options of `policy_options`, the configuration or installed packages name edits."""
    try:
        return bool(
            options["edits"]
            or (options["config"] and load_configuration(Path(options["config"])).edits)
            or list(installed_folders())
        )
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _suggestion(error: str, options: Mapping[str, Any], fix: tuple[str, ...]) -> str:
    """Return what was probably meant, where the error is about an unknown name of the command line."""
    selection = (*options.get("select", ()), *options.get("ignore", ()))
    named = [name for name in (options["pack"], *fix, *selection) if name]
    if not any(name in error for name in named):
        return ""
    rulebook = rulebook_of(options)
    ids = list(rulebook.edits)
    edits = [*sorted({edit.family for edit in rulebook.edits.values()}), *ids]
    known = dict.fromkeys(selection, edits)
    known |= {name: ["safe", *ids] for name in fix} | {options["pack"]: list(rulebook.packs)}
    unknown = next((name for name in named if name in error and name not in known[name]), None)
    return did_you_mean(unknown, known[unknown]) if unknown else ""
