"""The storage layer: three buckets and three tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import dynamodb, s3

from components import policies
from components.adopted import Adopted, adopt

if TYPE_CHECKING:
    from components.encryption import Keys

# The API reads lists from these; records/pages.py uses the same names, and a test holds them together.
LIST_ATTRIBUTES = [
    "status",
    "reason",
    "objectKey",
    "fileName",
    "sizeBytes",
    "mediaType",
    "source",
    "createdAt",
    "arrivedAt",
    "finishedAt",
    "durationMs",
]
ABANDONED_COPY_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """
    Attributes:
        upload_expiry_hours: how long a multipart upload may take.
        incoming_bucket: an existing one that files come into; empty to make one.
        incoming_settings_ours: set that one's notification and CORS rules.
        keep_data: protect buckets and tables from deletion, and keep them when the stack is destroyed.
    """

    quarantine_retention_days: int
    noncurrent_version_days: int
    upload_expiry_hours: int
    incoming_bucket: str
    incoming_settings_ours: bool
    keep_data: bool
    keys: Keys


def abandoned_upload_days(upload_expiry_hours: int) -> int:
    """After how many days S3 aborts what the sweep should have aborted at the expiry."""
    return -(-upload_expiry_hours // 24) + 1


class Storage(pulumi.ComponentResource):
    """Where files and what is known of them lie."""

    incoming: s3.Bucket
    adopted: Adopted | None = None
    quarantine: s3.Bucket
    accepted: s3.Bucket
    records: dynamodb.Table
    api_keys: dynamodb.Table
    alerts: dynamodb.Table

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:storage:Storage", name, None, opts)
        self._args = args
        if args.incoming_bucket:
            self.incoming, self.adopted = adopt(
                args.incoming_bucket, ours=args.incoming_settings_ours, key=args.keys.incoming, parent=self
            )
        else:
            self.incoming = self._bucket("incoming", abandoned_upload_days(args.upload_expiry_hours))
        self.quarantine = self._bucket(
            "quarantine", ABANDONED_COPY_DAYS, expiration_days=args.quarantine_retention_days
        )
        self.accepted = self._bucket("accepted", ABANDONED_COPY_DAYS)
        self.records = self._records()
        self.api_keys = self._api_keys()
        self.alerts = self._alerts()
        self.register_outputs(
            {
                "incomingBucket": self.incoming.bucket,
                "quarantineBucket": self.quarantine.bucket,
                "acceptedBucket": self.accepted.bucket,
                "recordsTable": self.records.name,
                "apiKeysTable": self.api_keys.name,
                "alertsTable": self.alerts.name,
            }
        )

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        # What is kept keeps its settings, too: a bucket must not lose its policy when the stack goes.
        return pulumi.ResourceOptions(parent=self, retain_on_delete=self._args.keep_data, **options)

    def _data(self) -> pulumi.ResourceOptions:
        return self._child(protect=self._args.keep_data)

    def _bucket(self, name: str, abandoned_days: int, *, expiration_days: int | None = None) -> s3.Bucket:
        bucket = s3.Bucket(name, force_destroy=not self._args.keep_data, opts=self._data())
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=self._child(),
        )
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.id,
            rules=[self._args.keys.bucket_rule()],
            opts=self._child(),
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._child(),
        )
        self._closed(name, bucket)
        rules = self._rules(abandoned_days, expiration_days)
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle", bucket=bucket.id, rules=rules, opts=self._child(depends_on=[versioning])
        )
        return bucket

    def _closed(self, name: str, bucket: s3.Bucket) -> None:
        block = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child(),
        )
        s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=pulumi.Output.json_dumps(bucket.arn.apply(policies.bucket)),
            # S3 refuses two changes of one bucket's access at once.
            opts=self._child(depends_on=[block]),
        )

    def _rules(
        self, abandoned_days: int, expiration_days: int | None
    ) -> list[s3.BucketLifecycleConfigurationRuleArgsDict]:
        rules: list[s3.BucketLifecycleConfigurationRuleArgsDict] = [
            {
                "id": "abandoned-uploads",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "abort_incomplete_multipart_upload": {"days_after_initiation": abandoned_days},
            },
            {
                "id": "noncurrent-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": self._args.noncurrent_version_days},
            },
        ]
        if expiration_days is not None:
            rules.append(
                {
                    "id": "retention",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": expiration_days},
                }
            )
        return rules

    def _records(self) -> dynamodb.Table:
        keys = [
            "recordId",
            "arrivalShard",
            "arrivalKey",
            "attentionShard",
            "attentionKey",
            "prefixShard",
            "dueShard",
            "dueAt",
        ]
        return dynamodb.Table(
            "records",
            billing_mode="PAY_PER_REQUEST",
            hash_key="recordId",
            attributes=[{"name": key, "type": "S"} for key in keys],
            global_secondary_indexes=[
                _index("byArrival", "arrivalShard", "arrivalKey"),
                _index("byAttention", "attentionShard", "attentionKey"),
                # Only records under a prefix that has a list of its own have the first key of these.
                _index("byPrefix", "prefixShard", "arrivalKey"),
                _index("byPrefixAttention", "prefixShard", "attentionKey"),
                _DUE_INDEX,
            ],
            ttl={"attribute_name": "expiresAt", "enabled": True},
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=self._args.keep_data,
            **self._args.keys.table(),
            opts=self._data(),
        )

    def _api_keys(self) -> dynamodb.Table:
        return dynamodb.Table(
            "api-keys",
            billing_mode="PAY_PER_REQUEST",
            hash_key="keySet",
            range_key="keyId",
            attributes=[{"name": key, "type": "S"} for key in ("keySet", "keyId")],
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=self._args.keep_data,
            **self._args.keys.table(),
            opts=self._data(),
        )

    def _alerts(self) -> dynamodb.Table:
        # Here, not in Alerting: that needs the API's address, and the API shows what stands in this table.
        return dynamodb.Table(
            "alert-state",
            billing_mode="PAY_PER_REQUEST",
            hash_key="alertSet",
            range_key="alertId",
            attributes=[{"name": key, "type": "S"} for key in ("alertSet", "alertId")],
            ttl={"attribute_name": "expiresAt", "enabled": True},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=self._args.keep_data,
            **self._args.keys.table(),
            opts=self._data(),
        )


# What the sweep shall look at, and when; it reads the records themselves. The overview counts by state.
_DUE_INDEX: dynamodb.TableGlobalSecondaryIndexArgsDict = {
    "name": "byDue",
    "key_schemas": [
        {"attribute_name": "dueShard", "key_type": "HASH"},
        {"attribute_name": "dueAt", "key_type": "RANGE"},
    ],
    "projection_type": "INCLUDE",
    "non_key_attributes": ["status", "createdAt"],
}


def _index(name: str, partition: str, sort: str) -> dynamodb.TableGlobalSecondaryIndexArgsDict:
    return {
        "name": name,
        "key_schemas": [
            {"attribute_name": partition, "key_type": "HASH"},
            {"attribute_name": sort, "key_type": "RANGE"},
        ],
        "projection_type": "INCLUDE",
        "non_key_attributes": LIST_ATTRIBUTES,
    }
