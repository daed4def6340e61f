"""JSON documents: as strict as a strict parser, at any size."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import orjson
import pytest

from contracts.model import Contract
from processor.formats.base import Ceilings
from processor.formats.json_document import FORMAT
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from pathlib import Path

SMALL_PIECES = Ceilings(max_line_bytes=64)

GOOD = {
    "an object": b'{"a": 1}',
    "an array": b"[1, 2]",
    "a text": b'"a"',
    "a number": b"-0.5e-3",
    "a number at the end of a line": b"1\n",
    "true": b"true",
    "null": b"null",
    "white space around": b" \t\r\n{}\r\n ",
    "every escape": rb'["\"\\\/\b\f\n\r\t\u00e4\u0000"]',
    "a surrogate pair": rb'["\ud83e\udd84\uD83E\uDD84"]',
    "a backslash before what looks like a surrogate": rb'["\\ud800", "\\\\udc00"]',
    "a character beyond the basic plane": '["🦄", "\x7f", "\uffff"]'.encode(),
    "exponents": b"[1e5, 1E-5, 1.5e+3, 0e1, -0.0, 1e-400, 0e400]",
    "an integer of 308 digits": b"[" + b"9" * 308 + b"]",
    "a fraction of 5,000 digits": b"[0." + b"9" * 5_000 + b"]",
    "500 levels": b"[" * 500 + b"]" * 500,
}
BAD = {
    "nothing": (b"", 1),
    "white space": (b" \n", 1),
    "NaN": (b"[NaN]", 1),
    "Infinity": (b"[1,\n-Infinity]", 2),
    "a leading zero": (b"[01]", 1),
    "a negative leading zero": (b"[-01]", 1),
    "a point without decimals": (b"[1.]", 1),
    "a point without a number": (b"[.5]", 1),
    "a plus": (b"[+1]", 1),
    "a minus alone": (b"[-]", 1),
    "an exponent without digits": (b"[1e+]", 1),
    "a hexadecimal number": (b"[0x1]", 1),
    "a number that is infinite": (b"[1,\n1e400]", 2),
    "a negative number that is infinite": (b"[-1e400]", 1),
    "an integer that is infinite": (b"[" + b"9" * 400 + b"]", 1),
    "an integer of 5,000 digits": (b"[\n" + b"9" * 5_000 + b"\n]", 2),
    "a trailing comma in an array": (b"[1,\n]", 2),
    "a trailing comma in an object": (b'{"a": 1,\n}', 2),
    "a leading comma": (b"[,1]", 1),
    "a missing comma": (b"[1 2]", 1),
    "a missing comma between members": (b'{"a": 1\n"b": 2}', 2),
    "a missing colon": (b'{"a", 1}', 1),
    "a missing value": (b'{"a": }', 1),
    "a name without quotes": (b"{a: 1}", 1),
    "a name that is a number": (b"{1: 1}", 1),
    "single quotes": (b"['a']", 1),
    "the wrong bracket": (b"[1}", 1),
    "a closing bracket alone": (b"]", 1),
    "a tab in a text": (b'["\t"]', 1),
    "a line end in a text": (b'["a\nb"]', 1),
    "a NUL in a text": (b'["\x00"]', 1),
    "an unknown escape": (rb'["\x"]', 1),
    "an escaped line end": (b'["\\\n"]', 1),
    "too short an escape": (rb'["\u12"]', 1),
    "half a surrogate pair": (rb'["\ud800"]', 1),
    "half a surrogate pair far from the end": (b'[\n"\\ud800 and more text"\n,\n1]', 2),
    "the second half of a surrogate pair": (rb'["\udc00"]', 1),
    "half a surrogate pair before another escape": (rb'["\ud800\u0041"]', 1),
    "half a surrogate pair before a whole one": (rb'["\ud800\ud800\udc00"]', 1),
    "half a surrogate pair in a name": (rb'{"\ud800": 1}', 1),
    "a comment": (b"// x\n1", 1),
    "a comment in an array": (b"[/* x */ 1]", 1),
    "two documents": (b"{}{}", 1),
    "a document and a word": (b"[1]\nx", 2),
    "a document and a NUL": (b"[1]\x00", 1),
    "a document and an open text": (b'null "', 1),
    "an array and an open text that ends like one": (b'[] "]', 1),
    "a document and half a word": (b"1\ntru", 2),
    "a form feed": (b"[1]\n\x0c", 2),
    "a vertical tab": (b"[1,\x0b2]", 1),
    "a space that is not ASCII": ("[1,\u00a02]".encode(), 1),
    "an open array": (b"[1,\n2", 2),
    "an open object": (b'{"a"', 1),
    "an open text": (b'["a', 1),
    "half a word": (b"tru", 1),
    "a word in capitals": (b"[TRUE]", 1),
    "a word too long": (b"nulll", 1),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_what_a_strict_parser_takes_is_taken(content: bytes) -> None:
    orjson.loads(content)

    examined = examine(FORMAT, content)

    assert (examined.errors, examined.warnings) == ([], [])


@pytest.mark.parametrize(("content", "line"), BAD.values(), ids=BAD)
def test_what_a_strict_parser_refuses_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(content)

    assert examine(FORMAT, content).errors == [("source-error", line)]


PLACES = {
    "a word": (b'[1,\n  "ab", nothing]', "(line 2, column 10)"),
    "after other characters": ('["äö", x]'.encode(), "(line 1, column 8)"),
    "half a surrogate pair": (rb'["abc\ud800 and so on and on"]', "(line 1, column 6)"),
    "behind a byte order mark": (b"\xef\xbb\xbf[x]", "(line 1, column 2)"),
    "far behind": (b"[" + b"1,\n" * 100_000 + b"1,x]", "(line 100,001, column 3)"),
    "after a thousand": (b"[" + b"1," * 1_000 + b"x]", "(line 1, column 2,002)"),
}


@pytest.mark.parametrize(("content", "place"), PLACES.values(), ids=PLACES)
def test_the_message_says_line_and_column(content: bytes, place: str) -> None:
    assert place in examine(FORMAT, content).messages


def test_no_message_quotes_a_value() -> None:
    examined = examine(FORMAT, b'{"iban": "AT61", "iban": "secret" x}')

    assert "secret" not in examined.messages
    assert examined.errors == [("source-error", 1)]


def test_the_profile_counts_what_is_in_an_object() -> None:
    content = b'{"a": 1, "b": [1.5, null, true, {"x": "y"}], "c": {}}'

    profile = examine(FORMAT, content).profile

    assert profile == {
        "type": "object",
        "depth": 3,
        "values": 9,
        "objects": 3,
        "arrays": 1,
        "strings": 1,
        "numbers": 2,
        "booleans": 1,
        "nulls": 1,
        "names": [
            {"name": "a", "types": ["integer"], "count": 1},
            {"name": "b", "types": ["array"], "count": 1},
            {"name": "c", "types": ["object"], "count": 1},
        ],
    }


def test_the_profile_of_an_array_of_objects_has_the_names_of_its_elements() -> None:
    content = b'[{"a": 1, "b": {"c": 1}}, [{"d": 1}], {"a": 1.5}, {"a": null, "b": []}, 7]'

    profile = examine(FORMAT, content).profile

    assert profile["items"] == 5
    assert profile["names"] == [
        {"name": "a", "types": ["integer", "null", "number"], "count": 3},
        {"name": "b", "types": ["array", "object"], "count": 2},
    ]


def test_only_so_many_names_are_described() -> None:
    content = json.dumps({f"name {number}" + "x" * 200: number for number in range(300)}).encode()

    profile = examine(FORMAT, content).profile

    assert (len(profile["names"]), profile["cut"], profile["values"]) == (200, True, 301)
    assert max(len(name["name"]) for name in profile["names"]) == 100


def test_a_repeated_name_is_a_warning_with_the_line_of_the_first() -> None:
    content = b'[{"a": 1},\n{"a": 1, "b": {"a": 1}},\n{"c": 1,\n"c": 1, "c": 1},\n{"a": 1, "a": 1}]'

    examined = examine(FORMAT, content)

    assert (examined.errors, examined.warnings) == ([], [("duplicate-name", 4)])
    assert examined.findings.warning_counts["duplicate-name"] == 3
    assert examined.findings.warnings[0].field_name == "c"


def test_a_byte_order_mark_is_a_warning() -> None:
    examined = examine(FORMAT, b'\xef\xbb\xbf{"a": 1}')

    assert (examined.errors, examined.warnings) == ([], [("byte-order-mark", 1)])


def test_utf_16_is_refused() -> None:
    assert examine(FORMAT, '{"a": 1}'.encode("utf-16")).errors == [("encoding-error", None)]


def test_utf_16_is_read_where_a_contract_declares_it() -> None:
    contract = Contract(name="x", prefix="x", encoding="utf-16")

    examined = examine(FORMAT, '{"ä": "ö"}'.encode("utf-16"), contract=contract)

    assert (examined.errors, examined.profile["strings"]) == ([], 1)


def test_bytes_that_are_not_utf_8_have_a_line() -> None:
    assert examine(FORMAT, b'["a",\n"\xe4"]').errors == [("encoding-error", 2)]


@pytest.mark.parametrize("content", [b'{"a": 1}\n{"a": 2}\n', b"\n1\n\n2\n"])
def test_documents_line_by_line_are_json_lines(content: bytes) -> None:
    examined = examine(FORMAT, content, "data.json")

    assert [error[0] for error in examined.errors] == ["format-error"]
    assert ".jsonl" in examined.messages


def test_a_document_with_rubbish_behind_it_is_not_json_lines() -> None:
    assert examine(FORMAT, b'{"a": 1}\n{"a": 2\n').errors == [("source-error", 2)]


def test_nesting_has_a_ceiling() -> None:
    examined = examine(FORMAT, b"[\n" * 100_000)

    assert examined.errors == [("ceiling-error", 513)]


@pytest.mark.parametrize("token", [b'"' + b"x" * 1_000 + b'"', b'"' + b"\\n" * 500 + b'"', b"1" * 1_000])
def test_one_text_or_number_has_a_ceiling(token: bytes) -> None:
    examined = examine(FORMAT, b"[1,\n" + token + b"]", ceilings=SMALL_PIECES)

    assert examined.errors == [("ceiling-error", 2)]


def test_white_space_has_no_ceiling() -> None:
    examined = examine(FORMAT, b"[1," + b" \n" * 1_000 + b"2]", ceilings=SMALL_PIECES)

    assert (examined.errors, examined.profile["items"]) == ([], 2)


def test_a_text_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b'{"a": "' + b"x" * 20_000_000 + b'"}')
    tracemalloc.start()

    examined = examine(FORMAT, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert examined.errors == [("ceiling-error", 1)]
    assert peak < 8_000_000
