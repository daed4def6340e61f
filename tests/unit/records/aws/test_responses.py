"""Responses read by hand, held to `http.client`'s own."""

from __future__ import annotations

import socket
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.aws.responses import LONGEST_LINE, MOST_HEADERS, LightResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

OK = b"HTTP/1.1 200 OK\r\n"


def told(content: bytes, kind: type[HTTPResponse]) -> tuple[int, bytes, bool]:
    """What a response says: its status, its body, and whether the connection ends with it."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(content)
        there.shutdown(socket.SHUT_WR)
        response = kind(here, method="POST")
        try:
            response.begin()
            return response.status, response.read(), bool(response.will_close)
        finally:
            response.close()


@pytest.mark.parametrize(
    "content",
    [
        OK + b"Content-Length: 2\r\n\r\n{}",
        OK + b"content-length:2\r\nX-Amz: a: b \r\n\r\n{}",
        OK + b"Content-Length: 0\r\n\r\n",
        OK + b"Content-Length: 2\r\nConnection: Close\r\n\r\n{}",
        OK + b"\r\nall until the end",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nslow",
        OK.replace(b"\r", b"") + b"Content-Length: 2\n\n{}",
    ],
)
def test_it_reads_what_the_standard_library_reads(content: bytes) -> None:
    assert told(content, LightResponse) == told(content, HTTPResponse)


@given(st.dictionaries(st.from_regex(r"[A-Za-z-]{1,20}", fullmatch=True), st.text("ab:=; ", max_size=20)))
def test_any_headers(headers: dict[str, str]) -> None:
    lines = "".join(f"X-{name}: {value}\r\n" for name, value in headers.items())
    content = OK + lines.encode() + b"Content-Length: 2\r\n\r\n{}"
    assert told(content, LightResponse) == told(content, HTTPResponse)


def test_headers_are_found_by_small_letters() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(OK + b"x-amzn-RequestId: ab12\r\nContent-Length: 0\r\n\r\n")
        response = LightResponse(here, method="POST")
        response.begin()
        assert response.found["x-amzn-requestid"] == "ab12"
        response.close()


def broken() -> Iterator[bytes]:
    """What is no response of HTTP."""
    yield b""
    yield b"SSH-2.0-OpenSSH\r\n\r\n"
    yield OK + b"A: b\r\n" * (MOST_HEADERS + 1) + b"\r\n"
    yield OK + b"A: " + b"b" * LONGEST_LINE + b"\r\n\r\n"
    yield OK + b"Content-Length: 9\r\n\r\n{}"


@pytest.mark.parametrize("content", [*broken()], ids=range(5))
def test_what_is_no_response_is_an_error(content: bytes) -> None:
    with pytest.raises((HTTPException, OSError)):
        told(content, LightResponse)
    with pytest.raises((HTTPException, OSError)):
        told(content, HTTPResponse)


def test_headers_that_end_too_soon_are_no_response() -> None:
    with pytest.raises(HTTPException, match="ended within its headers"):
        told(OK + b"Content-Length: 2\r\n", LightResponse)
