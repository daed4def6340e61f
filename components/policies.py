"""Least-privilege policies: pure functions from ARNs to documents.

A `*` stands only where AWS lets no resource be named, and says so.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
Statement = dict[str, Any]


def document(*statements: Statement) -> Document:
    """A policy document of the current language version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: list[str], *resources: str) -> Statement:
    """An identity statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def lambda_trust() -> Document:
    """Lets the Lambda service assume a role."""
    principal = {"Service": "lambda.amazonaws.com"}
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})


def lambda_basics(log_group: str) -> list[Statement]:
    """What each of our functions needs: its own log group, and traces."""
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group}:*"),
        # X-Ray has no resources to name.
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]


def key_use(*keys: str) -> list[Statement]:
    """What whoever reads and writes encrypted data needs; the services ask KMS in the caller's name."""
    return [allow(["kms:Decrypt", "kms:GenerateDataKey"], *keys)] if keys else []


def processor(
    *, queue: str, dead_letters: str, incoming: str, quarantine: str, accepted: str, records: str
) -> list[Statement]:
    """Read versions, move them with their tags into quarantine and back, record them, keep good rows."""
    return [
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue),
        allow(["sqs:ChangeMessageVisibility", "sqs:SendMessage"], queue),
        # An operation moves dead letters back into the queue.
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], dead_letters),
        # Without these S3 answers 403 for a missing version, which looks like a wrong policy.
        allow(["s3:ListBucket", "s3:ListBucketVersions"], incoming),
        allow(["s3:ListBucket"], quarantine),
        allow(
            ["s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:DeleteObjectVersion"],
            f"{incoming}/*",
        ),
        # What passes when it is tried again is put back under its key.
        allow(["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"], f"{incoming}/*"),
        allow(["s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload"], f"{quarantine}/*"),
        allow(["s3:GetObject", "s3:GetObjectTagging", "s3:DeleteObject"], f"{quarantine}/*"),
        allow(["s3:PutObject"], f"{accepted}/*"),
        allow(
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], records
        ),
        allow(["dynamodb:Query"], f"{records}/index/*"),
    ]


def sweep(*, queue: str, dead_letters: str, incoming: str, quarantine: str, records: str) -> list[Statement]:
    """Look at everything, tell the queue, and write records; of bytes it deletes what left quarantine."""
    return [
        allow(["sqs:SendMessage"], queue),
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], dead_letters),
        allow(["s3:ListBucket", "s3:ListBucketVersions"], incoming),
        allow(["s3:ListBucket"], quarantine),
        # To see whether the bytes are there: S3 has no permission of its own for HEAD. And uploads expire.
        allow(["s3:GetObjectVersion", "s3:AbortMultipartUpload"], f"{incoming}/*"),
        allow(["s3:GetObject", "s3:DeleteObject"], f"{quarantine}/*"),
        allow(
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], records
        ),
        allow(["dynamodb:Query"], f"{records}/index/*"),
    ]


def notifier(*, stream: str, alerts: str, topic: str, undelivered: str) -> list[Statement]:
    """Read the table's stream, keep count of what was told, publish to one topic, set aside what fails."""
    return [
        allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], stream),
        # ListStreams has no resources to name.
        allow(["dynamodb:ListStreams"], "*"),
        allow(["dynamodb:PutItem", "dynamodb:Query"], alerts),
        # The list says whether every address that is to be told has confirmed it.
        allow(["sns:Publish", "sns:ListSubscriptionsByTopic"], topic),
        # Lambda itself sends, with the function's role, when it gives a batch up.
        allow(["sqs:SendMessage"], undelivered),
    ]


def api(
    *,
    queue: str,
    dead_letters: str,
    incoming: str,
    quarantine: str,
    accepted: str,
    records: str,
    api_keys: str,
    alerts: str,
    undelivered: str,
) -> list[Statement]:
    """Read and announce records, ask for retries, check and make keys, sign links, see how it goes.

    A link can do what this role may, so what is quarantined is read with it, too: its routes say by whom.
    """
    return [
        allow(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"], records),
        allow(["sqs:SendMessage"], queue),
        allow(["dynamodb:Query"], f"{records}/index/*"),
        # Callers whose key may do so make keys, revoke them, and give them other secrets.
        allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"], api_keys),
        allow(["dynamodb:GetItem"], alerts),
        # How much waits, for the overview.
        allow(["sqs:GetQueueAttributes"], undelivered, queue, dead_letters),
        # Metrics cannot be named as resources.
        allow(["cloudwatch:GetMetricData"], "*"),
        allow(["s3:PutObject", "s3:GetObjectVersion"], f"{incoming}/*"),
        # Uploads in parts: what has come of them, and whether all of it is an object now.
        allow(["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], f"{incoming}/*"),
        allow(["s3:ListBucketVersions"], incoming),
        allow(["s3:GetObject"], f"{quarantine}/*", f"{accepted}/*"),
    ]


def tls_only(action: str, *resources: str) -> Statement:
    """Refuses whoever does not come by TLS; for a resource's own policy."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def bucket(arn: str) -> Document:
    """A bucket that is reached by TLS only."""
    return document(tls_only("s3:*", arn, f"{arn}/*"))


def events_queue(queue: str, *, bucket: str, account: str) -> Document:
    """A queue that takes events of one bucket of one account."""
    return document(
        {
            "Sid": "EventsOfTheIncomingBucket",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {
                "ArnEquals": {"aws:SourceArn": bucket},
                "StringEquals": {"aws:SourceAccount": account},
            },
        },
        tls_only("sqs:*", queue),
    )


def queue(arn: str) -> Document:
    """A queue that is reached by TLS only."""
    return document(tls_only("sqs:*", arn))


def alarm_topic(topic: str, *, account: str) -> Document:
    """A topic that alarms of one account may publish to; roles are allowed by their own policies."""
    return document(
        {
            "Sid": "AlarmsOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        },
        tls_only("sns:Publish", topic),
    )


def data_key(*, account: str, region: str) -> Document:
    """A key that the account's own IAM policies give away, and that the services may use for us.

    In a key's own policy, `*` is that key.
    """
    partition = _partition(region)
    administration = {
        "Sid": "IamPoliciesOfThisAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return document(administration, *key_services(account=account, region=region))


def key_services(*, account: str, region: str) -> list[Statement]:
    """What the policy of a key must say besides: services that come without any role of ours."""
    ours = {"StringEquals": {"aws:SourceAccount": account}}
    groups = f"arn:{_partition(region)}:logs:{region}:{account}:log-group:*"
    use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return [
        _service("EventsOfTheIncomingBucket", "s3.amazonaws.com", use, ours),
        _service("AlarmsOfThisAccount", "cloudwatch.amazonaws.com", use, ours),
        _service(
            "LogGroupsOfThisAccount",
            f"logs.{region}.amazonaws.com",
            ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        ),
    ]


def _service(sid: str, service: str, actions: list[str], condition: dict[str, Any]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": "*",
        "Condition": condition,
    }


def _partition(region: str) -> str:
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
