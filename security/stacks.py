"""The stacks that are looked at: those that people deploy, and one that is bad on purpose."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from local.graph import Graph, capture
from local.plan import Plan
from local.terraform import plain

OIDC: dict[str, Any] = {"oidcIssuer": "https://issuer.example", "oidcAudience": "silent-scalper"}
PAGES: dict[str, Any] = {"corsOrigins": ["https://files.example.com"]}
DEPLOYED: dict[str, tuple[str, dict[str, Any]]] = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "prod-with-options": ("prod", OIDC | PAGES | {"notifyOnSuccess": True}),
    "prod-with-key": ("prod", {"kmsKey": "create"}),
}
"""Each is a stack's name with the configuration that it is captured with."""


def captured() -> dict[str, Graph]:
    """The graphs of the stacks that people deploy."""
    return {name: capture(stack, **config) for name, (stack, config) in DEPLOYED.items()}


def documents(graph: Graph) -> dict[str, dict[str, Any]]:
    """Every policy of a graph, by the resource that it belongs to and its property."""
    plan = Plan(graph)
    return {
        f"{resource.name}.{name}": json.loads(plan.text(resource.inputs[name]))
        for resource in graph.resources
        for name in ("policy", "assumeRolePolicy")
        if name in resource.inputs
    }


def copied(graph: Graph) -> Graph:
    """A graph of its own, to be changed."""
    resources = [replace(resource, inputs=plain(resource.inputs)) for resource in graph.resources]
    return Graph(resources=resources, origins=dict(graph.origins))


def without(graph: Graph, *names: str) -> None:
    """Leave resources out."""
    graph.resources = [resource for resource in graph.resources if resource.name not in names]


def allowing(graph: Graph, name: str, **statement: Any) -> None:
    """Put one more statement into a policy."""
    policy = json.loads(graph[name]["policy"])
    policy["Statement"].append({"Effect": "Allow", **statement})
    graph[name]["policy"] = json.dumps(policy)
