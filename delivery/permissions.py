"""What deploying a stack needs, and no more: pure functions from an account and a stack to policy documents.

Resources are named by the project and the stack (`pulumi:autonaming` in Pulumi.yaml), so a stack's deployer
reaches its own ones alone. A `*` stands where AWS makes names of its own, or lets no resource be named.
"""

from __future__ import annotations

import re

from components.policies import Document, Statement, allow, document
from delivery.sites import Site, actions, grant, only, only_tagged

_READS = re.compile(r"[a-z0-9]+:(Get|List|Describe|View).*|apigateway:GET")


def storage(site: Site) -> Document:
    """Buckets, tables, keys and queues, without the data in them."""
    return document(*_buckets(site), *_tables_and_queues(site), *_keys(site))


def compute(site: Site, boundary: str) -> Document:
    """Functions and their roles, which are bounded; the API; what is scheduled."""
    return document(*_roles(site, boundary), *_functions(site), *_api_and_clocks(site))


def watching(site: Site) -> Document:
    """Logs, alarms, dashboards, traces, the topic, the budget."""
    return document(*_logs(site), *_alarms(site), *_told(site))


def reading(*documents: Document) -> Document:
    """What of these documents changes nothing: for a preview."""
    statements = []
    for statement in (statement for each in documents for statement in each["Statement"]):
        reads = [action for action in statement["Action"] if _READS.fullmatch(action)]
        if reads:
            statements.append({**statement, "Action": reads})
    return document(*statements)


def _buckets(site: Site) -> list[Statement]:
    statements = [
        grant(
            "s3",
            "CreateBucket DeleteBucket ListBucket GetBucket* DeleteBucketPolicy PutBucketPolicy "
            "PutBucketVersioning PutBucketPublicAccessBlock PutBucketOwnershipControls PutBucketCORS "
            "PutBucketNotification PutBucketTagging PutBucketLogging TagResource UntagResource "
            "ListTagsForResource GetEncryptionConfiguration PutEncryptionConfiguration "
            "GetLifecycleConfiguration PutLifecycleConfiguration GetAccelerateConfiguration "
            "GetReplicationConfiguration",
            *site.bucket_arns(),
        ),
    ]
    if site.stack == "dev":  # whose buckets go with everything that is in them
        statements.append(
            grant(
                "s3",
                "ListBucketVersions DeleteObject DeleteObjectVersion",
                *site.bucket_arns()[:1],
            )
        )
    return statements


def _tables_and_queues(site: Site) -> list[Statement]:
    return [
        grant(
            "dynamodb",
            "CreateTable DeleteTable UpdateTable DescribeTable DescribeContinuousBackups "
            "UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive ListTagsOfResource TagResource "
            "UntagResource",
            site.arn("dynamodb", "table/"),
        ),
        # The smoke test makes itself a key, and revokes it.
        grant("dynamodb", "PutItem UpdateItem", site.arn("dynamodb", "table/")[:-1] + "api-keys-*"),
        grant(
            "sqs",
            "CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl ListQueueTags "
            "TagQueue UntagQueue",
            site.arn("sqs"),
        ),
    ]


def _keys(site: Site) -> list[Statement]:
    return [
        # A key of one's own has no name, but it has the stack's tags.
        only_tagged(allow(["kms:CreateKey", "kms:TagResource"], "*"), site, "aws:RequestTag"),
        only_tagged(
            grant(
                "kms",
                "DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation EnableKey "
                "DisableKeyRotation DisableKey UpdateKeyDescription ScheduleKeyDeletion TagResource "
                "UntagResource ListResourceTags CreateAlias DeleteAlias UpdateAlias CreateGrant Decrypt "
                "GenerateDataKey",
                "*",
            ),
            site,
            "aws:ResourceTag",
        ),
        grant("kms", "CreateAlias DeleteAlias UpdateAlias", site.arn("kms", "alias/")),
        allow(["kms:ListAliases"], "*"),
    ]


def _roles(site: Site, boundary: str) -> list[Statement]:
    role = site.arn("iam", "role/", region=False)
    bounded = actions("iam", "CreateRole PutRolePolicy DeleteRolePolicy PutRolePermissionsBoundary")
    return [
        only(allow(bounded, role), "StringEquals", iam__PermissionsBoundary=boundary),
        grant(
            "iam",
            "GetRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole "
            "UntagRole ListRoleTags GetRolePolicy ListRolePolicies ListAttachedRolePolicies "
            "ListInstanceProfilesForRole",
            role,
        ),
        only(allow(["iam:PassRole"], role), "StringEquals", iam__PassedToService="lambda.amazonaws.com"),
    ]


def _functions(site: Site) -> list[Statement]:
    function = site.arn("lambda", "function:")
    mappings = f"arn:aws:lambda:{site.region}:{site.account}:event-source-mapping:*"
    return [
        grant(
            "lambda",
            "CreateFunction DeleteFunction GetFunction* UpdateFunctionCode UpdateFunctionConfiguration "
            "ListVersionsByFunction PublishVersion AddPermission RemovePermission GetPolicy ListTags "
            "TagResource UntagResource CreateAlias UpdateAlias DeleteAlias GetAlias ListAliases",
            function,
        ),
        only(allow(["lambda:CreateEventSourceMapping"], "*"), "ArnLike", lambda__FunctionArn=function),
        only(
            grant("lambda", "UpdateEventSourceMapping DeleteEventSourceMapping", mappings),
            "ArnLike",
            lambda__FunctionArn=function,
        ),
        grant("lambda", "GetEventSourceMapping ListTags TagResource UntagResource", mappings),
    ]


def _api_and_clocks(site: Site) -> list[Statement]:
    return [
        # A domain of one's own makes API Gateway ask for its role in the account, the first time.
        only(
            allow(["iam:CreateServiceLinkedRole"], f"arn:aws:iam::{site.account}:role/aws-service-role/*"),
            "StringEquals",
            iam__AWSServiceName="ops.apigateway.amazonaws.com",
        ),
        # APIs, their parts and their domains have ids, no names.
        grant(
            "apigateway",
            "GET POST PUT PATCH DELETE TagResource UntagResource",
            *(f"arn:aws:apigateway:{site.region}::/{path}" for path in ("apis", "apis/*", "tags/*")),
            *(f"arn:aws:apigateway:{site.region}::/{path}" for path in ("domainnames", "domainnames/*")),
        ),
        grant(
            "events",
            "PutRule DeleteRule DescribeRule PutTargets RemoveTargets ListTargetsByRule EnableRule "
            "DisableRule ListTagsForResource TagResource UntagResource",
            site.arn("events", "rule/"),
        ),
    ]


def _logs(site: Site) -> list[Statement]:
    return [
        grant(
            "logs",
            "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey "
            "PutMetricFilter DeleteMetricFilter ListTagsForResource TagResource UntagResource",
            site.arn("logs", "log-group:"),
        ),
        # Neither these nor the delivery of the API's access logs can be named.
        grant(
            "logs",
            "DescribeLogGroups DescribeMetricFilters PutQueryDefinition DeleteQueryDefinition "
            "DescribeQueryDefinitions CreateLogDelivery GetLogDelivery UpdateLogDelivery "
            "DeleteLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies",
            "*",
        ),
    ]


def _alarms(site: Site) -> list[Statement]:
    return [
        grant(
            "cloudwatch",
            "PutMetricAlarm PutCompositeAlarm DeleteAlarms EnableAlarmActions DisableAlarmActions "
            "ListTagsForResource TagResource UntagResource",
            site.arn("cloudwatch", "alarm:"),
        ),
        grant(
            "cloudwatch",
            "PutDashboard DeleteDashboards GetDashboard",
            site.arn("cloudwatch", "dashboard/", region=False),
        ),
        grant(
            "cloudwatch",
            "DescribeAlarms PutAnomalyDetector DeleteAnomalyDetector DescribeAnomalyDetectors",
            "*",
        ),
    ]


def _told(site: Site) -> list[Statement]:
    return [
        grant(
            "sns",
            "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe "
            "ListSubscriptionsByTopic ListTagsForResource TagResource UntagResource",
            site.arn("sns"),
        ),
        grant("sns", "Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes", "*"),
        grant(
            "budgets",
            "ViewBudget ModifyBudget ListTagsForResource TagResource UntagResource",
            site.arn("budgets", "budget/", region=False),
        ),
        grant(
            "xray",
            "CreateGroup UpdateGroup DeleteGroup GetGroup CreateSamplingRule UpdateSamplingRule "
            "DeleteSamplingRule ListTagsForResource TagResource UntagResource",
            *(f"arn:aws:xray:{site.region}:{site.account}:{kind}/*" for kind in ("group", "sampling-rule")),
        ),
        allow(["xray:GetSamplingRules"], "*"),
    ]
