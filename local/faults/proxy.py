"""Stands between the Lambdas and the emulator: some calls are refused, and some kill their caller.

Everything else is passed on byte for byte, with the header Host that the caller has signed.
"""

from __future__ import annotations

import http.client
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from local.faults.refusals import too_many_requests

if TYPE_CHECKING:
    from local.faults.dice import Dice
    from local.faults.workers import Workers

CHUNK_BYTES = 65_536
TIMEOUT_SECONDS = 60
POLL_SECONDS = 0.05
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"})
_log = logging.getLogger(__name__)


class Proxy:
    """Serves on 127.0.0.1, on a port of the system's choice.

    Args:
        upstream_port: the emulator's.
        workers: finds the process that makes a call.
    """

    def __init__(self, upstream_port: int, dice: Dice, workers: Workers) -> None:
        self._server = _Server(upstream_port, dice, workers)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="proxy", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What the Lambdas get as their endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, upstream_port: int, dice: Dice, workers: Workers) -> None:
        super().__init__(("127.0.0.1", 0), _Passed)
        self.upstream_port = upstream_port
        self.dice = dice
        self.workers = workers

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        # A caller that was killed, or that ended with the emulator, is nothing to tell of.
        if not isinstance(error, ConnectionError):
            _log.warning("proxy: %r", error)


class _Passed(BaseHTTPRequestHandler):
    """One connection of one Lambda."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        if self.headers.get("Transfer-Encoding"):
            self.send_error(411, "a call of unknown length cannot be passed on")
            return
        dice = self.server.dice
        if dice.falls("throttle"):
            dice.count("throttle")
            self._refuse()
            return
        crash = dice.falls("crash")
        after = crash and dice.uniform("crash after", 1) < 0.5
        if crash and not after and self._kill("crash before a call"):
            return
        self._forward(crash=after)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _refuse(self) -> None:
        for _ in self._body():
            pass
        refusal = too_many_requests(dict(self.headers.items()))
        self.send_response_only(refusal.status)
        self.send_header("Content-Type", refusal.media_type)
        self.send_header("Content-Length", str(len(refusal.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(refusal.body)

    def _kill(self, what: str) -> bool:
        """End the caller, who then gets no answer."""
        if not self.server.workers.kill(self.client_address[1], self.server.server_address[1]):
            return False
        self.server.dice.count(what)
        self.close_connection = True
        return True

    def _forward(self, *, crash: bool) -> None:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port, timeout=TIMEOUT_SECONDS)
        try:
            answer = self._ask(upstream)
            if not (crash and self._kill("crash after a call")):
                self._answer(answer)
        finally:
            upstream.close()

    def _ask(self, upstream: http.client.HTTPConnection) -> http.client.HTTPResponse:
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            # The body follows at once, so nobody needs to be told to go on.
            if name.lower() not in _HOP_BY_HOP | {"expect"}:
                upstream.putheader(name, value)
        upstream.endheaders()
        for chunk in self._body():
            upstream.send(chunk)
        return upstream.getresponse()

    def _body(self) -> Any:
        left = int(self.headers.get("Content-Length", 0))
        while left and (chunk := self.rfile.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
            yield chunk

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        bare = self.command == "HEAD" or answer.status in (204, 304)
        chunked = not bare and answer.getheader("Content-Length") is None
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not bare and (chunk := answer.read(CHUNK_BYTES)):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — http.server's word
        """No line for each call."""
