"""Answers of a table on the wire: over sockets that lead nowhere, or from a server in a process of its own.

`python -m bench.wire PORT` is that server.
"""

from __future__ import annotations

import asyncio
import io
import socket
import sys
from typing import TYPE_CHECKING, Any

from bench.table import Table

if TYPE_CHECKING:
    from typing_extensions import Buffer

HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
    b"Content-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\nConnection: keep-alive\r\n"
    b"x-amzn-RequestId: JC0S3A7QL5QJ5MGN2KQC4TMB2FVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n\r\n"
)
SHARDS = 4


def answered(received: bytes, table: Table) -> bytes | None:
    """The answer to a request, once all of it is there."""
    head, ended, body = received.partition(b"\r\n\r\n")
    if not ended:
        return None
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    headers = {name.lower(): value.strip() for name, _, value in lines}
    if len(body) < int(headers[b"content-length"]):
        return None
    content = table.answer(headers[b"x-amz-target"].decode(), body)
    return HEAD % len(content) + content


class Wire(socket.socket):
    """A socket whose other end is a table in this process: no bytes leave it."""

    def __init__(self, table: Table) -> None:
        one, self._other = socket.socketpair()  # open and silent, as a connection between two requests is
        super().__init__(one.family, one.type, one.proto, fileno=one.detach())
        self._table = table
        self._received = b""
        self._answer = b""

    def sendall(self, data: Buffer, flags: int = 0) -> None:
        self._received += bytes(data)
        answer = answered(self._received, self._table)
        if answer is not None:
            self._received, self._answer = b"", answer

    def setsockopt(self, *options: Any) -> None:
        """It has none."""

    def makefile(self, *_: Any, **__: Any) -> Any:
        return io.BytesIO(self._answer)


def connect_to(table: Table) -> None:
    """Let each connection that this process opens lead to the table."""
    import urllib3.util.connection

    def opened(*_: Any, **__: Any) -> Wire:
        return Wire(table)

    socket.create_connection = opened
    urllib3.util.connection.create_connection = opened


class _Endpoint(asyncio.Protocol):
    def __init__(self, table: Table) -> None:
        self._table = table
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        answer = answered(self._received, self._table)
        if answer is not None:
            self._received = b""
            self._transport.write(answer)


async def _serve(port: int) -> None:
    table = Table(10_000, SHARDS)
    server = await asyncio.get_running_loop().create_server(lambda: _Endpoint(table), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
