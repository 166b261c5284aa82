"""Recognize archives, compressed files and office documents, which are never read as claims.

The claims in a tar or a stored zip are plain text: a reader that looks for the next ISA finds them, perhaps
twice.
"""

from __future__ import annotations

BINARY = "a binary file, perhaps an archive or a disk image"
"""What a file is if control characters come before the first ISA, and nothing else is known of it."""

HEAD_BYTES = 512
"""The number of bytes from the beginning of a file that tell what it is: a tar header."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"PK\x05\x06", "a zip archive"),
    (b"PK\x06\x06", "a zip archive"),
    (b"PK\x07\x08", "a zip archive"),
    (b"PK00PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"x\x01", "a zlib file"),
    (b"x^", "a zlib file"),
    (b"x\x9c", "a zlib file"),
    (b"x\xda", "a zlib file"),
    (b"\x1f\x9d", "a file of the compress program (.Z)"),
    (b"\x1f\xa0", "a file of the compress program (.Z)"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"LZIP", "an lzip file"),
    (b"]\x00\x00", "an lzma file"),
    (b"\x89LZO", "an lzop file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\x04\x22\x4d\x18", "an LZ4 file"),
    (b"\x02\x21\x4c\x18", "an LZ4 file"),
    (b"\xff\x06\x00\x00sNaPpY", "a Snappy file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"RE~^", "a rar archive"),
    (b"MSCF", "a cabinet archive"),
    (b"ISc(", "a cabinet archive"),
    (b"!<arch>\n", "an ar archive"),
    (b"070701", "a cpio archive"),
    (b"070702", "a cpio archive"),
    (b"070707", "a cpio archive"),
    (b"\xc7\x71", "a cpio archive"),
    (b"\x71\xc7", "a cpio archive"),
    (b"\x60\xea", "an ARJ archive"),
    (b"xar!", "a xar archive"),
    (b"MSWIM\x00\x00\x00", "a WIM image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document (Excel, Word)"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x7fELF", "a program, perhaps a self-extracting archive"),
    (b"#!", "a program, perhaps a self-extracting archive"),
    (b"MIME-Version:", "an e-mail"),
    (b"WARC/", "a web archive"),
)
_STARTS = tuple(magic for magic, _ in _MAGIC)
_LZH = (b"-lh", b"-lz", b"-pm")
_PROGRAM = b"MZ"
# zstd, LZ4 and others may begin with a frame that is to be skipped: 50 to 5f, 2a 4d 18.
_SKIPPABLE = b"\x2a\x4d\x18"


def container_of(head: bytes) -> str:
    """Return what a file is whose content must be unpacked or exported first, or an empty string.

    ``head`` has its first `HEAD_BYTES`, or all of it.
    """
    if head.startswith(_STARTS):
        return next(name for magic, name in _MAGIC if head.startswith(magic))
    if head.startswith(_PROGRAM) and b"\0" in head:
        return "a program, perhaps a self-extracting archive"
    if head[2:5] in _LZH and head[6:7] == b"-":
        return "an LZH archive"
    if head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F:
        return "a Zstandard or LZ4 file"
    return "a tar archive" if _is_tar(head) else ""


def _is_tar(head: bytes) -> bool:
    """Return True if these are the bytes of a tar header: old ones have no magic, but all have a checksum."""
    if len(head) < HEAD_BYTES:
        return False
    try:
        stated = int(head[148:156].strip(b" \x00") or b"0", 8)
    except ValueError:
        return False
    counted = sum(head[:148]) + 8 * ord(" ") + sum(head[156:HEAD_BYTES])
    return stated == counted and bool(head[0])
