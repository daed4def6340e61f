"""The provider, roles and Lambda functions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.program import ProgramError
from local.resources.registry import Made, makes

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration

SIGNS_LINKS = "api"
"""The function whose links other people follow."""


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
    properties = {"roleName": inputs["role"], "policyName": name, "policyDocument": inputs["policy"]}
    to.do("iam", "PutRolePolicy", properties)
    return f"{inputs['role']}:{name}", {"name": name}


@makes("aws:lambda/function:Function")
def _function(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    if resource.name != SIGNS_LINKS:
        declared = inputs.get("environment", {}).get("variables", {})
        inputs["environment"] = {"variables": declared | dict(to.differences.variables)}
    code = {"zipFile": Path(inputs.pop("code").path).read_bytes()}
    function = to.do("lambda", "CreateFunction", inputs | {"functionName": name, "code": code})
    return name, {"name": name, "arn": function["FunctionArn"], "invokeArn": function["FunctionArn"]}


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
