"""The exact actions and resources of every role: more breaks this test, and so does less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local.graph import Graph

XRAY = (("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",))


def logs(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (("logs:CreateLogStream", "logs:PutLogEvents"), (f"arn:{name}-logs:*",))


DEAD_LETTERS = (
    ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
    ("arn:dead-letters",),
)
RECORDS = (
    ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("arn:records",),
)
EXPECTED = {
    "processor": {
        logs("processor"),
        XRAY,
        (("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), ("arn:events",)),
        (("sqs:ChangeMessageVisibility", "sqs:SendMessage"), ("arn:events",)),
        DEAD_LETTERS,
        (("s3:ListBucket", "s3:ListBucketVersions"), ("arn:incoming",)),
        (("s3:ListBucket",), ("arn:quarantine",)),
        (
            (
                "s3:DeleteObjectVersion",
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
            ),
            ("arn:incoming/*",),
        ),
        (("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"), ("arn:incoming/*",)),
        (("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"), ("arn:quarantine/*",)),
        (("s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging"), ("arn:quarantine/*",)),
        (("s3:PutObject",), ("arn:accepted/*",)),
        RECORDS,
        (("dynamodb:Query",), ("arn:records/index/*",)),
    },
    "sweep": {
        logs("sweep"),
        XRAY,
        (("sqs:SendMessage",), ("arn:events",)),
        DEAD_LETTERS,
        (("s3:ListBucket", "s3:ListBucketVersions"), ("arn:incoming",)),
        (("s3:ListBucket",), ("arn:quarantine",)),
        (("s3:AbortMultipartUpload", "s3:GetObjectVersion"), ("arn:incoming/*",)),
        (("s3:DeleteObject", "s3:GetObject"), ("arn:quarantine/*",)),
        RECORDS,
        (("dynamodb:Query",), ("arn:records/index/*",)),
    },
    "notifier": {
        logs("notifier"),
        XRAY,
        (
            ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
            ("arn:records/stream",),
        ),
        (("dynamodb:ListStreams",), ("*",)),
        (("dynamodb:PutItem", "dynamodb:Query"), ("arn:alert-state",)),
        (("sns:ListSubscriptionsByTopic", "sns:Publish"), ("arn:alerts",)),
        (("sqs:SendMessage",), ("arn:undelivered-alerts",)),
    },
    "api": {
        logs("api"),
        XRAY,
        (("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"), ("arn:records",)),
        (("sqs:SendMessage",), ("arn:events",)),
        (("dynamodb:Query",), ("arn:records/index/*",)),
        (
            ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
            ("arn:api-keys",),
        ),
        (("dynamodb:GetItem",), ("arn:alert-state",)),
        (("sqs:GetQueueAttributes",), ("arn:undelivered-alerts", "arn:events", "arn:dead-letters")),
        (("cloudwatch:GetMetricData",), ("*",)),
        (("s3:GetObject",), ("arn:quarantine/*", "arn:accepted/*")),
        (("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"), ("arn:incoming/*",)),
        (("s3:ListBucketVersions",), ("arn:incoming",)),
        (("s3:GetObjectVersion", "s3:PutObject"), ("arn:incoming/*",)),
    },
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_role_may_do_exactly_this(dev: Graph, name: str) -> None:
    statements = dev.statements(f"{name}-policy")
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert {(tuple(sorted(s["Action"])), tuple(s["Resource"])) for s in statements} == EXPECTED[name]
    assert dev[f"{name}-policy"]["role"] == f"{name}-role-id"


def test_no_action_is_a_pattern(dev: Graph) -> None:
    for name in EXPECTED:
        assert not [a for s in dev.statements(f"{name}-policy") for a in s["Action"] if "*" in a]


def test_nobody_may_scan(dev: Graph) -> None:
    for name in EXPECTED:
        assert not [a for s in dev.statements(f"{name}-policy") for a in s["Action"] if "Scan" in a]
