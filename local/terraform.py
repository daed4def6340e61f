"""Names and values of AWS resources: Pulumi's as Terraform's, of whose provider Pulumi's is made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pulumi

# Objects whose keys are names of ours; all others are blocks, which a plan holds as lists.
MAPS = {"costFilters", "dimensions", "tags", "variables"}
RENAMED = {
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
    "aws_lambda_function": {"code": "filename", "name": "function_name"},
    "aws_lambda_permission": {"function": "function_name"},
    "aws_sns_topic_subscription": {"topic": "topic_arn"},
}
# Which part of an ARN comes before the name, by Terraform's type; those not here have the name alone.
ARN_PATHS = {
    "aws_acm_certificate": "acm:{place}:certificate/",
    "aws_cloudwatch_composite_alarm": "cloudwatch:{place}:alarm:",
    "aws_cloudwatch_event_rule": "events:{place}:rule/",
    "aws_cloudwatch_log_group": "logs:{place}:log-group:",
    "aws_cloudwatch_metric_alarm": "cloudwatch:{place}:alarm:",
    "aws_dynamodb_table": "dynamodb:{place}:table/",
    "aws_iam_role": "iam::{account}:role/",
    "aws_kms_key": "kms:{place}:key/",
    "aws_lambda_function": "lambda:{place}:function:",
    "aws_s3_bucket": "s3:::",
    "aws_sns_topic": "sns:{place}:",
    "aws_sqs_queue": "sqs:{place}:",
}


def snake(name: str) -> str:
    """`kmsMasterKeyId` → `kms_master_key_id`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1]}", name).lower()


def singular(name: str) -> str:
    """Pulumi calls a repeated block by the plural of Terraform's name: `rules` → `rule`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-2] if name.endswith(("xes", "sses")) else name.removesuffix("s")


def resource_type(token: str) -> str:
    """`aws:s3/bucketPolicy:BucketPolicy` → `aws_s3_bucket_policy`."""
    package, module, _ = token.split(":")
    return f"{package}_{snake(module.replace('/', '_'))}"


def resource_name(name: str) -> str:
    """A logical name, without what Terraform's names have no room for."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def argument(kind: str, name: str, value: Any) -> str:
    """Terraform's name of a property."""
    if name in RENAMED.get(kind, {}):
        return RENAMED[kind][name]
    repeated = isinstance(value, list) and any(isinstance(entry, dict) for entry in value)
    return snake(singular(name) if repeated else name)


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers come as floating ones, archives as objects."""
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return Path(value.path).name if isinstance(value, pulumi.FileArchive) else value


def arn(kind: str, name: str, output: str, *, region: str, account: str) -> str:
    """An ARN as AWS would give it, for what reads policies."""
    place = f"{region}:{account}"
    if output == "executionArn":
        return f"arn:aws:execute-api:{place}:{name}"
    if kind not in ARN_PATHS:
        raise KeyError(f"how an ARN of {kind} looks is not known: add it to ARN_PATHS")
    path = ARN_PATHS[kind].format(place=place, account=account)
    stream = "/stream/2026-01-01T00:00:00.000" if output == "streamArn" else ""
    return f"arn:aws:{path}{name}{stream}"
