"""Each call breaks in each way, and the next delivery brings the file to its one outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ReadTimeoutError

from records.errors import TransientError
from records.model import Status
from tests.unit.processor.faults import AFTER, BEFORE, Died, failing_call, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.events import ObjectCreated
    from processor.intake import Intake
    from records.model import Record
    from tests.unit.processor.conftest import Announce, Buckets, Put

    AllRecords = Callable[[], list[Record]]

GOOD, BAD = b"name,amount\nAda,1\n", b""


FAULTS = {
    "rejected": (BEFORE, refusal("SlowDown", 503)),
    "died before": (BEFORE, Died()),
    "died after": (AFTER, Died()),
    "answer lost": (AFTER, ReadTimeoutError(endpoint_url="https://aws")),
}
# What taking in a file costs, in order.
COSTS = {
    "dropped": (GOOD, None, ["GetObject", "PutItem"]),
    "dropped and bad": (
        BAD,
        None,
        ["GetObject", "GetItem", "HeadObject", "CopyObject", "PutItem", "DeleteObject"],
    ),
    "dropped and bad in a row": (
        GOOD + b"Bob\n",
        None,
        ["GetObject", "GetItem", "HeadObject", "CopyObject", "PutObject", "PutItem", "DeleteObject"],
    ),
    "announced": (GOOD, GOOD, ["GetObject", "UpdateItem"]),
    "announced and bad": (
        b"changed",
        GOOD,
        ["GetObject", "UpdateItem", "GetItem", "HeadObject", "CopyObject", "UpdateItem", "DeleteObject"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("file", COSTS)
def test_whichever_call_breaks_the_next_delivery_brings_the_file_to_its_outcome(
    intake: Intake,
    put: Put,
    announce: Announce,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    buckets: Buckets,
    all_records: AllRecords,
    file: str,
    fault: str,
) -> None:
    content, promised, operations = COSTS[file]
    moment, error = FAULTS[fault]
    for number in range(1, len(operations) + 1):
        event = put(announce(promised).object_key if promised else f"{number}.csv", content)
        with (
            failing_call([s3, dynamodb], moment, number, error) as made,
            pytest.raises((Died, TransientError)),
        ):
            intake.take_in(event)
        assert made == operations[:number]

        intake.take_in(event)

        (record,) = [record for record in all_records() if record.object_key == event.key]
        assert record.status is (Status.QUARANTINED if "bad" in file else Status.PROCESSED)
        assert_in_one_bucket(buckets, event, record)

    event = put(announce(promised).object_key if promised else "last.csv", content)
    with failing_call([s3, dynamodb], moment, 0, error) as made:
        intake.take_in(event)
    assert made == operations, "a call that the sweep does not break"


def assert_in_one_bucket(buckets: Buckets, event: ObjectCreated, record: Record) -> None:
    kept = (event.key, event.version_id) in buckets.versions("incoming")
    copied = [key for key in buckets.keys("quarantine") if key == record.quarantine_key]
    assert (kept, len(copied)) == ((False, 1) if record.status is Status.QUARANTINED else (True, 0))
    assert buckets.markers("incoming") == 0
