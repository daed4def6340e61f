"""The fixtures of the processor's unit tests, and a pipeline that brings messages again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from processor.handler import Processor
from records.telemetry import Telemetry
from tests.faults.pipeline import MAX_RECEIVES, Pipeline
from tests.unit.conftest import (
    accepted,
    api_keys_table,
    aws,
    calls,
    declared,
    dynamodb,
    in_moto,
    incoming,
    made,
    make_record,
    payload,
    quarantine,
    records_table,
    s3,
    session,
    storage,
    store,
)
from tests.unit.processor.conftest import (
    FakeQueue,
    all_records,
    announce,
    buckets,
    intake,
    objects,
    parts,
    parts_with,
    put,
    queue,
    settings,
    sqs,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

    from processor.queue import Queue
    from processor.wiring import Parts
    from tests.unit.processor.conftest import Buckets

__all__ = [
    "accepted",
    "all_records",
    "announce",
    "api_keys_table",
    "aws",
    "buckets",
    "calls",
    "declared",
    "dynamodb",
    "in_moto",
    "incoming",
    "intake",
    "made",
    "make_record",
    "objects",
    "parts",
    "parts_with",
    "payload",
    "put",
    "quarantine",
    "queue",
    "records_table",
    "s3",
    "session",
    "settings",
    "sqs",
    "storage",
    "store",
]


@pytest.fixture
def pipeline(
    parts: Parts,
    queue: FakeQueue,
    buckets: Buckets,
    all_records: Any,
    payload: Callable[[str], str],
    session: boto3.Session,
    dynamodb: DynamoDBClient,
) -> Pipeline:
    parts = replace(parts, queue=cast("Queue", queue))
    processor = Processor(parts, Telemetry("prod"), max_receives=MAX_RECEIVES)
    template = json.loads(payload("s3_put"))
    streams = session.client("dynamodbstreams")
    return Pipeline(processor, queue, template, buckets, all_records, dynamodb, streams)
