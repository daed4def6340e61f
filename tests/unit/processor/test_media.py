"""What a text file is, told by its first bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.media import HEAD_BYTES, UNKNOWN, detect

CSV = b"name,amount,day\nAda,1.50,2026-01-31\nBob,2,2026-02-01\n"
NDJSON = b'{"a": 1}\n{"a": 2}\n'
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<note><to>Ada</to></note>\n'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
HTML = b"<!DOCTYPE html>\n<html><head><title>Hello</title></head><body></body></html>"
PROSE = b"Dear all,\n\nthe files are late again, as you know.\nKind regards\n"

TEXTS = {
    "csv": (CSV, "text/csv"),
    "csv with Windows line ends": (CSV.replace(b"\n", b"\r\n"), "text/csv"),
    "csv with a byte order mark": (b"\xef\xbb\xbf" + CSV, "text/csv"),
    "csv in UTF-16": (CSV.decode().encode("utf-16"), "text/csv"),
    "csv with semicolons and decimal commas": (b"name;amount\nAda;1,50\nBob;2\n", "text/csv"),
    "csv with bars": (b"name|amount\nAda|1\n", "text/csv"),
    "csv with quoted commas and line ends": (b'a,b\n"x, y","two\nlines"\n', "text/csv"),
    "csv with blank lines": (b"a,b\n\n1,2\n\n", "text/csv"),
    "tsv": (b"name\tamount\nAda\t1.50\n", "text/tab-separated-values"),
    "a single column": (b"name\nAda\nBob\n", "text/plain"),
    "a single line": (b"a,b,c\n", "text/plain"),
    "rows of unlike width": (b"a,b\n1,2,3\n", "text/plain"),
    "json object": (b'{"a": [1, 2.5, null, true, "\\u00e4"]}', "application/json"),
    "json array over lines": (b'[\n  {"a": 1},\n  {"a": 2}\n]\n', "application/json"),
    "json with a byte order mark": (b'\xef\xbb\xbf{"a": 1}', "application/json"),
    "json in UTF-16": ('{"a": 1}'.encode("utf-16"), "application/json"),
    "json in UTF-16, big end first": (b"\xfe\xff" + '{"a": 1}'.encode("utf-16-be"), "application/json"),
    "ndjson": (NDJSON, "application/x-ndjson"),
    "ndjson with blank lines": (NDJSON.replace(b"\n", b"\n\n"), "application/x-ndjson"),
    "not quite json": (b'{"a": 1,}', "text/plain"),
    "json 30,000 levels deep": (b"[" * 30_000, "application/json"),
    "a settings file": (b"[section]\nkey = value\n", "text/plain"),
    "xml": (XML, "application/xml"),
    "xml in UTF-16": (XML.decode().encode("utf-16"), "application/xml"),
    "svg": (SVG, "image/svg+xml"),
    "svg with a declaration": (b'<?xml version="1.0"?>\n' + SVG, "image/svg+xml"),
    "html": (HTML, "text/html"),
    "html in capitals after white space": (b"\n  <HTML><BODY>Hello</BODY></HTML>", "text/html"),
    "html with a drawing in it": (HTML.replace(b"<body>", b"<body>" + SVG), "text/html"),
    "plain text": (PROSE, "text/plain"),
    "text in UTF-16": ("Grüße\n".encode("utf-16"), "text/plain"),
    "text with colours for a terminal": (b"\x1b[32mok\x1b[0m\n", "text/plain"),
    "white space": (b" \n\t\n", "text/plain"),
    "one character": ("ä".encode(), "text/plain"),
    "Latin-1, which nothing tells from noise": ("Größe;Straße\n".encode("latin-1"), UNKNOWN),
    "half a character at the end of a short file": ("Grüße ä".encode()[:-1], UNKNOWN),
    "half a UTF-16 character": (b"\xff\xfea\x00b", UNKNOWN),
    "a NUL in a text": (b"a,b\n1,\x00\n", UNKNOWN),
}


@pytest.mark.parametrize(("head", "media_type"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_what_it_looks_like(head: bytes, media_type: str) -> None:
    assert detect(head) == media_type


@pytest.mark.parametrize("first", ["ORCID", "PAR1", "OTTO", "FEA1", "ARROW1", "BZh"])
def test_a_column_whose_name_is_a_signature_does_not_make_a_table_binary(first: str) -> None:
    assert detect(f"{first},name\n0000-0002-1825-0097,Ada\n".encode()) == "text/csv"


def log_lines(count: int) -> bytes:
    return b"".join(b"[2026-01-31 12:00:00] INFO request %d took 7 ms\n" % number for number in range(count))


LONG = {
    "csv": (CSV * 3_000, "text/csv"),
    "json of one line": (json.dumps([{"a": n} for n in range(20_000)]).encode(), "application/json"),
    "json over lines": (json.dumps([{"a": n} for n in range(20_000)], indent=1).encode(), "application/json"),
    "json of one long text": (b'{"a": "' + b"x" * HEAD_BYTES, "application/json"),
    "ndjson": (NDJSON * 9_000, "application/x-ndjson"),
    "ndjson with a long second line": (b'{"a": 1}\n{"a": "' + b"x" * HEAD_BYTES, "application/x-ndjson"),
    "html": (HTML + b"x" * HEAD_BYTES, "text/html"),
    "prose": (PROSE * 2_000, "text/plain"),
    "one endless line": (b"a,b" * HEAD_BYTES, "text/plain"),
    "a log whose lines begin with brackets": (log_lines(3_000), "text/plain"),
    "a settings file": (b"[section]\nkey = value\n" * 5_000, "text/plain"),
    "a template": (b"{{ greeting }}, how are you?\n" * 5_000, "text/plain"),
}


@pytest.mark.parametrize(("content", "media_type"), LONG.values(), ids=LONG)
def test_a_text_that_is_longer_than_the_head_is_what_it_looks_like(content: bytes, media_type: str) -> None:
    assert len(content) > HEAD_BYTES

    assert detect(content[:HEAD_BYTES]) == media_type


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("character", ["ä", "日", "🦄"])
@pytest.mark.parametrize("shift", range(4))
def test_a_head_may_end_in_the_middle_of_a_character(encoding: str, character: str, shift: int) -> None:
    content = ("x" * shift + character * HEAD_BYTES).encode(encoding)

    assert detect(content[:HEAD_BYTES]) == "text/plain"


def test_a_broken_character_before_the_end_of_the_head_is_not_forgiven() -> None:
    content = b"x" * 1_000 + b"\xff" + b"x" * HEAD_BYTES

    assert detect(content[:HEAD_BYTES]) == UNKNOWN


@given(st.binary(max_size=600))
def test_whatever_the_bytes_there_is_an_answer(head: bytes) -> None:
    assert detect(head).count("/") == 1


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_whatever_the_text_there_is_an_answer(text: str, encoding: str) -> None:
    assert detect(text.encode(encoding, errors="replace")).count("/") == 1


@given(st.sampled_from([head for head, _ in TEXTS.values()]), st.integers(0, 90), st.binary(max_size=4))
def test_a_damaged_text_has_an_answer_too(head: bytes, place: int, damage: bytes) -> None:
    assert detect(head[:place] + damage + head[place + 1 :]).count("/") == 1
