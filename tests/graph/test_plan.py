"""The plan document: what scanners read of the program."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from local.plan import Plan
from local.terraform import argument, resource_name, resource_type, snake

if TYPE_CHECKING:
    from local.graph import Graph


@pytest.fixture(scope="module")
def document(prod: Graph) -> dict[str, Any]:
    return Plan(prod).document()


def of(document: dict[str, Any], address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values and the expressions of one resource."""
    (values,) = [
        r["values"] for r in document["planned_values"]["root_module"]["resources"] if r["address"] == address
    ]
    (expressions,) = [
        r["expressions"]
        for r in document["configuration"]["root_module"]["resources"]
        if r["address"] == address
    ]
    return values, expressions


def test_every_resource_of_aws_is_to_be_created(prod: Graph, document: dict[str, Any]) -> None:
    declared = {
        (resource_type(r.type), resource_name(r.name)) for r in prod.resources if r.type[:4] == "aws:"
    }
    changes = document["resource_changes"]

    assert {(change["type"], change["name"]) for change in changes} == declared
    assert len(changes) == len(declared)
    assert all(change["change"]["actions"] == ["create"] for change in changes)


def test_what_belongs_to_a_bucket_refers_to_it(document: dict[str, Any]) -> None:
    values, expressions = of(document, "aws_s3_bucket_public_access_block.incoming-public-access")

    assert expressions["bucket"] == {"references": ["aws_s3_bucket.incoming.id", "aws_s3_bucket.incoming"]}
    assert "bucket" not in values
    assert values["block_public_acls"] is True


def test_a_policy_names_its_resources_as_aws_does_and_refers_to_them(document: dict[str, Any]) -> None:
    values, expressions = of(document, "aws_iam_role_policy.processor-policy")
    resources = {name for s in json.loads(values["policy"])["Statement"] for name in s["Resource"]}

    assert "arn:aws:s3:::incoming/*" in resources
    assert "arn:aws:dynamodb:eu-central-1:123456789012:table/records/index/*" in resources
    assert {"aws_s3_bucket.incoming.arn", "aws_sqs_queue.events.arn"} <= set(
        expressions["policy"]["references"]
    )


def test_objects_are_blocks_and_repeated_ones_have_their_singular_name(document: dict[str, Any]) -> None:
    values, _ = of(document, "aws_dynamodb_table.records")

    assert values["point_in_time_recovery"] == [{"enabled": True}]
    assert values["attribute"][0] == {"type": "S", "name": "recordId"}
    assert "byArrival" in [index["name"] for index in values["global_secondary_index"]]


def test_a_map_keeps_its_keys(document: dict[str, Any]) -> None:
    values, _ = of(document, "aws_lambda_function.processor")

    assert values["environment"][0]["variables"]["MAX_SECONDS"] == "240"
    assert values["tags_all"]["stack"] == "prod"


def test_no_text_of_the_capture_is_left(document: dict[str, Any]) -> None:
    assert not re.findall(r'arn:(?!aws:)[^"]+', json.dumps(document["planned_values"]))


def test_a_text_is_an_output_of_one_resource(prod: Graph) -> None:
    names = [r.name for r in prod.resources if r.type.startswith("aws:")]

    assert len(set(names)) == len(names)
    assert {name for name, _ in prod.origins.values()} == set(names)


@pytest.mark.parametrize(
    ("pulumi", "terraform"),
    [("kmsMasterKeyId", "kms_master_key_id"), ("sqsManagedSseEnabled", "sqs_managed_sse_enabled")],
)
def test_a_name_is_turned_into_snake_case(pulumi: str, terraform: str) -> None:
    assert snake(pulumi) == terraform


@pytest.mark.parametrize(
    ("name", "value", "terraform"),
    [
        ("rules", [{}], "rule"),
        ("globalSecondaryIndexes", [{}], "global_secondary_index"),
        ("metricQueries", [{}], "metric_query"),
        ("alarmActions", ["arn"], "alarm_actions"),
        ("name", "an alarm", "alarm_name"),
    ],
)
def test_an_argument_has_terraforms_name(name: str, value: object, terraform: str) -> None:
    assert argument("aws_cloudwatch_metric_alarm", name, value) == terraform
