"""What every request passes before any page sees it: the right host and origin, a session, safe headers.

Nothing that goes wrong is told with its text, which could hold values of a claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scrubber.errors import SpoolBusyError, SpoolError, place_of
from scrubber.log import Logger
from scrubber.serve.frame import content_policy, plain_page
from scrubber.serve.sessions import Session, Sessions

SIGN_IN = "/sign-in"
OPEN_PATHS = frozenset({SIGN_IN, "/icon.svg"})
"""What is answered without a session."""
_METHODS = ("GET", "HEAD", "POST")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with no-referrer, a browser does not say where a form comes from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SIGN_IN_AGAIN = (
    "Open the link that the terminal shows where `scrubber serve` runs. It works once; when it was used,"
    " the terminal shows the next one. A session ends by itself when it is not used."
)


class Guard:
    """The outermost layer. ``hosts`` are the only ones by which the page may be called."""

    def __init__(self, app: ASGIApp, sessions: Sessions, hosts: Iterable[str], log: Logger) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = frozenset(hosts)
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        began = False

        async def send_safely(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", content_policy())
            await send(message)

        refused = self._refused(scope)
        try:
            await (refused or self._app)(scope, receive, send_safely)
        except Exception as error:  # noqa: BLE001 - a traceback would hold values of claims
            self._log.error("a page failed", error=type(error).__name__, why=place_of(error))
            if not began:
                await _failed(error)(scope, receive, send_safely)

    def _refused(self, scope: Scope) -> Response | None:
        """Return why a request is not answered, or add its session to it."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return self._refuse(421, "Wrong host", "Open this page as http://127.0.0.1 with its port.")
        if scope["method"] not in _METHODS:
            return self._refuse(405, "Not possible", "This page does not know that method.")
        if scope["method"] == "POST" and not _is_own(headers, hosts[0]):
            return self._refuse(403, "Refused", "This form was not sent from this page.")
        session = self._session(headers, hosts[0])
        if session is None and scope["path"] not in OPEN_PATHS:
            return self._refuse(401, "Sign in", _SIGN_IN_AGAIN)
        scope.setdefault("state", {})["session"] = session
        return None

    def _session(self, headers: Headers, host: str) -> Session | None:
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            return None
        found = cookie.get(cookie_name(host))
        return self._sessions.of(found.value) if found else None

    def _refuse(self, status: int, title: str, text: str) -> Response:
        self._log.error("refused", status=status)
        return plain_page(title, text, status)


def cookie_name(host: str) -> str:
    """Return the name of the cookie: browsers do not keep cookies of two ports apart."""
    return f"scrubber-{host.rpartition(':')[2]}"


def _is_own(headers: Headers, host: str) -> bool:
    """Return True if a form comes from this page: a browser always says from where."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = f"http://{host}".lower()
    if "origin" in headers:
        return [value.lower() for value in headers.getlist("origin")] == [origin]
    return headers.get("referer", "").lower().startswith(f"{origin}/")


def _failed(error: Exception) -> Response:
    if isinstance(error, SpoolError) and not isinstance(error, SpoolBusyError):
        return plain_page("The spool cannot be used", f"{error}.", 500)
    if isinstance(error, OSError | SpoolBusyError):
        text = "The spool is busy, or its disk is full or failing. Nothing was changed; try again."
        return plain_page("Try again", text, 503)
    return plain_page(
        "Something went wrong", "Nothing was changed. The log names the place in the code.", 500
    )
