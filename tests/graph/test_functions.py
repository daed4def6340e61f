"""What the Lambdas have in common, and that each is told what its settings read."""

from __future__ import annotations

from dataclasses import MISSING, fields
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local.graph import Graph

FUNCTIONS = {
    "processor": "processor.handler",
    "sweep": "processor.sweep",
    "notifier": "notifier.handler",
    "api": "api.handler",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_run_on_arm_with_the_current_python(dev: Graph, name: str) -> None:
    function = dev[name]
    assert function["runtime"] == "python3.13"
    assert function["architectures"] == ["arm64"]
    assert function["handler"] == f"{FUNCTIONS[name]}.handler"
    assert function["role"] == f"arn:{name}-role"
    assert function["code"].path.endswith(".zip")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_log_json_into_a_declared_group(dev: Graph, name: str) -> None:
    assert dev[name]["loggingConfig"] == {"logFormat": "JSON", "logGroup": f"{name}-logs-name"}
    assert dev[f"{name}-logs"] == {"retentionInDays": 30}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_environment_is_what_the_settings_read(dev: Graph, name: str) -> None:
    package = FUNCTIONS[name].partition(".")[0]
    settings = import_module(f"{package}.settings").Settings
    set_keys = set(dev[name]["environment"]["variables"])
    assert set_keys <= {item.name.upper() for item in fields(settings)}
    assert set_keys >= {item.name.upper() for item in fields(settings) if item.default is MISSING}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_lambda_may_assume_the_roles(dev: Graph, name: str) -> None:
    (statement,) = dev.statements(f"{name}-role", "assumeRolePolicy")
    assert statement == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }


def test_there_is_no_other_function(dev: Graph) -> None:
    assert set(dev.of("Function")) == set(FUNCTIONS)


def test_the_code_of_the_function_is_one_bundle_for_the_same_inputs(dev: Graph, prod: Graph) -> None:
    for name in FUNCTIONS:
        assert dev[name]["code"].path == prod[name]["code"].path
