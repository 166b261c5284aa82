"""The commands on packs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from scrubber.cli.options import DAY, edit_options, example, rulebook_of
from scrubber.cli.rules.manual import list_packs as pack_lines
from scrubber.cli.rules.manual import show_pack as decision_lines
from scrubber.cli.suggest import did_you_mean


@click.group(short_help="Show which edits apply to which payer.", epilog=example("packs show medicare-b"))
def packs() -> None:
    """Show the packs: a pack is a payer's policy, that is which edits apply, and how severe they are."""


@packs.command("list", epilog=example("packs list"))
@edit_options
def list_packs(**options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """List all packs and the payers that they are for."""
    click.echo("\n".join(pack_lines(rulebook_of(options))))


@packs.command("show", epilog=example("packs show medicare-b --on 2026-05-01"))
@click.argument("pack_id", metavar="ID")
@click.option("--on", type=DAY, metavar="DATE", help="For services of this day; today by default.")
@edit_options
def show_pack(pack_id: str, on: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Show what a pack decides about each edit."""
    rulebook = rulebook_of(options)
    if pack_id not in rulebook.packs:
        hint = did_you_mean(pack_id, rulebook.packs) or "; `scrubber packs list` shows all packs"
        raise click.UsageError(f"no pack has the ID {pack_id}{hint}")
    day = on.date() if on else date.today()  # noqa: DTZ011 - the user's own calendar day is meant
    click.echo("\n".join(decision_lines(rulebook, pack_id, day)))
