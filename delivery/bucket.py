"""The bucket with Pulumi's state: there before any stack is, and given here what such a bucket needs."""

from __future__ import annotations

import pulumi
from pulumi_aws import s3

from components import policies

OLD_VERSIONS_DAYS = 90


class StateBucket(pulumi.ComponentResource):
    """Settings of a bucket that somebody made; they stay when this stack goes."""

    def __init__(self, name: str, bucket: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:delivery:StateBucket", name, None, opts)
        kept = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        versioning = s3.BucketVersioning(
            f"{name}-versioning", bucket=bucket, versioning_configuration={"status": "Enabled"}, opts=kept
        )
        block = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=kept,
        )
        s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket,
            policy=pulumi.Output.json_dumps(policies.bucket(f"arn:aws:s3:::{bucket}")),
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[block])),
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket,
            rules=[
                {
                    "id": "old-versions",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "noncurrent_version_expiration": {"noncurrent_days": OLD_VERSIONS_DAYS},
                }
            ],
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[versioning])),
        )
        self.register_outputs({"bucket": bucket})
