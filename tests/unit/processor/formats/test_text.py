"""Plain text."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.formats.text import FORMAT
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_is_described() -> None:
    examined = examine(FORMAT, "Grüße\nfrom Vienna\n".encode(), "letter.txt")

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile == {
        "encoding": "utf-8",
        "bom": False,
        "lines": 2,
        "longestLineBytes": 11,
        "lineEnding": "\\n",
    }


ENDINGS = {"\\n": b"a\nb\n", "\\r\\n": b"a\r\nb\r\n", "\\r": b"a\rb\r", "mixed": b"a\nb\r\n", None: b"ab"}


@pytest.mark.parametrize(("ending", "content"), ENDINGS.items())
def test_it_is_said_how_lines_end(ending: str | None, content: bytes) -> None:
    assert examine(FORMAT, content).profile.get("lineEnding") == ending


@pytest.mark.parametrize(("encoding", "name"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le")])
def test_a_byte_order_mark_is_told(encoding: str, name: str) -> None:
    profile = examine(FORMAT, "Grüße\n".encode(encoding)).profile

    assert (profile["encoding"], profile["bom"], profile["lines"]) == (name, True, 1)
    assert profile["longestLineBytes"] == 7


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    examined = examine(FORMAT, b"one\ntwo\nM\xfcnchen\n", "names.txt")

    assert examined.errors == [("encoding-error", 3)]
    assert "Windows-1252" in examined.messages


STATED = {
    "HTML": ("<html><head><meta charset=iso-8859-1></head>\nMünchen", "iso-8859-1"),
    "old HTML": (
        '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15">\n€',
        "iso-8859-15",
    ),
    "XHTML": ('<?xml version="1.0" encoding="windows-1252"?><html>\n“', "windows-1252"),
    "a program": ("#!/bin/python\n# -*- coding: euc-jp -*-\n'日本'", "euc-jp"),
    "a style sheet": ('@charset "Shift_JIS";\n/* 日本 */', "shift_jis"),
    "an e-mail": ("Content-Type: text/plain; charset=koi8-r\n\nпривет", "koi8-r"),
}


@pytest.mark.parametrize(("text", "encoding"), STATED.values(), ids=STATED)
def test_a_text_may_state_its_encoding_itself(text: str, encoding: str) -> None:
    examined = examine(FORMAT, text.encode(encoding))

    assert examined.errors == []
    assert (examined.profile["encoding"], examined.profile["lines"]) == (encoding, text.count("\n") + 1)


def test_a_text_that_is_utf_8_is_so_whatever_it_states() -> None:
    examined = examine(FORMAT, "<meta charset=shift_jis>München".encode())

    assert (examined.errors, examined.profile["encoding"]) == ([], "utf-8")


NOT_STATED = {
    "what it is not": b"<meta charset=shift_jis>\n\x81\xff",
    "what nobody knows": b"<meta charset=klingon>\nM\xfcnchen",
    "what is no text": b"<meta charset=base64>\nM\xfcnchen",
    "what takes a long time": b"<meta charset=punycode>\nM\xfcnchen",
    "too late": b" " * 2_000 + b"<meta charset=latin-1>\nM\xfcnchen",
}


@pytest.mark.parametrize("content", NOT_STATED.values(), ids=NOT_STATED)
def test_an_encoding_that_is_stated_wrongly_does_not_count(content: bytes) -> None:
    assert examine(FORMAT, content).errors == [("encoding-error", 2)]


def test_a_nul_character_is_refused_with_its_line() -> None:
    assert examine(FORMAT, b"\xef\xbb\xbfone\r\nt\0wo\n", "names.txt").errors == [("source-error", 2)]


def test_a_line_may_have_any_length_and_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * 20_000_000 + b"\nshort")
    tracemalloc.start()

    examined = examine(FORMAT, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (examined.errors, examined.profile["longestLineBytes"]) == ([], 20_000_000)
    assert peak < 8_000_000


def test_an_empty_text_has_no_lines() -> None:
    profile = examine(FORMAT, b"").profile

    assert (profile["lines"], profile["longestLineBytes"]) == (0, 0)


@pytest.mark.parametrize("chunk", [2, 3, 5])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="aä\n\r", max_size=30))
def test_lines_are_counted_as_python_does(monkeypatch: pytest.MonkeyPatch, chunk: int, text: str) -> None:
    monkeypatch.setattr("processor.formats.text.CHUNK_BYTES", chunk)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n")

    profile = examine(FORMAT, text.encode()).profile

    assert profile["lines"] == len(lines) - (not lines[-1])
    assert profile["longestLineBytes"] == max(map(len, lines))
