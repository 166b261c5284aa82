"""Outputs that appear whole or not at all: temporary name, fsync, then the real name."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

from scrubber.errors import OutputExistsError
from scrubber.stopping import uninterrupted


class _Output(io.FileIO):
    """An output under its temporary name. An error in writing it names what it was to become."""

    def __init__(self, descriptor: int, final: Path) -> None:
        super().__init__(descriptor, "r+")
        self._final = final

    def write(self, data: ReadableBuffer, /) -> int:
        with _about(self._final):
            return super().write(data)


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Name a path in an error of the system, which names a temporary file or nothing."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


@dataclass(slots=True)
class _Pending:
    stream: BinaryIO
    temporary: Path
    final: Path
    wanted: bool = True


@dataclass(slots=True)
class OutputFolder(AbstractContextManager["OutputFolder"]):
    """The outputs of one input in a folder. After an error none of them is left behind.

    Files are readable by their owner only. Without ``force`` an existing file is never replaced; with it, a
    folder or ``source``, the input, still is not. Until they are complete, they are in ``staging``, a folder
    of the same file system, or in ``folder`` itself.
    """

    folder: Path
    force: bool = False
    source: Path | None = None
    staging: Path | None = None
    _pending: list[_Pending] = field(default_factory=list)

    def create(self, name: str) -> BinaryIO:
        """Create an output to be named ``name``; return it as a seekable binary stream."""
        final = self.folder / name
        if os.path.lexists(final):
            self._refuse(final)
        with uninterrupted(), _about(final):
            handle, temporary = tempfile.mkstemp(
                prefix=".scrubber-", suffix=".part", dir=self.staging or self.folder
            )
            stream = cast("BinaryIO", io.BufferedRandom(_Output(handle, final)))
            self._pending.append(_Pending(stream, Path(temporary), final))
        return stream

    def _refuse(self, final: Path) -> None:
        """Raise OutputExistsError if the existing file must not be replaced."""
        if not self.force:
            raise OutputExistsError(f"{final} exists; --force replaces it")
        if final.is_dir() and not final.is_symlink():
            raise OutputExistsError(f"{final} is a folder")
        if self.source is not None:
            # An input may be a link: neither the link nor its target is an output.
            inputs = self.source.lstat(), self.source.stat()
            if any(os.path.samestat(final.lstat(), found) for found in inputs):
                raise OutputExistsError(f"{final} is the input itself; choose another folder")

    def discard(self, stream: BinaryIO) -> None:
        """Drop this output; it will not be published."""
        for entry in self._pending:
            if entry.stream is stream:
                entry.wanted = False

    def publish(self) -> list[Path]:
        """Rename the outputs to their final names, the first created last. All of them, or none."""
        published: list[Path] = []
        wanted = [entry for entry in self._pending if entry.wanted]
        for entry in wanted:
            with _about(entry.final):
                entry.stream.flush()
                os.fsync(entry.stream.fileno())
                entry.stream.close()
        try:
            self._remove_stale()
            for entry in reversed(wanted):
                self._rename(entry)
                published.append(entry.final)
            self._sync_folder()
        except BaseException:
            if not self.force:
                for path in published:
                    path.unlink()
            raise
        return published[::-1]

    def _remove_stale(self) -> None:
        """Remove what an earlier run left under a name that this run does not use, if ``force`` is set."""
        if self.force:
            for entry in self._pending:
                if not entry.wanted:
                    entry.final.unlink(missing_ok=True)

    def _rename(self, entry: _Pending) -> None:
        if self.force:
            entry.temporary.replace(entry.final)
            return
        try:
            # A link fails if the name is taken, even if only since a moment ago.
            os.link(entry.temporary, entry.final)
        except FileExistsError as error:
            raise OutputExistsError(f"{entry.final} exists; --force replaces it") from error
        except (OSError, NotImplementedError):
            # On file systems without hard links the check and the rename are two steps.
            if os.path.lexists(entry.final):
                raise OutputExistsError(f"{entry.final} exists; --force replaces it") from None
            entry.temporary.replace(entry.final)

    def _sync_folder(self) -> None:
        if os.name == "posix":
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the remaining temporary files."""
        with uninterrupted():
            for entry in self._pending:
                with suppress(OSError):
                    entry.stream.close()
                with suppress(FileNotFoundError):
                    entry.temporary.unlink()
            self._pending.clear()
