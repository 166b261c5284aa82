"""Who may look at the page and who may change something: people, links to sign in, and sessions that end.

A link works once. Tokens are kept as hashes, in memory only: all sessions end with the server.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum


class Right(Enum):
    """What a person may do."""

    SEE = "see patients"
    CHANGE = "change claims"
    DROP = "drop files"


ROLES: dict[str, frozenset[Right]] = {
    "biller": frozenset(Right),
    "viewer": frozenset({Right.SEE}),
    "sender": frozenset({Right.DROP}),
}
"""What each role may do. Everybody who is signed in sees the work list, without patients."""
DEFAULT_ROLE = "biller"
_MOST_SESSIONS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may sign in."""

    name: str
    role: str
    rights: frozenset[Right]


@dataclass(slots=True)
class Session:
    """A signed-in browser. ``token`` goes into every form; ``search`` is kept here, not in an address.

    ``shows_patients`` is what the person asked for; ``told`` is shown on the next page, once.
    """

    person: Person
    began: float
    used: float
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    shows_patients: bool = False
    search: str = ""
    told: str = ""

    def may(self, right: Right) -> bool:
        """Return True if the person has a right."""
        return right in self.person.rights

    @property
    def is_masked(self) -> bool:
        """Return True if lists hide patients."""
        return not (self.shows_patients and self.may(Right.SEE))

    def take_told(self) -> str:
        """Return what is to be said once, and forget it."""
        told, self.told = self.told, ""
        return told


class Sessions:
    """All links and sessions. ``clock`` gives seconds and goes on while the machine sleeps.

    A session ends after ``idle`` seconds without a request, and ``whole`` seconds after it began.
    """

    def __init__(self, clock: Callable[[], float], idle: float, whole: float) -> None:
        self._clock = clock
        self._idle = idle
        self._whole = whole
        self._links: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def invite(self, person: Person) -> str:
        """Return the token of a new link for a person, in place of an earlier one."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links = {key: known for key, known in self._links.items() if known != person}
            self._links[_hashed(token)] = person
        return token

    def sign_in(self, token: str) -> tuple[str, Session] | None:
        """Begin a session with a link, which does not work again; return its secret, or ``None``."""
        now = self._clock()
        with self._lock:
            person = self._links.pop(_hashed(token), None)
            if person is None:
                return None
            self._forget_ended(now)
            secret, session = secrets.token_urlsafe(32), Session(person, now, now)
            self._sessions[_hashed(secret)] = session
        return secret, session

    def of(self, secret: str) -> Session | None:
        """Return the session of a browser, unless it has ended."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(_hashed(secret))
            if session is None or self._has_ended(session, now):
                return None
            session.used = now
            return session

    def end(self, session: Session) -> None:
        """Sign out."""
        with self._lock:
            self._sessions = {key: one for key, one in self._sessions.items() if one is not session}

    def _has_ended(self, session: Session, now: float) -> bool:
        return now - session.used > self._idle or now - session.began > self._whole

    def _forget_ended(self, now: float) -> None:
        alive = {key: one for key, one in self._sessions.items() if not self._has_ended(one, now)}
        self._sessions = dict(list(alive.items())[-_MOST_SESSIONS:])


def person_of(text: str, *, without: Iterable[Right] = ()) -> Person:
    """Return who ``NAME`` or ``NAME:ROLE`` is, without some rights. Raise ValueError with what is wrong."""
    name, _, role = text.partition(":")
    name, role = " ".join(name.split()), role or DEFAULT_ROLE
    if not name or name == "-" or not name.isprintable():
        raise ValueError(f"{text!r} is not a name")
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}: {', '.join(ROLES)}")
    return Person(name, role, ROLES[role] - frozenset(without))


def _hashed(token: str) -> str:
    # What is looked up is a hash, so the time that it takes tells nothing about a token.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
