"""The provider, roles and Lambda functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.program import ProgramError
from local.resources.registry import Made, makes

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration

SIGNS_LINKS = "api"
"""The function whose links other people follow."""


# docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
_BATCHED = frozenset({"sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"})


@makes("pulumi:providers:aws")
def _provider(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    if inputs["region"] != to.region:
        raise ProgramError(f"the program's region is {inputs['region']}, the emulator's {to.region}")
    return "aws", {}


@makes("aws:iam/role:Role")
def _role(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    inputs["assumeRolePolicyDocument"] = inputs.pop("assumeRolePolicy")
    role = to.do("iam", "CreateRole", inputs | {"roleName": name})["Role"]
    return name, {"name": name, "arn": role["Arn"]}


@makes("aws:iam/rolePolicy:RolePolicy")
def _role_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    policy = with_batches(inputs["policy"])
    to.do("iam", "PutRolePolicy", {"roleName": inputs["role"], "policyName": name, "policyDocument": policy})
    return f"{inputs['role']}:{name}", {"name": name}


def with_batches(policy: str) -> str:
    """The policy for the emulator, which asks for a batch by a name that IAM does not have."""
    document = json.loads(policy)
    for statement in document["Statement"]:
        batches = [f"{action}Batch" for action in statement["Action"] if action in _BATCHED]
        statement["Action"] = [*statement["Action"], *batches]
    return json.dumps(document)


@makes("aws:lambda/function:Function")
def _function(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    if resource.name != SIGNS_LINKS:
        declared = inputs.get("environment", {}).get("variables", {})
        inputs["environment"] = {"variables": declared | dict(to.differences.variables)}
    inputs.pop("snapStart", None)  # there are no snapshots here; versions and their alias there are
    code = {"zipFile": Path(inputs.pop("code").path).read_bytes()}
    function = to.do("lambda", "CreateFunction", inputs | {"functionName": name, "code": code})
    return name, {
        "name": name,
        "arn": function["FunctionArn"],
        "invokeArn": function["FunctionArn"],
        "version": function["Version"],
    }


@makes("aws:lambda/alias:Alias")
def _alias(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    alias = to.do("lambda", "CreateAlias", inputs)
    return alias["AliasArn"], {"arn": alias["AliasArn"], "invokeArn": alias["AliasArn"]}


@makes("aws:lambda/eventSourceMapping:EventSourceMapping")
def _mapping(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    if destinations := inputs.pop("destinationConfig", None):
        inputs["destinationConfig"] = {
            when: {"destination": target["destinationArn"]} for when, target in destinations.items()
        }
    mapping = to.do("lambda", "CreateEventSourceMapping", inputs)
    return mapping["UUID"], {"uuid": mapping["UUID"]}


@makes("aws:lambda/permission:Permission")
def _permission(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    inputs["functionName"] = inputs.pop("function")
    to.do("lambda", "AddPermission", inputs | {"statementId": resource.name})
    return resource.name, {"statementId": resource.name}
