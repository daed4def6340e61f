"""ZIP files, as archives and workbooks read them: the directory first, then each entry into nothing."""

from __future__ import annotations

import stat
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from processor.formats.base import Rejected, over
from processor.formats.compressed import check_unpacked
from processor.formats.machine import of_machine

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from zipfile import ZipFile, ZipInfo

    from processor.formats.base import Ceilings, File

_END, _END_BYTES = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END_64, _END_64_BYTES = b"PK\x06\x06", 56
_MOST_COMMENT_BYTES = 65_535
_ENTRY_BYTES = 512  # of the directory, on average; names are seldom longer
_LOCAL_HEADER_BYTES = 30
_PIECE_BYTES = 262_144
# Bytes of other methods are not unpacked here: LZMA takes up to 4 GB of memory, the rest nobody knows.
_UNPACKED_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})


@dataclass(frozen=True, slots=True)
class Directory:
    """What the end of the file says of its directory."""

    entries: int
    size_bytes: int
    offset: int


class Unpacked:
    """Counts what comes out of all entries of a file.

    Args:
        packed_bytes: the size of the file.
    """

    def __init__(self, packed_bytes: int, ceilings: Ceilings) -> None:
        self.total = 0
        self._packed_bytes = packed_bytes
        self._ceilings = ceilings

    def add(self, number: int) -> None:
        """So many bytes more.

        Raises:
            Rejected: `ceiling-error`.
        """
        self.total += number
        check_unpacked(self.total, self._packed_bytes, self._ceilings)


def read_directory(file: File) -> Directory:
    """Look at the end of the file.

    Raises:
        Rejected: it is missing, or contradicts the size of the file.
    """
    with file.path.open("rb") as stream:
        begin = max(0, file.size_bytes - _END_BYTES - _MOST_COMMENT_BYTES)
        stream.seek(begin)
        tail = stream.read()
        place = tail.rfind(_END, 0, len(tail) - _END_BYTES + len(_END))
        if place < 0:
            raise Rejected("source-error", "The archive is incomplete: its end is missing. Send it again.")
        end = tail[place : place + _END_BYTES]
        directory = Directory(_number(end, 10, 2), _number(end, 12, 4), _number(end, 16, 4))
        stream.seek(max(0, begin + place - _LOCATOR_BYTES))
        locator = stream.read(_LOCATOR_BYTES)
        if begin + place >= _LOCATOR_BYTES and locator.startswith(_LOCATOR):
            stream.seek(min(_number(locator, 8, 8), file.size_bytes))
            end = stream.read(_END_64_BYTES)
            if not end.startswith(_END_64) or len(end) < _END_64_BYTES:
                raise broken("the end of its directory cannot be read")
            directory = Directory(_number(end, 32, 8), _number(end, 40, 8), _number(end, 48, 8))
    if directory.size_bytes + directory.offset > file.size_bytes:
        raise broken("its directory does not fit into the file")
    return directory


def _number(content: bytes, place: int, size: int) -> int:
    return int.from_bytes(content[place : place + size], "little")


@contextmanager
def opened(file: File, ceilings: Ceilings) -> Iterator[ZipFile]:
    """The archive, after its end has been looked at, as its directory is held in memory.

    Raises:
        Rejected: it is broken, or has more entries than it may.
    """
    directory = read_directory(file)
    limit = ceilings.max_entries
    if directory.entries > limit:
        raise over("maxEntries", limit, f"It has {directory.entries:,} entries")
    if directory.size_bytes > limit * _ENTRY_BYTES:
        raise over("maxEntries", limit, f"Its directory has {directory.size_bytes:,} bytes")
    with _reading("its directory cannot be read"):
        archive = zipfile.ZipFile(file.path)
    with archive:
        if len(archive.infolist()) > limit:
            raise over("maxEntries", limit, f"It has {len(archive.infolist()):,} entries")
        # Old programs write the number of entries with 16 bits, whatever it is.
        if (len(archive.infolist()) - directory.entries) % 65_536:
            raise broken("its directory has another number of entries than its end says")
        yield archive


def pieces(archive: ZipFile, entry: ZipInfo, unpacked: Unpacked) -> Generator[bytes, None, None]:
    """An entry's content; its CRC-32 is checked at the end.

    Raises:
        Rejected: it is broken, or all entries together go over a ceiling.
    """
    where = f"the entry at byte {entry.header_offset:,} cannot be unpacked"
    with _reading(where), archive.open(entry) as stream:
        while piece := stream.read(_PIECE_BYTES):
            unpacked.add(len(piece))
            yield piece


def can_unpack(entry: ZipInfo) -> bool:
    """Whether `pieces` can be had of it."""
    return entry.compress_type in _UNPACKED_METHODS and not encrypted(entry)


def encrypted(entry: ZipInfo) -> bool:
    """Whether it needs a password."""
    return bool(entry.flag_bits & 1)


def unsafe(entry: ZipInfo) -> bool:
    """Whether unpacking it could write outside of the folder that it is unpacked into."""
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    outside = ".." in parts or name.startswith("/") or "\\" in name or "\0" in name or parts[0][1:2] == ":"
    return outside or stat.S_ISLNK(entry.external_attr >> 16)


def overlapping(entries: list[ZipInfo]) -> int:
    """How many entries begin before the one before them ends, as only attacks have them."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    return sum(
        before.header_offset + _LOCAL_HEADER_BYTES + before.compress_size > after.header_offset
        for before, after in pairwise(ordered)
    )


@contextmanager
def _reading(why: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        if of_machine(error):
            raise
        raise broken(why) from error


def broken(why: str) -> Rejected:
    """The archive is not what a ZIP file has to be."""
    return Rejected("source-error", f"The archive is broken: {why}. Send it again.")
