"""The rules of the policy pack: what we deploy holds to all of them, and each one notices what breaks it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from local.program import ROOT, Registration
from policy.pack import RULES, SINGLE, WHOLE
from security.pack import check
from security.stacks import allowing, copied, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.graph import Graph


def test_dev_holds_to_all_rules(dev: Graph) -> None:
    assert check(dev) == []


def test_prod_holds_to_all_rules(prod: Graph) -> None:
    assert check(prod) == []


def setting(name: str, **inputs: Any) -> Callable[[Graph], None]:
    """Give a resource other inputs; those that are None are taken away."""

    def change(graph: Graph) -> None:
        graph[name].update(inputs)
        for key in [key for key, value in inputs.items() if value is None]:
            del graph[name][key]

    return change


def unprotected(graph: Graph) -> None:
    graph.resources = [replace(r, protect=r.protect and r.name != "records") for r in graph.resources]


def with_a_gateway(graph: Graph) -> None:
    urn = f"{graph.resources[-1].urn.rpartition('::')[0]}::nat"
    graph.resources.append(Registration("aws:ec2/natGateway:NatGateway", "nat", {}, urn=urn))


BREAKS: list[tuple[str, str, Callable[[Graph], None]]] = [
    (
        "actions-are-named",
        "sweep-policy",
        lambda g: allowing(g, "sweep-policy", Action="s3:Get*", Resource="arn:incoming/*"),
    ),
    (
        "actions-are-named",
        "api-policy",
        lambda g: allowing(g, "api-policy", NotAction=["iam:PassRole"], Resource="arn:incoming/*"),
    ),
    (
        "principals-are-named",
        "accepted-policy",
        lambda g: allowing(
            g, "accepted-policy", Action="s3:GetObject", Resource="arn:accepted/*", Principal={"AWS": ["*"]}
        ),
    ),
    ("logs-end", "api-logs", setting("api-logs", retentionInDays=None)),
    ("functions-are-bounded", "sweep", setting("sweep", timeout=None)),
    ("functions-are-bounded", "api", setting("api", tracingConfig=None)),
    ("queues-are-encrypted", "undelivered-alerts", setting("undelivered-alerts", sqsManagedSseEnabled=False)),
    ("tables-can-be-brought-back", "api-keys", setting("api-keys", pointInTimeRecovery=None)),
    ("data-is-protected", "records", unprotected),
    ("data-is-protected", "incoming", setting("incoming", forceDestroy=True)),
    ("data-is-protected", "alert-state", setting("alert-state", deletionProtectionEnabled=False)),
    ("buckets-are-closed", "incoming", lambda g: without(g, "incoming-public-access")),
    ("buckets-are-closed", "accepted", setting("accepted-public-access", ignorePublicAcls=False)),
    ("buckets-keep-versions", "incoming", lambda g: without(g, "incoming-versioning")),
    ("buckets-are-encrypted", "quarantine", lambda g: without(g, "quarantine-encryption")),
    ("buckets-want-tls", "accepted", lambda g: without(g, "accepted-policy")),
    ("failures-are-kept", "events", setting("events", redrivePolicy=None)),
    ("failures-are-kept", "notifier-stream", setting("notifier-stream", destinationConfig=None)),
    ("queues-are-drained-in-measure", "processor-events", setting("processor-events", scalingConfig=None)),
    ("queues-are-drained-in-measure", "events", setting("events", visibilityTimeoutSeconds=60)),
    ("everything-has-tags", "aws", setting("aws", defaultTags='{"tags": {"project": "x", "stack": "prod"}}')),
]
BREAKS_IN_DEV: list[tuple[str, str, Callable[[Graph], None]]] = [
    ("dev-costs-nothing-idle", "nat", with_a_gateway),
    ("dev-costs-nothing-idle", "records", setting("records", billingMode="PROVISIONED")),
]


@pytest.mark.parametrize(("rule", "where", "change"), BREAKS)
def test_a_rule_notices_what_breaks_it(
    prod: Graph, rule: str, where: str, change: Callable[[Graph], None]
) -> None:
    graph = copied(prod)
    change(graph)

    assert [(found.rule, found.where) for found in check(graph)] == [(rule, where)]


@pytest.mark.parametrize(("rule", "where", "change"), BREAKS_IN_DEV)
def test_a_rule_for_dev_notices_it_there_alone(
    dev: Graph, prod: Graph, rule: str, where: str, change: Callable[[Graph], None]
) -> None:
    cheap, paid = copied(dev), copied(prod)
    change(cheap)
    change(paid)

    assert [(found.rule, found.where) for found in check(cheap)] == [(rule, where)]
    assert check(paid) == []


def test_every_rule_is_broken_once() -> None:
    assert {rule for rule, *_ in BREAKS + BREAKS_IN_DEV} == SINGLE.keys() | WHOLE.keys()


@pytest.fixture(scope="module")
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The pack as Pulumi's engine starts it, which tells its port first."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "policy"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.terminate()


def test_the_engine_learns_every_rule(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())

    assert info.name == "silent-scalper"
    assert [policy.name for policy in info.policies] == [rule.name for rule in RULES]
    assert {policy.enforcementLevel for policy in info.policies} == {analyzer_pb2.MANDATORY}
    assert all(policy.description for policy in info.policies)


def test_the_engine_is_told_what_breaks_a_rule(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    urn = "urn:pulumi:prod::silent-scalper::aws:cloudwatch/logGroup:LogGroup::endless"
    request = analyzer_pb2.AnalyzeRequest(type="aws:cloudwatch/logGroup:LogGroup", urn=urn, name="endless")

    (told,) = pack.Analyze(request).diagnostics

    assert told.policyName == "logs-end"
    assert "endless keeps its logs for ever" in told.message


def test_the_engine_is_told_what_the_stack_lacks(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    urn = "urn:pulumi:prod::silent-scalper::aws:s3/bucket:Bucket::open"
    bucket = analyzer_pb2.AnalyzerResource(type="aws:s3/bucket:Bucket", urn=urn, name="open")

    told = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=[bucket])).diagnostics

    assert Counter(entry.policyName for entry in told) == Counter(
        ["buckets-are-closed", "buckets-keep-versions", "buckets-are-encrypted", "buckets-want-tls"]
    )
    assert {entry.urn for entry in told} == {urn}
