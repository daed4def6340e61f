"""Presigned requests: what lets a client talk to S3 itself, for a while and for one thing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from api.multipart import in_base64
from api.parts import USUAL_PART_BYTES, Cut
from records.errors import translated
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from records.model import Record

UPLOAD_SECONDS = 3_600
DOWNLOAD_SECONDS = 900
LARGEST_POST_BYTES = 5 * 1024**3
"""S3's limit for one POST: docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html"""


class Links:
    """Signs with the Lambda's own role, so a link can do no more than that role."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def upload(self, record: Record, content_type: str) -> dict[str, Any]:
        """A presigned POST for exactly the announced key and size, this type and, where given, SHA-256."""
        fields = {"Content-Type": content_type}
        if record.expected_sha256:
            checksum = in_base64(record.expected_sha256)
            fields |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": checksum}
        size = record.expected_size_bytes
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        with translated("signing an upload"):
            post = self._client.generate_presigned_post(
                Bucket=record.bucket,
                Key=record.object_key,
                Fields=fields,
                Conditions=[*conditions, ["content-length-range", size, size]],
                ExpiresIn=UPLOAD_SECONDS,
            )
        return {
            "method": "POST",
            "url": post["url"],
            "fields": post["fields"],
            "expiresAt": _in(UPLOAD_SECONDS),
        }

    def parts(self, record: Record, parts: Iterable[tuple[int, str | None]]) -> list[dict[str, Any]]:
        """For each number, with the part's SHA-256 or without, a link that takes exactly that part.

        The length is signed, and so is the checksum: S3 refuses others.
        """
        announced = Cut(record.expected_size_bytes or 0, record.part_size_bytes or USUAL_PART_BYTES)
        place = {"Bucket": record.bucket, "Key": record.object_key, "UploadId": record.upload_id}
        links = []
        for number, sha256 in parts:
            size, checksum = announced.size_of(number), in_base64(sha256) if sha256 else None
            bound = {"ChecksumSHA256": checksum} if checksum else {}
            with translated("signing a part"):
                url = self._client.generate_presigned_url(
                    "upload_part",
                    Params=place | {"PartNumber": number, "ContentLength": size} | bound,
                    ExpiresIn=UPLOAD_SECONDS,
                )
            headers = {"x-amz-checksum-sha256": checksum} if checksum else {}
            links.append({"partNumber": number, "sizeBytes": size, "url": url, "headers": headers})
        return links

    def download(self, record: Record) -> dict[str, Any]:
        """A link to the recorded version, as an attachment under the file's own name."""
        parameters = {
            "Bucket": record.bucket,
            "Key": record.object_key,
        }
        if record.version_id:
            parameters["VersionId"] = record.version_id
        return self._signed(parameters, record.file_name)

    def made(self, bucket: str, key: str, file_name: str) -> dict[str, Any]:
        """A link to what was made of a file, or to a quarantined one, as an attachment under this name."""
        return self._signed({"Bucket": bucket, "Key": key}, file_name)

    def _signed(self, parameters: dict[str, Any], file_name: str) -> dict[str, Any]:
        # Never shown by a browser, whatever it is: it comes from somebody else.
        parameters["ResponseContentDisposition"] = attachment(file_name)
        parameters["ResponseContentType"] = "application/octet-stream"
        with translated("signing a download"):
            url = self._client.generate_presigned_url(
                "get_object", Params=parameters, ExpiresIn=DOWNLOAD_SECONDS
            )
        return {"url": url, "expiresAt": _in(DOWNLOAD_SECONDS)}


def attachment(file_name: str) -> str:
    """A `Content-Disposition` for any name: RFC 6266, with the exact name after RFC 8187."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def links_expire() -> str:
    """When links for parts that are signed now expire."""
    return _in(UPLOAD_SECONDS)


def _in(seconds: int) -> str:
    return utc_text(datetime.now(UTC) + timedelta(seconds=seconds))
