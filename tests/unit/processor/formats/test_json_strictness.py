"""JSON documents: as strict as another strict parser, whatever they are."""

from __future__ import annotations

import json
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.formats.base import Ceilings
from processor.formats.json_document import FORMAT
from tests.unit.processor.formats.examining import examine

SMALL_PIECES = Ceilings(max_line_bytes=64)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(max_size=8), children),
    max_leaves=20,
)


def accepted(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


@settings(deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_whatever_is_written_as_json_is_counted(value: Any, escaped: bool, indent: int | None) -> None:
    content = json.dumps(value, ensure_ascii=escaped, indent=indent).encode()

    examined = examine(FORMAT, content)

    assert examined.errors == ([] if accepted(content) else [("source-error", examined.errors[0][1])])
    if examined.profile:
        assert examined.profile["values"] == count(value)


def count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return 1 + sum(map(count, value)) if isinstance(value, list) else 1


BITS = [
    b'"',
    b"\\",
    b"\\u",
    b"\\ud83e",
    b"\\udd84",
    b"\\n",
    b",",
    b":",
    b"[",
    b"]",
    b"{",
    b"}",
    b"1",
    b"-",
    b".",
]
MORE_BITS = [
    b"0",
    b"e",
    b"+",
    b"\n",
    b" ",
    b"\x0b",
    b"\x0c",
    b"\x00",
    b"true",
    b"nul",
    b"NaN",
    b"//",
    b"\xc3\xa4",
]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(BITS + MORE_BITS), max_size=12), st.sampled_from([Ceilings(), SMALL_PIECES]))
def test_whatever_the_bits_it_is_as_strict_as_orjson(bits: list[bytes], ceilings: Ceilings) -> None:
    content = b"".join(bits)

    assert (not examine(FORMAT, content, ceilings=ceilings).errors) == accepted(content)


@settings(deadline=None, max_examples=200)
@given(VALUES, st.integers(0), st.integers(0, 3), st.sampled_from([b"", *BITS, *MORE_BITS]), st.booleans())
def test_a_damaged_document_is_refused_where_orjson_refuses_it(
    value: Any, place: int, gone: int, put: bytes, escaped: bool
) -> None:
    whole = json.dumps(value, ensure_ascii=escaped).encode()
    place %= len(whole) + 1
    content = whole[:place] + put + whole[place + gone :]

    assert (not examine(FORMAT, content).errors) == accepted(content)
