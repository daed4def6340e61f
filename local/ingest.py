"""Sends files through the real upload path: announce, send to S3, then wait for the outcome."""

from __future__ import annotations

import hashlib
import time
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from local.api_client import ApiClient, Refused, Stopped, Waiting, is_local
from local.sending import CHUNK_BYTES, Sending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

AT_ONCE = 16
IN_PARTS_BYTES = 104_857_600
"""Larger files are sent in parts, whatever the stack's threshold, and can be resumed."""
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
ON_ITS_WAY = frozenset({"awaiting_upload", "retrying"})
REPORTED = (
    "fileName",
    "recordId",
    "status",
    "reason",
    "detail",
    "mediaType",
    "sizeBytes",
    "sha256",
    "durationMs",
    "contract",
    "profile",
    "errors",
    "warnings",
    "errorCounts",
    "warningCounts",
)
_MOST_GENERATIONS = 100


@dataclass(frozen=True)
class Result:
    """What became of one file: its record, or why there is none in a final state."""

    path: Path
    record: dict[str, Any]
    error: str | None = None

    @property
    def final(self) -> bool:
        """Whether the file reached a final state; quarantined is one."""
        return self.error is None

    def described(self) -> dict[str, Any]:
        """What `--json` prints of it."""
        known = {name: self.record.get(name) for name in REPORTED}
        return {"path": str(self.path)} | known | ({"error": self.error} if self.error else {})


class Ingest:
    """Uploads to one API.

    A file that is sent in parts has an Idempotency-Key made of its place, time and content. So the same
    command after an interruption finds the upload that it had begun, and sends what is missing; nothing
    needs to be remembered here.

    Args:
        url: the API, without a slash at its end.
        prefix: the folder of the incoming bucket.
        timeout_seconds: how long to wait for the outcome of one file.
        in_parts_bytes: larger files are sent in parts.
        sent: told of bytes that S3 has now.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        prefix: str = "uploads",
        timeout_seconds: float = 300,
        in_parts_bytes: int = IN_PARTS_BYTES,
        sent: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._waiting = Waiting()
        self._api = ApiClient(url, api_key, self._waiting, patience_seconds=timeout_seconds)
        self._s3 = httpx.Client(timeout=600, trust_env=not is_local(url))
        self._sending = Sending(self._api, self._s3, self._waiting, sent)
        self._prefix = prefix
        self._timeout_seconds = timeout_seconds
        self._in_parts_bytes = in_parts_bytes

    def __enter__(self) -> Ingest:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.stop()
        self._api.close()
        self._s3.close()

    def check(self) -> None:
        """See whether there is an API at all, before each file finds out by itself.

        Raises:
            Refused: there is not; the text says what was tried.
        """
        self._api.check()

    def send(self, paths: Iterable[Path]) -> Iterator[Result]:
        """The outcome of each file, in the order in which they end, 16 at a time."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            futures = [pool.submit(self.send_one, path) for path in paths]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:  # Ctrl-C: what has not begun shall not begin
                self._waiting.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def send_one(self, path: Path) -> Result:
        """Upload one file and wait until it is in a final state."""
        record: dict[str, Any] = {"fileName": path.name}
        try:
            announced = self._announce(path)
            record = announced["record"]
            self._sending.send(path, record["recordId"], announced["upload"])
            if record["status"] in ON_ITS_WAY:
                record = self._outcome(record["recordId"])
        except (Refused, Stopped, OSError) as error:
            return Result(path, record, str(error))
        except httpx.HTTPError as error:
            return Result(path, record, f"{type(error).__name__}: {error}")
        return Result(path, record)

    def upload(self, path: Path) -> dict[str, Any]:
        """Announce one file and send it, without a look at its outcome; its record as announced.

        Raises:
            Refused: the API or S3 did not take it.
        """
        announced = self._announce(path)
        record: dict[str, Any] = announced["record"]
        self._sending.send(path, record["recordId"], announced["upload"])
        return record

    def _announce(self, path: Path) -> dict[str, Any]:
        size, sha256 = path.stat().st_size, sha256_of(path)
        body = {"fileName": path.name, "sizeBytes": size, "sha256": sha256, "prefix": self._prefix}
        body["partChecksums"] = True
        if size <= self._in_parts_bytes:
            return self._announced(body, str(uuid.uuid4()))
        body["multipart"] = True
        known = [self._prefix, str(path.absolute()), str(path.stat().st_mtime_ns), sha256]
        identity = hashlib.sha256("\0".join(known).encode()).hexdigest()
        for generation in range(_MOST_GENERATIONS):
            announced = self._announced(body, f"ingest-{identity}-{generation}")
            # What was refused or came too late is sent anew.
            if announced["record"]["status"] in ON_ITS_WAY | {"processed"}:
                return announced
        raise Refused(f"{path} was refused {_MOST_GENERATIONS} times; change it, or touch it")

    def _announced(self, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        headers = {"Idempotency-Key": idempotency_key}
        return self._api.request("POST", "/uploads", json=body, headers=headers)

    def _outcome(self, record_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout_seconds
        wait = FIRST_WAIT_SECONDS
        while True:
            self._waiting.wait(wait)
            record = self._api.request("GET", f"/records/{record_id}")
            if record["status"] not in ON_ITS_WAY:
                return record
            if time.monotonic() > deadline:
                raise Refused(
                    f"record {record_id} is still {record['status']} after {self._timeout_seconds:g} s"
                )
            wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)


def sha256_of(path: Path) -> str:
    """Of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Every file that the paths name; folders with all that is in them, in the order of names.

    Raises:
        FileNotFoundError: a path does not exist; its name is the error's text.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(str(path))
        found += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return found
