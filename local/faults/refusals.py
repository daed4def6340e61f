"""How each service says that there were too many requests."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCOPE = re.compile(r"Credential=[^/]+/[0-9]+/[^/]+/([a-z0-9-]+)/aws4_request")


@dataclass(frozen=True)
class Refusal:
    """An answer in place of the service's own."""

    status: int
    media_type: str
    body: bytes


def service_of(headers: Mapping[str, str]) -> str:
    """The service that a request is signed for, such as `s3`; an empty text if it is not signed."""
    match = _SCOPE.search(headers.get("Authorization", ""))
    return match[1] if match else ""


def too_many_requests(headers: Mapping[str, str]) -> Refusal:
    """S3 answers in XML; newer protocols in JSON, and older ones in XML of another form."""
    if service_of(headers) == "s3":
        text = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        return Refusal(503, "application/xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode())
    if "X-Amz-Target" in headers:
        error = {"__type": "ThrottlingException", "message": "Rate exceeded"}
        media_type = headers.get("Content-Type", "application/x-amz-json-1.0")
        return Refusal(400, media_type, json.dumps(error).encode())
    error_xml = "<Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
    body = f"<ErrorResponse>{error_xml}<RequestId>throttled</RequestId></ErrorResponse>"
    return Refusal(400, "text/xml", body.encode())
