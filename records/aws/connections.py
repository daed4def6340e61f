"""Connections to one endpoint that are kept open, and botocore's names for what goes wrong with them."""

from __future__ import annotations

import select
import ssl
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import botocore.exceptions as botocore_errors

from records.aws.responses import LightResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sent:
    """A request that is under way."""

    def __init__(self, connections: Connections, connection: HTTPConnection) -> None:
        self._connections = connections
        self._connection: HTTPConnection | None = connection

    def answer(self) -> Answer:
        """What came back; it can be asked for once."""
        connection, self._connection = self._connection, None
        if connection is None:
            raise RuntimeError("the answer was read, or given up")
        return self._connections.read(connection)

    def give_up(self) -> None:
        """Nobody wants the answer any more; does nothing if it was read."""
        if self._connection:
            self._connection.close()
            self._connection = None


class Connections:
    """Threads share it: each takes an idle connection, or opens one.

    Args:
        url: of the endpoint.
        certificates: a file of those that are trusted.
        connect_seconds, read_seconds: how long to wait for a connection, and for each part of an answer.
        most_idle: so many are kept.
    """

    def __init__(
        self, url: str, *, certificates: str, connect_seconds: float, read_seconds: float, most_idle: int
    ) -> None:
        self.url = url
        self.host = urlsplit(url).netloc
        self._certificates = certificates
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._most_idle = most_idle
        self._idle: list[HTTPConnection] = []

    def send(self, headers: dict[str, str], body: bytes) -> Sent:
        """Send a request for `/`; its answer is read later, so that several can be under way at once.

        Raises:
            ConnectionError, HTTPClientError: those of botocore.
        """
        connection = self._take()
        with self._closed_on_errors(connection):
            lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
            head = f"POST / HTTP/1.1\r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
            connection.sock.sendall(head.encode() + body)
        return Sent(self, connection)

    def read(self, connection: HTTPConnection) -> Answer:
        """The whole answer to the request that was sent last; the connection is idle again.

        Raises:
            ConnectionError, HTTPClientError: those of botocore.
        """
        with self._closed_on_errors(connection):
            response = LightResponse(connection.sock, method="POST")
            response.begin()
            answer = Answer(response.status, response.found, response.read())
        if response.will_close or len(self._idle) >= self._most_idle:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    @contextmanager
    def _closed_on_errors(self, connection: HTTPConnection) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            connection.close()
            raise botocore_errors.ReadTimeoutError(endpoint_url=self.url, error=error) from error
        except (OSError, HTTPException) as error:
            connection.close()
            raise botocore_errors.ConnectionClosedError(endpoint_url=self.url, error=error) from error
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> HTTPConnection:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if _is_open(connection):
                return connection
            connection.close()
        return self._opened()

    def _opened(self) -> HTTPConnection:
        connection = self._new()
        try:
            connection.connect()
        except TimeoutError as error:
            raise botocore_errors.ConnectTimeoutError(endpoint_url=self.url, error=error) from error
        except ssl.SSLError as error:
            raise botocore_errors.SSLError(endpoint_url=self.url, error=error) from error
        except OSError as error:
            raise botocore_errors.EndpointConnectionError(endpoint_url=self.url, error=error) from error
        connection.sock.settimeout(self._read_seconds)
        return connection

    def _new(self) -> HTTPConnection:
        if self.url.startswith("http:"):
            return HTTPConnection(self.host, timeout=self._connect_seconds)
        return HTTPSConnection(self.host, timeout=self._connect_seconds, context=self._trust)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._certificates)


def _is_open(connection: HTTPConnection) -> bool:
    # Nobody asked anything, so what can be read is the end: AWS does not wait for a Lambda that sleeps.
    waiting = select.poll()
    waiting.register(connection.sock, select.POLLIN)
    return not waiting.poll(0)
