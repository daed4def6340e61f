"""Rules about how resources belong together: they are asked of the whole stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policy.statements import refuses_plain_http, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_policy import PolicyResource, ReportViolation, StackValidationArgs

BUCKET = "aws:s3/bucket:Bucket"
QUEUE = "aws:sqs/queue:Queue"
FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
TAGS = frozenset({"project", "stack", "managed-by"})
# AWS asks for it: a message that is worked on must not come a second time meanwhile.
TIMEOUTS_OF_A_MESSAGE = 6


def of(args: StackValidationArgs, kind: str) -> list[PolicyResource]:
    """All resources of a type."""
    return [resource for resource in args.resources if resource.resource_type == kind]


def attached(args: StackValidationArgs, bucket: PolicyResource, module: str) -> list[PolicyResource]:
    """What of a kind, such as `BucketPolicy`, is set for a bucket."""
    kind = f"aws:s3/{module[0].lower()}{module[1:]}:{module}"
    return [resource for resource in of(args, kind) if bucket.urn in _urns(resource, "bucket")]


def _urns(resource: PolicyResource, name: str) -> set[str]:
    return {source.urn for source in resource.property_dependencies.get(name, [])}


def _source(resource: PolicyResource, name: str, kind: str) -> PolicyResource | None:
    """The resource of a type that a property comes from."""
    for source in resource.property_dependencies.get(name, []):
        if source.resource_type == kind:
            return source
    return None


def buckets_are_closed(args: StackValidationArgs, report: ReportViolation) -> None:
    """No bucket can be made public."""
    for bucket in of(args, BUCKET):
        blocks = attached(args, bucket, "BucketPublicAccessBlock")
        if not any(all(block.props.get(name) for name in BLOCKS) for block in blocks):
            report(f"{bucket.name} has no public access block, or half of one", bucket.urn)


def buckets_keep_versions(args: StackValidationArgs, report: ReportViolation) -> None:
    """What is overwritten or deleted can be brought back."""
    for bucket in of(args, BUCKET):
        versioning = [
            b.props.get("versioningConfiguration") for b in attached(args, bucket, "BucketVersioning")
        ]
        if not any((setting or {}).get("status") == "Enabled" for setting in versioning):
            report(f"{bucket.name} keeps no versions", bucket.urn)


def buckets_are_encrypted(args: StackValidationArgs, report: ReportViolation) -> None:
    """Each bucket says how it encrypts."""
    for bucket in of(args, BUCKET):
        if not attached(args, bucket, "BucketServerSideEncryptionConfiguration"):
            report(f"{bucket.name} does not say how it encrypts", bucket.urn)


def buckets_want_tls(args: StackValidationArgs, report: ReportViolation) -> None:
    """Nobody reaches a bucket without TLS."""
    for bucket in of(args, BUCKET):
        said = [s for policy in attached(args, bucket, "BucketPolicy") for s in statements(policy.props)]
        if not any(refuses_plain_http(statement) for statement in said):
            report(f"{bucket.name} can be reached without TLS", bucket.urn)


def failures_are_kept(args: StackValidationArgs, report: ReportViolation) -> None:
    """What a function fails at again and again lies somewhere afterwards."""
    for mapping in of(args, MAPPING):
        queue = _source(mapping, "eventSourceArn", QUEUE)
        if queue and not queue.props.get("redrivePolicy"):
            report(f"{queue.name} has no dead-letter queue", queue.urn)
        if not queue and not (mapping.props.get("destinationConfig") or {}).get("onFailure"):
            report(f"{mapping.name} has no destination for what fails", mapping.urn)


def queues_are_drained_in_measure(args: StackValidationArgs, report: ReportViolation) -> None:
    """A flood of messages does not take all of the account's concurrency, and none is worked on twice."""
    for mapping in of(args, MAPPING):
        queue = _source(mapping, "eventSourceArn", QUEUE)
        function = _source(mapping, "functionName", FUNCTION)
        if not queue:
            continue
        if not (mapping.props.get("scalingConfig") or {}).get("maximumConcurrency"):
            report(f"{mapping.name} has no maximum concurrency", mapping.urn)
        if function and _visibility(queue) < TIMEOUTS_OF_A_MESSAGE * function.props.get("timeout", 3):
            report(f"{queue.name} shows messages again before {function.name} is done", queue.urn)


def _visibility(queue: PolicyResource) -> float:
    return float(queue.props.get("visibilityTimeoutSeconds") or 30)


def everything_has_tags(args: StackValidationArgs, report: ReportViolation) -> None:
    """The provider puts tags on all that it makes: whose it is, and what the bill is for."""
    for urn, props in _providers(args):
        missing = TAGS - _default_tags(props).keys()
        if missing:
            report(f"the provider of AWS does not set the tags {', '.join(sorted(missing))}", urn)


def _providers(args: StackValidationArgs) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = {r.provider.urn: r.provider.props for r in args.resources if r.provider}
    yield from ((urn, props) for urn, props in found.items() if ":providers:aws::" in urn)


def _default_tags(props: Mapping[str, Any]) -> Mapping[str, Any]:
    """A provider's settings that are objects are texts of JSON."""
    setting = props.get("defaultTags") or {}
    known = setting if isinstance(setting, Mapping) else json.loads(setting)
    tags: Mapping[str, Any] = known.get("tags") or {}
    return tags
