"""Work in a child process: what kills it is an error to report, and does not kill the task."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from scrubber.errors import ScrubberError, WorkerError, place_of
from scrubber.pipeline.forked import Forked


class Failure(Exception):  # noqa: N818 - it is a result, which is passed on
    """Work that was not done. The reason has no value of a claim and no path."""


class Isolated:
    """A child process that does one piece of work after another; a new one is made when it has died."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work
        self._child: Forked | None = None

    def __call__(self, question: Any) -> Any:  # noqa: ANN401 - whatever the work is
        """Return the result of a piece of work. Raise Failure."""
        if self._child is None:
            self._child = Forked(self._answer)
        try:
            self._child.ask(question)
            answer, reason = self._child.answer()
        except WorkerError as error:
            self.close()
            raise Failure(str(error)) from None
        if reason:
            raise Failure(reason)
        return answer

    def _answer(self, question: Any) -> tuple[Any, str]:  # noqa: ANN401 - see above
        try:
            return self._work(question), ""
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one input, the others are done
            return None, reason_of(error)

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def reason_of(error: BaseException) -> str:
    """Return why something failed, without a value of a claim or the path of a file."""
    if isinstance(error, ScrubberError):
        return str(error)
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno else type(error).__name__
    if isinstance(error, MemoryError):
        return "not enough memory"
    return f"internal error: {type(error).__name__} in {place_of(error)}"
