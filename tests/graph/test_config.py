"""The stack's configuration: checked, and the same in Pulumi.yaml as in the code."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
import yaml

from components.config import ConfigError, StackConfig, camel
from local.graph import capture
from local.program import ROOT

PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
TYPES = {"bool": "boolean", "int": "integer", "str": "string", "tuple[str, ...]": "array"}


def test_pulumi_yaml_declares_the_same_keys_types_defaults_and_descriptions() -> None:
    declared = {key: value for key, value in PROJECT["config"].items() if ":" not in key}
    expected = {}
    for item in fields(StackConfig):
        default: Any = getattr(StackConfig(), item.name)
        if isinstance(default, tuple):
            default = list(default)
        entry = {
            "type": TYPES[str(item.type)],
            "default": default,
            "description": item.metadata["description"],
        }
        if entry["type"] == "array":
            entry["items"] = {"type": "string"}
        expected[camel(item.name)] = entry
    assert declared == expected


def test_the_program_runs_in_the_projects_environment() -> None:
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    assert "-r requirements/pulumi.txt" in (ROOT / "requirements.txt").read_text().splitlines()


def test_the_dev_stacks_file_sets_only_keys_that_exist() -> None:
    keys = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    known = {f"silent-scalper:{camel(item.name)}" for item in fields(StackConfig)} | {"aws:region"}
    assert set(keys) <= known
    assert capture("dev", **{k.partition(":")[2]: v for k, v in keys.items() if k.startswith("silent")})


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
        ("permissionsBoundary", "admin", "it is not of the form arn:aws:iam::123456789012:policy/a-name"),
        ("lambdaPlatform", "mips", "it must be one of arm64, x86_64, host"),
        ("notifyOnSuccess", "maybe", "notifyOnSuccess is 'maybe'"),
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
