"""Says what a file is by looking at its first bytes, never at its name.

Signatures of data files and containers stand here, all others come from puremagic. What has no
signature is some kind of text, if it decodes, or `application/octet-stream`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
from itertools import islice
from typing import TYPE_CHECKING

import puremagic

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD_BYTES = 65_536
"""How much of the beginning `detect` wants to see."""

UNKNOWN = "application/octet-stream"

_SIGNATURES = {
    b"PAR1": "application/vnd.apache.parquet",
    b"PARE": "application/vnd.apache.parquet",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
    b"ORC": "application/vnd.apache.orc",
    b"ARROW1": "application/vnd.apache.arrow.file",
    b"FEA1": "application/vnd.apache.arrow.file",
    b"Obj\x01": "application/vnd.apache.avro",
    b"\x93NUMPY": "application/x-npy",
    b"\x89HDF\r\n\x1a\n": "application/x-hdf5",
    b"SQLite format 3\x00": "application/vnd.sqlite3",
    b"\x28\xb5\x2f\xfd": "application/zstd",
    b"\x1f\x8b": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\x00": "application/x-xz",
    b"\x7fELF": "application/x-elf",
    b"%PDF-": "application/pdf",
    b"\x00\x01\x00\x00\x00": "font/ttf",
    b"OTTO": "font/otf",
}
_TEXT_SIGNATURES = {"%PDF-": "application/pdf", "%!PS": "application/postscript"}
# A frame that says nothing of the content: RFC 8878, section 3.1.2.
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_ZIP_ENTRY = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_FOLDERS = {
    b"xl/": _OFFICE + "spreadsheetml.sheet",
    b"word/": _OFFICE + "wordprocessingml.document",
    b"ppt/": _OFFICE + "presentationml.presentation",
}
_STATED_TYPE = re.compile(rb"application/[\w.+-]+")
_WEAK_SIGNATURE = 3
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_CONTROL = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x1b"})
# The tags by which browsers know HTML: mimesniff.spec.whatwg.org, section 7.1.
_HTML = re.compile(
    r"<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]|<!--"
)
# Each alternative begins and ends in one way only: text that is made to be ambiguous is refused in one pass.
_PROLOGUE = re.compile(r"<\?[^?]*\?>|<!--(?:(?!-->).)*-->|\s+", re.DOTALL)
_SVG = re.compile(r"<(!doctype svg|svg)[\s>]")
_LONGEST_TOKEN = 32
_LONGEST_TYPE = 128
_LOOKED_AT = 200
_DELIMITERS = {",": "text/csv", "\t": "text/tab-separated-values", ";": "text/csv", "|": "text/csv"}
_SAMPLED_ROWS = 20


def detect(head: bytes) -> str:
    """The media type of a file that begins with `head` (all of it, or its first `HEAD_BYTES`)."""
    text = _as_text(head)
    if text is not None:
        return _text_type(text, complete=len(head) < HEAD_BYTES)
    for signature, media_type in _SIGNATURES.items():
        if head.startswith(signature):
            return media_type
    if _SKIPPABLE.match(head):
        return "application/zstd"
    # Readers look for it in the first KB: ISO 32000-2, annex I.
    if b"%PDF-" in head[:1_024]:
        return "application/pdf"
    if head.startswith(_ZIP_ENTRY):
        return _zip_type(head)
    return "application/x-tar" if head[257:262] == b"ustar" else _by_signature(head)


def _zip_type(head: bytes) -> str:
    stated = _stated_type(head)
    if stated:
        return stated
    names = list(islice(_zip_names(head), _LOOKED_AT))
    if b"[Content_Types].xml" in names:
        folders = (
            kind for folder, kind in _OFFICE_FOLDERS.items() if any(n.startswith(folder) for n in names)
        )
        return next(folders, "application/zip")
    return "application/zip"


def _stated_type(head: bytes) -> str | None:
    """What an OpenDocument or EPUB file says of itself: its first entry, `mimetype`, is not compressed."""
    size, name_size, extra_size = struct.unpack("<18xI4xHH", head[:30].ljust(30, b"\0"))
    begin = 30 + name_size + extra_size
    content = head[begin : begin + min(size, _LONGEST_TYPE)]
    named = head[30 : 30 + name_size] == b"mimetype"
    return content.decode() if named and _STATED_TYPE.fullmatch(content) else None


def _zip_names(head: bytes) -> Iterator[bytes]:
    """The names of the entries in sight; a local header has 30 bytes before the name."""
    place = 0
    while place >= 0:
        name_size = int.from_bytes(head[place + 26 : place + 28], "little")
        yield head[place + 30 : place + 30 + min(name_size, _LONGEST_TYPE)]
        place = head.find(_ZIP_ENTRY, place + 4)


def _by_signature(head: bytes) -> str:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return UNKNOWN
    # Two bytes are no evidence in a file that is not text: every 65,536th random one has them.
    strong = (match for match in matches if match.mime_type and len(match.byte_match) >= _WEAK_SIGNATURE)
    return next((match.mime_type for match in strong), UNKNOWN)


def _as_text(head: bytes) -> str | None:
    encoding = _BOMS.get(head[:2], "utf-8-sig")
    # The end of a full head may cut a character in two; that part is left out.
    cut = head[:-4] if len(head) >= HEAD_BYTES else head
    try:
        text = cut.decode(encoding)
    except UnicodeDecodeError as error:
        if len(head) < HEAD_BYTES or error.end < len(cut) - 4:
            return None
        cut = cut[: error.start]
        text = cut.decode(encoding)
    # In UTF-8 these bytes stand for themselves only, and are taken out in a tenth of a pattern's time.
    encoded = cut if encoding == "utf-8-sig" else text.encode()
    return None if len(encoded.translate(None, _CONTROL)) < len(encoded) else text.removeprefix("\ufeff")


def _text_type(text: str, *, complete: bool) -> str:
    for signature, media_type in _TEXT_SIGNATURES.items():
        if text.startswith(signature):
            return media_type
    start = text.lstrip()[:1024].lower()
    if start.startswith(("{", "[")):
        return _json_type(text, complete=complete)
    if start.startswith("<"):
        return _markup_type(start)
    return _table_type(text, complete=complete)


def _json_type(text: str, *, complete: bool) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and _is_json(lines[0]) and _is_json(lines[1], cut=not complete and len(lines) == 2):
        return "application/x-ndjson"
    return "application/json" if _is_json(text, cut=not complete) else "text/plain"


def _is_json(text: str, *, cut: bool = False) -> bool:
    """Whether the text is a JSON document, or the beginning of one when it was cut."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at_the_end = error.pos >= len(text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated string")
        return cut and at_the_end
    except (ValueError, RecursionError):  # too many digits for Python, or too deep: JSON all the same
        return True
    return True


def _markup_type(start: str) -> str:
    place = 0
    while prologue := _PROLOGUE.match(start, place):
        place = prologue.end()
    if _SVG.match(start, place):
        return "image/svg+xml"
    if start.startswith("<?xml"):
        return "application/xml"
    return "text/html" if _HTML.match(start) else "text/plain"


def _table_type(text: str, *, complete: bool) -> str:
    lines = text.splitlines()
    known = islice(lines, len(lines) if complete else len(lines) - 1)
    sample = list(islice(filter(str.strip, known), _SAMPLED_ROWS))
    for delimiter, media_type in _DELIMITERS.items():
        try:
            widths = {len(row) for row in csv.reader(io.StringIO("\n".join(sample)), delimiter=delimiter)}
        except csv.Error:
            continue
        if len(sample) > 1 and len(widths) == 1 and widths != {1}:
            return media_type
    return "text/plain"
