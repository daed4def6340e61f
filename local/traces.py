"""What the functions tell X-Ray's daemon, kept in a file: the emulator has no X-Ray."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_DATAGRAM = 65_535


class Traces:
    """Listens on a free port of 127.0.0.1, and writes one document a line."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._receive, name="traces", daemon=True)

    @property
    def address(self) -> str:
        """Where the daemon is, as functions are told."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> Traces:
        self.file.write_bytes(b"")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        # Closing alone would not wake it.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def about(self, record_id: str) -> list[dict[str, Any]]:
        """The documents that were received about a record, in their order."""
        documents = [json.loads(line) for line in self.file.read_text().splitlines()]
        return [told for told in documents if told["annotations"].get("recordId") == record_id]

    def _receive(self) -> None:
        with self.file.open("ab", buffering=0) as file:
            while datagram := self._socket.recv(LARGEST_DATAGRAM):
                _, _, document = datagram.partition(b"\n")
                file.write(document + b"\n")
