"""What the program declares costs nothing while nothing comes, and what a file takes is what was counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.cost import idle
from bench.cost.idle import IDLE_METRICS, NoPrice, declared
from bench.cost.journeys import counted, differences, stored
from bench.cost.prices import prices
from local.graph import capture
from local.program import ROOT, Registration
from tests.graph.stacks import stack_file

if TYPE_CHECKING:
    from bench.cost.stage import Counted
    from local.graph import Graph

REFRESH = "if that is meant, `python -m bench.cost --count` and `make docs` write it down"


@pytest.fixture(scope="module")
def dev() -> Graph:
    return capture("dev", **stack_file("Pulumi.dev.yaml"))


@pytest.fixture(scope="module")
def now(dev: Graph) -> dict[str, Counted]:
    return counted(dev)


def test_nothing_that_is_declared_costs_anything_while_nothing_comes(dev: Graph) -> None:
    free = prices().free
    for name, amount in declared(dev).items():
        assert amount <= free.get(name, 0), f"{amount} {name}, and {free.get(name, 0)} are free"


def test_the_clocks_and_the_asked_queues_stay_within_what_is_free_but_for_two_cents(dev: Graph) -> None:
    charged = idle.charged(dev)

    assert charged.keys() <= {"dynamodb_reads", "dynamodb_writes"}
    assert sum(charged.values()) < 0.025


def test_metrics_that_are_written_while_nothing_comes_are_within_ten() -> None:
    text = (ROOT / "processor" / "sweep.py").read_text()
    names = set(re.findall(r'"(\w+)": \(.+"Count"\)', text))

    assert len(names) == IDLE_METRICS <= prices().free["metrics"]


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("aws:elasticache/cluster:Cluster", {}),
        ("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {}),
        ("aws:lambda/function:Function", {"snapStart": {"applyOn": "PublishedVersions"}}),
        ("aws:dynamodb/table:Table", {"billingMode": "PROVISIONED"}),
    ],
)
def test_what_nobody_knows_the_price_of_is_an_error(dev: Graph, kind: str, inputs: dict[str, object]) -> None:
    graph = replace(dev, resources=[*dev.resources, Registration(kind, "dear", inputs)])

    with pytest.raises(NoPrice, match=kind.rpartition(":")[2]):
        declared(graph)


def test_a_key_of_kms_is_not_free(dev: Graph) -> None:
    key = Registration("aws:kms/key:Key", "dear", {})

    assert idle.charged(replace(dev, resources=[*dev.resources, key]))["kms_keys"] == 1.0


def test_the_code_makes_the_calls_that_were_counted(now: dict[str, Counted]) -> None:
    found = differences(now, stored())

    assert not found, "\n".join([*found, REFRESH])


def test_one_call_more_is_told(now: dict[str, Counted]) -> None:
    known = json.loads(json.dumps(stored()))
    known["good file alone"]["calls"]["dynamodb.PutItem"] = 0

    assert differences(now, known) == ["good file alone: dynamodb.PutItem 0 → 1 (more)"]


def test_a_good_file_takes_one_read_and_one_write_of_one_unit_and_one_in_the_list(
    now: dict[str, Counted],
) -> None:
    batch = now["batch of good files"]

    assert batch.calls["s3.GetObject"] == batch.calls["dynamodb.PutItem"] == batch.files
    assert batch.units["dynamodb.writes"] == 2 * batch.files
    assert batch.units["logs.bytes"] / batch.files < 300
