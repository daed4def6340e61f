"""What is wrong with an XML document, in words that its sender understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processor.formats.base import Rejected
from processor.formats.encodings import check_utf8

if TYPE_CHECKING:
    from xml.parsers.expat import ExpatError

    from processor.formats.base import File

_WRONG = {
    "no element found": "The document ends too early; the file seems to be cut off",
    "unclosed token": "The document ends too early; the file seems to be cut off",
    "unclosed CDATA section": "The document ends too early; the file seems to be cut off",
    "partial character": "The document ends in the middle of a character; the file seems to be cut off",
    "mismatched tag": "An end tag does not belong to the element that is open",
    "junk after document element": "There is more after the end of the document",
    "undefined entity": "There is an entity, such as &nbsp;, that XML does not know",
    "unbound prefix": "The prefix of a name belongs to no namespace",
    "must not undeclare prefix": "A prefix is declared without the address of its namespace",
    "duplicate attribute": "An element has an attribute twice",
    "XML or text declaration not at start of entity": "Something stands before the XML declaration",
    "reference to invalid character number": "A numeric reference stands for no character",
    "syntax error": "Something stands where the root element should begin",
    "not well-formed (invalid token)": "A character does not belong here",
}
_ENCODING = ("unknown encoding", "encoding specified in XML declaration is incorrect")


def fault(error: ExpatError, encoding: str, file: File) -> Rejected:
    """What to tell the sender of a document that is not well-formed."""
    what = str(error).rpartition(": line ")[0]
    if what in _ENCODING:
        return not_as_declared(encoding, error.lineno)
    if encoding == "utf-8":
        try:
            check_utf8(file.path)
        except Rejected as rejected:
            if rejected.line is not None and rejected.line <= error.lineno:
                return rejected
    place = f"line {error.lineno:,}, column {error.offset + 1:,}"
    return Rejected(
        "source-error", f"{_WRONG.get(what, f'The XML is broken: {what}')} ({place}).", line=error.lineno
    )


def not_as_declared(encoding: str, line: int) -> Rejected:
    """The document is in some other encoding."""
    message = f"The document says that its encoding is {encoding}, and that is not so; save it as UTF-8."
    return Rejected("encoding-error", message, line=line)
