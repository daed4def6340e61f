"""Encodings of XML that expat does not know: those with several bytes for a character."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecs import IncrementalDecoder

_DECLARED = re.compile(rb"<\?xml\s[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,40})[\"']")
_KNOWN = frozenset(
    {
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp"),
        *("gb2312", "gbk", "gb18030", "big5", "big5hkscs"),
        *("euc_kr", "cp949", "johab"),
    }
)


def decoder_of(head: bytes, encoding: str | None) -> IncrementalDecoder | None:
    """What decodes the document, if expat cannot.

    Args:
        encoding: what a contract says, whatever the document says of itself.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return codecs.getincrementaldecoder("utf-32")()
    declared = _DECLARED.match(head)
    name = encoding or (declared.group(1).decode() if declared else "")
    with suppress(LookupError):
        codec = codecs.lookup(name)
        if codec.name in _KNOWN and codec.incrementaldecoder:
            return codec.incrementaldecoder()
    return None
