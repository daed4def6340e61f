"""The policy pack, asked about a captured graph as Pulumi's engine asks it about a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)

from local.terraform import plain
from policy.pack import SINGLE, WHOLE
from security.findings import Finding

if TYPE_CHECKING:
    from pulumi_policy import ReportViolation

    from local.graph import Graph
    from local.program import Registration


def check(graph: Graph) -> list[Finding]:
    """What each rule reports."""
    resources = _resources(graph)
    found: list[Finding] = []

    def reporter(rule: str, name: str = "") -> ReportViolation:
        def report(message: str, urn: str | None = None) -> None:
            where = (urn or name).rpartition("::")[2]
            found.append(Finding(scanner="policy", rule=rule, where=where, detail=message))

        return report

    for rule, validate in SINGLE.items():
        for r in resources:
            args = ResourceValidationArgs(r.resource_type, r.props, r.urn, r.name, r.opts, r.provider)
            validate(args, reporter(rule, r.name))
    for rule, validate_all in WHOLE.items():
        validate_all(StackValidationArgs(resources), reporter(rule))
    return found


def _resources(graph: Graph) -> list[PolicyResource]:
    """All resources, which know of each other what their properties come from."""
    (aws,) = [r for r in graph.resources if r.type == "pulumi:providers:aws"]
    provider = PolicyProviderResource(aws.type, plain(aws.inputs), aws.urn, aws.name)
    made = {r.urn: _resource(r, provider if r.provider else None) for r in graph.resources}
    for r in graph.resources:
        for name, sources in r.sources.items():
            made[r.urn].property_dependencies[name] = [made[urn] for urn in sources if urn in made]
    return list(made.values())


def _resource(r: Registration, provider: PolicyProviderResource | None) -> PolicyResource:
    options = PolicyResourceOptions(
        protect=r.protect,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
        additional_secret_outputs=[],
        parent=r.parent,
    )
    return PolicyResource(r.type, plain(r.inputs), r.urn, r.name, options, provider, None, [], {})
