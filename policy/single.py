"""Rules about one resource: they are asked before it is made or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.statements import actions, for_everybody, statements

if TYPE_CHECKING:
    from pulumi_policy import ReportViolation, ResourceValidationArgs

DEVELOPMENT = "dev"
MOST_SECONDS = 900
# What costs money while nobody uses it, by the beginning of its type.
BY_THE_HOUR = (
    "aws:ec2/",
    "aws:ecs/",
    "aws:elasticache/",
    "aws:kms/key:",
    "aws:lambda/provisionedConcurrencyConfig:",
    "aws:lb/",
    "aws:opensearch/",
    "aws:rds/",
    "aws:route53/zone:",
    "aws:secretsmanager/secret:",
    "aws:wafv2/webAcl:",
)
DATA = ("aws:s3/bucket:Bucket", "aws:dynamodb/table:Table")
# Its policy names the key itself by "*", and the account's administrators keep all rights to it.
KEY = "aws:kms/key:Key"


def stack_of(urn: str) -> str:
    """The stack in `urn:pulumi:<stack>::<project>::<type>::<name>`."""
    return urn.split("::")[0].rpartition(":")[2]


def named_actions(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """What is allowed is written out."""
    if args.resource_type == KEY or not args.resource_type.startswith("aws:"):
        return
    for statement in statements(args.props):
        patterns = [action for action in actions(statement) if "*" in action]
        if statement["Effect"] == "Allow" and (patterns or "NotAction" in statement):
            report(f"{args.name} allows {', '.join(patterns) or 'all but some actions'}", None)


def named_principals(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Nothing is allowed to everybody."""
    if not args.resource_type.startswith("aws:"):
        return
    for statement in statements(args.props):
        if statement["Effect"] == "Allow" and (for_everybody(statement) or "NotPrincipal" in statement):
            report(f"{args.name} lets everybody in: {', '.join(actions(statement))}", None)


def logs_end(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Logs are deleted after some time."""
    if args.resource_type == "aws:cloudwatch/logGroup:LogGroup" and not args.props.get("retentionInDays"):
        report(f"{args.name} keeps its logs for ever: set retention_in_days", None)


def functions_are_bounded(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A function says how long it may take, and whether it is traced."""
    if args.resource_type != "aws:lambda/function:Function":
        return
    if not 0 < (args.props.get("timeout") or 0) <= MOST_SECONDS:
        report(f"{args.name} has no timeout of its own, or one that Lambda does not have", None)
    if not (args.props.get("tracingConfig") or {}).get("mode"):
        report(f"{args.name} does not say whether it is traced", None)


def queues_are_encrypted(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Messages lie encrypted."""
    if args.resource_type != "aws:sqs/queue:Queue":
        return
    if not (args.props.get("sqsManagedSseEnabled") or args.props.get("kmsMasterKeyId")):
        report(f"{args.name} is not encrypted", None)


def tables_can_be_brought_back(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A table can be restored to any second of the last days."""
    if args.resource_type != "aws:dynamodb/table:Table":
        return
    if not (args.props.get("pointInTimeRecovery") or {}).get("enabled"):
        report(f"{args.name} has no point-in-time recovery", None)


def data_is_protected(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Outside of dev, what holds data is not deleted by mistake."""
    if args.resource_type not in DATA or stack_of(args.urn) == DEVELOPMENT:
        return
    if not args.opts.protect:
        report(f"{args.name} is not protected", None)
    if args.props.get("forceDestroy"):
        report(f"{args.name} would be emptied when it is deleted", None)
    if args.resource_type == "aws:dynamodb/table:Table" and not args.props.get("deletionProtectionEnabled"):
        report(f"{args.name} has no deletion protection", None)


def dev_costs_nothing_idle(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """In dev, nothing is paid for by the hour or the month."""
    if stack_of(args.urn) != DEVELOPMENT:
        return
    if args.resource_type.startswith(BY_THE_HOUR):
        report(f"{args.name} ({args.resource_type}) costs money while nobody uses it", None)
    if args.props.get("billingMode") == "PROVISIONED" or args.props.get("readCapacity"):
        report(f"{args.name} has capacity that is paid for by the hour", None)
