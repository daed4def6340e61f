"""A daemon that listens as X-Ray's does, and the form of what it is sent.

After "X-Ray segment documents" and "Sending segment documents to the daemon" in X-Ray's Developer Guide.
"""

from __future__ import annotations

import json
import socket
from typing import Any

import jsonschema_rs

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "defdfd9912dc5a56"
SAMPLED = f"Root={TRACE_ID};Parent={PARENT};Sampled=1;Lineage=25:a87bd80c:1"

_HEXADECIMAL_64 = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
_MOMENT = {"type": "number", "exclusiveMinimum": 1_000_000_000, "exclusiveMaximum": 10_000_000_000}
_EXCEPTION = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": _HEXADECIMAL_64,
        "type": {"type": "string", "maxLength": 250},
        "message": {"type": "string", "maxLength": 250},
    },
    "additionalProperties": False,
}
SUBSEGMENT = {
    "type": "object",
    "required": ["name", "id", "start_time", "end_time", "type", "trace_id", "parent_id"],
    "properties": {
        "name": {"type": "string", "maxLength": 200, "pattern": r"^[\w\s_.:/%&#=+\\\-@]+$"},
        "id": _HEXADECIMAL_64,
        "parent_id": _HEXADECIMAL_64,
        "trace_id": {"type": "string", "pattern": "^1-[0-9a-f]{8}-[0-9a-f]{24}$"},
        "type": {"const": "subsegment"},
        "start_time": _MOMENT,
        "end_time": _MOMENT,
        "error": {"type": "boolean"},
        "fault": {"type": "boolean"},
        "throttle": {"type": "boolean"},
        "cause": {
            "type": "object",
            "required": ["exceptions"],
            "properties": {"exceptions": {"type": "array", "items": _EXCEPTION}},
            "additionalProperties": False,
        },
        "annotations": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9_]{1,500}$"},
            "additionalProperties": {"type": ["string", "number", "boolean"], "maxLength": 1_000},
            "maxProperties": 50,
        },
    },
    "additionalProperties": False,
}
_validator = jsonschema_rs.Draft202012Validator(SUBSEGMENT)


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """The document, if X-Ray would take it."""
    _validator.validate(document)
    assert document["start_time"] <= document["end_time"]
    return document


class Daemon:
    """Receives datagrams, and keeps what they hold."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    def environment(self, trace: str = SAMPLED) -> dict[str, str]:
        """What Lambda tells a function in an invocation."""
        host, port = self._socket.getsockname()
        return {"AWS_XRAY_DAEMON_ADDRESS": f"{host}:{port}", "_X_AMZN_TRACE_ID": trace}

    def documents(self) -> list[dict[str, Any]]:
        """What was sent since the last look; by itself, a datagram to this machine is there at once."""
        found: list[dict[str, Any]] = []
        while True:
            try:
                header, _, document = self._socket.recv(65_535).partition(b"\n")
            except BlockingIOError:
                return found
            assert json.loads(header) == {"format": "json", "version": 1}
            found.append(checked(json.loads(document)))

    def annotations(self) -> list[dict[str, Any]]:
        """Only the annotations of each."""
        return [document["annotations"] for document in self.documents()]

    def close(self) -> None:
        self._socket.close()
