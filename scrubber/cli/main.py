"""The command line: its commands in groups, each loaded when it is run."""

from __future__ import annotations

import importlib
import sys
from typing import Any, ClassVar, NamedTuple, cast

import click

from scrubber.cli.ending import ending, require_streams
from scrubber.cli.start import loading
from scrubber.version import __version__


class _Lazy(NamedTuple):
    """A command that is loaded when it is run: its module in this package, and what the help says of it."""

    module: str
    short_help: str
    needs_linux: bool = False


class _Commands(click.Group):
    """Commands in groups, loaded one by one: what one needs costs the others no time, and may not be here."""

    SECTIONS: ClassVar = {
        "Check claims": {
            "check": _Lazy("claims", "Report what is wrong; change and write nothing."),
            "scrub": _Lazy("claims", "Fix what is safe; write a clean and a held 837, and reports."),
            "baseline": _Lazy("adoption.baseline", "Freeze the findings that claims have today."),
            "compare": _Lazy(
                "adoption.compare", "Compare what two packs, configurations, tables or saved reports hold."
            ),
            "explain": _Lazy("rules.explain", "Print the manual page of an edit, or list a family of edits."),
        },
        "Watch folder": {
            "watch": _Lazy("watch.spool", "Scrub every file dropped into a folder.", needs_linux=True),
            "spool": _Lazy("watch.spool", "Show and maintain a watch folder.", needs_linux=True),
            "work": _Lazy("watch.work", "Work off the held claims of a watch folder.", needs_linux=True),
            "serve": _Lazy(
                "watch.serve", "Work on held claims in a browser on this machine.", needs_linux=True
            ),
        },
        "Learn from answers": {
            "feedback": _Lazy("feedback", "Learn from 835, 277CA, 999 and TA1 what the edits got right."),
        },
        "Many machines": {
            "spark": _Lazy("spark", "Scrub a folder of files under Spark.", needs_linux=True),
        },
        "Configure": {
            "edits": _Lazy("rules.edits", "List the edits; begin and test edits of your own."),
            "packs": _Lazy("rules.packs", "Show which edits apply to which payer."),
            "tables": _Lazy("reference.tables", "Show and import reference data: codes, limits, drugs."),
        },
    }

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - as in click
        """Run a command, and end with its exit status."""
        with ending():
            require_streams()
            return super().main(*args, **extra)

    # click's own `main` ends with 1 after Ctrl-C and where a pipe is closed, which would mean that something
    # is held. So nothing of the kind may reach it.

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - as in click
        """Read the arguments, and print the help where it is asked for."""
        with ending():
            return super().make_context(*args, **extra)

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - as in click
        """Run the command that was named."""
        with ending():
            return super().invoke(context)

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of all commands."""
        return sorted(name for section in self.SECTIONS.values() for name in section)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Load a command; ``None`` where there is none of this name."""
        lazy = next((section[name] for section in self.SECTIONS.values() if name in section), None)
        if lazy is None:
            return None
        if lazy.needs_linux and sys.platform != "linux":
            raise click.UsageError(f"{name} needs Linux; check and scrub work here, too")
        with loading():
            module = importlib.import_module(f"scrubber.cli.{lazy.module}")
        return cast("click.Command", getattr(module, name))

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands in their groups, without loading any."""
        for title, section in self.SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, lazy.short_help) for name, lazy in section.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExample:\n  scrubber scrub claims.837 -o out --diff",
)
@click.version_option(__version__, prog_name="scrubber")
def main() -> None:
    """Find in 837P claims what payers would reject or deny, before the claims are sent.

    `scrubber COMMAND -h` shows the options of a command and an example.
    """
