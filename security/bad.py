"""A stack that is bad on purpose, and who has to notice what: scanners that find nothing of it are broken."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from security.stacks import allowing, copied, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.graph import Graph
    from security.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    Attributes:
        make: the mistake that somebody could make.
        where: the resource that it is found at.
        checkov, parliament, policy: what each of them calls it; the last are rules of our own pack.
    """

    make: Callable[[Graph], None]
    where: str
    checkov: tuple[str, ...] = field(default=())
    parliament: tuple[str, ...] = field(default=())
    policy: tuple[str, ...] = field(default=())


def _public_bucket(graph: Graph) -> None:
    without(graph, "incoming-public-access")


def _halves_of_a_public_access_block(graph: Graph) -> None:
    graph["quarantine-public-access"].update({"blockPublicAcls": False, "restrictPublicBuckets": False})


def _bucket_for_everybody(graph: Graph) -> None:
    allowing(graph, "accepted-policy", Principal="*", Action="s3:GetObject", Resource="arn:accepted/*")


def _no_versions(graph: Graph) -> None:
    graph["quarantine-versioning"]["versioningConfiguration"] = {"status": "Suspended"}


def _queue_in_the_clear(graph: Graph) -> None:
    graph["dead-letters"]["sqsManagedSseEnabled"] = False


def _queue_for_everybody(graph: Graph) -> None:
    allowing(graph, "events-policy", Principal="*", Action="sqs:SendMessage", Resource="arn:events")


def _topic_for_everybody(graph: Graph) -> None:
    allowing(graph, "alerts-policy", Principal="*", Action="sns:Publish", Resource="arn:alerts")


def _almighty_role(graph: Graph) -> None:
    allowing(graph, "processor-policy", Action="*", Resource="*")


def _every_action_of_a_service(graph: Graph) -> None:
    allowing(graph, "api-policy", Action="dynamodb:*", Resource="*")


def _role_for_everybody(graph: Graph) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    graph["sweep-role"]["assumeRolePolicy"] = json.dumps({"Version": "2012-10-17", "Statement": [trust]})


def _anybodys_rule_may_invoke(graph: Graph) -> None:
    del graph["sweep-clock-permission"]["sourceArn"]


def _logs_for_ever(graph: Graph) -> None:
    del graph["api-logs"]["retentionInDays"]


def _no_access_log(graph: Graph) -> None:
    del graph["gateway-stage"]["accessLogSettings"]


def _no_way_back(graph: Graph) -> None:
    graph["records"]["pointInTimeRecovery"] = {"enabled": False}


def _no_traces(graph: Graph) -> None:
    del graph["api"]["tracingConfig"]


def _an_old_runtime(graph: Graph) -> None:
    graph["notifier"]["runtime"] = "python3.9"


def _misspelt_action(graph: Graph) -> None:
    allowing(graph, "notifier-policy", Action=["s3:GetObjekt"], Resource=["arn:incoming/*"])


def _action_on_the_wrong_resource(graph: Graph) -> None:
    allowing(graph, "sweep-policy", Action=["s3:GetObject"], Resource=["arn:events"])


FAULTS = {
    "a bucket has no public access block": Fault(
        make=_public_bucket, where="incoming", checkov=("CKV2_AWS_6",), policy=("buckets-are-closed",)
    ),
    "a public access block blocks half": Fault(
        make=_halves_of_a_public_access_block,
        where="quarantine-public-access",
        checkov=("CKV_AWS_53", "CKV_AWS_56"),
    ),
    "everybody may read a bucket": Fault(
        make=_bucket_for_everybody,
        where="accepted-policy",
        checkov=("CKV_AWS_70",),
        policy=("principals-are-named",),
    ),
    "a bucket keeps no versions": Fault(
        make=_no_versions, where="quarantine", checkov=("CKV_AWS_21",), policy=("buckets-keep-versions",)
    ),
    "a queue is not encrypted": Fault(
        make=_queue_in_the_clear,
        where="dead-letters",
        checkov=("CKV_AWS_27",),
        policy=("queues-are-encrypted",),
    ),
    "everybody may send to a queue": Fault(
        make=_queue_for_everybody,
        where="events-policy",
        checkov=("CKV_AWS_168",),
        policy=("principals-are-named",),
    ),
    "everybody may publish to a topic": Fault(
        make=_topic_for_everybody,
        where="alerts-policy",
        checkov=("CKV_AWS_169",),
        policy=("principals-are-named",),
    ),
    "a role may do everything": Fault(
        make=_almighty_role,
        where="processor-policy",
        checkov=("CKV_AWS_62", "CKV_AWS_63"),
        parliament=("PRIVILEGE_ESCALATION",),
        policy=("actions-are-named",),
    ),
    "a role may do all of DynamoDB": Fault(
        make=_every_action_of_a_service,
        where="api-policy",
        checkov=("CKV_AWS_355",),
        parliament=("RESOURCE_STAR",),
        policy=("actions-are-named",),
    ),
    "everybody may be a role": Fault(
        make=_role_for_everybody,
        where="sweep-role",
        checkov=("CKV_AWS_60",),
        policy=("principals-are-named",),
    ),
    "any rule may invoke a function": Fault(
        make=_anybodys_rule_may_invoke, where="sweep-clock-permission", checkov=("CKV_AWS_364",)
    ),
    "logs are kept for ever": Fault(
        make=_logs_for_ever, where="api-logs", checkov=("CKV_AWS_66",), policy=("logs-end",)
    ),
    "requests are not logged": Fault(make=_no_access_log, where="gateway-stage", checkov=("CKV_AWS_76",)),
    "a table cannot be brought back": Fault(
        make=_no_way_back, where="records", checkov=("CKV_AWS_28",), policy=("tables-can-be-brought-back",)
    ),
    "a function has no traces": Fault(
        make=_no_traces, where="api", checkov=("CKV_AWS_50",), policy=("functions-are-bounded",)
    ),
    "a runtime is out of date": Fault(make=_an_old_runtime, where="notifier", checkov=("CKV_AWS_363",)),
    "an action is misspelt": Fault(
        make=_misspelt_action, where="notifier-policy", parliament=("UNKNOWN_ACTION",)
    ),
    "an action is for other resources": Fault(
        make=_action_on_the_wrong_resource, where="sweep-policy", parliament=("RESOURCE_MISMATCH",)
    ),
}


def stack(good: Graph) -> Graph:
    """A good stack with all faults at once."""
    graph = copied(good)
    for fault in FAULTS.values():
        fault.make(graph)
    return graph


def expected(scanner: str) -> list[tuple[str, str, str]]:
    """What a scanner has to find: each fault with a rule and where."""
    return [
        (name, rule, fault.where) for name, fault in FAULTS.items() for rule in getattr(fault, scanner, ())
    ]


def missed(scanner: str, findings: list[Finding]) -> list[str]:
    """The faults that a scanner did not find; the resource is in what it names as `where`."""
    found = {
        (f.rule, f.where.partition(".")[2] if scanner == "checkov" else f.where.partition(".")[0])
        for f in findings
    }
    return [
        f"the bad stack: nobody noticed that {name} ({rule} at {where})"
        for name, rule, where in expected(scanner)
        if (rule, where) not in found
    ]
