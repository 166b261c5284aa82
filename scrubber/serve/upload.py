"""A file that is dropped on the page: streamed to the spool as it comes, within a limit, after its token."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from scrubber.serve.forms import NO_RIGHT, OUTDATED, is_token_of
from scrubber.serve.sessions import Right, Session
from scrubber.spool.jobs.dropping import Drop
from scrubber.spool.layout import Spool

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MOST_TOKEN = 200
_MOST_AROUND = 4096
"""The most bytes of a form around its file."""


_NOT_WHOLE = "The file did not arrive whole. Nothing was taken; try again."
NOTHING = "Choose a file first."


class RefusedError(Exception):
    """A file is not taken; the text says why, and ``status`` is that of the answer."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class Arriving(NamedTuple):
    """A file that was dropped: its name in ``in/``, its time, its hash, and the last decision before it."""

    name: str
    modified: int
    sha256: str
    after: int


class _Parts:
    """What a parser finds in a form: the token, then one file, which goes to where ``drop`` puts it."""

    def __init__(self, spool: Spool, session: Session, largest: int, drops: contextlib.ExitStack) -> None:
        self._spool, self._session, self._largest, self._drops = spool, session, largest, drops
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._token = bytearray()
        self._is_allowed = False
        self.drop: Drop | None = None
        self.is_whole = False

    def callbacks(self) -> MultipartCallbacks:
        """Return what the parser is to call."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_to_header,
            "on_header_value": self._add_to_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._add,
            "on_part_end": self._end,
            "on_end": self._end_form,
        }

    def _begin(self) -> None:
        self._headers.clear()
        self._name = b""

    def _add_to_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"")
        if self._name != b"file":
            return
        if not self._is_allowed:
            raise RefusedError(OUTDATED, 403)
        if self.drop is not None:
            raise RefusedError("Drop one file at a time.")
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        if not name:
            raise RefusedError(NOTHING)
        # Some browsers send a path, of either kind.
        self.drop = self._drops.enter_context(Drop(self._spool, name.replace("\\", "/")))

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._name == b"token":
            self._token += data[start : min(end, start + _MOST_TOKEN)]
        elif self._name == b"file" and self.drop is not None:
            if self.drop.size + end - start > self._largest:
                raise RefusedError(too_large(self._largest), 413)
            self.drop.write(data[start:end])

    def _end(self) -> None:
        if self._name == b"token":
            self._is_allowed = is_token_of(self._session, self._token[:_MOST_TOKEN].decode("latin-1"))

    def _end_form(self) -> None:
        self.is_whole = True


@contextlib.asynccontextmanager
async def received(request: Request, session: Session, spool: Spool, largest: int) -> AsyncIterator[Drop]:
    """Read the file of a form; within the context it may be put into ``in/``, else nothing remains of it.

    Raise RefusedError and OSError.
    """
    if not session.may(Right.DROP):
        raise RefusedError(NO_RIGHT, 403)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise RefusedError(NOTHING)
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > largest + _MOST_AROUND:
        raise RefusedError(too_large(largest), 413)
    with contextlib.ExitStack() as drops:
        parts = _Parts(spool, session, largest, drops)
        try:
            parser = MultipartParser(options[b"boundary"], parts.callbacks())
            async for chunk in request.stream():
                await run_in_threadpool(parser.write, chunk)
        except (FormParserError, ClientDisconnect) as error:
            raise RefusedError(_NOT_WHOLE) from error
        if not parts.is_whole:
            raise RefusedError(_NOT_WHOLE)
        if parts.drop is None:
            raise RefusedError(NOTHING)
        if not parts.drop.size:
            raise RefusedError("This file is empty.")
        yield parts.drop


def new_key() -> str:
    """Return a name for a file on its way, fit for an address."""
    return secrets.token_hex(8)


def too_large(largest: int) -> str:
    """Return why a file is refused."""
    return f"This file is larger than {largest // 1_000_000:,} MB. Copy it into the in/ folder instead."
