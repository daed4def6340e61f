"""Encodings that XML, HTML and programs state near their beginning, if they are not UTF-8."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecs import IncrementalDecoder

# Names as Python gives them, so that nothing is stated that is no text, or takes long to decode.
ONE_BYTE = frozenset(
    {
        *(f"iso8859-{number}" for number in range(1, 17)),
        *(f"cp{number}" for number in (437, 850, 866, 874, *range(1_250, 1_259))),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
    }
)
SEVERAL_BYTES = frozenset(
    {
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp"),
        *("gb2312", "gbk", "gb18030", "big5", "big5hkscs"),
        *("euc_kr", "cp949", "johab"),
    }
)
# What programs mean by a name has more characters than its standard: encoding.spec.whatwg.org, section 4.2.
_MEANT = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
}


def decoder_of(name: str, known: frozenset[str]) -> IncrementalDecoder | None:
    """What decodes a text of this encoding; None if it is not one of those that are `known`."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # a name with a NUL character is a ValueError
        return None
    return codecs.getincrementaldecoder(_MEANT.get(found, found))() if found in known else None
