"""SQS and SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.program import ProgramError
from local.resources.registry import Made, makes

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:sqs/queue:Queue")
def _queue(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    words = {
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
        "sqsManagedSseEnabled": "SqsManagedSseEnabled",
        "kmsMasterKeyId": "KmsMasterKeyId",
        "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
        "redrivePolicy": "RedrivePolicy",
    }
    name, sqs = to.name(resource), to.client("sqs")
    try:
        attributes = {words[key]: _attribute(value) for key, value in inputs.items()}
    except KeyError as error:
        raise ProgramError(f"sqs queue {resource.name}: {error} is not known") from error
    if to.differences.visibility_seconds is not None and "VisibilityTimeout" in attributes:
        attributes["VisibilityTimeout"] = str(to.differences.visibility_seconds)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, {"url": url, "arn": arn, "name": name}


def _attribute(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) else str(value)


@makes("aws:sqs/queuePolicy:QueuePolicy")
def _queue_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs["policy"])
    to.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes={"Policy": policy})
    return inputs["queueUrl"], {}


@makes("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
def _redrive_allow(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    attributes = {"RedriveAllowPolicy": inputs["redriveAllowPolicy"]}
    to.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes=attributes)
    return inputs["queueUrl"], {}


@makes("aws:sns/topic:Topic")
def _topic(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    words = {"displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId"}
    attributes = {words[key]: inputs.pop(key) for key in list(inputs) if key in words}
    arn = to.do("sns", "CreateTopic", inputs | {"name": name, "attributes": attributes})["TopicArn"]
    return arn, {"arn": arn, "name": name}


@makes("aws:sns/topicPolicy:TopicPolicy")
def _topic_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs["policy"])
    to.client("sns").set_topic_attributes(
        TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=policy
    )
    return inputs["arn"], {}


@makes("aws:sns/topicSubscription:TopicSubscription")
def _subscription(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    topic = inputs.pop("topic")
    arn = to.do("sns", "Subscribe", inputs | {"topicArn": topic, "returnSubscriptionArn": True})[
        "SubscriptionArn"
    ]
    return arn, {"arn": arn}
