"""JSON documents, whatever their size: one value in UTF-8, as RFC 8259 says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from processor.findings import Finding
from processor.formats.base import About, Rejected
from processor.formats.encodings import check_utf8, place_of, utf8_text
from processor.formats.json_content import Content
from processor.formats.json_events import TRAILING, Broken, Parser

if TYPE_CHECKING:
    from processor.formats.base import Ceilings, Examination, File, Profile
    from processor.formats.encodings import Utf8Text

_PIECE_BYTES = 65_536
_FIRST_LINES = 100


class Json:
    """One JSON document."""

    name = "json"
    label = "a JSON document"
    media_types = frozenset({"application/json"})
    suffixes = frozenset(
        {".json", ".geojson", ".topojson", ".jsonld", ".ipynb", ".webmanifest", ".har", ".avsc"}
    )
    about = About(
        recognised="An object or array in the first 64 KiB; promised by names such as `.json` or `.geojson`.",
        checked=(
            "RFC 8259 to the letter: one value and nothing after it, UTF-8, no comments, no trailing commas, "
            "no NaN, no halves of surrogate pairs, no numbers beyond a double. A name that stands twice in "
            "one object, and a byte order mark, are warnings."
        ),
        described="Type, depth, how many values of which type, names of the top level with their types.",
        bounded="`maxNesting` levels; `maxLineBytes` of one text or number; 200 names are described.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Parse all of it, in pieces."""
        text = json_text(file, work)
        check_utf8(text.path, skip=text.bom_bytes)
        content = _parsed(text, work)
        if content.repeated:
            _warn_of_repeated(content.repeated, text, work)
        return content.profile()


FORMAT = Json()


def json_text(file: File, work: Examination) -> Utf8Text:
    """The file as UTF-8, which JSON has to be; another encoding is read where the contract declares it.

    Raises:
        Rejected: it is another one.
    """
    text = utf8_text(file, work)
    if text.encoding != "utf-8" and not (work.contract and work.contract.encoding):
        message = f"JSON has to be UTF-8, and this file is {text.encoding.upper()}; save it as UTF-8."
        raise Rejected("encoding-error", message)
    if text.bom:
        message = "The file begins with a byte order mark, which JSON should not have."
        work.findings.warning(Finding(type="byte-order-mark", message=message, line_number=1))
    return text


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where it broke: in the piece that begins at `begin`; at `offset`, if that was fed byte by byte."""

    why: Rejected | str
    begin: int
    offset: int


def _read(text: Utf8Text, ceilings: Ceilings, content: Content, slowly_at: int = -1) -> _Fault | None:
    parser, begin, end = Parser(ceilings), 0, 0
    size = max(1, min(_PIECE_BYTES, ceilings.max_line_bytes))
    try:
        with text.path.open("rb") as stream:
            stream.seek(text.bom_bytes)
            while piece := stream.read(size):
                begin, end = stream.tell() - len(piece), stream.tell()
                if begin != slowly_at:
                    content.take(parser.feed(piece))
                    continue
                for end in range(begin + 1, begin + 1 + len(piece)):
                    content.take(parser.feed(piece[end - 1 - begin : end - begin]))
        content.take(parser.finish())
    except Broken as broken:
        return _Fault(broken.why, begin, end - broken.back)
    return None


def _parsed(text: Utf8Text, work: Examination) -> Content:
    nesting = work.ceilings.max_nesting
    content = Content(nesting)
    fault = _read(text, work.ceilings, content)
    if fault is None:
        return content
    # yajl does not say where it is. So once more, and byte by byte from where it broke.
    fault = _read(text, work.ceilings, Content(nesting), fault.begin) or fault
    place = place_of(text.path, max(fault.offset, 0), skip=text.bom_bytes)
    if isinstance(fault.why, Rejected):
        raise Rejected(fault.why.type, fault.why.message, line=place.line)
    if fault.why == TRAILING and _is_by_lines(text, work.ceilings.max_line_bytes):
        message = "The file seems to be JSON Lines, one document in each line; it should be named .jsonl."
        raise Rejected("format-error", message, line=place.line)
    message = f"{fault.why} (line {place.line:,}, column {place.column:,})."
    raise Rejected("source-error", message, line=place.line)


def _warn_of_repeated(number: int, text: Utf8Text, work: Examination) -> None:
    """Of the first one, because the line of each would cost as much again."""
    nesting = work.ceilings.max_nesting
    fault = _read(text, work.ceilings, Content(nesting, until_repeated=True))
    exact = Content(nesting, until_repeated=True)
    fault = fault and _read(text, work.ceilings, exact, fault.begin)
    line = place_of(text.path, fault.offset, skip=text.bom_bytes).line if fault else None
    message = "An object has this name more than once, and programs differ in which one they take."
    name = exact.repeated_name or None
    work.findings.warning(Finding(type="duplicate-name", message=message, line_number=line, field_name=name))
    work.findings.more_warnings("duplicate-name", number - 1)


def _is_by_lines(text: Utf8Text, longest: int) -> bool:
    """Whether the first two lines with something in them are documents by themselves."""
    import orjson

    with text.path.open("rb") as stream:
        stream.seek(text.bom_bytes)
        lines = (stream.readline(longest) for _ in range(_FIRST_LINES))
        documents = list(islice((line for line in lines if line.strip()), 2))
    try:
        return len([orjson.loads(line) for line in documents]) == 2
    except orjson.JSONDecodeError:
        return False
