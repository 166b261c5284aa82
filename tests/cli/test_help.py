"""The help of the command line, and what it suggests for names that do not exist."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.cli.suggest import did_you_mean

CLEAN = str(Path(__file__).resolve().parents[2] / "fixtures" / "837" / "clean" / "injection-patient.837")


def scrubber(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands with what is typed to run them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(main))


def options_of(*path: str) -> set[str]:
    return {name for param in COMMANDS[path].params for name in param.opts if name.startswith("--")}


@pytest.mark.parametrize("path", [(), *COMMANDS])
def test_every_command_has_help_and_an_example(path: tuple[str, ...]) -> None:
    """-h is --help, and the help of every command ends with one example of it."""
    short, long = scrubber(*path, "-h"), scrubber(*path, "--help")
    assert (short.exit_code, short.stdout) == (0, long.stdout)
    example = short.stdout.rpartition("Example:\n")[2].strip()
    assert example.startswith(" ".join(("scrubber", *path)))


def test_commands_are_in_groups() -> None:
    """The help lists every command once, in the group in which it is looked for."""
    text = scrubber("-h").stdout
    check, watch, learn, configure = (
        text.index(f"\n{title}:\n")
        for title in ("Check claims", "Watch folder", "Learn from answers", "Configure")
    )
    for names, start, end in (
        (("check", "scrub", "explain"), check, watch),
        (("watch", "spool", "work", "serve"), watch, learn),
        (("feedback",), learn, configure),
        (("edits", "packs", "tables"), configure, len(text)),
    ):
        for name in names:
            assert text.count(f"\n  {name} ") == 1
            assert start < text.index(f"\n  {name} ") < end
    assert "Other commands" not in text


@pytest.mark.parametrize(
    ("path", "options"),
    [
        (("explain",), {"--config", "--edits", "--as-of"}),
        (("edits", "list"), {"--config", "--edits", "--stale"}),
        (("packs", "list"), {"--config", "--edits"}),
        (("packs", "show"), {"--config", "--edits", "--on"}),
        (("tables", "list"), {"--tables"}),
    ],
)
def test_commands_have_no_options_without_effect(path: tuple[str, ...], options: set[str]) -> None:
    """Commands that run no edits do not take the options that say which edits are run."""
    assert options_of(*path) == options


def test_help_has_the_words_of_the_field() -> None:
    """The help speaks of fixes and of claims that are accepted or held."""
    for path in COMMANDS:
        text = scrubber(*path, "-h").stdout
        for word in ("repair", "cleaned", "judge", "unless said otherwise", "suppress"):
            assert word not in text.lower(), path


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("explain", "PAR-01"), "PAIR-01"),
        (("explain", "dx04"), "DX-04"),
        (("explain", "PIAR"), "PAIR"),
        (("packs", "show", "medicareb"), "medicare-b"),
        (("check", CLEAN, "--select", "NCD-03"), "NDC-03"),
        (("check", CLEAN, "--select", "DX,PIAR"), "PAIR"),
        (("check", CLEAN, "--ignore", "ROUT"), "ROUTE"),
        (("check", CLEAN, "--pack", "comercial"), "commercial"),
        (("scrub", CLEAN, "-o", "out", "--fix", "save"), "safe"),
        (("tables", "show", "drug", "J3420"), "drugs"),
        (("tables", "import", "icd10", CLEAN), "icd10cm"),
    ],
)
def test_unknown_names_are_corrected(
    arguments: tuple[str, ...], meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown edit, family, pack or table is refused with the name that was probably meant."""
    monkeypatch.chdir(tmp_path)
    done = scrubber(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"; did you mean {meant}" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("explain", "QQQQQQ"), ("packs", "show", "zzz"), ("check", CLEAN, "--select", "QQQQ")]
)
def test_nothing_is_suggested_for_what_is_like_nothing(arguments: tuple[str, ...]) -> None:
    """A name that is close to nothing gets no suggestion."""
    done = scrubber(*arguments)
    assert done.exit_code == 2
    assert "did you mean" not in done.stderr


def test_suggestions_are_few_and_the_closest_first() -> None:
    """At most three names are suggested, in the way in which they are written."""
    known = ["PAIR-01", "PAIR-02", "PAIR-03", "PAIR-04"]
    assert did_you_mean("pair-1", known).startswith("; did you mean PAIR-01")
    assert did_you_mean("pair-1", known).count("PAIR") == 3
    assert did_you_mean("pair-1", []) == ""


def test_explain_lists_a_family() -> None:
    """`explain` with a family lists its edits, in any case of letters."""
    done = scrubber("explain", "pair")
    assert done.exit_code == 0
    assert "PAIR-01 " in done.stdout
    assert "DX-01 " not in done.stdout


def test_the_short_help_is_that_of_the_commands() -> None:
    """The list of commands, which loads none of them, says of each what the command says of itself."""
    context = click.Context(main)
    for section in type(main).SECTIONS.values():
        for name, lazy in section.items():
            command = main.get_command(context, name)
            assert command is not None
            assert command.get_short_help_str(limit=80) == lazy.short_help


def test_help_loads_no_edits() -> None:
    """What `scrubber --help` needs is click and the list of commands."""
    code = (
        "import sys; from scrubber.cli.main import main; main(['--help'], standalone_mode=False);"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('structlog', 'lxml', 'pyx12')"
        " or name.startswith(('scrubber.engine', 'scrubber.report'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
