"""HTTP responses whose headers are read by hand: `http.client` has `email` parse them, which takes longer."""

from __future__ import annotations

from http.client import HTTPException, HTTPResponse
from typing import Any

LONGEST_LINE = 65_536
MOST_HEADERS = 100
CONTINUE = 100


class LightResponse(HTTPResponse):
    """A response to a POST; bodies are read as `http.client` reads them.

    Attributes:
        found: the headers, by their names in small letters.
    """

    def begin(self) -> None:
        """Read the status and the headers.

        Raises:
            HTTPException: that is no response of HTTP, or one with too many headers.
        """
        own: Any = self
        self.version, self.status, self.reason = own._read_status()
        self.found = self._headers()
        while self.status == CONTINUE:
            self.version, self.status, self.reason = own._read_status()
            self.found = self._headers()
        own.code, own.chunk_left = self.status, None
        own.chunked = self.found.get("transfer-encoding", "").lower() == "chunked"
        length = self.found.get("content-length", "")
        own.length = int(length) if length.isdigit() and not own.chunked else None
        kept = self.found.get("connection", "").lower() != "close"
        own.will_close = not (kept and (own.chunked or own.length is not None))

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self.fp.readline(LONGEST_LINE + 1)
            if line in (b"\r\n", b"\n"):
                return found
            if not line:
                raise HTTPException("the response ended within its headers")
            if len(line) > LONGEST_LINE:
                break
            name, _, value = line.decode("iso-8859-1").partition(":")
            found[name.lower()] = value.strip()
        raise HTTPException("the headers of the response are too many or too long")
