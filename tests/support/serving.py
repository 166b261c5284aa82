"""The page to work on in tests: people who are signed in, and what they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import lxml.html
from lxml import etree
from starlette.testclient import TestClient

from scrubber.serve.app import make_app
from scrubber.serve.server import hosts_of
from scrubber.serve.sessions import Person, Sessions, person_of
from scrubber.serve.site import Site
from scrubber.spool.layout import Spool
from tests.support.spool import unflushed

PORT = 8370
ORIGIN = f"http://127.0.0.1:{PORT}"
IDLE, WHOLE = 1800.0, 36_000.0


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Log:
    """What was logged: events with their keys."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, **keys: object) -> None:
        self.lines.append((event, keys))

    def error(self, event: str, **keys: object) -> None:
        self.lines.append((event, keys))


@dataclass
class Server:
    """A server in this process, without a port."""

    site: Site
    app: Any
    clock: Clock
    log: Log
    signed_in: list[Person] = field(default_factory=list)

    def link(self, user: str = "ann", **without: Any) -> str:
        """A link to sign in."""
        return self.site.sessions.invite(person_of(user, **without))

    def client(self, base_url: str = ORIGIN) -> TestClient:
        """A browser that nobody is signed in with."""
        return TestClient(self.app, base_url=base_url, follow_redirects=False)

    def visitor(self, user: str = "ann", **without: Any) -> Visitor:
        """A browser with somebody signed in."""
        client = self.client()
        done = client.get(f"/sign-in?token={self.link(user, **without)}")
        assert done.status_code == 303, done.text
        return Visitor(self, client)


@dataclass
class Visitor:
    """A browser with somebody signed in."""

    server: Server
    client: TestClient

    def get(self, path: str, **more: Any) -> httpx2.Response:
        """Open a page."""
        return self.client.get(path, **more)

    def page(self, path: str) -> Page:
        """Open a page that must be there."""
        done = self.get(path)
        assert done.status_code == 200, (done.status_code, done.text[:200])
        return Page(done.text)

    def post(self, path: str, fields: Any = None, **headers: str) -> httpx2.Response:
        """Send a form as a browser does, with the token of the session."""
        data = {"token": self.token, **(fields or {})}
        return self.client.post(path, data=data, headers={"Origin": ORIGIN, **headers})

    @property
    def token(self) -> str:
        """The token in the forms of this session."""
        match = re.search(r'name="token" value="([^"]+)"', self.get("/files").text)
        assert match
        return match[1]

    def show_patients(self) -> None:
        """Ask for patients in lists."""
        assert self.post("/patients").status_code == 303

    def stamped(self, number: int = 0) -> str:
        """The ID and stamp of a claim of the list, as its box sends it."""
        return str(self.page("/?state=all").find("//input[@name='claim']/@value")[number])

    def send(self, id_and_stamp: str, action: str, **fields: str) -> httpx2.Response:
        """Send a form of a claim's page."""
        id_, _, stamp = id_and_stamp.partition(".")
        return self.post(f"/claims/{id_}", {"stamp": stamp, "action": action, **fields})


@dataclass
class Page:
    """A page, taken apart."""

    html: str

    @property
    def tree(self) -> etree._Element:
        return lxml.html.document_fromstring(self.html)

    def find(self, path: str) -> list[Any]:
        """All that an XPath finds."""
        found = self.tree.xpath(path)
        assert isinstance(found, list)
        return found

    def texts(self, path: str) -> list[str]:
        """The texts of all elements that an XPath finds, blanks made single."""
        return [" ".join(" ".join(map(str, one.itertext())).split()) for one in self.find(path)]

    @property
    def text(self) -> str:
        """What the page says."""
        return self.texts("//body")[0]

    @property
    def claims(self) -> list[str]:
        """The claims of its table, as they are named there."""
        return self.texts("//table[@id='claims']/tbody/tr/th")


@contextmanager
def serving(spool: Spool, largest: int = 100_000) -> Iterator[Server]:
    """Serve a spool. What is flushed to the disk is of no interest here."""
    clock, log = Clock(), Log()
    with unflushed():
        site = Site(spool, Sessions(clock, IDLE, WHOLE), log, largest)
        server = Server(site, None, clock, log)
        server.app = make_app(site, hosts_of(PORT), lambda session: server.signed_in.append(session.person))
        yield server
