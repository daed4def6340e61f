"""What the picture shows: resources that carry files and messages, and who sends, reads and writes what."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.graph import Graph
    from local.program import Registration

PEOPLE, MAIL, ALARMS = "people", "mail", "alarms"
KINDS = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:dynamodb/table:Table": "table",
    "aws:sqs/queue:Queue": "queue",
    "aws:lambda/function:Function": "Lambda",
    "aws:sns/topic:Topic": "topic",
    "aws:apigatewayv2/api:Api": "HTTP API",
    "aws:cloudwatch/eventRule:EventRule": "clock",
}
MEANS = {
    "R": ("dynamodb:GetItem", "dynamodb:Query", "s3:GetObject", "s3:GetObjectVersion", "sqs:ReceiveMessage"),
    "W": ("dynamodb:PutItem", "dynamodb:UpdateItem", "s3:PutObject", "sqs:SendMessage", "sns:Publish"),
    "D": ("dynamodb:DeleteItem", "s3:DeleteObject", "s3:DeleteObjectVersion", "sqs:DeleteMessage"),
}
"""The actions of a role that move data, as letters. Others, such as listing and tagging, are not drawn."""


@dataclass(frozen=True)
class Node:
    """A resource; `component` is the part of the program that makes it, or nothing for who stands outside."""

    name: str
    kind: str
    component: str = ""


@dataclass(frozen=True)
class Edge:
    """What goes from one node to another by itself (`flow`, `failure`), or what a role may do (`access`)."""

    source: str
    target: str
    kind: str
    label: str = ""


class Picture:
    """The nodes and edges of a captured graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        resources = [resource for resource in graph.resources if resource.type in KINDS]
        self.nodes = {r.name: Node(r.name, _kind(r), _component(r)) for r in resources}
        edges = [*self._flows(), *self._failures(), *self._from_outside()]
        carried = {(edge.source, edge.target) for edge in edges} | {(e.target, e.source) for e in edges}
        # What a mapping receives for its function is drawn as a flow already.
        edges += [edge for edge in self._accesses() if (edge.source, edge.target) not in carried]
        self.edges = sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind))
        for name, kind in ((PEOPLE, "outside"), (MAIL, "outside"), (ALARMS, "CloudWatch")):
            self.nodes[name] = Node(name, kind, self.nodes["alerts"].component if name == ALARMS else "")

    def _flows(self) -> Iterator[Edge]:
        for one in self._graph.of("BucketNotification").values():
            for queue in one["queues"]:
                yield Edge(self._named(one["bucket"]), self._named(queue["queueArn"]), "flow", "event")
        for one in self._graph.of("EventSourceMapping").values():
            source = self._named(one["eventSourceArn"])
            label = "stream" if self.nodes[source].kind == "table" else "batches"
            yield Edge(source, self._named(one["functionName"]), "flow", label)
        for one in self._graph.of("EventTarget").values():
            yield Edge(self._named(one["rule"]), self._named(one["arn"]), "flow")
        for one in self._graph.of("Integration").values():
            yield Edge(self._named(one["apiId"]), self._named(one["integrationUri"]), "flow")
        subscriptions = self._graph.of("TopicSubscription").values()
        for topic in {self._named(one["topic"]) for one in subscriptions if one["protocol"] == "email"}:
            yield Edge(topic, MAIL, "flow")
        actions = [action for one in self._graph.of("MetricAlarm").values() for action in one["alarmActions"]]
        for topic in {self._named(action) for action in actions}:
            yield Edge(ALARMS, topic, "flow")

    def _failures(self) -> Iterator[Edge]:
        for name, queue in self._graph.of("Queue").items():
            if "redrivePolicy" in queue:
                policy = json.loads(queue["redrivePolicy"])
                label = f"after {policy['maxReceiveCount']} tries"
                yield Edge(name, self._named(policy["deadLetterTargetArn"]), "failure", label)
        for one in self._graph.of("EventSourceMapping").values():
            if "destinationConfig" in one:
                target = self._named(one["destinationConfig"]["onFailure"]["destinationArn"])
                hours = int(one["maximumRecordAgeInSeconds"]) // 3600
                yield Edge(self._named(one["functionName"]), target, "failure", f"after {hours} hours")

    def _from_outside(self) -> Iterator[Edge]:
        for one in self._graph.of("BucketNotification").values():
            yield Edge(PEOPLE, self._named(one["bucket"]), "flow", "files")
        for name in self._graph.of("Api"):
            yield Edge(PEOPLE, name, "flow", "HTTPS")

    def _accesses(self) -> Iterator[Edge]:
        """What each function's role may do with each resource, in letters."""
        for name in self._graph.of("RolePolicy"):
            allowed: dict[str, set[str]] = {}
            for statement in self._graph.statements(name):
                for resource in statement["Resource"]:
                    letters = {letter for letter, means in MEANS.items() if {*means} & {*statement["Action"]}}
                    if letters and (target := self._find(resource)):
                        allowed.setdefault(target, set()).update(letters)
            for target, letters in allowed.items():
                kind, label = "access", "".join(letter for letter in MEANS if letter in letters)
                if self.nodes[target].kind == "topic":  # whatever is told to a topic goes on from there
                    kind, label = "flow", ""
                yield Edge(name.removesuffix("-policy"), target, kind, label)

    def _named(self, text: str) -> str:
        found = self._find(text)
        if found is None:
            raise LookupError(f"{text} is no resource that the picture knows: see KINDS in {__name__}")
        return found

    def _find(self, text: Any) -> str | None:
        """The resource that an ARN, an id or a name is of: the longest that stands in it as a whole."""
        names = [
            name
            for name in self.nodes
            if re.search(rf"(?:^|[:/]){name}(?:-id|-name|-bucket)?(?:$|[:/])", text)
        ]
        return max(names, key=len, default=None)


def _kind(resource: Registration) -> str:
    """What stands below its name; of a clock, how often it ticks."""
    rate = re.search(r"rate\((?:1 )?(.+)\)", resource.inputs.get("scheduleExpression", ""))
    return f"every {rate[1]}" if rate else KINDS[resource.type]


def _component(resource: Registration) -> str:
    """The component of `__main__.py` that it belongs to, such as `storage`."""
    found = re.search(r"silent-scalper:(\w+):", resource.parent)
    return found[1] if found else ""
