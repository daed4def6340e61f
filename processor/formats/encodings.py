"""Text as UTF-8: what encoding a file has, a copy where it is not UTF-8, and where in it something is."""

from __future__ import annotations

import codecs
from contextlib import suppress
from dataclasses import dataclass
from os import SEEK_CUR
from typing import TYPE_CHECKING

from processor.formats.base import Rejected, over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from processor.formats.base import Examination, File

CHUNK_BYTES = 1_048_576

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_CONTINUATION = bytes(range(0x80, 0xC0))
_ASCII = bytes(range(0x80))
# What Western texts have beyond ASCII, in Windows-1252: letters, the euro, dashes, quotes, signs.
_WESTERN = frozenset(bytes(range(0xC0, 0x100)) + "€–—‘’“”„…•ŠšŽžŒœŸ §©«»®°±²³´µ·¿¡£¼½¾ªº".encode("cp1252"))
_SAMPLE = 4_096
# How Python's codecs say that a character is not finished when the file is.
_CUT_OFF = frozenset({"unexpected end of data", "truncated data", "incomplete multibyte sequence"})


@dataclass(frozen=True, slots=True)
class Utf8Text:
    """A text that can be read as UTF-8.

    Attributes:
        path: the file itself, or a copy in UTF-8.
        encoding: of the file as it came, for example `utf-8`, `utf-16-le` or `windows-1252`.
        bom_bytes: how many bytes to skip at the beginning of `path`; none of a copy.
        bom: whether the file as it came has a byte order mark.
    """

    path: Path
    encoding: str
    bom_bytes: int
    bom: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text, as an editor counts: line and character in it, both from 1."""

    line: int
    column: int


def utf8_text(file: File, work: Examination) -> Utf8Text:
    """The text as UTF-8; what is not UTF-8 is copied into the working folder.

    A byte order mark says the encoding, then the contract, then it is UTF-8, which is not checked here.

    Raises:
        Rejected: `encoding-error`, or `ceiling-error` because the copy gets too large.
    """
    bom = next((mark for mark in _BOMS if file.head.startswith(mark)), b"")
    encoding = _BOMS.get(bom) or _declared(file, work)
    if encoding == "utf-8":
        return Utf8Text(file.path, encoding, len(bom), bool(bom))
    copy = work.folder / f"{file.path.name}.utf8"
    with file.path.open("rb") as source:
        source.seek(len(bom))
        _transcode(source, copy, encoding, work.ceilings.max_unpacked_bytes)
    return Utf8Text(copy, encoding, 0, bool(bom))


def check_utf8(path: Path, *, skip: int = 0) -> None:
    """Read all of it but the first `skip` bytes.

    Raises:
        Rejected: `encoding-error`, with the line of the first bytes that are not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = skip
    with path.open("rb") as stream:
        stream.seek(skip)
        try:
            for chunk in _chunks(stream):
                offset += len(chunk)
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            offset += error.start - len(error.object)
            raise _not_utf8(path, offset, error) from error


def place_of(path: Path, offset: int, *, skip: int = 0) -> Place:
    """Where the byte at `offset` stands in a UTF-8 text; the first `skip` bytes do not count.

    `\\n`, `\\r\\n` and a lone `\\r` end a line.
    """
    line, column, left = 1, 1, offset - skip
    with path.open("rb") as stream:
        stream.seek(skip)
        while left > 0 and (chunk := stream.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            if left and chunk.endswith(b"\r"):  # the other half of the line end may come next
                chunk = chunk[:-1]
                left += 1
                stream.seek(-1, SEEK_CUR)
            ends = line_ends(chunk)
            begin = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            column = (1 if ends else column) + len(chunk[begin:].translate(None, _CONTINUATION))
            line += ends
    return Place(line, column)


def line_ends(chunk: bytes) -> int:
    """How many lines end in it; it does not begin between `\\r` and `\\n`."""
    ends = chunk.count(b"\n")
    carriages = chunk.count(b"\r")
    return ends + carriages - chunk.count(b"\r\n") if carriages else ends


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _declared(file: File, work: Examination) -> str:
    declared = (work.contract and work.contract.encoding) or "utf-8"
    with suppress(UnicodeError):  # one letter is not a whole character everywhere
        try:
            b"a".decode(declared)
        except LookupError as error:
            message = f"The contract declares the encoding {declared}, which is not known."
            raise Rejected("encoding-error", message) from error
    known, wide = codecs.lookup(declared).name, _wide(file.head)
    if known in ("utf-8", "utf-8-sig") and wide:
        message = (
            f"The file seems to be {wide.upper()} without a byte order mark. "
            f'Save it as UTF-8, or declare "encoding: {wide}" in a contract.'
        )
        raise Rejected("encoding-error", message, line=1)
    if known in ("utf-16", "utf-32"):  # either order; most programs mean little-endian where nothing says so
        return wide if wide and wide.startswith(known) else f"{known}-le"
    return "utf-8" if known in ("utf-8", "utf-8-sig") else declared.lower()


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32, told by where the NUL bytes of its ASCII characters are."""
    sample = head[: _SAMPLE // 4 * 4]
    if len(sample) < 4:
        return None
    nuls = [sample[begin::4].count(0) / len(sample[begin::4]) for begin in range(4)]
    full = [share > 0.4 for share in nuls]
    none = [share < 0.1 for share in nuls]
    if full[1] and full[3] and none[0]:
        return "utf-32-le" if full[2] else "utf-16-le"
    if full[0] and full[2] and none[3]:
        return "utf-32-be" if full[1] else "utf-16-be"
    return None


def _transcode(source: IO[bytes], copy: Path, encoding: str, limit: int) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 0
    with copy.open("wb") as target:
        try:
            for chunk in _chunks(source):
                size += target.write(decoder.decode(chunk).encode())
                if size > limit:
                    raise over("maxUnpackedBytes", limit, f"As UTF-8 the text has more than {limit:,} bytes")
            target.write(decoder.decode(b"", final=True).encode())
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                target.write(error.object[: error.start].decode(encoding, "replace").encode())
            target.flush()
            raise _not_as_declared(copy, encoding, error) from error


def _not_as_declared(copy: Path, encoding: str, error: UnicodeError) -> Rejected:
    line = place_of(copy, copy.stat().st_size).line
    message = f"Line {line} is not valid {encoding.upper()}, as which the file has to be read."
    if isinstance(error, UnicodeDecodeError) and error.reason in _CUT_OFF:
        message = f"The file ends in line {line} in the middle of a character; it seems to be cut off."
    return Rejected("encoding-error", message, line=line)


def _not_utf8(path: Path, offset: int, error: UnicodeDecodeError) -> Rejected:
    line = place_of(path, offset).line
    if error.reason in _CUT_OFF:
        message = f"The file ends in line {line} in the middle of a character; it seems to be cut off."
        return Rejected("encoding-error", message, line=line)
    begin = max(0, error.start - _SAMPLE)
    seems, declare = "", "its encoding"
    if _western(error.object[begin : error.start + _SAMPLE]):
        seems, declare = "; the file seems to be Windows-1252", '"encoding: windows-1252"'
    message = (
        f"Line {line} is not valid UTF-8 (at byte offset {offset:,}){seems}. "
        f"Save the file as UTF-8, or declare {declare} in a contract."
    )
    return Rejected("encoding-error", message, line=line)


def _western(sample: bytes) -> bool:
    """Whether what is not ASCII are single Western characters among ASCII ones."""
    high = sample.translate(None, _ASCII)
    if not high or not _WESTERN.issuperset(high):
        return False
    alone = sum(
        byte >= 0x80 and (place == 0 or sample[place - 1] < 0x80) for place, byte in enumerate(sample)
    )
    return alone * 2 > len(high)
