"""Sends a good and a bad file through a running stack, and looks at everything that must become of them."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.ingest import Result

PREFIX = "smoke"
GOOD = ("good.csv", b"id,amount\n1,10\n2,20\n")
BAD = ("bad.json", b'{"id": 1, "amount": ')
BAD_REASON = "corrupt_file"


class SmokeFailure(Exception):
    """The stack does not do what it should; the text says what was seen instead."""


class Sender(Protocol):
    """Uploads a file and waits for its outcome: `local.ingest.Ingest`, or a test's own."""

    def send_one(self, path: Path) -> Result: ...


class Api(Protocol):
    """Calls the API with a key: `local.api_client.ApiClient`, or a test's own."""

    def request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]: ...


class Smoke:
    """The checks, one after the other; each gives a line that says what was seen.

    Args:
        fetch: the bytes behind a presigned link.
    """

    def __init__(self, sender: Sender, api: Api, fetch: Callable[[str], bytes]) -> None:
        self._sender = sender
        self._api = api
        self._fetch = fetch

    def run(self) -> Iterator[str]:
        """
        Raises:
            SmokeFailure: something is not as it should be.
            Refused: the API or S3 said no.
            httpx.HTTPError: they could not be reached.
        """
        health = self._api.request("GET", "/health")
        yield f"the API answers: stack {health['stack']}, alerts {health['alerts']['status']}"
        with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
            good = self._outcome(Path(folder), *GOOD, "processed")
            self._rows(good)
            yield f"the good file is processed: record {good['recordId']}, 2 rows, in {good['durationMs']} ms"
            self._same_bytes(good, "download", GOOD[1])
            yield "its download has the bytes that were sent"
            bad = self._outcome(Path(folder), *BAD, "quarantined")
        _expect(bad, "reason", BAD_REASON)
        yield f"the bad file is quarantined: record {bad['recordId']}, {bad['reason']}: {bad['detail']}"
        self._same_bytes(bad, "quarantined", BAD[1])
        yield "its bytes are in quarantine"
        self._discard(bad["recordId"])
        yield "and are discarded when somebody says so"

    def _outcome(self, folder: Path, name: str, content: bytes, status: str) -> dict[str, Any]:
        path = folder / name
        path.write_bytes(content)
        result = self._sender.send_one(path)
        if result.error:
            raise SmokeFailure(f"{name} has no outcome: {result.error}")
        _expect(result.record, "status", status)
        if (seen := result.record.get("sha256")) != hashlib.sha256(content).hexdigest():
            raise SmokeFailure(f"the record of {name} has the SHA-256 {seen}, which is not the file's")
        if (size := result.record.get("sizeBytes")) != len(content):
            raise SmokeFailure(f"the record of {name} says {size} bytes, but {len(content)} were sent")
        return result.record

    def _rows(self, record: dict[str, Any]) -> None:
        if (rows := record.get("profile", {}).get("rows")) != 2:
            raise SmokeFailure(f"good.csv has 2 rows, but its profile says {rows}")

    def _same_bytes(self, record: dict[str, Any], link: str, content: bytes) -> None:
        url = self._api.request("GET", f"/records/{record['recordId']}/{link}")["url"]
        if self._fetch(url) != content:
            raise SmokeFailure(f"the {link} link of {record['fileName']} leads to other bytes than were sent")

    def _discard(self, record_id: str) -> None:
        self._api.request("POST", f"/records/{record_id}/discard", json={"why": "smoke test"})
        record = self._api.request("GET", f"/records/{record_id}")
        _expect(record, "status", "discarded")


def _expect(record: dict[str, Any], field: str, wanted: str) -> None:
    if (seen := record.get(field)) != wanted:
        told = f": {record['detail']}" if "detail" in record else ""
        raise SmokeFailure(f"the {field} of {record['fileName']} is {seen} instead of {wanted}{told}")
