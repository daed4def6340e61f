"""The alerting layer: a topic, the Lambda that writes to it with its clock, and alarms that explain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch, lambda_, sns, sqs

from components import policies
from components.alarms import alarm, description, watches
from components.encryption import Keys
from components.function import Function, FunctionArgs
from components.watch import Names, Rules

if TYPE_CHECKING:
    from components.bundle import Target

# One count for each cause in a batch, so a burst is better counted in large ones.
NOTIFIER_BATCH = 1_000
# The first file of a cause is told after so long at most; the windows of the messages are the notifier's.
BATCHING_SECONDS = 10
# What does not depend on the batch is mended within half a day or not by trying; the stream keeps a day.
MOST_RETRIES = 1_000
OLDEST_RECORD_SECONDS = 12 * 3_600
CLOCK = "rate(1 minute)"


@dataclass(frozen=True, kw_only=True)
class AlertingArgs:
    """
    Attributes:
        window_seconds: one message for each cause in so long.
        max_per_hour: no more messages in any hour.
        notify_on_success: also tell of processed files.
        undelivered: where batches go that the notifier failed at again and again.
        rules: which alarms there are, and when they are raised.
    """

    stack: str
    account: pulumi.Input[str]
    target: Target
    emails: tuple[str, ...]
    notify_on_success: bool
    window_seconds: int
    max_per_hour: int
    records_stream: pulumi.Input[str]
    alerts_table: pulumi.Input[str]
    alerts_arn: pulumi.Input[str]
    undelivered: sqs.Queue
    api_url: pulumi.Input[str]
    api_id: pulumi.Input[str]
    api: Function
    processor: Function
    processor_timeout_seconds: int
    sweep: Function
    records_table: pulumi.Input[str]
    keys_table: pulumi.Input[str]
    rules: Rules
    queue_name: pulumi.Input[str]
    dead_letters_name: pulumi.Input[str]
    log_retention_days: int
    keys: Keys
    tracing: bool


class Alerting(pulumi.ComponentResource):
    """Somebody is told when something is wrong."""

    topic: sns.Topic
    function: Function
    alarms: list[cloudwatch.MetricAlarm]

    def __init__(self, name: str, args: AlertingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:alerting:Alerting", name, None, opts)
        self._args = args
        self.topic = self._topic()
        self._subscriptions()
        self.function = self._notifier()
        self._mapping()
        self._clock()
        self.alarms = self._alarms()
        self.register_outputs({"topicArn": self.topic.arn, "notifierFunction": self.function.name})

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            "alerts",
            display_name="Silent Scalper",
            kms_master_key_id=self._args.keys.own,
            opts=self._child(),
        )
        arns = pulumi.Output.all(topic.arn, self._args.account)
        policy = arns.apply(lambda a: policies.alarm_topic(a[0], account=a[1]))
        sns.TopicPolicy(
            "alerts-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(policy),
            opts=self._child(),
        )
        return topic

    def _subscriptions(self) -> None:
        for email in self._args.emails:
            sns.TopicSubscription(
                f"alerts-{email}", topic=self.topic.arn, protocol="email", endpoint=email, opts=self._child()
            )

    def _notifier(self) -> Function:
        args = self._args
        arns = pulumi.Output.all(
            stream=args.records_stream,
            alerts=args.alerts_arn,
            topic=self.topic.arn,
            undelivered=args.undelivered.arn,
        )
        environment: dict[str, pulumi.Input[str]] = {
            "STACK": args.stack,
            "TOPIC_ARN": self.topic.arn,
            "ALERTS_TABLE": args.alerts_table,
            "API_URL": args.api_url,
            "NOTIFY_ON_SUCCESS": str(args.notify_on_success).lower(),
            "ALERT_WINDOW_SECONDS": str(args.window_seconds),
            "MAX_ALERTS_PER_HOUR": str(args.max_per_hour),
            "EMAIL_ADDRESSES": str(len(args.emails)),
        }
        return Function(
            "notifier",
            FunctionArgs(
                package="notifier",
                description="tells people of bad files",
                target=args.target,
                statements=arns.apply(lambda a: policies.notifier(**a)),
                environment=environment,
                timeout_seconds=30,
                memory_mb=256,
                log_retention_days=args.log_retention_days,
                keys=Keys(own=args.keys.own),
                tracing=args.tracing,
            ),
            self._child(),
        )

    def _mapping(self) -> None:
        wanted = ["quarantined", "failed", *(["processed"] if self._args.notify_on_success else [])]
        pattern = {
            "eventName": ["INSERT", "MODIFY"],
            "dynamodb": {"NewImage": {"status": {"S": wanted}}},
        }
        lambda_.EventSourceMapping(
            "notifier-stream",
            event_source_arn=self._args.records_stream,
            function_name=self.function.arn,
            starting_position="TRIM_HORIZON",
            batch_size=NOTIFIER_BATCH,
            maximum_batching_window_in_seconds=BATCHING_SECONDS,
            # Not bisected: a batch that comes again as it was is known, and not counted twice.
            maximum_retry_attempts=MOST_RETRIES,
            maximum_record_age_in_seconds=OLDEST_RECORD_SECONDS,
            destination_config={"on_failure": {"destination_arn": self._args.undelivered.arn}},
            filter_criteria={"filters": [{"pattern": pulumi.Output.json_dumps(pattern)}]},
            opts=self._child(depends_on=[self.function]),
        )

    def _clock(self) -> None:
        rule = cloudwatch.EventRule(
            "notifier-clock",
            description="Silent Scalper: windows of messages that are over, causes that went quiet",
            schedule_expression=CLOCK,
            opts=self._child(),
        )
        lambda_.Permission(
            "notifier-clock-permission",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=self._child(),
        )
        cloudwatch.EventTarget(
            "notifier-clock-target",
            rule=rule.name,
            arn=self.function.arn,
            input=json.dumps({"flush": True}),
            opts=self._child(),
        )

    def _alarms(self) -> list[cloudwatch.MetricAlarm]:
        args = self._args
        names = Names(
            stack=args.stack,
            processor=args.processor.name,
            processor_logs=args.processor.log_group,
            processor_timeout_seconds=args.processor_timeout_seconds,
            sweep=args.sweep.name,
            sweep_logs=args.sweep.log_group,
            notifier=self.function.name,
            notifier_logs=self.function.log_group,
            queue=args.queue_name,
            dead_letters=args.dead_letters_name,
            undelivered=args.undelivered.name,
            api=args.api_id,
            api_logs=args.api.log_group,
            topic=self.topic.arn,
            records_table=args.records_table,
            keys_table=args.keys_table,
            alerts_table=args.alerts_table,
            emails=len(args.emails),
        )
        return [
            alarm(name, watch, description(name, watch, names, args.rules), self.topic.arn, self._child())
            for name, watch in watches(names, args.rules).items()
        ]
