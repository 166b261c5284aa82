"""What the commands that judge have in common: options, and exit statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from scrubber.api import make_policy
from scrubber.engine.config import load_configuration
from scrubber.engine.discovery import installed_folders
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, TableError

OK, HELD, USAGE, TRY_LATER = 0, 1, 2, 75
DAY = click.DateTime(formats=["%Y-%m-%d"])
_NAMES = ("pack", "config", "edits", "select", "ignore", "tables")


def split(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """A list with commas between."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that decide which edits judge, and how."""
    options = [
        click.option("--pack", default="", metavar="ID", help="Judge every claim by this pack."),
        click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                     help="The configuration, scrubber.toml."),
        click.option("--edits", multiple=True, metavar="DIR",
                     type=click.Path(exists=True, file_okay=False),
                     help="A folder with edits and packs of your own; may be given again."),
        click.option("--select", default="", callback=split, metavar="IDS",
                     help="Only these edits or families: PAIR,DX-05."),
        click.option("--ignore", default="", callback=split, metavar="IDS",
                     help="Not these edits or families."),
        click.option("--tables", type=click.Path(exists=True, file_okay=False), metavar="DIR",
                     help="Where imported tables are; the user's data directory unless said otherwise."),
        click.option("--as-of", type=DAY, metavar="DATE",
                     help="The day that counts as today, 2026-05-01."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def policy_of(options: Mapping[str, Any], fix: tuple[str, ...]) -> Policy:
    """What the options of `policy_options` say, loaded. Other options are let through."""
    as_of: date | None = options["as_of"].date() if options["as_of"] else None
    try:
        return make_policy(**{**{name: options[name] for name in _NAMES}, "as_of": as_of}, fix=fix)
    except (ConfigurationError, TableError) as error:
        raise click.UsageError(str(error)) from error


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
