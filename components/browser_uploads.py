"""Browsers' way to the incoming bucket: the one CORS rule that lets them send files there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import s3

from components.adopted import CORS_RULE

if TYPE_CHECKING:
    import pulumi


def allow_pages(
    bucket: s3.Bucket, origins: pulumi.Input[list[str]], *, adopted: bool, opts: pulumi.ResourceOptions
) -> s3.BucketCorsConfiguration:
    """Pages of these origins may send files to the bucket.

    Args:
        adopted: the bucket is somebody's; the rule has an id, by which it is known again.
    """
    rule: s3.BucketCorsConfigurationCorsRuleArgsDict = {
        "allowed_origins": origins,
        "allowed_methods": ["GET", "POST", "PUT"],
        "allowed_headers": ["*"],
        "expose_headers": ["ETag", "x-amz-checksum-sha256"],
        "max_age_seconds": 3_600,
    }
    if adopted:
        rule["id"] = CORS_RULE
    return s3.BucketCorsConfiguration("incoming-cors", bucket=bucket.id, cors_rules=[rule], opts=opts)
