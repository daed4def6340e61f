"""JSON in pieces, read as strictly as RFC 8259 says, in memory that does not grow with the document.

The parser is yajl, by way of ijson. What it lets pass is looked for here: halves of surrogate pairs, vertical
tabs and form feeds, numbers that no program can hold.
"""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

from processor.formats.base import over

if TYPE_CHECKING:
    from processor.formats.base import Ceilings, Rejected

Event = tuple[str, Any]

_WHITE = b" \t\r\n"
_ESCAPE_BYTES = 12
# Text without escapes; pairs of surrogates; other escapes. It ends where one of them is broken or unfinished.
_WHOLE = re.compile(
    rb"(?:[^\\]++"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    rb"|\\[^u])*+"
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = "A text holds half of a surrogate pair, which is no character"
_SPACE = "A vertical tab or form feed is not allowed"
OUT_OF_RANGE = "A number is too large, or has too many digits, for other programs"
_ELSE = "A character does not belong here"
_WRONG = {
    "premature EOF": "The document ends too early; the file seems to be cut off",
    "trailing garbage": "There is more after the end of the document",
    "after array element": "A comma or the end of the array is missing",
    "after key and value": "A comma or the end of the object is missing",
    "separated by a colon": "A colon is missing after a name",
    "invalid object key": "A name in double quotes is missing",
    "unallowed token": "A value is missing",
    "malformed number": "A number is not complete",
    "invalid character inside string": "A text holds a line end, tab or other control character",
    "occurs before a character": "A text holds a backslash that begins no escape",
    "invalid (non-hex)": "A text holds an escape \\u without four hexadecimal digits",
    "probable comment": "Comments are not allowed",
    "invalid string in json": "A word is none of true, false and null",
}
TRAILING = _WRONG["trailing garbage"]


class Broken(Exception):
    """The document is wrong.

    Attributes:
        why: what to tell its sender: a finished rejection, or what is wrong, to which the place is missing.
        back: how many bytes before the end of what was fed it is, if that was fed byte by byte.
    """

    def __init__(self, why: Rejected | str, *, back: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.back = back


class Parser:
    """Takes one document in pieces, and gives what begins and ends in each, as ijson names it."""

    def __init__(self, ceilings: Ceilings) -> None:
        import ijson  # type: ignore[import-untyped]

        self._longest = ceilings.max_line_bytes
        self._failure = ijson.JSONError
        self._events = ijson.sendable_list()
        # By name: what ijson takes by itself might be its backend in Python.
        self._yajl = ijson.get_backend("yajl2_c").basic_parse_coro(self._events)
        self._unfinished = b""
        self._silent = 0
        self._ending = False

    def feed(self, piece: bytes) -> list[Event]:
        """What some more bytes brought; the list is good until the next call.

        Raises:
            Broken: the document is wrong, or a text or number in it too long.
        """
        if b"\v" in piece or b"\f" in piece:
            raise Broken(_SPACE)
        if self._unfinished or b"\\" in piece:
            self._check_escapes(self._unfinished + piece)
        self._events.clear()
        self._send(piece)
        self._silent = 0 if self._events else self._silent + len(piece.strip(_WHITE))
        if self._silent > self._longest:
            raise Broken(over("maxLineBytes", self._longest, "A text or number in it has too many bytes"))
        return self._events  # type: ignore[no-any-return]

    def finish(self) -> list[Event]:
        """What the end brought, which may be a number.

        Raises:
            Broken: the document is not complete.
        """
        if _SURROGATE.match(self._unfinished):
            raise Broken(_HALF, back=len(self._unfinished))
        self._events.clear()
        self._ending = True
        # yajl forgives an open text behind the document, but no line end in a text.
        with suppress(StopIteration):
            self._send(b"\n")
            self._send(b"")
        return self._events  # type: ignore[no-any-return]

    def _send(self, piece: bytes) -> None:
        try:
            self._yajl.send(piece)
        except self._failure as error:
            said = "premature EOF" if self._ending else str(error)
            known = (why for part, why in _WRONG.items() if part in said)
            raise Broken(next(known, _ELSE)) from error
        except (ValueError, InvalidOperation, SystemError) as error:
            # Python takes 4,300 digits and exponents of 18; ijson may pack its complaint into a SystemError.
            raise Broken(OUT_OF_RANGE) from error

    def _check_escapes(self, window: bytes) -> None:
        whole = _WHOLE.match(window)
        self._unfinished = window[whole.end() :] if whole else window
        if len(self._unfinished) >= _ESCAPE_BYTES:
            if _SURROGATE.match(self._unfinished):
                raise Broken(_HALF, back=len(self._unfinished))
            self._unfinished = b""  # a broken escape, of which the parser tells
