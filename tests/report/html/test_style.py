"""The colours of the HTML report, by their numbers: text stands out, by day, by night and on paper."""

from __future__ import annotations

import re
from importlib import resources

import pytest

_STYLE = resources.files("scrubber.html").joinpath("style.css").read_text(encoding="utf-8")
_TEXTS = ("ink", "mute", "link", "red", "amber", "green", "blue")
_GROUNDS = ("page", "card", "soft", "redsoft", "ambersoft", "greensoft", "bluesoft")


def schemes() -> list[dict[str, str]]:
    """The colours by name: by day, by night, on paper. The first are those that the others replace."""
    roots = re.findall(r":root\{([^}]*)\}", _STYLE)
    first, *others = (dict(re.findall(r"--([a-z]+):(#[0-9a-f]+)", root)) for root in roots)
    return [first, *({**first, **other} for other in others)]


def brightness(colour: str) -> float:
    """The relative luminance of ``#rgb`` or ``#rrggbb`` (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark", "paper"])
def test_every_colour_of_text_stands_out_from_every_ground(scheme: dict[str, str]) -> None:
    """Text by 4.5 to 1 or more, the bars of the pictures by 3 to 1."""
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    faint = [(text, on) for text in _TEXTS for on in _GROUNDS if contrast(scheme[text], scheme[on]) < 4.5]
    assert faint == []
    assert contrast(scheme["ink"], scheme["mark"]) >= 4.5
    assert contrast(scheme["bar"], scheme["soft"]) >= 3


def test_there_are_no_other_colours() -> None:
    """Colours stand in the three lists only, so that what is said of these is said of all."""
    assert len(schemes()) == 3
    assert all(set(_TEXTS) | set(_GROUNDS) | {"mark", "bar"} <= scheme.keys() for scheme in schemes())
    rules = re.sub(r":root\{[^}]*\}", "", _STYLE)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
    used = set(re.findall(r"(?<![a-z-])(?:color|background):([^;}]+)", rules))
    assert {value for value in used if not value.startswith("var(--")} <= {"inherit", "none"}
