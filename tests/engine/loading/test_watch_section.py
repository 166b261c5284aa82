"""The table [watch] of scrubber.toml: what is read, and what is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.engine.loading.config import load_configuration
from scrubber.engine.loading.watch_section import WatchSection, fill_in
from scrubber.errors import ConfigurationError

SOUND = """\
pack = "commercial"

[watch.groups]
senders = "claims-senders"
billers = "billing"

[watch.hooks]
held = ["/usr/local/bin/notify", "--job={job}", "{event}"]
"""


def load(tmp_path: Path, text: str) -> WatchSection:
    path = tmp_path / "scrubber.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path).watch


def test_groups_and_hooks_are_read(tmp_path: Path) -> None:
    section = load(tmp_path, SOUND)
    assert section.groups == {"senders": "claims-senders", "billers": "billing"}
    assert section.hooks == {"held": ("/usr/local/bin/notify", "--job={job}", "{event}")}
    assert load(tmp_path, "") == WatchSection()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Windows writes one, and lines are counted as without it."""
    assert load(tmp_path, "\ufeff" + SOUND) == load(tmp_path, SOUND)
    with pytest.raises(ConfigurationError, match=re.escape("scrubber.toml:1: unknown key 'pak'")):
        load(tmp_path, '\ufeffpak = "commercial"\n')


def test_placeholders_are_replaced_where_they_are() -> None:
    """Nothing else is: no shell reads the arguments."""
    words = fill_in(
        ("/bin/x", "{job}", "a {event} {job}", "$HOME {", "{ job }"), {"event": "held", "job": "J"}
    )
    assert words == ["/bin/x", "J", "a held J", "$HOME {", "{ job }"]


WRONG = [
    ("watch = 1", 1, "watch must be a table"),
    ("[watch]\nspool = 1", 2, "unknown key 'spool'; [watch.groups] and [watch.hooks] are known"),
    ("[watch]\ngroups = 1", 2, "groups must be a table, [watch.groups]"),
    (
        "[watch.groups]\nbillers = 'b'\nbiller = 'c'",
        3,
        "unknown key 'biller'; known are senders, billers, uploader",
    ),
    ("[watch.groups]\nbillers = 5", 2, "billers must be the name of a group"),
    ("[watch.groups]\nbillers = ''", 2, "billers must be the name of a group"),
    ("[watch.hooks]\nsent = ['/bin/x']", 2, "unknown key 'sent'; known are held, failed, out"),
    ("[watch.hooks]\nheld = 'mail'", 2, "held must be a list of a program and its arguments"),
    ("[watch.hooks]\nheld = []", 2, "held must be a list of a program and its arguments"),
    ("[watch.hooks]\nheld = ['/bin/x', 1]", 2, "held must be a list of a program and its arguments"),
    ("[watch.hooks]\nheld = ['mail']", 2, "held must begin with the full path of a program"),
    ("[watch.hooks]\nheld = ['/bin/x', '{path}']", 2, "held has an unknown placeholder {path}"),
    ('[watch.hooks]\nheld = ["/bin/x\\u0000"]', 2, "held must not contain NUL"),
]


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"scrubber.toml:{line + 2}: {message}")):
        load(tmp_path, f'pack = "commercial"\n\n{text}\n')
