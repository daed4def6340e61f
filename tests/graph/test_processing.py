"""Queues, the processor and how they hang together."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from components.config import ConfigError
from components.processing import storage_mb
from local.graph import ACCOUNT, capture
from processor.formats.base import Ceilings
from processor.reading import MOST_NEEDED_MS

if TYPE_CHECKING:
    from local.graph import Graph


def test_the_bucket_tells_the_queue_of_everything_that_is_created(dev: Graph) -> None:
    notification = dev["incoming-events"]
    assert notification["bucket"] == "incoming-id"
    assert notification["queues"] == [{"queueArn": "arn:events", "events": ["s3:ObjectCreated:*"]}]


def test_the_queue_takes_events_of_that_bucket_and_account_alone(dev: Graph) -> None:
    assert dev["events-policy"]["queueUrl"] == "https://sqs.example/events"
    allowed, tls = dev.statements("events-policy")
    assert allowed == {
        "Sid": "EventsOfTheIncomingBucket",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "arn:events",
        "Condition": {
            "ArnEquals": {"aws:SourceArn": "arn:incoming"},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    assert (tls["Effect"], tls["Resource"]) == ("Deny", ["arn:events"])


def test_the_notification_waits_for_the_policy(dev: Graph) -> None:
    assert any(urn.endswith("::events-policy") for urn in dev.resource("incoming-events").dependencies)


def test_the_queue_waits_six_times_the_functions_timeout(dev: Graph) -> None:
    assert dev["events"]["visibilityTimeoutSeconds"] >= 6 * dev["processor"]["timeout"]


def test_dead_letters_are_kept_longer_than_messages(dev: Graph) -> None:
    assert dev["dead-letters"]["messageRetentionSeconds"] == 14 * 86_400
    assert dev["events"]["messageRetentionSeconds"] < dev["dead-letters"]["messageRetentionSeconds"]


def test_what_fails_six_times_is_set_aside(dev: Graph) -> None:
    assert json.loads(dev["events"]["redrivePolicy"]) == {
        "deadLetterTargetArn": "arn:dead-letters",
        "maxReceiveCount": 6,
    }
    assert json.loads(dev["dead-letters-sources"]["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:events"],
    }


def test_queues_are_encrypted_and_reached_by_tls_only(dev: Graph) -> None:
    assert all(queue["sqsManagedSseEnabled"] for queue in dev.of("Queue").values())
    (statement,) = dev.statements("dead-letters-policy")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_batches_are_answered_in_part_and_concurrency_is_bounded_at_the_mapping(dev: Graph) -> None:
    mapping = dev["processor-events"]
    assert mapping["eventSourceArn"] == "arn:events"
    assert mapping["functionName"] == "arn:processor"
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["scalingConfig"] == {"maximumConcurrency": 20}
    assert mapping["maximumBatchingWindowInSeconds"] >= 1, "Lambda takes no batch of more than ten without"
    assert "reservedConcurrentExecutions" not in dev["processor"]


def test_the_largest_file_fits_into_the_functions_time_beside_a_small_batch(dev: Graph) -> None:
    """What a batch has no time for goes into the queue anew; a file that never fits would do so for ever."""
    assert dev["processor"]["timeout"] >= MOST_NEEDED_MS / 1_000 + 120
    assert dev["processor"]["memorySize"] == 1_769, "less is less than one CPU, and more is idle"


def test_local_storage_holds_the_largest_file_with_its_copies(dev: Graph) -> None:
    variables = dev["processor"]["environment"]["variables"]
    one = (int(variables["MAX_FILE_BYTES"]) + 3 * int(variables["MAX_UNPACKED_BYTES"])) // 1_048_576

    assert one + 3_000 < dev["processor"]["ephemeralStorage"]["size"] <= 10_240


def test_ceilings_that_local_storage_does_not_hold_are_refused() -> None:
    with pytest.raises(ConfigError, match="maxUnpackedBytes 1,610,612,736 need 10,241 MB"):
        storage_mb(2_147_483_648 + 1_048_576, 1_610_612_736)


def test_the_processor_knows_every_ceiling() -> None:
    variables = capture("dev", maxNesting=99)["processor"]["environment"]["variables"]

    assert variables["MAX_NESTING"] == "99"
    assert {item.name.upper() for item in fields(Ceilings)} <= variables.keys()


def test_the_processor_knows_its_queue(dev: Graph) -> None:
    variables = dev["processor"]["environment"]["variables"]
    assert variables["QUEUE_URL"] == dev["processor-events"]["eventSourceArn"].replace(
        "arn:", "https://sqs.example/"
    )
    redrive = json.loads(dev["events"]["redrivePolicy"])
    assert variables["MAX_RECEIVES"] == str(redrive["maxReceiveCount"])


def test_limits_come_from_the_configuration() -> None:
    graph = capture("dev", maxFileBytes=1_000, processorConcurrency=3, recordRetentionDays=70)
    variables = graph["processor"]["environment"]["variables"]
    assert variables["MAX_FILE_BYTES"] == graph["api"]["environment"]["variables"]["MAX_FILE_BYTES"] == "1000"
    assert variables["RECORD_RETENTION_DAYS"] == "70"
    assert graph["processor-events"]["scalingConfig"] == {"maximumConcurrency": 3}
