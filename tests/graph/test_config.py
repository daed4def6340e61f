"""The stack's configuration: checked, and the same in Pulumi.yaml as in the code."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
import yaml

from components.config import ConfigError, StackConfig, camel
from local.configuration import declared, project
from local.graph import Graph, capture
from local.program import ROOT, run_program
from tests.graph.stacks import stack_file

PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())


def test_pulumi_yaml_declares_the_keys_as_the_code_does() -> None:
    text = (ROOT / "Pulumi.yaml").read_text()
    assert project(text) == text, "run `make docs`"
    assert set(declared()) == {camel(item.name) for item in fields(StackConfig)}


def test_the_program_runs_in_the_projects_environment() -> None:
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    assert "-r requirements/pulumi.txt" in (ROOT / "requirements.txt").read_text().splitlines()


def test_the_dev_stack_is_cheap_and_disposable() -> None:
    keys = stack_file("Pulumi.dev.yaml")
    assert keys["alarms"] == "essential"
    graph = capture("dev", **keys)
    assert all(bucket["forceDestroy"] for bucket in graph.of("Bucket").values())
    assert not [r.type for r in graph.resources if "kms" in r.type or "budgets" in r.type]
    assert "snapStart" not in graph["api"]
    assert not any(table["deletionProtectionEnabled"] for table in graph.of("Table").values())


def test_the_example_of_a_prod_stack_can_be_deployed() -> None:
    keys = stack_file("Pulumi.prod.yaml.example")
    graph = capture("prod", **keys)
    assert graph["processor-events"]["scalingConfig"] == {"maximumConcurrency": keys["processorConcurrency"]}
    assert graph["monthly-budget"]["limitAmount"] == str(keys["budgetUsd"])
    assert all(graph.resource(name).protect for name in ("data-key", "records", "incoming"))


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("indexShards", 0, "it must be from 1 to 64"),
        ("alertWindowSeconds", 0, "it must be from 1 to 86,400"),
        ("maxAlertsPerHour", 101, "it must be from 1 to 100"),
        ("indexShards", "many", "indexShards is 'many'"),
        ("maxFileBytes", 6 * 1024**3, "it must be from 1 to 2,147,483,648"),
        ("logRetentionDays", 8, "it must be one of 1, 3, 5, 7"),
        ("noncurrentVersionDays", 14, "it must be from 15 to 3,650"),
        ("recordRetentionDays", 3, "it must be 0 or from 15 to 36,500"),
        ("alertEmails", ["a@b.example", "a@b.example"], "the same text stands in it twice"),
        ("alertEmails", ["nobody"], "'nobody' is not of the form name@example.com"),
        ("alertEmails", "night@example.com", "alertEmails is"),
        ("corsOrigins", ["https://*"], "is not of the form https://example.com"),
        ("oidcIssuer", "id.example.com", "it is not of the form https://example.com"),
        ("oidcPrefixClaim", "a claim", "it is not of the form a-name"),
        ("keyRateLimit", 10_001, "it must be 0 or from 1 to 10,000"),
        ("alarms", "none", "it must be one of all, essential"),
        ("quarantineRatePercent", 0, "it must be from 1 to 100"),
        ("runbookUrl", "docs/runbooks/", "it is not of the form https://example.com/runbooks"),
        ("permissionsBoundary", "admin", "it is not of the form arn:aws:iam::123456789012:policy/a-name"),
        ("lambdaPlatform", "mips", "it must be one of arm64, x86_64, host"),
        ("notifyOnSuccess", "maybe", "notifyOnSuccess is 'maybe'"),
        ("name", "Silent Scalper", "it is not of the form a-name, of 2 to 24"),
        ("tags", ["aws:mine=yes"], "'aws:mine=yes' is not of the form cost-center=42"),
        ("tags", ["team"], "'team' is not of the form cost-center=42"),
        ("kmsKey", "alias/mine", "it is not of the form create, or arn:aws:kms:"),
        ("domainName", "https://files.example.com", "it is not of the form files.example.com"),
        ("incomingBucket", "s3://somebodys", "it is not of the form a-bucket-name"),
        ("incomingBucketSettings", "mine", "it must be one of ours, theirs"),
        ("oldestMessageMinutes", 19, "it must be from 20 to 5,760"),
        ("apiP99Ms", 15_001, "it must be from 100 to 15,000"),
        ("budgetUsd", -1, "it must be 0 or from 1 to 1,000,000"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(key: str, value: Any, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        capture("dev", **{key: value})
    assert told in str(error.value)
    assert f"silent-scalper:{key}" in str(error.value)


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        capture("dev", indexShards=0, throttleRate=0)
    assert "indexShards" in str(error.value)
    assert "throttleRate" in str(error.value)


KEY = "arn:aws:kms:{}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CERTIFICATE = KEY.replace(":kms:", ":acm:").replace(":key/", ":certificate/")


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"domainName": "files.example.com"}, "domainName and certificateArn are set together"),
        (
            {"kmsKey": KEY.format("us-east-1")},
            "kmsKey is of the region us-east-1, and the stack's is eu-central-1",
        ),
        (
            {"domainName": "files.example.com", "certificateArn": CERTIFICATE.format("us-east-1")},
            "certificateArn is of the region us-east-1",
        ),
        ({"incomingBucketKmsKey": KEY.format("eu-central-1")}, "incomingBucketKmsKey needs incomingBucket"),
        ({"incomingBucketSettings": "theirs"}, "incomingBucketSettings needs incomingBucket"),
        ({"tags": ["team=a", "team=b"]}, "tags has team twice"),
        ({"tags": ["stack=mine"]}, "tags has stack, which the stack sets itself"),
        ({"tags": [f"n{number}=x" for number in range(41)]}, "tags has 41 tags, and may have 40"),
        ({"budgetUsd": 5, "alertEmails": []}, "budgetUsd needs alertEmails"),
        ({"budgetUsd": 5, "alertEmails": [f"a{n}@b.example" for n in range(11)]}, "AWS tells 10 addresses"),
    ],
)
def test_what_does_not_go_together_is_named(config: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as error:
        capture("dev", **config)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("", "aws:region is missing: pulumi config set aws:region eu-central-1"),
        ("Frankfurt", "aws:region is 'Frankfurt': it is not of the form eu-central-1"),
    ],
)
def test_the_region_is_asked_for(region: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        run_program(Graph(), stack_name="dev", config={"aws:region": region})


def test_another_name_is_in_tags_metrics_and_mails(second: Graph) -> None:
    (provider,) = [r.inputs for r in second.resources if r.type == "pulumi:providers:aws"]
    assert json.loads(provider["defaultTags"])["tags"] == {
        "project": "intake-two",
        "stack": "dev",
        "managed-by": "pulumi",
        "cost-center": "42",
    }
    for function in ("processor", "sweep", "notifier", "api"):
        assert second[function]["environment"]["variables"]["STACK"] == "intake-two-dev"
    assert second["deliveries-failed-alarm"]["dimensions"] == {"Stack": "intake-two-dev"}
    assert second["incoming"]["forceDestroy"] is True, "the stack is dev, whatever it is called"
