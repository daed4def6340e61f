"""An incoming bucket that was there before: what is made for it, and when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.adopted import CORS_RULE, foreign_queues, unfit
from components.config import ConfigError
from local.graph import FIT, Graph, capture_in

if TYPE_CHECKING:
    from collections.abc import Callable

BUCKET = {"incomingBucket": "somebodys-files"}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture(scope="module")
def adopting() -> Graph:
    there = FIT | {
        "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        "BucketEncryption": encrypted_with(KEY),
    }
    return capture_in(Graph(bucket=there), "prod", BUCKET | {"incomingBucketKmsKey": KEY})


def encrypted_with(key: str) -> dict[str, Any]:
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    return {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": by_default}]}


def test_nothing_of_the_bucket_is_made_or_changed_but_events_and_cors(adopting: Graph) -> None:
    about = [r for r in adopting.resources if r.inputs.get("bucket") == "somebodys-files"]
    assert sorted(r.name for r in about) == ["incoming-cors", "incoming-events"]
    assert adopting.resource("incoming").read == "somebodys-files"
    assert sorted(name for name in adopting.of("Bucket") if name != "incoming") == ["accepted", "quarantine"]


def test_its_events_come_to_our_queue_and_still_go_to_eventbridge(adopting: Graph) -> None:
    assert adopting["incoming-events"]["queues"] == [
        {"queueArn": "arn:events", "events": ["s3:ObjectCreated:*"]}
    ]
    assert adopting["incoming-events"]["eventbridge"] is True
    (allowed, _) = adopting.statements("events-policy")
    assert allowed["Condition"]["ArnEquals"] == {"aws:SourceArn": "arn:incoming"}


def test_our_cors_rule_is_known_again(adopting: Graph) -> None:
    (rule,) = adopting["incoming-cors"]["corsRules"]
    assert rule["id"] == CORS_RULE


def test_the_lambdas_work_with_it(adopting: Graph) -> None:
    for function in ("processor", "sweep", "api"):
        assert adopting[function]["environment"]["variables"]["INCOMING_BUCKET"] == "somebodys-files"
        keys = [s["Resource"] for s in adopting.statements(f"{function}-policy") if "kms" in str(s["Action"])]
        assert keys == [[KEY]]
    assert "kms" not in str(adopting.statements("notifier-policy")), "it never reads a file"


def test_its_owner_may_set_events_and_cors() -> None:
    there = FIT | told(QueueConfigurations=[{"Queue": "arn:other"}])
    graph = capture_in(Graph(bucket=there), "dev", BUCKET | {"incomingBucketSettings": "theirs"})
    assert not [r.name for r in graph.resources if r.inputs.get("bucket") == "somebodys-files"]
    assert graph.outputs["queueArn"] == "arn:events"


def told(**configurations: Any) -> dict[str, Any]:
    return {"NotificationConfiguration": configurations}


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"VersioningConfiguration": {"Status": "Suspended"}}, "is not versioned"),
        ({"VersioningConfiguration": {}}, "put-bucket-versioning"),
        (told(TopicConfigurations=[{"Topic": "arn:topic"}]), "tells arn:topic of events, which would end"),
        (told(LambdaConfigurations=[{"Function": "arn:f"}]), "tells arn:f of events, which would end"),
        ({"CorsConfiguration": {"CorsRules": [{"AllowedOrigins": ["*"]}]}}, "has CORS rules"),
        (
            {"BucketEncryption": encrypted_with(KEY)},
            f"is encrypted with the key {KEY}: set",
        ),
        ({"ObjectLockConfiguration": {"Rule": {"DefaultRetention": {}}}}, "has a default retention"),
    ],
)
def test_a_bucket_that_is_not_fit_is_refused(properties: dict[str, Any], problem: str) -> None:
    (found,) = unfit(FIT | properties, ours=True, key="")
    assert problem in found


@pytest.mark.parametrize(
    "properties",
    [
        FIT,
        FIT | {"CorsConfiguration": {"CorsRules": [{"Id": CORS_RULE}]}},
        FIT | {"BucketEncryption": encrypted_with("arn:aws:kms:eu-central-1:123456789012:alias/aws/s3")},
        FIT | told(EventBridgeConfiguration={"EventBridgeEnabled": True}),
    ],
)
def test_a_bucket_that_is_fit_stays_so_after_the_first_time(properties: dict[str, Any]) -> None:
    assert not list(unfit(properties, ours=True, key=""))


def test_only_our_own_queue_may_be_there() -> None:
    both = told(QueueConfigurations=[{"Queue": "arn:ours"}, {"Queue": "arn:other"}])
    (found,) = foreign_queues(both, "arn:ours")
    assert "tells arn:other of events" in found


@pytest.mark.parametrize(
    ("graph", "problem"),
    [
        (lambda: Graph(bucket={}), "silent-scalper:incomingBucket somebodys-files is not versioned"),
        (lambda: Graph(bucket=FIT | told(QueueConfigurations=[{"Queue": "arn:other"}])), "tells arn:other"),
    ],
)
def test_the_program_stops_before_anything_is_replaced(graph: Callable[[], Graph], problem: str) -> None:
    stopped = graph()
    with pytest.raises(ConfigError, match=problem):
        capture_in(stopped, "dev", BUCKET)
    assert not stopped.of("BucketNotification")


def test_without_one_the_stack_makes_its_own(dev: Graph) -> None:
    assert "eventbridge" not in dev["incoming-events"]
    assert "id" not in dev["incoming-cors"]["corsRules"][0]
    assert not [r.name for r in dev.resources if r.read]
