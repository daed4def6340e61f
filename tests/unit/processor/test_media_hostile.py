"""Heads that are made to cost: looking at them takes little time and memory, and never fails."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from processor.media import HEAD_BYTES, detect

HOSTILE = {
    "comments": b"<!---->" * 146 + b"x",
    "declarations": b"<?xml?>" * 146 + b"x",
    "doctypes": b"<!doctype svg>" * 73 + b"x",
    "white space": b"<" + b" " * 1_000 + b"x",
    "open comments": b"<!--" * 256,
    "zip entries": b"PK\x03\x04" * (HEAD_BYTES // 4),
    "zip entries of great size": (b"PK\x03\x04" + b"\xff" * 26 + b"n" * 34) * (HEAD_BYTES // 64),
    "a long number": b"[" + b"1" * 5_000 + b"]",
    "a number longer than the head": b"[" + b"1" * HEAD_BYTES,
    "brackets": b"[" * HEAD_BYTES,
    "quotes": b'"' * HEAD_BYTES,
    "commas": b"," * HEAD_BYTES,
    "lines": b"\n" * HEAD_BYTES,
}


@pytest.mark.parametrize("head", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_head_is_looked_at_in_bounded_time_and_memory(head: bytes) -> None:
    tracemalloc.start()
    begun = time.process_time()
    detect(head[:HEAD_BYTES])
    spent = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert spent < 2, "what backtracks takes minutes, what does not takes milliseconds"
    assert peak < 16_000_000


@pytest.mark.parametrize("head", [HOSTILE["a long number"], HOSTILE["brackets"]])
def test_a_document_that_python_does_not_read_is_json_all_the_same(head: bytes) -> None:
    assert detect(head[:HEAD_BYTES]) == "application/json"
