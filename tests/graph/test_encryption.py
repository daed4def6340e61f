"""Data at rest: nothing is left with another key than the one that is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.graph import ACCOUNT, capture
from tests.graph.test_roles import EXPECTED

if TYPE_CHECKING:
    from local.graph import Graph

REGION = "eu-central-1"
EXISTING = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MADE = "arn:data-key"
BUCKETS = ("incoming", "quarantine", "accepted")


@pytest.fixture(scope="module")
def made() -> Graph:
    return capture("prod", kmsKey="create")


@pytest.fixture(scope="module")
def existing() -> Graph:
    return capture("dev", kmsKey=EXISTING)


@pytest.fixture(params=["made", "existing"])
def graph_and_key(request: pytest.FixtureRequest) -> tuple[Graph, str]:
    key = MADE if request.param == "made" else EXISTING
    return request.getfixturevalue(request.param), key


def encryption(graph: Graph, kind: str, *names: str) -> dict[str, Any]:
    """What all resources of a type say about encryption."""
    return {
        name: {key: inputs[key] for key in names if key in inputs} for name, inputs in graph.of(kind).items()
    }


def test_without_a_key_there_is_none_and_nobody_may_use_one(dev: Graph) -> None:
    assert not [r.type for r in dev.resources if ":kms/" in r.type]
    assert "kms" not in str([r.inputs for r in dev.resources]).lower()


def test_every_bucket_uses_the_key_with_a_bucket_key(graph_and_key: tuple[Graph, str]) -> None:
    graph, key = graph_and_key
    for bucket in BUCKETS:
        by_default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}
        assert graph[f"{bucket}-encryption"]["rules"] == [
            {"applyServerSideEncryptionByDefault": by_default, "bucketKeyEnabled": True}
        ]
    assert len(graph.of("BucketServerSideEncryptionConfiguration")) == len(graph.of("Bucket"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Queue", {"kmsMasterKeyId": ..., "kmsDataKeyReusePeriodSeconds": 3_600}),
        ("Table", {"serverSideEncryption": {"enabled": True, "kmsKeyArn": ...}}),
        ("Topic", {"kmsMasterKeyId": ...}),
        ("LogGroup", {"kmsKeyId": ...}),
        ("Function", {"kmsKeyArn": ...}),
    ],
)
def test_nothing_is_left_with_another_key(
    graph_and_key: tuple[Graph, str], kind: str, words: dict[str, Any]
) -> None:
    graph, key = graph_and_key
    expected = with_key(words, key)
    found = encryption(graph, kind, *words, "sqsManagedSseEnabled")
    assert found
    assert all(said == expected for said in found.values()), found


def with_key(words: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        name: key if value is ... else with_key(value, key) if isinstance(value, dict) else value
        for name, value in words.items()
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_role_may_use_that_key_and_only_for_data(graph_and_key: tuple[Graph, str], name: str) -> None:
    graph, key = graph_and_key
    allowed = {(tuple(s["Action"]), tuple(s["Resource"])) for s in graph.statements(f"{name}-policy")}
    more = {(a, r) for a, r in allowed if a[0].startswith("kms:")}
    assert more == {(("kms:Decrypt", "kms:GenerateDataKey"), (key,))}
    assert len(allowed) == len(EXPECTED[name]) + 1


def test_the_key_rotates_and_is_kept_with_the_data(made: Graph, second: Graph) -> None:
    key = made.resource("data-key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.protect
    assert key.retain_on_delete
    disposable = second.resource("data-key")
    assert disposable.inputs["deletionWindowInDays"] == 7
    assert not disposable.retain_on_delete


def test_the_key_lets_in_the_account_and_the_services_that_come_without_a_role(made: Graph) -> None:
    root, *services = made.statements("data-key")
    assert root["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    ours = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"
    assert {s["Principal"]["Service"]: s["Condition"] for s in services} == {
        "s3.amazonaws.com": ours,
        "cloudwatch.amazonaws.com": ours,
        f"logs.{REGION}.amazonaws.com": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    }
    for statement in services:
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(statement["Action"])
        assert not [action for action in statement["Action"] if action in ("kms:*", "kms:PutKeyPolicy")]


def test_an_existing_key_is_left_alone(existing: Graph) -> None:
    assert not [r.name for r in existing.resources if ":kms/" in r.type]
