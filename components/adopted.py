"""An incoming bucket that was there before the stack: looked at first, and nothing in it replaced.

S3 has one notification configuration and one list of CORS rules for each bucket, and whoever sets either
replaces all of it. So what is there is read, through Cloud Control, and what is not ours stops the program.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudcontrol, s3

from components.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

CORS_RULE = "silent-scalper"
"""By this id we know our own rule again."""
_THEIRS = "let its owner set them (incomingBucketSettings theirs)"


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """
    Attributes:
        ours: the stack sets notification and CORS rules, if there are no others.
        properties: what AWS says of the bucket, in the words of CloudFormation.
    """

    name: str
    ours: bool
    properties: dict[str, Any]

    def told(self, queue: pulumi.Output[str]) -> pulumi.Output[str]:
        """The bucket's name, once it is known that it tells no other queue.

        Raises:
            ConfigError: it does.
        """
        return queue.apply(lambda own: _checked(self.name, foreign_queues(self.properties, own)))

    def event_bridge(self) -> bool:
        """Whether events go to EventBridge, too: a setting of the notification that is kept."""
        settings = _notification(self.properties).get("EventBridgeConfiguration", {})
        return bool(settings.get("EventBridgeEnabled"))


def adopt(name: str, *, ours: bool, key: str | None, parent: pulumi.Resource) -> tuple[s3.Bucket, Adopted]:
    """The bucket of that name, of which the stack makes, changes and deletes nothing.

    Raises:
        ConfigError: the bucket is not fit, and the text says in what.
    """
    # Read at once, not as an output: one error is told, instead of one for each resource that waits.
    described = cloudcontrol.get_resource(
        type_name="AWS::S3::Bucket", identifier=name, opts=pulumi.InvokeOptions(parent=parent)
    )
    properties = json.loads(described.properties)
    _checked(name, unfit(properties, ours=ours, key=key or ""))
    bucket = s3.Bucket.get("incoming", name, opts=pulumi.ResourceOptions(parent=parent))
    return bucket, Adopted(name=name, ours=ours, properties=properties)


def _checked(name: str, problems: Iterator[str]) -> str:
    found = list(problems)
    if found:
        raise ConfigError(f"silent-scalper:incomingBucket {name} " + "; and it ".join(found))
    return name


def unfit(properties: dict[str, Any], *, ours: bool, key: str) -> Iterator[str]:
    """Why the bucket cannot be used.

    Args:
        properties: what AWS says of it.
        ours: the stack is to set notification and CORS rules.
        key: the ARN of the key that the roles may use for it, or empty.
    """
    if properties.get("VersioningConfiguration", {}).get("Status") != "Enabled":
        yield (
            "is not versioned, and a file must not change while it is looked at: aws s3api "
            "put-bucket-versioning --versioning-configuration Status=Enabled --bucket and its name"
        )
    if properties.get("ObjectLockConfiguration", {}).get("Rule"):
        yield "has a default retention, so that no bad file could be moved out of it"
    yield from _of_another_key(properties, key)
    if ours:
        yield from _foreign(properties)


def _of_another_key(properties: dict[str, Any], key: str) -> Iterator[str]:
    for rule in properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", []):
        by_default = rule.get("ServerSideEncryptionByDefault", {})
        used = by_default.get("KMSMasterKeyID", "")
        if used and not used.endswith("alias/aws/s3") and used.rpartition("/")[2] != key.rpartition("/")[2]:
            yield f"is encrypted with the key {used}: set incomingBucketKmsKey to its ARN"


def _foreign(properties: dict[str, Any]) -> Iterator[str]:
    kinds = {"TopicConfigurations": "Topic", "LambdaConfigurations": "Function"}
    for kind, word in kinds.items():
        for entry in _notification(properties).get(kind, []):
            yield f"tells {entry.get(word)} of events, which would end: {_THEIRS}"
    rules = properties.get("CorsConfiguration", {}).get("CorsRules", [])
    if [rule for rule in rules if rule.get("Id") != CORS_RULE]:
        yield f"has CORS rules, which would be replaced: {_THEIRS}"


def foreign_queues(properties: dict[str, Any], own: str) -> Iterator[str]:
    """Each queue but our own that the bucket tells of events, as a reason not to use it."""
    for entry in _notification(properties).get("QueueConfigurations", []):
        if entry.get("Queue") != own:
            yield f"tells {entry.get('Queue')} of events, which would end: {_THEIRS}"


def _notification(properties: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = properties.get("NotificationConfiguration") or {}
    return known
