"""The HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.resources.registry import Made, makes

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:apigatewayv2/api:Api")
def _api(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    api = to.do("apigatewayv2", "CreateApi", inputs | {"name": to.name(resource)})
    to.gateway_id = api["ApiId"]
    account = to.call("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"]
    execution = f"arn:aws:execute-api:{to.region}:{account}:{api['ApiId']}"
    return api["ApiId"], {"apiEndpoint": to.api_url, "executionArn": execution, "name": to.name(resource)}


@makes("aws:apigatewayv2/integration:Integration")
def _integration(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    return to.do("apigatewayv2", "CreateIntegration", inputs)["IntegrationId"], {}


@makes("aws:apigatewayv2/route:Route")
def _route(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    return to.do("apigatewayv2", "CreateRoute", inputs)["RouteId"], {}


@makes("aws:apigatewayv2/authorizer:Authorizer")
def _authorizer(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    sources = {"identitySource": inputs.pop("identitySources")}
    told = inputs.pop("jwtConfiguration")
    tokens = {"jwtConfiguration": {"issuer": told["issuer"], "audience": told["audiences"]}}
    named = {"name": to.name(resource)}
    return to.do("apigatewayv2", "CreateAuthorizer", inputs | sources | tokens | named)["AuthorizerId"], {}


@makes("aws:apigatewayv2/stage:Stage")
def _stage(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = inputs.pop("name")
    to.do("apigatewayv2", "CreateStage", inputs | {"stageName": name})
    return name, {"name": name}
