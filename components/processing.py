"""The processing layer: events of the incoming bucket, a queue, and the Lambda that works it off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch, lambda_, s3, sqs

from components import policies
from components.config import ConfigError
from components.function import Function, FunctionArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.adopted import Adopted
    from components.bundle import Target
    from components.encryption import Keys

# The largest file that config allows takes 340 s by careful guesses. What a batch has no time for goes back.
TIMEOUT_SECONDS = 600
# What the first file waits for S3 and the last for DynamoDB, a batch waits for once: a large one is cheaper.
BATCH_SIZE = 40
# Lambda wants to wait for more than ten.
BATCHING_SECONDS = 1
# One processor's work is bounded to about 600 MB. This is a whole CPU; more would be idle, as one
# file at a time is examined.
MEMORY_MB = 1_769
# AWS: "at least six times the timeout of your function"; a retry in between would be a second worker.
VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS
LAMBDA_STORAGE_MB = 10_240
LEAST_STORAGE_MB = 512
# One run ends before the next begins.
SWEEP_EVERY = "rate(5 minutes)"
SWEEP_TIMEOUT_SECONDS = 270
SWEEP_MEMORY_MB = 512
# Eight files of 64 MB, three copies each; and what DuckDB spills.
MOST_SMALL_MB = 1_536 + 2_048
# With the processor's growing delays: a quarter of an hour of trying.
RECEIVES_BEFORE_DEAD_LETTER = 6
# A dead letter keeps its first enqueue time, so its queue must keep messages longer than the source.
RETENTION_SECONDS = 4 * 86_400
DEAD_LETTER_RETENTION_SECONDS = 14 * 86_400


@dataclass(frozen=True, kw_only=True)
class ProcessingArgs:
    """
    Attributes:
        concurrency: how many processors the queue may start at once.
        max_file_bytes: larger files are quarantined.
        quarantine_retention_days: bytes that are gone from quarantine sooner were deleted by somebody.
        ceilings: how much work one file may make, by the name of the processor's setting.
        automatic_retries: how often a failure that time may heal is tried again by itself.
        reconcile_hours: how long after a pass over the bucket the next one begins.
    """

    stack: str
    account: pulumi.Input[str]
    target: Target
    incoming: s3.Bucket
    adopted: Adopted | None
    quarantine: s3.Bucket
    accepted: s3.Bucket
    records_table: pulumi.Input[str]
    records_arn: pulumi.Input[str]
    index_shards: int
    max_file_bytes: int
    ceilings: Mapping[str, int]
    record_retention_days: int
    quarantine_retention_days: int
    automatic_retries: int
    reconcile_hours: int
    concurrency: int
    log_retention_days: int
    keys: Keys
    tracing: bool


def storage_mb(max_file_bytes: int, max_unpacked_bytes: int) -> int:
    """Local storage for one large file with its unpacked, transcoded and sound copies, and for small ones.

    Raises:
        ConfigError: Lambda has no more than 10,240 MB.
    """
    needed = MOST_SMALL_MB + (max_file_bytes + 3 * max_unpacked_bytes) // 1_048_576
    if needed > LAMBDA_STORAGE_MB:
        raise ConfigError(
            f"maxFileBytes {max_file_bytes:,} and maxUnpackedBytes {max_unpacked_bytes:,} need {needed:,} MB "
            f"of the processor's local storage, and Lambda has {LAMBDA_STORAGE_MB:,}: lower one of them"
        )
    return needed


class Processing(pulumi.ComponentResource):
    """Every object that is created in the incoming bucket is worked on, at least once."""

    queue: sqs.Queue
    dead_letters: sqs.Queue
    function: Function
    sweep: Function

    def __init__(self, name: str, args: ProcessingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:processing:Processing", name, None, opts)
        self._args = args
        self.dead_letters = self._dead_letters()
        self.queue = self._queue()
        self._notification(self._events_policy())
        self.function, self.sweep = self._functions()
        self._mapping()
        self._schedule()
        self.register_outputs(
            {
                "queueUrl": self.queue.url,
                "deadLetterQueueUrl": self.dead_letters.url,
                "processorFunction": self.function.name,
                "sweepFunction": self.sweep.name,
            }
        )

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _dead_letters(self) -> sqs.Queue:
        queue = sqs.Queue(
            "dead-letters",
            message_retention_seconds=DEAD_LETTER_RETENTION_SECONDS,
            **self._args.keys.queue(),
            opts=self._child(),
        )
        policy = queue.arn.apply(policies.queue)
        sqs.QueuePolicy(
            "dead-letters-policy",
            queue_url=queue.url,
            policy=pulumi.Output.json_dumps(policy),
            opts=self._child(),
        )
        return queue

    def _queue(self) -> sqs.Queue:
        redrive = {
            "deadLetterTargetArn": self.dead_letters.arn,
            "maxReceiveCount": RECEIVES_BEFORE_DEAD_LETTER,
        }
        queue = sqs.Queue(
            "events",
            visibility_timeout_seconds=VISIBILITY_SECONDS,
            message_retention_seconds=RETENTION_SECONDS,
            redrive_policy=pulumi.Output.json_dumps(redrive),
            **self._args.keys.queue(),
            opts=self._child(),
        )
        allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
        sqs.RedriveAllowPolicy(
            "dead-letters-sources",
            queue_url=self.dead_letters.url,
            redrive_allow_policy=pulumi.Output.json_dumps(allowed),
            opts=self._child(),
        )
        return queue

    def _events_policy(self) -> sqs.QueuePolicy:
        arns = pulumi.Output.all(self.queue.arn, self._args.incoming.arn, self._args.account)
        policy = arns.apply(lambda a: policies.events_queue(a[0], bucket=a[1], account=a[2]))
        return sqs.QueuePolicy(
            "events-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(policy),
            opts=self._child(),
        )

    def _notification(self, policy: sqs.QueuePolicy) -> None:
        adopted = self._args.adopted
        if adopted and not adopted.ours:
            return
        s3.BucketNotification(
            "incoming-events",
            bucket=adopted.told(self.queue.arn) if adopted else self._args.incoming.id,
            eventbridge=adopted.event_bridge() if adopted else None,
            queues=[{"queue_arn": self.queue.arn, "events": ["s3:ObjectCreated:*"]}],
            # S3 tries the queue when it is told of it, so the queue must let it in by then.
            opts=self._child(depends_on=[policy]),
        )

    def _functions(self) -> tuple[Function, Function]:
        """The processor, and the sweep, which is made of the same bundle."""
        args = self._args
        arns = pulumi.Output.all(
            queue=self.queue.arn,
            dead_letters=self.dead_letters.arn,
            incoming=args.incoming.arn,
            quarantine=args.quarantine.arn,
            records=args.records_arn,
        )
        both = pulumi.Output.all(arns, args.accepted.arn)
        processor = FunctionArgs(
            package="processor",
            description="checks and records files",
            target=args.target,
            statements=both.apply(lambda a: policies.processor(**a[0], accepted=a[1])),
            environment=self._environment(),
            timeout_seconds=TIMEOUT_SECONDS,
            memory_mb=MEMORY_MB,
            storage_mb=storage_mb(args.max_file_bytes, args.ceilings["max_unpacked_bytes"]),
            log_retention_days=args.log_retention_days,
            keys=args.keys,
            tracing=args.tracing,
        )
        sweep = replace(
            processor,
            entry="sweep",
            description="repairs what fell into a gap",
            statements=arns.apply(lambda a: policies.sweep(**a)),
            timeout_seconds=SWEEP_TIMEOUT_SECONDS,
            memory_mb=SWEEP_MEMORY_MB,
            storage_mb=LEAST_STORAGE_MB,
        )
        return Function("processor", processor, self._child()), Function("sweep", sweep, self._child())

    def _environment(self) -> dict[str, pulumi.Input[str]]:
        args = self._args
        return {
            "STACK": args.stack,
            "RECORDS_TABLE": args.records_table,
            "INCOMING_BUCKET": args.incoming.bucket,
            "QUARANTINE_BUCKET": args.quarantine.bucket,
            "ACCEPTED_BUCKET": args.accepted.bucket,
            "QUEUE_URL": self.queue.url,
            "DEAD_LETTER_QUEUE_URL": self.dead_letters.url,
            "MAX_RECEIVES": str(RECEIVES_BEFORE_DEAD_LETTER),
            "INDEX_SHARDS": str(args.index_shards),
            "MAX_FILE_BYTES": str(args.max_file_bytes),
            "RECORD_RETENTION_DAYS": str(args.record_retention_days),
            "QUARANTINE_RETENTION_DAYS": str(args.quarantine_retention_days),
            "AUTOMATIC_RETRIES": str(args.automatic_retries),
            "RECONCILE_HOURS": str(args.reconcile_hours),
        } | {name.upper(): str(value) for name, value in args.ceilings.items()}

    def _schedule(self) -> None:
        rule = cloudwatch.EventRule(
            "sweep-clock",
            description="Silent Scalper: starts the sweep",
            schedule_expression=SWEEP_EVERY,
            opts=self._child(),
        )
        lambda_.Permission(
            "sweep-clock-permission",
            action="lambda:InvokeFunction",
            function=self.sweep.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=self._child(),
        )
        cloudwatch.EventTarget(
            "sweep-clock-target", rule=rule.name, arn=self.sweep.arn, input="{}", opts=self._child()
        )

    def _mapping(self) -> None:
        lambda_.EventSourceMapping(
            "processor-events",
            event_source_arn=self.queue.arn,
            function_name=self.function.arn,
            batch_size=BATCH_SIZE,
            maximum_batching_window_in_seconds=BATCHING_SECONDS,
            function_response_types=["ReportBatchItemFailures"],
            # Not reserved concurrency: that alone pushes messages into the dead-letter queue unprocessed.
            scaling_config={"maximum_concurrency": self._args.concurrency},
            # The mapping is checked against the role's permissions when it is made.
            opts=self._child(depends_on=[self.function]),
        )
