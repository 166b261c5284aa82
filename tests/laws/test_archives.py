"""An archive is refused as such, however it is packed: a reader that looks for ISA would find its claims."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.x12 import Segment, read_pieces
from tests.support.running import run, shipped

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = (ROOT / "fixtures" / "837" / "clean" / "several-transactions.837").read_bytes()


def zipped(method: int) -> bytes:
    """Return a zip archive with the claims twice."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name in ("a.837", "b.837"):
            archive.writestr(name, CLAIMS)
    return packed.getvalue()


def tarred(kind: int, mode: str = "w") -> bytes:
    """Return a tar archive with the claims twice."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, format=kind) as archive:  # type: ignore[call-overload]
        for name in ("a.837", "b.837"):
            member = tarfile.TarInfo(name)
            member.size = len(CLAIMS)
            archive.addfile(member, io.BytesIO(CLAIMS))
    return packed.getvalue()


def old_tar() -> bytes:
    """Return a tar archive as they were before there was a magic number in them."""
    raw = bytearray(tarred(tarfile.USTAR_FORMAT))
    raw[257:512] = bytes(255)
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw[:512])
    return bytes(raw)


PACKED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip, stored": ("zip", lambda: zipped(zipfile.ZIP_STORED)),
    "zip, deflated": ("zip", lambda: zipped(zipfile.ZIP_DEFLATED)),
    "zip, bzip2": ("zip", lambda: zipped(zipfile.ZIP_BZIP2)),
    "shell archive": ("self-extracting", lambda: b"#!/bin/sh\ncat > a.837 <<END\n" + CLAIMS + b"END\n"),
    "web archive": ("web", lambda: b"WARC/1.0\r\n\r\n" + CLAIMS + b"\r\n\r\nWARC/1.0\r\n\r\n" + CLAIMS),
    "e-mail": ("e-mail", lambda: b"MIME-Version: 1.0\n\n--x\n\n" + CLAIMS + b"\n--x\n\n" + CLAIMS),
    "gzip": ("gzip", lambda: gzip.compress(CLAIMS)),
    "gzip, stored": ("gzip", lambda: gzip.compress(CLAIMS, 0)),
    "zlib, stored": ("zlib", lambda: zlib.compress(CLAIMS, 0)),
    "bzip2": ("bzip2", lambda: bz2.compress(CLAIMS)),
    "xz": ("xz", lambda: lzma.compress(CLAIMS)),
    "lzma": ("lzma", lambda: lzma.compress(CLAIMS, lzma.FORMAT_ALONE)),
    "7z, stored": ("7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24) + CLAIMS),
    "rar, stored": ("rar", lambda: b"Rar!\x1a\x07\x01\0" + CLAIMS),
    "Zstandard, stored": ("Zstandard", lambda: b"\x28\xb5\x2f\xfd\x24\0" + CLAIMS),
    "Zstandard, after a frame to skip": ("Zstandard", lambda: b"\x50\x2a\x4d\x18\4\0\0\0abcd" + CLAIMS),
    "LZH, stored": ("LZH", lambda: b"\x20\x10-lh0-" + bytes(15) + CLAIMS),
    "ar": (
        "ar archive",
        lambda: b"!<arch>\na.837/          0           0     0     644     9000      `\n" + CLAIMS,
    ),
    "cpio": ("cpio", lambda: b"070701" + b"0" * 104 + b"a.837\0" + CLAIMS),
    "tar": ("tar", lambda: tarred(tarfile.USTAR_FORMAT)),
    "tar, GNU": ("tar", lambda: tarred(tarfile.GNU_FORMAT)),
    "tar, pax": ("tar", lambda: tarred(tarfile.PAX_FORMAT)),
    "tar, old": ("tar", old_tar),
    "tar, gzip": ("gzip", lambda: tarred(tarfile.USTAR_FORMAT, "w:gz")),
    "a disk image": ("disk image", lambda: bytes(32_768) + b"\1CD001\1\0" + bytes(2_000) + CLAIMS * 2),
    "unknown": ("binary", lambda: b"PACK2\0\0\0\1\0" + CLAIMS + b"PACK2\0\0\0\1\0" + CLAIMS),
    "a program": ("program", lambda: b"MZ\x90\0\3\0" + bytes(100) + zipped(zipfile.ZIP_STORED)),
    "PDF": ("PDF", lambda: b"%PDF-1.7\n" + CLAIMS),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_is_refused(name: str) -> None:
    """Nothing in an archive is read as a claim, and the finding names what the file is."""
    kind, make = PACKED[name]
    result = run(make(), shipped("safe"))
    assert (result.file.verdict, result.file.counts.claims) == ("unreadable", 0)
    (finding,) = result.file.findings
    assert (finding.edit, finding.severity) == ("STR-08", "reject")
    assert kind in finding.message
    assert "Unpack" in finding.to_do


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("chunk", [1, 100, 1 << 18])
def test_all_bytes_of_an_archive_are_given_back(name: str, chunk: int) -> None:
    """An archive is given back byte for byte, however it is read, and has no segments."""
    raw = PACKED[name][1]()[:40_000]
    pieces = list(read_pieces(io.BytesIO(raw), chunk))
    assert b"".join(piece.raw for piece in pieces) == raw
    assert not any(isinstance(piece, Segment) for piece in pieces)


def test_an_archive_after_an_interchange_is_not_read() -> None:
    """What follows the claims is named, too, and nothing in it is read."""
    result = run(CLAIMS + zipped(zipfile.ZIP_STORED), shipped("safe"))
    assert result.file.verdict == "partly_held"
    assert result.clean == CLAIMS.rstrip()
    assert ["zip" in finding.message for finding in result.file.findings] == [True]


@pytest.mark.parametrize("before", [b"PK report\n", b"x = 1\n", b"MZ BILLING\n", b"Rare claims\n", b"BZ\n"])
def test_text_before_the_isa_is_no_archive(before: bytes) -> None:
    """Text that looks a little like an archive is only text."""
    result = run(before + CLAIMS, shipped("safe"))
    assert result.clean == CLAIMS
