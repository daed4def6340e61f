"""What is wrong with keys that are each allowed, but not together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OUR_TAGS = frozenset({"project", "stack", "managed-by"})
MOST_TAGS = 40
"""AWS allows 50 of a resource; some stay free for whoever else writes tags."""
MOST_BUDGET_EMAILS = 10


def problems_together(values: Mapping[str, Any], region: str) -> Iterator[str]:
    """Each problem, beginning with the key that has it.

    Args:
        values: every key's value, by its name in Python; what could not be read is its default.
        region: that of the stack.
    """
    yield from _pairs(values)
    yield from _regions(values, region)
    yield from _tags(values["tags"])
    if values["budget_usd"]:
        yield from _budget(values["alert_emails"])


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    if bool(values["oidc_issuer"]) != bool(values["oidc_audience"]):
        yield "oidcIssuer and oidcAudience are set together, or not"
    if bool(values["domain_name"]) != bool(values["certificate_arn"]):
        yield "domainName and certificateArn are set together, or not"
    if not values["incoming_bucket"]:
        if values["incoming_bucket_kms_key"]:
            yield "incomingBucketKmsKey needs incomingBucket: kmsKey is for a bucket that the stack makes"
        if values["incoming_bucket_settings"] == "theirs":
            yield "incomingBucketSettings needs incomingBucket: the stack's own bucket has no other owner"


def _regions(values: Mapping[str, Any], region: str) -> Iterator[str]:
    keys = {
        "kmsKey": values["kms_key"],
        "incomingBucketKmsKey": values["incoming_bucket_kms_key"],
        "certificateArn": values["certificate_arn"],
    }
    for name, arn in keys.items():
        if arn.startswith("arn:") and arn.split(":")[3] != region:
            yield f"{name} is of the region {arn.split(':')[3]}, and the stack's is {region}"


def _tags(tags: tuple[str, ...]) -> Iterator[str]:
    names = [tag.partition("=")[0] for tag in tags]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"tags has {name} twice"
    for name in sorted(OUR_TAGS.intersection(names)):
        yield f"tags has {name}, which the stack sets itself"
    if len(tags) > MOST_TAGS:
        yield f"tags has {len(tags)} tags, and may have {MOST_TAGS}"


def _budget(emails: tuple[str, ...]) -> Iterator[str]:
    if not emails:
        yield "budgetUsd needs alertEmails: a budget that nobody is told of helps nobody"
    if len(emails) > MOST_BUDGET_EMAILS:
        yield f"budgetUsd: AWS tells {MOST_BUDGET_EMAILS} addresses, and alertEmails has {len(emails)}"
