"""The files that are counted and measured with: orders as CSV, in nine columns, made by `bench/data.py`."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from bench import data


@cache
def table(size: int) -> bytes:
    """A sound table of about so many bytes."""
    return _made(data.csv, size)[:size].rpartition(b"\n")[0] + b"\n"


@cache
def bad_table(size: int) -> bytes:
    """One with ten bad rows."""
    return _made(data.bad_csv, size)


def _made(make: Any, size: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        content: bytes = make(Path(folder) / "orders.csv", size).read_bytes()
    return content


def message(key: str, version: str, size: int) -> dict[str, Any]:
    """What SQS brings of an object that was put into the incoming bucket, as S3 tells it."""
    described = {
        "key": quote_plus(key),
        "size": size,
        "eTag": "0123456789abcdef0123456789abcdef",
        "versionId": version,
        "sequencer": "0055AED6DCD90281E5",
    }
    event = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-31T13:00:00.250Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AROAEXAMPLEEXAMPLE123:partner"},
        "requestParameters": {"sourceIPAddress": "203.0.113.7"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "e" * 76},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "incoming-events",
            "bucket": {
                "name": "incoming",
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": "arn:aws:s3:::incoming",
            },
            "object": described,
        },
    }
    return {
        "messageId": key,
        "receiptHandle": "handle",
        "body": json.dumps({"Records": [event]}, separators=(",", ":")),
        "attributes": {"ApproximateReceiveCount": "1"},
    }
