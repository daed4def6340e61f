"""S3 and DynamoDB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.resources.registry import MAKERS, Made, makes

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.deploy import Deployment
    from local.program import Registration

INBOX_VISIBILITY_SECONDS = 3_600
"""Longer than anybody holds a message back."""


@makes("aws:s3/bucket:Bucket")
def _bucket(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    if resource.read:
        return resource.read, {"bucket": resource.read, "arn": f"arn:aws:s3:::{resource.read}"}
    inputs.pop("forceDestroy")  # what happens on destroy; nothing is destroyed here
    name = to.name(resource)
    try:
        to.do("s3", "CreateBucket", inputs | {"bucket": name})
    except ClientError as error:  # its objects were kept, but not its name: the last run did not end well
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    return name, {"bucket": name, "arn": f"arn:aws:s3:::{name}"}


def _bucket_setting(operation: str, wrapper: str = "") -> Callable[..., Made]:
    """A setting of a bucket: everything besides the bucket's name, under one word of the request."""

    def make(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
        bucket = inputs.pop("bucket")
        to.do("s3", operation, {"bucket": bucket, wrapper: inputs})
        return bucket, {}

    return make


MAKERS |= {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _bucket_setting(
        "PutPublicAccessBlock", "publicAccessBlockConfiguration"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _bucket_setting(
        "PutBucketEncryption", "serverSideEncryptionConfiguration"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _bucket_setting(
        "PutBucketLifecycleConfiguration", "lifecycleConfiguration"
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _bucket_setting(
        "PutBucketCors", "CORSConfiguration"
    ),
}


@makes("aws:s3/bucketVersioning:BucketVersioning")
def _versioning(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    to.do("s3", "PutBucketVersioning", inputs)
    return inputs["bucket"], {}


@makes("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def _ownership(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    controls = {"rules": [inputs.pop("rule")]}
    to.do("s3", "PutBucketOwnershipControls", inputs | {"ownershipControls": controls})
    return inputs["bucket"], {}


@makes("aws:s3/bucketPolicy:BucketPolicy")
def _bucket_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs.pop("policy"))
    if policy:
        to.do("s3", "PutBucketPolicy", inputs | {"policy": policy})
    return inputs["bucket"], {}


@makes("aws:s3/bucketNotification:BucketNotification")
def _notification(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    queues, to_event_bridge = inputs.pop("queues"), inputs.pop("eventbridge", False)
    if to.differences.detour:
        queues = [queue | {"queueArn": _inbox(to, queue["queueArn"])} for queue in queues]
    configuration: dict[str, Any] = {"queueConfigurations": queues}
    if to_event_bridge:
        configuration["eventBridgeConfiguration"] = {}
    to.do("s3", "PutBucketNotificationConfiguration", inputs | {"notificationConfiguration": configuration})
    return inputs["bucket"], {}


def _inbox(to: Deployment, queue_arn: str) -> str:
    """A queue in which the events of another one arrive; its ARN."""
    sqs = to.client("sqs")
    url = sqs.create_queue(QueueName=f"inbox-of-{queue_arn.rpartition(':')[2]}"[:80])["QueueUrl"]
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    attributes = {"Policy": policy, "VisibilityTimeout": str(INBOX_VISIBILITY_SECONDS)}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    to.detours[queue_arn] = url
    return arn


@makes("aws:dynamodb/table:Table")
def _table(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    ttl, recovery = inputs.pop("ttl", None), inputs.pop("pointInTimeRecovery")
    try:
        to.do("dynamodb", "CreateTable", _table_properties(inputs) | {"tableName": name})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        _add_indexes(to, name, _table_properties(inputs))
    if ttl:
        _time_to_live(to, name, ttl)
    specification = {"pointInTimeRecoveryEnabled": recovery["enabled"]}
    to.do(
        "dynamodb",
        "UpdateContinuousBackups",
        {"tableName": name, "pointInTimeRecoverySpecification": specification},
    )
    table = to.client("dynamodb").describe_table(TableName=name)["Table"]
    return name, {"name": name, "arn": table["TableArn"], "streamArn": table.get("LatestStreamArn", "")}


def _table_properties(inputs: dict[str, Any]) -> dict[str, Any]:
    properties = dict(inputs)
    definitions = properties.pop("attributes")
    keys = [("HASH", properties.pop("hashKey")), ("RANGE", properties.pop("rangeKey", None))]
    properties["keySchema"] = [{"attributeName": name, "keyType": kind} for kind, name in keys if name]
    properties["attributeDefinitions"] = [
        {"attributeName": entry["name"], "attributeType": entry["type"]} for entry in definitions
    ]
    if "globalSecondaryIndexes" in properties:
        properties["globalSecondaryIndexes"] = [
            _index(entry) for entry in properties["globalSecondaryIndexes"]
        ]
    if "serverSideEncryption" in properties:
        declared = properties.pop("serverSideEncryption")
        key = {"enabled": declared["enabled"], "sseType": "KMS", "kmsMasterKeyId": declared["kmsKeyArn"]}
        properties["sseSpecification"] = key
    if properties.pop("streamEnabled", False):
        stream = {"streamEnabled": True, "streamViewType": properties.pop("streamViewType")}
        properties["streamSpecification"] = stream
    return properties


def _add_indexes(to: Deployment, table: str, properties: dict[str, Any]) -> None:
    """Data that was kept may be of a time when the table had fewer indexes."""
    described = to.client("dynamodb").describe_table(TableName=table)["Table"]
    there = {index["IndexName"] for index in described.get("GlobalSecondaryIndexes", [])}
    for index in properties.get("globalSecondaryIndexes", []):
        if index["indexName"] not in there:
            change = {
                "tableName": table,
                "attributeDefinitions": properties["attributeDefinitions"],
                "globalSecondaryIndexUpdates": [{"create": index}],
            }
            to.do("dynamodb", "UpdateTable", change)


def _index(entry: dict[str, Any]) -> dict[str, Any]:
    index = dict(entry)
    names = ("projectionType", "nonKeyAttributes")
    projection = {name: index.pop(name) for name in names if name in index}
    return index | {
        "indexName": index.pop("name"),
        "keySchema": index.pop("keySchemas"),
        "projection": projection,
    }


def _time_to_live(to: Deployment, table: str, ttl: dict[str, Any]) -> None:
    described = to.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if described["TimeToLiveStatus"] != "ENABLED":
        to.do("dynamodb", "UpdateTimeToLive", {"tableName": table, "timeToLiveSpecification": ttl})
