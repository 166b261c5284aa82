"""Posted forms: read within a limit, and refused without the session's token or the right to it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from scrubber.serve.frame import plain_page
from scrubber.serve.sessions import Right, Session

_MOST_BYTES = 2_000_000
_MOST_FIELDS = 20_000
OUTDATED = "This form is no longer valid. Go back, reload the page and try again; nothing was changed."
NO_RIGHT = "Your role does not allow that. Nothing was changed."


class Form:
    """The fields of a form; one that was sent twice has its first value, and all of them in `all`."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def get(self, name: str) -> str:
        """Return the value of a field; empty if it was not sent."""
        return next((value for key, value in self._pairs if key == name), "")

    def beginning(self, prefix: str) -> dict[str, str]:
        """Return the values of the fields whose names begin so, by the rest of their names."""
        found: dict[str, str] = {}
        for key, value in self._pairs:
            if key.startswith(prefix):
                found.setdefault(key.removeprefix(prefix), value)
        return found

    def all(self, name: str) -> list[str]:
        """Return all values of a field."""
        return [value for key, value in self._pairs if key == name]


Handler = Callable[[Request, Session, Form], Response]


def posted(handler: Handler, right: Right | None = None) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads a form, and gives it to a handler if the person has the right."""

    async def endpoint(request: Request) -> Response:
        session: Session = request.state.session
        form = await _read(request)
        if form is None:
            return plain_page("Too large", "This form is too large. Nothing was changed.", 413)
        if not is_token_of(session, form.get("token")):
            return plain_page("Refused", OUTDATED, 403)
        if right is not None and not session.may(right):
            return plain_page("Not allowed", NO_RIGHT, 403)
        return await run_in_threadpool(handler, request, session, form)

    return endpoint


def is_token_of(session: Session, token: str) -> bool:
    """Return True if a form has the token of the session."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), session.token.encode("ascii"))


async def _read(request: Request) -> Form | None:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MOST_BYTES:
            return None
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError:
        return Form([])
    return Form(pairs)
