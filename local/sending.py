"""Sends the bytes of an announced file to S3: in one form, or in parts of which some may be there already."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

import httpx

from local.api_client import TRIES, TRY_AGAIN, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.api_client import ApiClient, Waiting

PARTS_AT_ONCE = 4
CHUNK_BYTES = 1_048_576
# Unlike an error 500 of the API, one of S3 is a matter of time.
_TRY_AGAIN = TRY_AGAIN | {500}
_EXPIRED = 403


class Sending:
    """Sends files that were announced at one API.

    Args:
        api: where links for parts come from.
        s3: what sends.
        sent: told of bytes that S3 has now, for a display of the progress.
    """

    def __init__(
        self, api: ApiClient, s3: httpx.Client, waiting: Waiting, sent: Callable[[int], None]
    ) -> None:
        self._api = api
        self._s3 = s3
        self._waiting = waiting
        self._sent = sent

    def send(self, path: Path, record_id: str, upload: dict[str, Any]) -> None:
        """Send a file as the API said.

        Raises:
            Refused: S3 or the API did not take it.
            httpx.HTTPError: they could not be reached, however often that was tried.
        """
        if upload["method"] == "POST":
            self._form(path, upload)
        elif upload["method"] == "MULTIPART":
            self._parts(path, record_id, upload)
        else:
            self._sent(path.stat().st_size)

    def _form(self, path: Path, upload: dict[str, Any]) -> None:
        def once() -> httpx.Response:
            with path.open("rb") as file:
                return self._s3.post(upload["url"], data=upload["fields"], files={"file": (path.name, file)})

        # Not again after a broken connection: the file may be there, and a second one has a second record.
        number, answer = 1, once()
        while answer.status_code in _TRY_AGAIN and number < TRIES:
            self._waiting.before_try(number, answer)
            number, answer = number + 1, once()
        _check(answer)
        self._sent(path.stat().st_size)

    def _parts(self, path: Path, record_id: str, upload: dict[str, Any]) -> None:
        missing = []
        for part in self._all_parts(record_id, upload):
            if "received" in part:
                self._sent(part["sizeBytes"])
            else:
                missing.append(part)
        part_bytes = upload["partSizeBytes"]
        with ThreadPoolExecutor(max_workers=PARTS_AT_ONCE) as pool:
            waiting = [pool.submit(self._part, path, record_id, part, part_bytes) for part in missing]
            try:
                for future in as_completed(waiting):
                    future.result()
            except BaseException:  # what has not begun shall not begin
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._api.request("POST", f"/uploads/{record_id}/complete")

    def _all_parts(self, record_id: str, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from page["items"]
        while following := page.get("nextPartNumber"):
            wanted = {"firstPartNumber": following, "limit": 1_000}
            page = self._api.request("GET", f"/uploads/{record_id}/parts", params=wanted)
            yield from page["items"]

    def _part(self, path: Path, record_id: str, part: dict[str, Any], part_bytes: int) -> None:
        start, size = (part["partNumber"] - 1) * part_bytes, part["sizeBytes"]
        digest = hashlib.sha256()
        for chunk in _chunks(path, start, size):
            digest.update(chunk)
        asked = {"parts": [{"partNumber": part["partNumber"], "sha256": digest.hexdigest()}]}
        number = 0
        while True:
            number += 1
            link = self._api.request("POST", f"/uploads/{record_id}/parts", json=asked)["items"][0]
            headers = {"Content-Length": str(size)} | link["headers"]
            answer = None
            try:
                answer = self._s3.put(link["url"], content=_chunks(path, start, size), headers=headers)
            except httpx.TransportError:
                if number == TRIES:
                    raise
            # A link that waited too long for its turn is signed afresh.
            again = answer is None or answer.status_code in _TRY_AGAIN | {_EXPIRED}
            if answer is not None and (not again or number == TRIES):
                _check(answer)
                self._sent(size)
                return
            self._waiting.before_try(number, answer)


def _check(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise Refused(f"S3 answered {answer.status_code}: {answer.text[:300]}")


def _chunks(path: Path, start: int, size: int) -> Iterator[bytes]:
    """Some bytes of a file, a little at a time: many parts are on their way at once."""
    left = size
    with path.open("rb") as file:
        file.seek(start)
        while left and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
