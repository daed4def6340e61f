"""The program's resources, captured: what it declares, without anything being made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.program import Registration, run_program

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "123456789012"
CONFIG = {"aws:region": "eu-central-1", "silent-scalper:alertEmails": ["night@example.com"]}

FIT = {"VersioningConfiguration": {"Status": "Enabled"}}
"""What AWS says of a bucket that could be the incoming one."""


@dataclass
class Graph:
    """A backend that only looks; every output is a recognisable text.

    Attributes:
        bucket: what AWS says of an existing bucket, in the words of CloudFormation.
    """

    resources: list[Registration] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    bucket: dict[str, Any] = field(default_factory=lambda: dict(FIT))
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Which output of which resource of AWS a text is."""

    def create(self, resource: Registration) -> tuple[str, dict[str, Any]]:
        self.resources.append(resource)
        name = resource.name
        outputs = {
            "apiEndpoint": f"https://{name}.example",
            "arn": f"arn:{name}",
            "bucket": resource.read or f"{name}-bucket",
            "executionArn": f"arn:execution:{name}",
            "keyId": f"{name}-key",
            "name": f"{name}-name",
            "streamArn": f"arn:{name}/stream",
            "url": f"https://sqs.example/{name}",
            "version": "7",
        }
        given = {key: value for key, value in outputs.items() if key not in resource.inputs}
        if own := resource.inputs.get("domainNameConfiguration"):
            target = {"targetDomainName": f"{name}.example", "hostedZoneId": f"{name}-zone"}
            given["domainNameConfiguration"] = own | target
        # Not of the provider, whose name would make `arn:aws` of every real ARN an output of it.
        if resource.type.startswith("aws:"):
            texts = {"id": f"{name}-id", **given}.items()
            self.origins |= {
                text: (name, key) for key, text in texts if isinstance(text, str) and name in text
            }
        return f"{name}-id", given

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if token == "aws:cloudcontrol/getResource:getResource":  # noqa: S105
            return {"properties": json.dumps(self.bucket)}
        return {"accountId": ACCOUNT}

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The inputs of the one resource with this logical name."""
        return self.resource(name).inputs

    def resource(self, name: str) -> Registration:
        (found,) = [resource for resource in self.resources if resource.name == name]
        return found

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The inputs of all resources of a type, such as `Queue`, by logical name."""
        return {r.name: r.inputs for r in self.resources if r.type.rpartition(":")[2] == kind}

    def statements(self, name: str, key: str = "policy") -> list[dict[str, Any]]:
        """The statements of a policy resource."""
        statements: list[dict[str, Any]] = json.loads(self[name][key])["Statement"]
        return statements


def capture(stack: str, **config: Any) -> Graph:
    """The graph of a stack; config keys are those of the project."""
    return capture_in(Graph(), stack, config)


def capture_in(graph: Graph, stack: str, config: Mapping[str, Any]) -> Graph:
    """The same, with what that graph answers."""
    named = {f"silent-scalper:{name}": value for name, value in config.items()}
    graph.outputs = run_program(graph, stack_name=stack, config=CONFIG | named)
    return graph
