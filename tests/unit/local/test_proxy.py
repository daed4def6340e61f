"""The proxy before the emulator: what passes, what is refused, and whose caller dies."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.faults.dice import Dice
from local.faults.options import Faults
from local.faults.proxy import Proxy
from local.faults.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = "import sys, http.client; c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=20); "
CALL += "c.request('PUT', '/bucket/key', b'content'); print(c.getresponse().status)"


class Upstream(ThreadingHTTPServer):
    """Stands for the emulator: remembers what comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        if self.path.startswith("/gone"):
            self.send_response(204)
            self.end_headers()
        elif self.path.startswith("/parts"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"4\r\nfour\r\n3\r\ndee\r\n0\r\n\r\n")
        else:
            content = b"x" * 200_000
            self.send_response(200, "Fine")
            self.send_header("ETag", '"e"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def proxy(upstream: Upstream, workers: Workers | None = None, **faults: Any) -> Iterator[tuple[Proxy, Dice]]:
    dice = Dice(Faults(**{"seed": 1} | faults))
    with Proxy(upstream.server_address[1], dice, workers or Workers()) as proxy:
        yield proxy, dice


@contextmanager
def connected(proxy: Proxy) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    yield connection
    connection.close()


def s3_client(endpoint: str) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.client("s3", endpoint_url=endpoint, config=config)


def test_a_call_passes_as_it_was_signed_over_one_connection(upstream: Upstream) -> None:
    with proxy(upstream) as (between, _), connected(between) as connection:
        for body in (b"first", b"second"):
            headers = {"Host": "s3.example", "X-Amz-Date": "now", "Expect": "100-continue"}
            connection.request("PUT", "/bucket/a%20b%2Fc?versionId=1&x", body, headers)
            answer = connection.getresponse()
            assert (answer.status, answer.reason, answer.getheader("ETag")) == (200, "Fine", '"e"')
            assert answer.read() == b"x" * 200_000
    assert [(method, path, body) for method, path, _, body in upstream.seen] == [
        ("PUT", "/bucket/a%20b%2Fc?versionId=1&x", b"first"),
        ("PUT", "/bucket/a%20b%2Fc?versionId=1&x", b"second"),
    ]
    seen = upstream.seen[0][2]
    assert (seen["Host"], seen["X-Amz-Date"], seen["Content-Length"]) == ("s3.example", "now", "5")
    assert "Expect" not in seen


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("HEAD", "/bucket/key", 200, b""),
        ("DELETE", "/gone", 204, b""),
        ("GET", "/parts", 200, b"fourdee"),
    ],
)
def test_answers_without_a_body_or_in_parts_leave_the_connection_usable(
    upstream: Upstream, method: str, path: str, status: int, body: bytes
) -> None:
    with proxy(upstream) as (between, _), connected(between) as connection:
        for _ in range(2):
            connection.request(method, path)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (status, body)


def test_a_call_of_unknown_length_is_refused(upstream: Upstream) -> None:
    with proxy(upstream) as (between, _), connected(between) as connection:
        # The head alone: what follows it would meet a connection that is closed by then.
        connection.putrequest("PUT", "/bucket/key")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        assert connection.getresponse().status == 411
    assert upstream.seen == []


def test_a_call_that_is_throttled_never_reaches_the_emulator(upstream: Upstream) -> None:
    with proxy(upstream, throttle=1) as (between, dice):
        s3 = s3_client(between.url)
        for _ in range(2):
            with pytest.raises(ClientError) as error:
                s3.put_object(Bucket="bucket", Key="key", Body=b"content")
            assert error.value.response["Error"]["Code"] == "SlowDown"
            assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        s3.close()
    assert upstream.seen == []
    assert dice.counts() == {"throttle": 2}


def calling(between: Proxy) -> subprocess.Popen[str]:
    """A process like a Lambda's worker: a child of this one, which makes one call."""
    return subprocess.Popen(
        [sys.executable, "-c", CALL, str(between.port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_worker_is_killed_before_its_call_or_after_it_took_effect(upstream: Upstream) -> None:
    workers = Workers(emulator_pid=psutil.Process().pid)
    with proxy(upstream, workers, crash=1) as (between, dice):
        for _ in range(6):
            with calling(between) as worker:
                assert worker.communicate(timeout=30)[0] == ""
            assert worker.returncode == -9
    counts = dice.counts()
    assert set(counts) == {"crash before a call", "crash after a call"}
    assert counts["crash after a call"] == len(upstream.seen)
    assert sum(counts.values()) == 6


def test_only_a_worker_of_the_emulator_is_killed(upstream: Upstream) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as emulator:
        workers = Workers(emulator_pid=emulator.pid)
        with proxy(upstream, workers, crash=1) as (between, dice), calling(between) as other:
            assert other.communicate(timeout=30)[0] == "200\n"
        emulator.communicate(b"\n")
    assert dice.counts() == {}


def test_without_an_emulator_nobody_is_killed() -> None:
    assert not Workers().kill(1, 2)
    assert not Workers(emulator_pid=2**22 + 1).kill(1, 2)


def test_a_caller_that_leaves_is_no_error(upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    with proxy(upstream) as (between, _):
        with socket.create_connection(("127.0.0.1", between.port)) as leaving:
            leaving.sendall(b"GET /bucket/key HTTP/1.1\r\nHost: s3.example\r\n\r\n")
        with connected(between) as connection:
            connection.request("GET", "/bucket/key")
            assert connection.getresponse().status == 200
    assert caplog.text == ""
