"""Connections on the wire: kept, replaced when they are stale, and what their troubles are called."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from records.aws.connections import Connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers each connection's requests with the bytes that were written down for it, then closes it."""

    def __init__(self, script: list[list[bytes]]) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0
        self.closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        for answers in self._script:
            connection, _ = self._listener.accept()
            self.accepted += 1
            with connection:
                for answer in answers:
                    received = b""
                    while not received.endswith(b"body") and (part := connection.recv(65_536)):
                        received += part
                    connection.sendall(answer)
            self.closed.set()

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()


@contextmanager
def connected(port: int, scheme: str = "http") -> Iterator[Connections]:
    made = Connections(
        f"{scheme}://127.0.0.1:{port}",
        certificates="",
        connect_seconds=0.5,
        read_seconds=0.5,
        most_idle=2,
    )
    yield made
    made.close()


def post(connections: Connections) -> int:
    return connections.send({"Host": connections.host}, b"body").answer().status


def test_a_connection_is_kept() -> None:
    with Server([[GOOD, GOOD]]) as server, connected(server.port) as connections:
        assert [post(connections), post(connections)] == [200, 200]
        assert server.accepted == 1


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    with Server([[GOOD], [GOOD]]) as server, connected(server.port) as connections:
        assert post(connections) == 200
        assert server.closed.wait(10)
        assert post(connections) == 200
        assert server.accepted == 2


def test_a_connection_that_is_to_be_closed_is_not_kept() -> None:
    last = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with Server([[last], [GOOD]]) as server, connected(server.port) as connections:
        assert [post(connections), post(connections)] == [200, 200]
        assert server.accepted == 2


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"SSH-2.0\r\n"], ids=len
)
def test_half_an_answer_is_a_closed_connection(answer: bytes) -> None:
    with (
        Server([[answer]]) as server,
        connected(server.port) as connections,
        pytest.raises(ConnectionClosedError),
    ):
        post(connections)


def test_no_answer_is_a_timeout() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, connected(listener.getsockname()[1]) as connections, pytest.raises(ReadTimeoutError):
        post(connections)


def test_nobody_there() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with connected(port) as connections, pytest.raises(EndpointConnectionError):
        post(connections)


@pytest.mark.parametrize(
    ("error", "told"), [(TimeoutError, ConnectTimeoutError), (OSError, EndpointConnectionError)]
)
def test_no_connection(
    error: type[Exception], told: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Callable[[], None]:
        raise error("no")

    monkeypatch.setattr(socket, "create_connection", refused)
    with connected(9) as connections, pytest.raises(told):
        post(connections)
