"""Who may do what from GitHub: the delivery program's roles, held against what the stacks need."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from delivery.trust import ISSUER
from local.graph import ACCOUNT, Graph, capture
from local.program import ROOT, run_program

if TYPE_CHECKING:
    from local.program import Registration

PROJECT = "silent-scalper-delivery"
SETTINGS = {"repository": "octo/files", "repositoryId": 42, "ownerId": 7, "stateBucket": "the-state"}
REGION = "eu-central-1"
LONGEST_POLICY = 6_144
NAMED = {
    "bucket": "arn:aws:s3:::{}",
    "table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}",
    "function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "group": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}",
    "rule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{}}",
    "alarm": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{{}}",
    "dashboard": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{{}}",
    "budget": f"arn:aws:budgets::{ACCOUNT}:budget/{{}}",
    "alias": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{{}}",
    "api": f"arn:aws:apigateway:{REGION}::/apis",
    "part": f"arn:aws:apigateway:{REGION}::/apis/abc123/routes",
    "domain": f"arn:aws:apigateway:{REGION}::/domainnames",
    "trace": f"arn:aws:xray:{REGION}:{ACCOUNT}:group/any",
    "any": "*",
}
# What making a resource of a type calls, and on what.
CALLS = {
    "aws:apigatewayv2/api:Api": ("apigateway:POST", "api"),
    "aws:apigatewayv2/apiMapping:ApiMapping": ("apigateway:POST", "domain"),
    "aws:apigatewayv2/authorizer:Authorizer": ("apigateway:POST", "part"),
    "aws:apigatewayv2/domainName:DomainName": ("apigateway:POST", "domain"),
    "aws:apigatewayv2/integration:Integration": ("apigateway:POST", "part"),
    "aws:apigatewayv2/route:Route": ("apigateway:POST", "part"),
    "aws:apigatewayv2/stage:Stage": ("apigateway:POST", "part"),
    "aws:budgets/budget:Budget": ("budgets:ModifyBudget", "budget"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("cloudwatch:PutCompositeAlarm", "alarm"),
    "aws:cloudwatch/dashboard:Dashboard": ("cloudwatch:PutDashboard", "dashboard"),
    "aws:cloudwatch/eventRule:EventRule": ("events:PutRule", "rule"),
    "aws:cloudwatch/eventTarget:EventTarget": ("events:PutTargets", "rule"),
    "aws:cloudwatch/logGroup:LogGroup": ("logs:CreateLogGroup", "group"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": ("logs:PutMetricFilter", "group"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("cloudwatch:PutMetricAlarm", "alarm"),
    "aws:cloudwatch/queryDefinition:QueryDefinition": ("logs:PutQueryDefinition", "any"),
    "aws:dynamodb/table:Table": ("dynamodb:CreateTable", "table"),
    "aws:iam/role:Role": ("iam:CreateRole", "role"),
    "aws:iam/rolePolicy:RolePolicy": ("iam:PutRolePolicy", "role"),
    "aws:kms/alias:Alias": ("kms:CreateAlias", "alias"),
    "aws:kms/key:Key": ("kms:CreateKey", "any"),
    "aws:lambda/alias:Alias": ("lambda:CreateAlias", "function"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("lambda:CreateEventSourceMapping", "any"),
    "aws:lambda/function:Function": ("lambda:CreateFunction", "function"),
    "aws:lambda/permission:Permission": ("lambda:AddPermission", "function"),
    "aws:s3/bucket:Bucket": ("s3:CreateBucket", "bucket"),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": ("s3:PutBucketCORS", "bucket"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "s3:PutLifecycleConfiguration",
        "bucket",
    ),
    "aws:s3/bucketNotification:BucketNotification": ("s3:PutBucketNotification", "bucket"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("s3:PutBucketOwnershipControls", "bucket"),
    "aws:s3/bucketPolicy:BucketPolicy": ("s3:PutBucketPolicy", "bucket"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("s3:PutBucketPublicAccessBlock", "bucket"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "s3:PutEncryptionConfiguration",
        "bucket",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("s3:PutBucketVersioning", "bucket"),
    "aws:sns/topic:Topic": ("sns:CreateTopic", "topic"),
    "aws:sns/topicPolicy:TopicPolicy": ("sns:SetTopicAttributes", "topic"),
    "aws:sns/topicSubscription:TopicSubscription": ("sns:Subscribe", "topic"),
    "aws:sqs/queue:Queue": ("sqs:CreateQueue", "queue"),
    "aws:sqs/queuePolicy:QueuePolicy": ("sqs:SetQueueAttributes", "queue"),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ("sqs:SetQueueAttributes", "queue"),
    "aws:xray/group:Group": ("xray:CreateGroup", "trace"),
}
WITHOUT_CALLS = {"pulumi:providers:aws"}
DATA = ("s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "sqs:ReceiveMessage", "lambda:InvokeFunction")


def delivery_graph(**changed: Any) -> Graph:
    graph = Graph()
    named = {f"{PROJECT}:{key}": value for key, value in (SETTINGS | changed).items()}
    graph.outputs = run_program(
        graph,
        stack_name="main",
        config={"aws:region": REGION} | named,
        project=PROJECT,
        folder=ROOT / "delivery",
    )
    return graph


@pytest.fixture(scope="module")
def delivery() -> Graph:
    return delivery_graph()


def statements(graph: Graph, role: str) -> list[dict[str, Any]]:
    """Of every policy that is attached to a role."""
    attached = [
        r["policyArn"] for r in graph.of("RolePolicyAttachment").values() if r["role"] == f"{role}-name"
    ]
    assert attached
    return [s for arn in attached for s in graph.statements(arn.removeprefix("arn:"))]


def allowed(found: list[dict[str, Any]], action: str, arn: str) -> bool:
    return any(
        any(fnmatchcase(action, pattern) for pattern in s["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in s["Resource"])
        for s in found
    )


def physical(resource: Registration, stack: str) -> str:
    """The name that it gets after `pulumi:autonaming`."""
    pattern = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]["pulumi:autonaming"]["value"][
        "pattern"
    ]
    parts = {
        "${project}": "silent-scalper",
        "${stack}": stack,
        "${name}": resource.name,
        "${hex(7)}": "0a1b2c3",
    }
    return re.sub(r"\$\{[^}]+\}", lambda part: parts[part[0]], pattern)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_who_deploys_may_make_every_resource_of_the_stack_and_none_of_the_other(
    delivery: Graph, dev: Graph, prod: Graph, stack: str
) -> None:
    own, other = (
        statements(delivery, f"github-deploy-{name}") for name in (stack, {"dev": "prod"}.get(stack, "dev"))
    )
    for resource in {"dev": dev, "prod": prod}[stack].resources:
        if resource.type in WITHOUT_CALLS:
            continue
        assert resource.type in CALLS, (
            f"{resource.type}: permit it in delivery/permissions.py, and name it here"
        )
        action, kind = CALLS[resource.type]
        arn = NAMED[kind].format(physical(resource, stack))
        assert allowed(own, action, arn), f"{action} on {arn}"
        if "{}" in NAMED[kind]:
            assert not allowed(other, action, arn), f"{action} on {arn}"


def test_no_name_that_the_program_chooses_itself_is_outside_of_what_may_be_made(prod: Graph) -> None:
    scoped = [r for r in prod.resources if "{}" in NAMED[CALLS.get(r.type, ("", "any"))[1]]]
    chosen = [r.inputs[key] for r in scoped for key in ("name", "dashboardName") if key in r.inputs]
    assert chosen
    assert all(str(name).startswith("silent-scalper-prod-") for name in chosen), chosen


def test_who_deploys_does_not_read_what_is_stored(delivery: Graph) -> None:
    own = statements(delivery, "github-deploy-prod")
    for action in DATA:
        for kind in ("bucket", "table", "queue", "function"):
            assert not allowed(own, action, NAMED[kind].format("silent-scalper-prod-records-0a1b2c3/x")), (
                action
            )
    assert allowed(own, "dynamodb:PutItem", NAMED["table"].format("silent-scalper-prod-api-keys-0a1b2c3"))
    assert not allowed(own, "dynamodb:PutItem", NAMED["table"].format("silent-scalper-prod-records-0a1b2c3"))
    assert not allowed(
        own, "s3:DeleteObject", NAMED["bucket"].format("silent-scalper-prod-incoming-0a1b2c3/x")
    )


def test_every_role_that_is_made_is_bounded(delivery: Graph) -> None:
    for stack in ("dev", "prod"):
        for statement in statements(delivery, f"github-deploy-{stack}"):
            if {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"} & set(
                statement["Action"]
            ):
                bound = {"iam:PermissionsBoundary": f"arn:github-boundary-{stack}"}
                assert statement["Condition"] == {"StringEquals": bound}
            if "iam:PassRole" in statement["Action"]:
                assert statement["Condition"] == {
                    "StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}
                }
        granted = {action for s in statements(delivery, f"github-deploy-{stack}") for action in s["Action"]}
        assert not {"iam:DeleteRolePermissionsBoundary", "iam:AttachRolePolicy", "iam:*", "*"} & granted


def test_the_bounds_leave_the_functions_what_they_need(delivery: Graph, prod: Graph) -> None:
    bounds = [pattern for s in delivery.statements("github-boundary-prod") for pattern in s["Action"]]
    for name in prod.of("RolePolicy"):
        for statement in prod.statements(name):
            for action in statement["Action"]:
                assert any(fnmatchcase(action, pattern) for pattern in bounds), f"{name}: {action}"


def test_a_stack_gives_its_roles_the_boundary() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/bounds"
    roles = capture("prod", permissionsBoundary=arn).of("Role")
    assert roles
    assert {role["permissionsBoundary"] for role in roles.values()} == {arn}


def test_a_preview_changes_nothing_and_reads_no_data(delivery: Graph) -> None:
    found = statements(delivery, "github-preview")
    actions = {action for statement in found for action in statement["Action"]}
    reads = re.compile(r"\w+:(Get|List|Describe|View)[A-Za-z*]*|apigateway:GET")
    assert [action for action in actions if not reads.fullmatch(action)] == []
    for action in DATA:
        for kind in ("bucket", "table", "queue", "function"):
            assert not allowed(found, action, NAMED[kind].format("silent-scalper-prod-records-0a1b2c3/x")), (
                action
            )
    assert allowed(found, "s3:GetObject", "arn:aws:s3:::the-state/.pulumi/stacks/silent-scalper/dev.json")


def test_a_stacks_deployer_changes_its_own_state_only(delivery: Graph) -> None:
    found = statements(delivery, "github-deploy-dev")
    for path, may in {
        "stacks/silent-scalper/dev.json": True,
        "stacks/silent-scalper/dev2.json": False,
        "stacks/silent-scalper/prod.json": False,
        "locks/organization/silent-scalper/dev/1.json": True,
        "stacks/silent-scalper-delivery/main.json": False,
        "meta.yaml": False,
    }.items():
        assert allowed(found, "s3:PutObject", f"arn:aws:s3:::the-state/.pulumi/{path}") is may, path


@pytest.mark.parametrize(
    ("role", "subject", "ref"),
    [
        ("github-preview", "pull_request", None),
        ("github-deploy-dev", "environment:dev", "refs/heads/main"),
        ("github-deploy-prod", "environment:prod", "refs/heads/main"),
    ],
)
def test_a_role_trusts_one_kind_of_job_of_one_repository(
    delivery: Graph, role: str, subject: str, ref: str | None
) -> None:
    (statement,) = delivery.statements(role, "assumeRolePolicy")
    assert statement["Principal"] == {"Federated": "arn:github"}
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    claims = {"aud": "sts.amazonaws.com", "repository_id": "42"}
    claims |= {"ref": ref} if ref else {}
    subjects = [f"repo:octo/files:{subject}", f"repo:octo@7/files@42:{subject}"]
    wanted = {f"{ISSUER}:{name}": value for name, value in claims.items()} | {f"{ISSUER}:sub": subjects}
    assert statement["Condition"] == {"StringEquals": wanted}


def test_a_provider_that_is_there_is_adopted() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
    graph = delivery_graph(identityProviderArn=arn, environments=["dev"])
    assert graph.of("OpenIdConnectProvider") == {}
    assert graph.statements("github-preview", "assumeRolePolicy")[0]["Principal"] == {"Federated": arn}
    assert set(graph.outputs["deployRoles"]) == {"dev"}


def test_a_name_that_is_no_repository_is_refused() -> None:
    with pytest.raises(ValueError, match="not of the form owner/name"):
        delivery_graph(repository="octo/*/files")


def test_policies_fit_into_what_aws_takes(delivery: Graph) -> None:
    for name, policy in delivery.of("Policy").items():
        assert len(json.dumps(json.loads(policy["policy"]), separators=(",", ":"))) <= LONGEST_POLICY, name


def test_the_projects_settings_are_those_that_the_program_reads() -> None:
    declared = yaml.safe_load((ROOT / "delivery" / "Pulumi.yaml").read_text())["config"]
    program = (ROOT / "delivery" / "__main__.py").read_text()
    read = set(re.findall(r'config\.(?:get|require)\w*\(\s*"(\w+)"', program))
    assert read == {key for key in declared if ":" not in key}
