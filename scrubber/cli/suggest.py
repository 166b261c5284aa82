"""What was probably meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

_CLOSE = 0.66
_MOST = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean PAIR-01?`` for the known names closest to one, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a name that is wrong

    by_key = {entry.casefold(): entry for entry in known}
    close = [by_key[key] for key in get_close_matches(name.casefold(), by_key, n=_MOST, cutoff=_CLOSE)]
    if not close:
        return ""
    *others, last = close
    listed = f"{', '.join(others)} or {last}" if others else last
    return f"; did you mean {listed}?"


class SuggestingChoice(click.Choice):  # type: ignore[type-arg] # generic in some versions of click only
    """A choice that says which of its names was probably meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as in click
        """Return the value; fail with a suggestion where it is none of the names."""
        names = [str(name) for name in self.choices]
        if value not in names:
            self.fail(
                f"{value!r} is not one of {', '.join(names)}{did_you_mean(str(value), names)}", param, ctx
            )
        return super().convert(value, param, ctx)
