"""Loading a user's own edits in a process of their own, so that they can neither hang nor end the watch."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection

from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError

LONGEST = 60.0
"""Seconds that loading all edits and packs may take."""


def titles_of(load: Callable[[], Policy], longest: float = LONGEST) -> Mapping[str, str]:
    """Load the policy in a child process; return the titles of its edits by id.

    Raise ConfigurationError where it cannot be loaded, kills its process, or takes more than ``longest``
    seconds.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_load, args=(load, theirs))
    child.start()
    theirs.close()
    try:
        if not ours.poll(longest):
            raise ConfigurationError(f"the edits of your own did not load within {longest:.0f} seconds")
        titles, error = json.loads(ours.recv_bytes())
    except EOFError:
        raise ConfigurationError("loading the edits of your own ended the process that did it") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if error:
        raise ConfigurationError(error)
    loaded: dict[str, str] = titles
    return loaded


def _load(load: Callable[[], Policy], answer: Connection) -> None:
    try:
        policy = load()
        titles, error = {edit.id: edit.title for edit in policy.rulebook.edits.values()}, ""
    except Exception as raised:  # noqa: BLE001 - whatever a user's code raises is told to the user
        titles, error = {}, str(raised)
    # Text only: an object of theirs would be made again from their code where it is received.
    answer.send_bytes(json.dumps([titles, error]).encode("ascii"))
