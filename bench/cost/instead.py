"""A server instead of S3 and DynamoDB that answers at once: each object is one file, each write is taken."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Instead(BaseHTTPRequestHandler):
    """Answers as the two services do, as far as the processor looks."""

    protocol_version = "HTTP/1.1"
    # Head and body in one packet: the kernel holds the second of two back for 40 ms otherwise.
    wbufsize = -1
    content = b""

    def do_GET(self) -> None:
        """An object."""
        self._answer(self.content, "text/csv")

    def do_POST(self) -> None:
        """A read or a write of the table: nothing is there, everything is taken."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b"{}", "application/x-amz-json-1.0")

    def _answer(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is written."""


if __name__ == "__main__":
    Instead.content = Path(sys.argv[1]).read_bytes()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Instead)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
