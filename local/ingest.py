"""Sends files through the real upload path: announce, presigned POST, then wait for the outcome."""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AT_ONCE = 16
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
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_CHUNK_BYTES = 1_048_576


class Refused(Exception):
    """The API or S3 did not take the file; the text is their reason."""


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

    Args:
        url: the API, without a slash at its end.
        prefix: the folder of the incoming bucket.
        timeout_seconds: how long to wait for the outcome of one file.
    """

    def __init__(
        self, url: str, api_key: str, *, prefix: str = "uploads", timeout_seconds: float = 300
    ) -> None:
        headers = {"X-Api-Key": api_key}
        self._api = httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=not is_local(url))
        self._s3 = httpx.Client(timeout=600, trust_env=not is_local(url))
        self._url = url
        self._prefix = prefix
        self._timeout_seconds = timeout_seconds
        self._stopped = threading.Event()

    def __enter__(self) -> Ingest:
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._api.close()
        self._s3.close()

    def check(self) -> None:
        """See whether there is an API at all, before each file finds out by itself.

        Raises:
            Refused: there is not; the text says what was tried.
        """
        try:
            self._request("GET", "/health")
        except (httpx.HTTPError, httpx.InvalidURL, Refused) as error:
            raise Refused(f"there is no API at {self._url} ({error}); is it running?") from error

    def send(self, paths: Iterable[Path]) -> Iterator[Result]:
        """The outcome of each file, in the order in which they end, 16 at a time."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            futures = [pool.submit(self.send_one, path) for path in paths]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:  # Ctrl-C: what has not begun shall not begin
                self._stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def send_one(self, path: Path) -> Result:
        """Upload one file and wait until it is in a final state."""
        record: dict[str, Any] = {"fileName": path.name}
        try:
            announced = self._announce(path)
            record = announced["record"]
            self._post(path, announced["upload"])
            record = self._outcome(record["recordId"])
        except (Refused, OSError) as error:
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
        self._post(path, announced["upload"])
        record: dict[str, Any] = announced["record"]
        return record

    def _announce(self, path: Path) -> dict[str, Any]:
        body = {"fileName": path.name, "sizeBytes": path.stat().st_size, "sha256": sha256_of(path)}
        return self._request("POST", "/uploads", json=body | {"prefix": self._prefix})

    def _post(self, path: Path, upload: dict[str, Any]) -> None:
        with path.open("rb") as file:
            answer = self._s3.post(upload["url"], data=upload["fields"], files={"file": (path.name, file)})
        if not answer.is_success:
            raise Refused(f"S3 answered {answer.status_code}: {answer.text[:300]}")

    def _outcome(self, record_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout_seconds
        wait = FIRST_WAIT_SECONDS
        while not self._stopped.wait(wait):
            record = self._request("GET", f"/records/{record_id}")
            if record["status"] not in ON_ITS_WAY:
                return record
            if time.monotonic() > deadline:
                raise Refused(
                    f"record {record_id} is still {record['status']} after {self._timeout_seconds:g} s"
                )
            wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)
        raise Refused("stopped")

    def _request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout_seconds
        while True:
            answer = self._api.request(method, path, **arguments)
            if answer.status_code not in _TRY_AGAIN or time.monotonic() > deadline:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if not answer.is_success:
            raise Refused(_reason(answer))
        body: dict[str, Any] = answer.json()
        return body


def is_local(url: str) -> bool:
    """Whether the URL leads to this machine, where no proxy stands in between."""
    return httpx.URL(url).host in ("127.0.0.1", "localhost")


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the API answered {answer.status_code}: {answer.text[:300]}"


def sha256_of(path: Path) -> str:
    """Of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
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
