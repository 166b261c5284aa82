"""The command that prints the manual page of an edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from scrubber.cli.options import AS_OF, edit_options, example, rulebook_of
from scrubber.cli.rules.manual import explain as explain_lines
from scrubber.cli.rules.manual import explain_family
from scrubber.cli.suggest import did_you_mean
from scrubber.engine.edit import Edit
from scrubber.engine.loading.discovery import Example, load_examples
from scrubber.engine.rulebook import Rulebook


@click.command(
    short_help="Print the manual page of an edit, or list a family of edits.",
    epilog=example("explain PAIR-01"),
)
@click.argument("name", metavar="ID")
@edit_options
@AS_OF
def explain(name: str, as_of: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Print the manual page of an edit (PAIR-01), or list the edits of a family (PAIR)."""
    rulebook, wanted = rulebook_of(options), name.upper()
    edit = rulebook.edits.get(wanted)
    if edit:
        day = as_of.date() if as_of else date.today()  # noqa: DTZ011 - the user's own calendar day is meant
        lines = [*explain_lines(edit, rulebook, day, _example_of(edit, rulebook))]
    else:
        lines = [*explain_family(wanted, rulebook)]
    if not lines:
        families = sorted({edit.family for edit in rulebook.edits.values()})
        hint = did_you_mean(name, [*families, *rulebook.edits]) or "; `scrubber edits list` shows all edits"
        raise click.UsageError(f"no edit or family of edits is called {name}{hint}")
    click.echo("\n".join(lines))


def _example_of(edit: Edit, rulebook: Rulebook) -> Example | None:
    """Return the example of an edit's page: shipped edits have theirs ready."""
    example = load_examples().get(edit.id)
    if example is None:
        from scrubber.casetest.example import example_of_own  # noqa: PLC0415 - own edits only

        example = example_of_own(edit, rulebook)
    return example
