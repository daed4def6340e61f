"""What deploying a stack needs, and no more: pure functions from an account and a stack to policy documents.

Resources are named by the project and the stack (`pulumi:autonaming` in Pulumi.yaml), so a stack's deployer
reaches its own ones alone. A `*` stands where AWS makes names of its own, or lets no resource be named.
"""

from __future__ import annotations

import re

from components.policies import Document, allow, document
from delivery.sites import Site, actions, only, only_tagged

_READS = re.compile(r"[a-z0-9]+:(Get|List|Describe|View).*|apigateway:GET")


def storage(site: Site) -> Document:
    """Buckets, tables, keys and queues, without the data in them."""
    statements = [
        allow(
            actions(
                "s3",
                "CreateBucket DeleteBucket ListBucket GetBucket* DeleteBucketPolicy PutBucketPolicy "
                "PutBucketVersioning PutBucketPublicAccessBlock PutBucketOwnershipControls PutBucketCORS "
                "PutBucketNotification PutBucketTagging PutBucketLogging TagResource UntagResource "
                "ListTagsForResource GetEncryptionConfiguration PutEncryptionConfiguration "
                "GetLifecycleConfiguration PutLifecycleConfiguration GetAccelerateConfiguration "
                "GetReplicationConfiguration",
            ),
            *site.bucket_arns(),
        ),
        allow(
            actions(
                "dynamodb",
                "CreateTable DeleteTable UpdateTable DescribeTable DescribeContinuousBackups "
                "UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive ListTagsOfResource TagResource "
                "UntagResource",
            ),
            site.arn("dynamodb", "table/"),
        ),
        # The smoke test makes itself a key, and revokes it.
        allow(actions("dynamodb", "PutItem UpdateItem"), site.arn("dynamodb", "table/")[:-1] + "api-keys-*"),
        allow(
            actions(
                "sqs",
                "CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl ListQueueTags "
                "TagQueue UntagQueue",
            ),
            site.arn("sqs"),
        ),
        # A key of one's own has no name, but it has the stack's tags.
        only_tagged(allow(["kms:CreateKey", "kms:TagResource"], "*"), site, "aws:RequestTag"),
        only_tagged(
            allow(
                actions(
                    "kms",
                    "DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation EnableKey "
                    "DisableKeyRotation DisableKey UpdateKeyDescription ScheduleKeyDeletion TagResource "
                    "UntagResource ListResourceTags CreateAlias DeleteAlias UpdateAlias CreateGrant Decrypt "
                    "GenerateDataKey",
                ),
                "*",
            ),
            site,
            "aws:ResourceTag",
        ),
        allow(actions("kms", "CreateAlias DeleteAlias UpdateAlias"), site.arn("kms", "alias/")),
        allow(["kms:ListAliases"], "*"),
    ]
    if site.stack == "dev":  # whose buckets go with everything that is in them
        statements.append(
            allow(
                actions("s3", "ListBucketVersions DeleteObject DeleteObjectVersion"),
                *site.bucket_arns()[:1],
            )
        )
    return document(*statements)


def compute(site: Site, boundary: str) -> Document:
    """Functions and their roles, which are bounded; the API; what is scheduled."""
    role = site.arn("iam", "role/", region=False)
    function = site.arn("lambda", "function:")
    mappings = f"arn:aws:lambda:{site.region}:{site.account}:event-source-mapping:*"
    bounded = actions("iam", "CreateRole PutRolePolicy DeleteRolePolicy PutRolePermissionsBoundary")
    return document(
        only(allow(bounded, role), "StringEquals", iam__PermissionsBoundary=boundary),
        allow(
            actions(
                "iam",
                "GetRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole "
                "UntagRole ListRoleTags GetRolePolicy ListRolePolicies ListAttachedRolePolicies "
                "ListInstanceProfilesForRole",
            ),
            role,
        ),
        only(allow(["iam:PassRole"], role), "StringEquals", iam__PassedToService="lambda.amazonaws.com"),
        allow(
            actions(
                "lambda",
                "CreateFunction DeleteFunction GetFunction* UpdateFunctionCode UpdateFunctionConfiguration "
                "ListVersionsByFunction PublishVersion AddPermission RemovePermission GetPolicy ListTags "
                "TagResource UntagResource CreateAlias UpdateAlias DeleteAlias GetAlias ListAliases",
            ),
            function,
        ),
        only(allow(["lambda:CreateEventSourceMapping"], "*"), "ArnLike", lambda__FunctionArn=function),
        only(
            allow(actions("lambda", "UpdateEventSourceMapping DeleteEventSourceMapping"), mappings),
            "ArnLike",
            lambda__FunctionArn=function,
        ),
        allow(actions("lambda", "GetEventSourceMapping ListTags TagResource UntagResource"), mappings),
        # A domain of one's own makes API Gateway ask for its role in the account, the first time.
        only(
            allow(["iam:CreateServiceLinkedRole"], f"arn:aws:iam::{site.account}:role/aws-service-role/*"),
            "StringEquals",
            iam__AWSServiceName="ops.apigateway.amazonaws.com",
        ),
        # APIs, their parts and their domains have ids, no names.
        allow(
            actions("apigateway", "GET POST PUT PATCH DELETE TagResource UntagResource"),
            *(f"arn:aws:apigateway:{site.region}::/{path}" for path in ("apis", "apis/*", "tags/*")),
            *(f"arn:aws:apigateway:{site.region}::/{path}" for path in ("domainnames", "domainnames/*")),
        ),
        allow(
            actions(
                "events",
                "PutRule DeleteRule DescribeRule PutTargets RemoveTargets ListTargetsByRule EnableRule "
                "DisableRule ListTagsForResource TagResource UntagResource",
            ),
            site.arn("events", "rule/"),
        ),
    )


def watching(site: Site) -> Document:
    """Logs, alarms, dashboards, traces, the topic, the budget."""
    return document(
        allow(
            actions(
                "logs",
                "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey "
                "PutMetricFilter DeleteMetricFilter ListTagsForResource TagResource UntagResource",
            ),
            site.arn("logs", "log-group:"),
        ),
        # Neither these nor the delivery of the API's access logs can be named.
        allow(
            actions(
                "logs",
                "DescribeLogGroups DescribeMetricFilters PutQueryDefinition DeleteQueryDefinition "
                "DescribeQueryDefinitions CreateLogDelivery GetLogDelivery UpdateLogDelivery "
                "DeleteLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies",
            ),
            "*",
        ),
        allow(
            actions(
                "cloudwatch",
                "PutMetricAlarm PutCompositeAlarm DeleteAlarms EnableAlarmActions DisableAlarmActions "
                "ListTagsForResource TagResource UntagResource",
            ),
            site.arn("cloudwatch", "alarm:"),
        ),
        allow(
            actions("cloudwatch", "PutDashboard DeleteDashboards GetDashboard"),
            site.arn("cloudwatch", "dashboard/", region=False),
        ),
        allow(
            actions(
                "cloudwatch",
                "DescribeAlarms PutAnomalyDetector DeleteAnomalyDetector DescribeAnomalyDetectors",
            ),
            "*",
        ),
        allow(
            actions(
                "sns",
                "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe "
                "ListSubscriptionsByTopic ListTagsForResource TagResource UntagResource",
            ),
            site.arn("sns"),
        ),
        allow(actions("sns", "Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes"), "*"),
        allow(
            actions("budgets", "ViewBudget ModifyBudget ListTagsForResource TagResource UntagResource"),
            site.arn("budgets", "budget/", region=False),
        ),
        allow(
            actions(
                "xray",
                "CreateGroup UpdateGroup DeleteGroup GetGroup CreateSamplingRule UpdateSamplingRule "
                "DeleteSamplingRule ListTagsForResource TagResource UntagResource",
            ),
            *(f"arn:aws:xray:{site.region}:{site.account}:{kind}/*" for kind in ("group", "sampling-rule")),
        ),
        allow(["xray:GetSamplingRules"], "*"),
    )


def reading(*documents: Document) -> Document:
    """What of these documents changes nothing: for a preview."""
    statements = []
    for statement in (statement for each in documents for statement in each["Statement"]):
        reads = [action for action in statement["Action"] if _READS.fullmatch(action)]
        if reads:
            statements.append({**statement, "Action": reads})
    return document(*statements)
