"""Plain text, and texts of kinds that are not looked into: encoding and lines."""

from __future__ import annotations

import re
from dataclasses import replace
from os import SEEK_CUR
from typing import TYPE_CHECKING

from processor.formats.base import About, Rejected
from processor.formats.encodings import CHUNK_BYTES, check_utf8, place_of, utf8_text
from processor.formats.stated_encodings import ONE_BYTE, SEVERAL_BYTES, decoder_of

if TYPE_CHECKING:
    from codecs import IncrementalDecoder
    from pathlib import Path

    from processor.formats.base import Examination, File, Profile
    from processor.formats.encodings import Utf8Text

_SUFFIXES = (
    ".txt .text .md .markdown .rst .log .html .htm .css .js .mjs .ts .py .sh .sql .ini .cfg .conf .toml "
    ".yaml .yml .properties .env .tex .bib .srt .vtt .ics .vcf .eml .diff .patch .c .h .cpp .hpp .cs .java "
    ".go .rs .rb .php .pl .pm .r .el .lua .swift .kt .bat .ps1 .cmake .po .pot .dtd .ent"
)
# How HTML, e-mail, CSS and programs tell their encoding, near their beginning.
_STATED = re.compile(rb"(?:charset|coding)[\s:=\"']{1,9}([A-Za-z][\w.-]{1,40})", re.IGNORECASE)
_STATED_WITHIN = 1_024


class Text:
    """Any text."""

    name = "text"
    label = "a text"
    media_types = frozenset({"text/plain", "text/html"})
    suffixes = frozenset(_SUFFIXES.split())
    about = About(
        recognised="Decodes as UTF-8, or has a byte order mark of UTF-16 or UTF-32, and is nothing else.",
        checked="The encoding of the whole file: UTF-8, or what it states itself near its beginning, as HTML "
        "does; no NUL characters.",
        described="Encoding, byte order mark, lines, the longest line in bytes, how lines end.",
        bounded="By nothing but its size; lines may have any length.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Read all of it.

        Raises:
            Rejected: it is not in its encoding, or has a NUL character.
        """
        text = utf8_text(file, work)
        if text.path == file.path:
            text = _checked(file, text)
        lines = _Lines()
        lines.read(text)
        return {"encoding": text.encoding, "bom": text.bom} | lines.profile()


FORMAT = Text()


def _checked(file: File, text: Utf8Text) -> Utf8Text:
    """The text, which is UTF-8, or else in the encoding that it states.

    Raises:
        Rejected: it is neither.
    """
    try:
        check_utf8(text.path, skip=text.bom_bytes)
    except Rejected:
        stated = _STATED.search(file.head, 0, _STATED_WITHIN)
        name = stated.group(1).decode().lower() if stated and not text.bom else ""
        decoder = decoder_of(name, ONE_BYTE | SEVERAL_BYTES)
        if decoder is None or not _decodes(file.path, decoder):
            raise
        return replace(text, encoding=name)
    return text


def _decodes(path: Path, decoder: IncrementalDecoder) -> bool:
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


class _Lines:
    """Counts lines and what ends them."""

    def __init__(self) -> None:
        self._ends = {"\\n": 0, "\\r\\n": 0, "\\r": 0}
        self._longest = 0
        self._last = 0

    def read(self, text: Utf8Text) -> None:
        """All of it.

        Raises:
            Rejected: there is a NUL character.
        """
        with text.path.open("rb") as stream:
            stream.seek(text.bom_bytes)
            while chunk := stream.read(CHUNK_BYTES):
                if chunk.endswith(b"\r") and len(chunk) > 1:  # the other half of the line end may come next
                    chunk = chunk[:-1]
                    stream.seek(-1, SEEK_CUR)
                if b"\0" in chunk:
                    raise _nul(text.path, stream.tell() - len(chunk) + chunk.find(b"\0"), text.bom_bytes)
                self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        returns = chunk.count(b"\r")
        pairs = chunk.count(b"\r\n") if returns else 0
        self._ends["\\r\\n"] += pairs
        self._ends["\\r"] += returns - pairs
        self._ends["\\n"] += chunk.count(b"\n") - pairs
        lines = (chunk.replace(b"\r", b"\n") if returns else chunk).split(b"\n")
        self._longest = max(self._longest, self._last + len(lines[0]), *map(len, lines[1:]), 0)
        self._last = len(lines[-1]) + (self._last if len(lines) == 1 else 0)

    def profile(self) -> Profile:
        """What was counted; `lineEnding` is left out where nothing ends a line."""
        ends = [end for end, count in self._ends.items() if count]
        profile: Profile = {
            "lines": sum(self._ends.values()) + (1 if self._last else 0),
            "longestLineBytes": self._longest,
        }
        if ends:
            profile["lineEnding"] = ends[0] if len(ends) == 1 else "mixed"
        return profile


def _nul(path: Path, offset: int, skip: int) -> Rejected:
    line = place_of(path, offset, skip=skip).line
    message = "There is a NUL character, which no text has; the file is binary or damaged."
    return Rejected("source-error", message, line=line)
