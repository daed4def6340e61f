"""The bytes: fetch one version, copy it into quarantine, delete that version, store what was made of it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from botocore.exceptions import ClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from processor.events import RECONCILED
from processor.media import HEAD_BYTES, detect
from records.errors import ObjectGone, TransientError, code_of, translated
from records.model import utc_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

    from processor.events import ObjectCreated
    from records.model import Record

CHUNK_BYTES = 1_048_576
COPIED_AT_ONCE_BYTES = 67_108_864
_MOST_METADATA_BYTES = 2_048
_MARK = "silent-scalper-retry"
_MARKED = re.compile(r"([0-9a-f]{32})/([0-9a-f]{32})")
_OURS = frozenset({"record-id", "reason", _MARK})
_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404", "405"})
_BROKEN_STREAM = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)


@dataclass(frozen=True, slots=True)
class Content:
    """What reading an object told.

    Attributes:
        size_bytes: its size.
        head: its first 64 KiB.
        media_type: what the first bytes say it is; None when it was not read.
        sha256: of the content, in hexadecimal; None when it was not read.
        stored_type, metadata: what its sender said of it: S3's Content-Type and user metadata.
    """

    size_bytes: int
    media_type: str | None
    sha256: str | None
    head: bytes = b""
    stored_type: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A version of an object in a list."""

    key: str
    version_id: str
    modified: datetime
    size_bytes: int

    def notification(self, bucket: str) -> str:
        """What S3 would have told the queue of it."""
        described = {"key": quote_plus(self.key), "versionId": self.version_id, "size": self.size_bytes}
        event = {
            "eventName": RECONCILED,
            "eventTime": utc_text(self.modified),
            "s3": {"bucket": {"name": bucket}, "object": described},
        }
        return json.dumps({"Records": [event]})


@dataclass(frozen=True)
class Mark:
    """What a version that a retry put back carries, so that its event is known for what it is."""

    record_id: str
    retry_id: str

    def __str__(self) -> str:
        return f"{self.record_id}/{self.retry_id}"


def mark_in(metadata: dict[str, str]) -> Mark | None:
    """The mark in an object's user metadata, if there is one."""
    found = _MARKED.fullmatch(metadata.get(_MARK, ""))
    return Mark(*found.groups()) if found else None


class Objects:
    """The incoming bucket, the quarantine bucket and the bucket of accepted rows."""

    VERSIONS_A_PAGE = 1_000

    def __init__(
        self, client: S3Client, quarantine_bucket: str, accepted_bucket: str, *, max_file_bytes: int
    ) -> None:
        self._client = client
        self.quarantine_bucket = quarantine_bucket
        self._accepted_bucket = accepted_bucket
        self._max_file_bytes = max_file_bytes

    def fetch(self, event: ObjectCreated, path: Path) -> Content:
        """Write one version to local storage, and tell its size, media type and SHA-256: one `GetObject`.

        A file over the limit is not read at all; only its size is told.

        Raises:
            ObjectGone: the version is no longer there.
            TransientError: the stream broke off.
        """
        with translated(f"reading s3://{event.bucket}/{event.key}"):
            answer = self._open(event)
            size, body = answer["ContentLength"], answer["Body"]
            try:
                over = size > self._max_file_bytes
                seen = Content(size, None, None) if over else _consume(body, size, path)
                return replace(
                    seen, stored_type=answer.get("ContentType"), metadata=answer.get("Metadata", {})
                )
            except _BROKEN_STREAM as error:
                raise TransientError(f"reading s3://{event.bucket}/{event.key}: {error}") from error
            finally:
                body.close()

    def _open(self, event: ObjectCreated) -> GetObjectOutputTypeDef:
        try:
            version: Any = {"VersionId": event.version_id} if event.version_id else {}
            return self._client.get_object(Bucket=event.bucket, Key=event.key, **version)
        except ClientError as error:
            if code_of(error) in _GONE:
                raise ObjectGone(f"s3://{event.bucket}/{event.key} version {event.version_id}") from error
            raise

    def copy_to_quarantine(
        self, event: ObjectCreated, quarantine_key: str, content: Content, ours: dict[str, str]
    ) -> None:
        """Copy the version, with what its sender said of it, under a key that is the same each time.

        Args:
            ours: metadata of our own, besides the sender's.

        Large files by boto3's managed copy, in parts: `CopyObject` alone stops at 5 GB, and is slow before.

        Raises:
            ObjectGone: the version went away meanwhile.
        """
        source = {"Bucket": event.bucket, "Key": event.key, "VersionId": event.version_id}
        doing = f"copying s3://{event.bucket}/{event.key} into quarantine"
        with translated(doing):
            target: Any = {"CopySource": source, "Bucket": self.quarantine_bucket, "Key": quarantine_key}
            described = _described(_sent(content), ours)
            try:
                if content.size_bytes <= COPIED_AT_ONCE_BYTES:
                    self._client.copy_object(**target, **described)
                else:
                    self._client.copy(**target, ExtraArgs=described)
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise
                raise ObjectGone(f"{doing}: it went away") from error

    def put_back(self, quarantine_key: str, bucket: str, key: str, content: Content, mark: Mark) -> str:
        """Copy a file out of quarantine under the key that it came with; the version that it then has.

        A plain copy, because no file of more than 5 GB passes, and it tells the version. One that was made
        before and never recorded is taken for it.
        """
        with translated(f"putting s3://{bucket}/{key} back"):
            current = self._current(bucket, key)
            if current and mark_in(current["Metadata"]) == mark:
                return current["VersionId"]
            answer = self._client.copy_object(
                CopySource={"Bucket": self.quarantine_bucket, "Key": quarantine_key},
                Bucket=bucket,
                Key=key,
                **_described(_sent(content), {_MARK: str(mark)}),
            )
            return answer["VersionId"]

    def _current(self, bucket: str, key: str) -> HeadObjectOutputTypeDef | None:
        try:
            return self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) in _GONE:
                return None
            raise

    def remove_from_quarantine(self, key: str) -> None:
        """Delete a file from quarantine; as a noncurrent version its bytes are kept for some days more."""
        with translated(f"deleting s3://{self.quarantine_bucket}/{key}"):
            self._client.delete_object(Bucket=self.quarantine_bucket, Key=key)

    def has_bytes_of(self, record: Record) -> bool:
        """Whether the file is where the record says, in quarantine or where it came in."""
        kept_as, version = record.quarantine_key, record.version_id
        place: Any = {"Bucket": record.bucket, "Key": record.object_key, "VersionId": version or "null"}
        if kept_as:
            place = {"Bucket": self.quarantine_bucket, "Key": kept_as}
        with translated(f"looking for {record.object_key}"):
            try:
                self._client.head_object(**place)
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise
                return False
        return True

    def versions(
        self, bucket: str, *, after: tuple[str, str] | None = None, prefix: str = ""
    ) -> tuple[list[Version], tuple[str, str] | None]:
        """Up to 1,000 versions in the order of their keys, and the position after which there are more."""
        start: Any = {"KeyMarker": after[0], "VersionIdMarker": after[1]} if after else {}
        with translated(f"listing s3://{bucket}"):
            answer = self._client.list_object_versions(
                Bucket=bucket, Prefix=prefix, MaxKeys=self.VERSIONS_A_PAGE, **start
            )
        found = [
            Version(entry["Key"], entry["VersionId"], entry["LastModified"], entry["Size"])
            for entry in answer.get("Versions", [])
        ]
        more = answer.get("IsTruncated", False)
        return found, (answer["NextKeyMarker"], answer["NextVersionIdMarker"]) if more else None

    def abort_upload(self, bucket: str, key: str, upload_id: str) -> None:
        """Let S3 forget the parts of a multipart upload, if it has not been completed or aborted."""
        with translated(f"aborting the upload to s3://{bucket}/{key}"):
            try:
                self._client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
            except ClientError as error:
                if code_of(error) != "NoSuchUpload":
                    raise

    def remove_copy(self, key: str) -> None:
        """Delete a file from quarantine, if it is there: an attempt that failed may have left it."""
        with translated(f"looking for s3://{self.quarantine_bucket}/{key}"):
            if self._current(self.quarantine_bucket, key):
                self.remove_from_quarantine(key)

    def store_rejects(self, path: Path, key: str) -> None:
        """Put the report of bad rows into the quarantine bucket."""
        self._store(path, self.quarantine_bucket, key, "text/csv; charset=utf-8")

    def store_accepted(self, path: Path, key: str) -> None:
        """Put the good rows into the bucket of accepted rows."""
        self._store(path, self._accepted_bucket, key, "application/vnd.apache.parquet")

    def _store(self, path: Path, bucket: str, key: str, media_type: str) -> None:
        with translated(f"writing s3://{bucket}/{key}"), path.open("rb") as file:
            self._client.put_object(Bucket=bucket, Key=key, Body=file, ContentType=media_type)

    def delete(self, event: ObjectCreated) -> None:
        """Delete that version only; other versions of the key stay, and no marker is left."""
        with translated(f"deleting s3://{event.bucket}/{event.key} version {event.version_id}"):
            self._client.delete_object(Bucket=event.bucket, Key=event.key, VersionId=event.version_id)


def _sent(content: Content) -> Content:
    """Without metadata of ours, which a file has that was quarantined before."""
    return replace(content, metadata={k: v for k, v in content.metadata.items() if k not in _OURS})


def _described(content: Content, ours: dict[str, str]) -> dict[str, Any]:
    # S3 takes 2 KB of user metadata. The record knows ours, nobody else knows the sender's.
    metadata = content.metadata | ours
    if sum(len(name) + len(value.encode()) for name, value in metadata.items()) > _MOST_METADATA_BYTES:
        metadata = content.metadata
    described = {"Metadata": metadata, "MetadataDirective": "REPLACE", "TaggingDirective": "COPY"}
    return described | ({"ContentType": content.stored_type} if content.stored_type else {})


def _consume(body: StreamingBody, size: int, path: Path) -> Content:
    digest, head, seen = hashlib.sha256(), b"", 0
    with path.open("wb") as file:
        while chunk := body.read(CHUNK_BYTES):
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            digest.update(chunk)
            file.write(chunk)
            seen += len(chunk)
    if seen != size:
        raise TransientError(f"the stream ended after {seen} of {size} bytes")
    return Content(size, detect(head) if head else None, digest.hexdigest(), head)
