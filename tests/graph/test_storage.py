"""Buckets and tables, as the program declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.storage import abandoned_upload_days
from records.pages import BY_DUE, INDEX_KEYS, LIST_ATTRIBUTES

if TYPE_CHECKING:
    from local.graph import Graph

BUCKETS = ["incoming", "quarantine", "accepted"]
DATA = ["incoming", "quarantine", "accepted", "records", "api-keys", "alert-state"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_are_versioned_encrypted_owned_and_closed(dev: Graph, bucket: str) -> None:
    name = f"{bucket}-id"
    assert dev[f"{bucket}-versioning"] == {
        "bucket": name,
        "versioningConfiguration": {"status": "Enabled"},
    }
    (rule,) = dev[f"{bucket}-encryption"]["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    assert dev[f"{bucket}-ownership"]["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert dev[f"{bucket}-public-access"] == {
        "bucket": name,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_are_reached_by_tls_only(dev: Graph, bucket: str) -> None:
    assert dev[f"{bucket}-policy"]["bucket"] == f"{bucket}-id"
    assert dev.statements(f"{bucket}-policy") == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:{bucket}", f"arn:{bucket}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


EVERYTHING = {"prefix": ""}


def abandoned(days: int) -> dict[str, Any]:
    return {
        "id": "abandoned-uploads",
        "status": "Enabled",
        "filter": EVERYTHING,
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": days},
    }


def test_lifecycles(dev: Graph) -> None:
    noncurrent = {
        "id": "noncurrent-versions",
        "status": "Enabled",
        "filter": EVERYTHING,
        "noncurrentVersionExpiration": {"noncurrentDays": 30},
    }
    retention = {"id": "retention", "status": "Enabled", "filter": EVERYTHING, "expiration": {"days": 90}}
    assert dev["incoming-lifecycle"]["rules"] == [abandoned(4), noncurrent]
    assert dev["accepted-lifecycle"]["rules"] == [abandoned(3), noncurrent]
    assert dev["quarantine-lifecycle"]["rules"] == [abandoned(3), noncurrent, retention]


@pytest.mark.parametrize(("hours", "days"), [(2, 2), (24, 2), (25, 3), (72, 4), (720, 31)])
def test_parts_are_kept_for_longer_than_an_upload_may_take(hours: int, days: int) -> None:
    assert abandoned_upload_days(hours) == days


def test_browsers_may_use_the_incoming_bucket_alone_and_only_from_known_pages(prod: Graph) -> None:
    ((_, cors),) = prod.of("BucketCorsConfiguration").items()
    assert cors["bucket"] == "incoming-id"
    (rule,) = cors["corsRules"]
    assert rule["allowedOrigins"] == ["https://gateway.example", "https://files.example.com"]
    assert rule["allowedMethods"] == ["GET", "POST", "PUT"]


def test_the_records_table(dev: Graph) -> None:
    table = dev["records"]
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["hashKey"] == "recordId"
    assert table["ttl"] == {"attributeName": "expiresAt", "enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert (table["streamEnabled"], table["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


def test_the_indexes_are_sharded_and_carry_what_a_list_needs(dev: Graph) -> None:
    indexes = {index["name"]: index for index in dev["records"]["globalSecondaryIndexes"]}
    assert set(indexes) == {*INDEX_KEYS, BY_DUE}
    for name, (partition, sort) in INDEX_KEYS.items():
        assert indexes[name]["keySchemas"] == [
            {"attributeName": partition, "keyType": "HASH"},
            {"attributeName": sort, "keyType": "RANGE"},
        ]
        assert indexes[name]["projectionType"] == "INCLUDE"
        assert indexes[name]["nonKeyAttributes"] == list(LIST_ATTRIBUTES)


def test_what_is_due_is_found_by_its_time(dev: Graph) -> None:
    (index,) = [index for index in dev["records"]["globalSecondaryIndexes"] if index["name"] == BY_DUE]
    assert index["keySchemas"] == [
        {"attributeName": "dueShard", "keyType": "HASH"},
        {"attributeName": "dueAt", "keyType": "RANGE"},
    ]
    assert (index["projectionType"], index["nonKeyAttributes"]) == ("INCLUDE", ["status", "createdAt"])


def test_the_api_keys_table(dev: Graph) -> None:
    table = dev["api-keys"]
    assert (table["hashKey"], table["rangeKey"]) == ("keySet", "keyId")
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["pointInTimeRecovery"] == {"enabled": True}


def test_the_table_of_alerts(dev: Graph) -> None:
    table = dev["alert-state"]
    assert (table["hashKey"], table["rangeKey"]) == ("alertSet", "alertId")
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["ttl"] == {"attributeName": "expiresAt", "enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}


@pytest.mark.parametrize("name", DATA)
def test_data_is_kept_in_every_stack_but_dev(dev: Graph, prod: Graph, name: str) -> None:
    assert not dev.resource(name).protect
    assert not dev.resource(name).retain_on_delete
    assert prod.resource(name).protect
    assert prod.resource(name).retain_on_delete


def test_what_is_kept_keeps_its_settings(prod: Graph) -> None:
    settings = [r for r in prod.resources if r.parent.endswith("Storage::storage")]
    assert len(settings) == 24
    assert all(resource.retain_on_delete for resource in settings)


def test_only_dev_empties_what_it_destroys(dev: Graph, prod: Graph) -> None:
    for bucket in BUCKETS:
        assert dev[bucket]["forceDestroy"] is True
        assert prod[bucket]["forceDestroy"] is False
    for table in ("records", "api-keys", "alert-state"):
        assert dev[table]["deletionProtectionEnabled"] is False
        assert prod[table]["deletionProtectionEnabled"] is True
