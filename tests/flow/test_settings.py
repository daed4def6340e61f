"""What only some configurations declare is made at the emulator, too, as far as that goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.policies import data_key
from local.program import Registration
from local.resources.adopted import described_bucket
from local.shapes import UnknownProperty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.system import System

POLICY = json.dumps(data_key(account="000000000000", region="us-east-1"))


@pytest.fixture(autouse=True, scope="module")
def others_see_none_of_it(system: System) -> Iterator[None]:
    resources = system.deployment.resources
    before = len(resources)
    yield
    del resources[before:]


def make(system: System, kind: str, name: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
    return system.deployment.create(Registration(kind, name, inputs))


@pytest.fixture(scope="module")
def key(system: System) -> str:
    _, outputs = make(
        system,
        "aws:kms/key:Key",
        "a-key",
        description="for a test",
        enableKeyRotation=True,
        deletionWindowInDays=7,
        policy=POLICY,
    )
    return str(outputs["arn"])


def test_a_key_rotates_and_has_an_alias(system: System, key: str) -> None:
    name, _ = make(
        system, "aws:kms/alias:Alias", "an-alias", namePrefix="alias/silent-scalper-", targetKeyId=key
    )
    kms = system.deployment.client("kms")
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"] == key


def test_queues_topics_and_tables_show_their_key(system: System, key: str) -> None:
    to = system.deployment
    url, _ = make(
        system, "aws:sqs/queue:Queue", "a-queue", kmsMasterKeyId=key, kmsDataKeyReusePeriodSeconds=3_600.0
    )
    attributes = to.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["KmsMasterKeyId"], attributes["KmsDataKeyReusePeriodSeconds"]) == (key, "3600")
    arn, _ = make(system, "aws:sns/topic:Topic", "a-topic", displayName="x", kmsMasterKeyId=key)
    assert to.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] == key
    table, _ = make(
        system,
        "aws:dynamodb/table:Table",
        "a-table",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        attributes=[{"name": "id", "type": "S"}],
        pointInTimeRecovery={"enabled": True},
        deletionProtectionEnabled=False,
        serverSideEncryption={"enabled": True, "kmsKeyArn": key},
    )
    described = to.client("dynamodb").describe_table(TableName=table)["Table"]
    assert described["SSEDescription"]["KMSMasterKeyArn"] == key
    group, _ = make(system, "aws:cloudwatch/logGroup:LogGroup", "a-group", retentionInDays=7, kmsKeyId=key)
    (found,) = to.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == key


def test_somebodys_bucket_is_made_versioned_and_then_described(system: System) -> None:
    to, s3 = system.deployment, system.deployment.client("s3")
    assert described_bucket(to, "somebodys")["VersioningConfiguration"] == {"Status": "Enabled"}
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ID": "theirs"}
    s3.put_bucket_cors(Bucket="somebodys", CORSConfiguration={"CORSRules": [rule]})
    s3.put_bucket_versioning(Bucket="somebodys", VersioningConfiguration={"Status": "Suspended"})
    described = described_bucket(to, "somebodys")
    assert described["CorsConfiguration"] == {"CorsRules": [{"Id": "theirs"}]}
    assert described["VersioningConfiguration"] == {"Status": "Suspended"}


def budget(**more: Any) -> dict[str, Any]:
    tags = {"tags": {"key": "project", "values": ["silent-scalper"]}}
    notification = {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": "ACTUAL",
        "threshold": 80.0,
        "thresholdType": "PERCENTAGE",
        "subscriberEmailAddresses": ["a@b.example"],
    }
    return {
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": "40",
        "limitUnit": "USD",
        "metrics": "UnblendedCost",
        "filterExpression": {"ands": [tags, tags]},
        "notifications": [notification | more],
    }


def test_a_budget_is_held_against_the_words_of_aws(system: System) -> None:
    make(system, "aws:budgets/budget:Budget", "a-budget", **budget())
    with pytest.raises(UnknownProperty, match="percent"):
        make(system, "aws:budgets/budget:Budget", "a-budget", **budget(percent=80))
