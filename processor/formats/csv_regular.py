"""Whether any strict parser reads a delimited table alike, told at memory speed."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from processor.formats.csv_records import CHUNK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from processor.formats.csv_dialect import Dialect

# A pattern finds this in half the time that `in` takes.
_BLANK = re.compile(rb"\n\n")


class Regular(Enum):
    """How regular a table is.

    Attributes:
        NO: `Records` must have a look; it need not be bad.
        WITH_BREAKS: as `YES`, but there may be line breaks within quotes, so that no parser can begin
            just anywhere.
        YES: any strict parser reads it alike.
    """

    NO = auto()
    WITH_BREAKS = auto()
    YES = auto()


def regular(path: Path, dialect: Dialect, *, skip: int = 0, most_bytes: int) -> Regular:
    """How regular a table is, told at memory speed.

    No NUL bytes, blank or oversized lines, one kind of line break, and every quote where RFC 4180 wants
    it. Encoding and widths are not looked at.
    """
    found = Regular.YES
    carried, since, breaks = b"\n", 0, b""
    with path.open("rb") as file:
        file.seek(skip)
        while chunk := file.read(min(CHUNK_BYTES, most_bytes)):
            # A chunk is no longer than a line may be, so only what lies across two can be too long.
            first = chunk.find(b"\n")
            if since + (first if first >= 0 else len(chunk)) > most_bytes:
                return Regular.NO
            since = len(chunk) - 1 - chunk.rfind(b"\n") if first >= 0 else since + len(chunk)
            breaks = breaks or (b"\r\n" if b"\r\n" in chunk else b"\n")
            if b"\0" in chunk or not _same_breaks(carried[-1:], chunk, breaks):
                return Regular.NO
            # Adding the one byte before copies the chunk: only where it tells something.
            known = chunk if len(carried) == 1 and chunk[:1] != dialect.quote else carried + chunk
            rest = _after_quotes(known, dialect)
            if rest is None or len(rest) > most_bytes:
                return Regular.NO
            if found is Regular.YES and dialect.quote in known and dialect.broken.search(known):
                found = Regular.WITH_BREAKS
            carried = rest
    return found if _after_quotes(carried + b"\n", dialect) == b"\n" else Regular.NO


def _same_breaks(before: bytes, chunk: bytes, breaks: bytes) -> bool:
    """No blank line, and no other line break than this."""
    if before == b"\n" and chunk.startswith((b"\n", b"\r")):
        return False
    if breaks == b"\n":
        return b"\r" not in chunk and not _BLANK.search(chunk)
    pairs = chunk.count(b"\r\n")
    # A pair may lie across two chunks.
    begun, ended = chunk.endswith(b"\r"), before == b"\r" and chunk.startswith(b"\n")
    halves = chunk.count(b"\n") - ended == pairs == chunk.count(b"\r") - begun
    return halves and b"\n\r" not in chunk and (before != b"\r" or ended)


def _after_quotes(text: bytes, dialect: Dialect) -> bytes | None:
    """What must be looked at again with the next chunk; None where a quote is out of place.

    The first byte is what stands before, or a cell's first one that is no quote.
    """
    if dialect.quote not in text:
        return text[-1:]
    found = dialect.sound.match(text)
    stop = found.end() if found else 0
    if stop == len(text):
        return text[-1:]
    if text[stop - 1 : stop] not in (dialect.delimiter, b"\n", b""):
        return None
    return text[max(stop - 1, 0) :] if dialect.unfinished.fullmatch(text, stop) else None
