"""Timeouts, retention and receive counts belong together: what one of them promises, the others must keep.

The rules are AWS's own: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html and
docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from processor.queue import delay_seconds
from processor.sweep import RESERVE_MS as SWEEP_RESERVE_MS
from records.actions import TOLD_AGAIN_AFTER

if TYPE_CHECKING:
    from local.graph import Graph

DAY = 86_400


def redrive(graph: Graph) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(graph["events"]["redrivePolicy"])
    return policy


def test_a_message_is_protected_for_six_times_as_long_as_it_may_be_worked_on(dev: Graph) -> None:
    assert dev["events"]["visibilityTimeoutSeconds"] >= 6 * dev["processor"]["timeout"]


def test_a_dead_letter_is_kept_for_longer_than_the_queue_keeps_a_message(dev: Graph) -> None:
    # It keeps its first enqueue time.
    kept, waited = (dev[name]["messageRetentionSeconds"] for name in ("dead-letters", "events"))
    assert kept == 14 * DAY
    assert kept - waited >= 7 * DAY


def test_a_message_becomes_a_dead_letter_long_before_the_queue_forgets_it(dev: Graph) -> None:
    receives = redrive(dev)["maxReceiveCount"]
    worst = receives * dev["events"]["visibilityTimeoutSeconds"]
    assert worst < dev["events"]["messageRetentionSeconds"] / 2
    assert receives >= 5, "AWS: at least five, or a throttled function sets good messages aside"


def test_the_processor_knows_its_last_delivery(dev: Graph) -> None:
    variables = dev["processor"]["environment"]["variables"]
    assert int(variables["MAX_RECEIVES"]) == redrive(dev)["maxReceiveCount"]


def test_what_a_dead_letter_needs_is_not_deleted_before_it_is(dev: Graph) -> None:
    rules = {rule["id"]: rule for rule in dev["incoming-lifecycle"]["rules"]}
    days = rules["noncurrent-versions"]["noncurrentVersionExpiration"]["noncurrentDays"]
    assert days * DAY >= dev["dead-letters"]["messageRetentionSeconds"]


def test_what_the_sweep_tells_again_has_come_to_its_end(dev: Graph) -> None:
    receives = redrive(dev)["maxReceiveCount"]
    tried = sum(dev["processor"]["timeout"] + delay_seconds(number) for number in range(1, receives + 1))
    assert timedelta(seconds=tried) <= TOLD_AGAIN_AFTER


def test_one_run_of_the_sweep_ends_before_the_next_begins(dev: Graph) -> None:
    every = {"rate(5 minutes)": 300}[dev["sweep-clock"]["scheduleExpression"]]
    assert dev["sweep"]["timeout"] < every
    assert dev["sweep"]["timeout"] * 1_000 > 4 * SWEEP_RESERVE_MS
    assert json.loads(dev["sweep-clock-target"]["input"]) == {}


def test_concurrency_is_bounded_where_messages_wait_and_not_where_they_are_thrown_away(dev: Graph) -> None:
    assert dev["processor-events"]["scalingConfig"]["maximumConcurrency"] >= 2
    assert "reservedConcurrentExecutions" not in dev["processor"]
    assert dev["processor-events"]["functionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_stream_gives_a_batch_up_while_it_still_has_it(dev: Graph) -> None:
    # DynamoDB keeps stream records for 24 hours.
    mapping = dev["notifier-stream"]
    assert mapping["maximumRecordAgeInSeconds"] < DAY
    assert mapping["destinationConfig"]["onFailure"]["destinationArn"]


@pytest.mark.parametrize("name", ["events", "dead-letters"])
def test_queues_keep_messages_encrypted(dev: Graph, name: str) -> None:
    assert dev[name]["sqsManagedSseEnabled"] is True
