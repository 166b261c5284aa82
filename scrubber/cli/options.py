"""Options and exit statuses shared by the commands that evaluate claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from scrubber.api import make_policy
from scrubber.engine.config import load_configuration
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, TableError

OK, HELD, USAGE, TRY_LATER = 0, 1, 2, 75
DAY = click.DateTime(formats=["%Y-%m-%d"])
_NAMES = ("pack", "config", "edits", "select", "ignore", "tables")


def split(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that determine which edits are run, and how."""
    options = [
        click.option("--pack", default="", metavar="ID", help="Use this pack for every claim."),
        click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                     help="Configuration file (scrubber.toml)."),
        click.option("--edits", multiple=True, metavar="DIR",
                     type=click.Path(exists=True, file_okay=False),
                     help="Folder with your own edits and packs; may be repeated."),
        click.option("--select", default="", callback=split, metavar="IDS",
                     help="Run only these edits or families, such as PAIR,DX-05."),
        click.option("--ignore", default="", callback=split, metavar="IDS",
                     help="Do not run these edits or families."),
        click.option("--tables", type=click.Path(exists=True, file_okay=False), metavar="DIR",
                     help="Folder of imported tables (default: the user's data directory)."),
        click.option("--as-of", type=DAY, metavar="DATE",
                     help="Date to use as today, such as 2026-05-01."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def policy_of(options: Mapping[str, Any], fix: tuple[str, ...]) -> Policy:
    """Load the policy that the options of `policy_options` describe; ignore other options."""
    as_of: date | None = options["as_of"].date() if options["as_of"] else None
    try:
        return make_policy(**{**{name: options[name] for name in _NAMES}, "as_of": as_of}, fix=fix)
    except (ConfigurationError, TableError) as error:
        raise click.UsageError(str(error)) from error


def has_own_edits(options: Mapping[str, Any]) -> bool:
    """Return True if the options of `policy_options`, or the configuration, name folders of edits."""
    try:
        return bool(
            options["edits"] or (options["config"] and load_configuration(Path(options["config"])).edits)
        )
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
