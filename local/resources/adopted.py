"""Somebody's bucket, that comes into being here: nobody has one at the emulator before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local.deploy import Deployment


def described_bucket(to: Deployment, name: str) -> dict[str, Any]:
    """What Cloud Control says of the bucket; one that is not there is made, versioned."""
    s3 = to.client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    told = s3.get_bucket_notification_configuration(Bucket=name)
    lambdas = told.get("LambdaFunctionConfigurations", [])
    return {
        "BucketName": name,
        "VersioningConfiguration": {"Status": s3.get_bucket_versioning(Bucket=name).get("Status")},
        "NotificationConfiguration": {
            "QueueConfigurations": [{"Queue": q["QueueArn"]} for q in told.get("QueueConfigurations", [])],
            "TopicConfigurations": [{"Topic": t["TopicArn"]} for t in told.get("TopicConfigurations", [])],
            "LambdaConfigurations": [{"Function": entry["LambdaFunctionArn"]} for entry in lambdas],
            "EventBridgeConfiguration": {"EventBridgeEnabled": "EventBridgeConfiguration" in told},
        },
        "CorsConfiguration": {"CorsRules": [{"Id": rule.get("ID")} for rule in _cors_rules(s3, name)]},
    }


def _cors_rules(s3: Any, name: str) -> list[dict[str, Any]]:
    try:
        rules: list[dict[str, Any]] = s3.get_bucket_cors(Bucket=name)["CORSRules"]
    except ClientError:  # as S3 says that there are none
        return []
    return rules
