"""Multipart uploads at S3: begun, looked at, completed and aborted for a record."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import code_of, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from records.model import Record

COMPLETION_SECONDS = 9.0
"""S3 may take minutes to put many parts together; the API's Lambda has 15 seconds for everything."""
MOST_LISTED = 1_000


class UploadGone(Exception):
    """S3 has no such multipart upload any more: it was completed or aborted."""


@dataclass(frozen=True)
class Received:
    """A part that S3 has.

    Attributes:
        sha256: in hexadecimal, if the upload's parts have checksums.
    """

    part_number: int
    size_bytes: int
    etag: str
    sha256: str | None = None


class Multipart:
    """The multipart uploads of records that have an `upload_id`.

    Args:
        make_clients: makes a client for all calls but completion, and one for that: patient, and trying once.
        completion_seconds: how long a completion is waited for.
    """

    def __init__(
        self,
        make_clients: Callable[[], tuple[S3Client, S3Client]],
        *,
        completion_seconds: float = COMPLETION_SECONDS,
    ) -> None:
        self._make_clients = make_clients
        self._completion_seconds = completion_seconds

    @cached_property
    def _clients(self) -> tuple[S3Client, S3Client]:
        # Most of the API's processes never see an upload in parts, and a client costs them time to start.
        return self._make_clients()

    def create(self, record: Record, content_type: str, *, checksums: bool) -> str:
        """Begin one for a record's key; S3's id of it.

        Args:
            checksums: every part must come with its SHA-256, which S3 checks.
        """
        algorithm: Any = {"ChecksumAlgorithm": "SHA256"} if checksums else {}
        client, _ = self._clients
        with translated(f"beginning an upload to {record.object_key}"):
            answer = client.create_multipart_upload(
                Bucket=record.bucket, Key=record.object_key, ContentType=content_type, **algorithm
            )
        return answer["UploadId"]

    def received(self, record: Record, *, after: int = 0, most: int = MOST_LISTED) -> list[Received]:
        """The parts that S3 has whose numbers are greater, in their order, as many as one call tells.

        Raises:
            UploadGone: there is no such upload any more.
        """
        client, _ = self._clients
        with _gone_if_unknown(f"listing the parts of {record.object_key}"):
            answer = client.list_parts(**_named(record), PartNumberMarker=after, MaxParts=most)
        return [
            Received(
                part["PartNumber"],
                part["Size"],
                part["ETag"],
                _hexadecimal(part.get("ChecksumSHA256")),
            )
            for part in answer.get("Parts", [])
        ]

    def all_received(self, record: Record) -> list[Received]:
        """All parts that S3 has, however many calls that takes: ten at most.

        Raises:
            UploadGone: there is no such upload any more.
        """
        found: list[Received] = []
        while page := self.received(record, after=found[-1].part_number if found else 0):
            found += page
            if len(page) < MOST_LISTED:
                break
        return found

    def complete(self, record: Record, parts: list[Received]) -> None:
        """Let S3 make one object of the parts, which it holds to the announced size.

        Raises:
            UploadGone: there is no such upload any more.
            TransientError: S3 is not done yet; it goes on, and whoever asks again finds out.
        """
        _, client = self._clients
        named: Any = {"Parts": [_completed(part) for part in parts]}
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="completion")
        with _gone_if_unknown(f"completing {record.object_key}"):
            done = pool.submit(
                client.complete_multipart_upload,
                **_named(record),
                MultipartUpload=named,
                MpuObjectSize=record.expected_size_bytes or 0,
            )
            pool.shutdown(wait=False)
            # S3 keeps the connection busy while it works, so no timeout of the client's own ends the wait.
            done.result(timeout=self._completion_seconds)

    def abort(self, record: Record) -> None:
        """Let S3 forget the parts; one that it does not know any more is aborted."""
        client, _ = self._clients
        try:
            with _gone_if_unknown(f"aborting the upload to {record.object_key}"):
                client.abort_multipart_upload(**_named(record))
        except UploadGone:
            return

    def has_come(self, record: Record) -> bool:
        """Whether there is an object under the record's key."""
        client, _ = self._clients
        with translated(f"looking for {record.object_key}"):
            answer = client.list_object_versions(Bucket=record.bucket, Prefix=record.object_key, MaxKeys=1)
        return any(version["Key"] == record.object_key for version in answer.get("Versions", []))


@contextmanager
def _gone_if_unknown(doing: str) -> Iterator[None]:
    with translated(doing):
        try:
            yield
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise
            raise UploadGone(doing) from error


def _named(record: Record) -> Any:
    return {"Bucket": record.bucket, "Key": record.object_key, "UploadId": record.upload_id}


def _completed(part: Received) -> dict[str, Any]:
    named: dict[str, Any] = {"PartNumber": part.part_number, "ETag": part.etag}
    return named | ({"ChecksumSHA256": in_base64(part.sha256)} if part.sha256 else {})


def in_base64(sha256: str) -> str:
    """A checksum in hexadecimal as S3 writes it."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def _hexadecimal(sha256: str | None) -> str | None:
    return base64.b64decode(sha256).hex() if sha256 else None
