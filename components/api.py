"""The API layer: one Lambda behind an HTTP API, and browsers' way to the incoming bucket."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import apigatewayv2, cloudwatch, lambda_, s3, sqs

from components import policies
from components.browser_uploads import allow_pages
from components.domain import Domain, DomainArgs
from components.function import Function, FunctionArgs

if TYPE_CHECKING:
    from components.adopted import Adopted
    from components.bundle import Target
    from components.encryption import Keys

TIMEOUT_SECONDS = 15
EXPOSED_HEADERS = ("etag", "link", "location", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id")
"""What a page of another origin may read of an answer, besides what browsers always let it."""
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "latencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "userAgent": "$context.identity.userAgent",
}


OPEN_ROUTES = (
    "GET /",
    "GET /assets/{proxy+}",
    "GET /health",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/{proxy+}",
    "GET /problems/{proxy+}",
)
"""What needs no token, where tokens are used; with keys, the app itself knows what needs one."""


@dataclass(frozen=True, kw_only=True)
class Oidc:
    """Whose tokens are used instead of API keys; without an issuer, keys are."""

    issuer: str = ""
    audience: str = ""
    prefix_claim: str = ""
    scope_prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class ApiArgs:
    """
    Attributes:
        cors_origins: web pages that may upload from a browser, besides the API's own.
        throttle_rate, throttle_burst: requests a second, and at once, for all callers together.
        key_rate_limit, key_rate_burst: the same for each key; a rate of 0 is none.
        domain_name, certificate_arn: the API's own name and its certificate; both may be empty.
    """

    stack: str
    target: Target
    incoming: s3.Bucket
    adopted: Adopted | None
    quarantine: s3.Bucket
    accepted: s3.Bucket
    records_table: pulumi.Input[str]
    records_arn: pulumi.Input[str]
    api_keys_table: pulumi.Input[str]
    api_keys_arn: pulumi.Input[str]
    queue_arn: pulumi.Input[str]
    queue_url: pulumi.Input[str]
    dead_letters_arn: pulumi.Input[str]
    dead_letters_url: pulumi.Input[str]
    upload_expiry_hours: int
    alerts_table: pulumi.Input[str]
    alerts_arn: pulumi.Input[str]
    undelivered: sqs.Queue
    index_shards: int
    max_file_bytes: int
    multipart_threshold_bytes: int
    cors_origins: tuple[str, ...]
    throttle_rate: int
    throttle_burst: int
    key_rate_limit: int
    key_rate_burst: int
    oidc: Oidc
    domain_name: str
    certificate_arn: str
    snap_start: bool
    log_retention_days: int
    keys: Keys
    tracing: bool


class Api(pulumi.ComponentResource):
    """Records and presigned URLs, for programs and people."""

    api_id: pulumi.Output[str]
    url: pulumi.Output[str]
    gateway_url: pulumi.Output[str]
    function: Function
    access_log_group: pulumi.Output[str]
    domain: Domain | None = None

    def __init__(self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:api:Api", name, None, opts)
        self._args = args
        self.function = self._function()
        gateway = self._gateway()
        logs = self._access_log()
        self.access_log_group = logs.name
        stage = self._stage(gateway, logs)
        self.api_id = gateway.id
        self.url = self.gateway_url = gateway.api_endpoint
        if args.domain_name:
            self.domain = self._domain(gateway, stage)
            self.url = pulumi.Output.from_input(self.domain.url)
        self._browser_uploads(gateway)
        self.register_outputs({"url": self.url, "apiFunction": self.function.name})

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _function(self) -> Function:
        args = self._args
        arns = pulumi.Output.all(
            queue=args.queue_arn,
            dead_letters=args.dead_letters_arn,
            incoming=args.incoming.arn,
            quarantine=args.quarantine.arn,
            accepted=args.accepted.arn,
            records=args.records_arn,
            api_keys=args.api_keys_arn,
            alerts=args.alerts_arn,
            undelivered=args.undelivered.arn,
        )
        return Function(
            "api",
            FunctionArgs(
                package="api",
                description="answers the HTTP API",
                target=args.target,
                statements=arns.apply(lambda a: policies.api(**a)),
                environment=self._environment(),
                timeout_seconds=TIMEOUT_SECONDS,
                memory_mb=1_024,
                log_retention_days=args.log_retention_days,
                keys=args.keys,
                snap_start=args.snap_start,
                tracing=args.tracing,
            ),
            self._child(),
        )

    def _environment(self) -> dict[str, pulumi.Input[str]]:
        args = self._args
        return {
            "STACK": args.stack,
            "RECORDS_TABLE": args.records_table,
            "API_KEYS_TABLE": args.api_keys_table,
            "ALERTS_TABLE": args.alerts_table,
            "UNDELIVERED_QUEUE_URL": args.undelivered.url,
            "INCOMING_BUCKET": args.incoming.bucket,
            "QUARANTINE_BUCKET": args.quarantine.bucket,
            "ACCEPTED_BUCKET": args.accepted.bucket,
            "QUEUE_URL": args.queue_url,
            "DEAD_LETTER_QUEUE_URL": args.dead_letters_url,
            "UPLOAD_EXPIRY_HOURS": str(args.upload_expiry_hours),
            "INDEX_SHARDS": str(args.index_shards),
            "MAX_FILE_BYTES": str(args.max_file_bytes),
            "KEY_RATE_LIMIT": str(args.key_rate_limit),
            "KEY_RATE_BURST": str(args.key_rate_burst),
            "OIDC_ISSUER": args.oidc.issuer,
            "OIDC_PREFIX_CLAIM": args.oidc.prefix_claim,
            "OIDC_SCOPE_PREFIX": args.oidc.scope_prefix,
            "MULTIPART_THRESHOLD_BYTES": str(args.multipart_threshold_bytes),
        }

    def _gateway(self) -> apigatewayv2.Api:
        gateway = apigatewayv2.Api(
            "gateway",
            protocol_type="HTTP",
            description="Silent Scalper",
            cors_configuration=self._other_pages(),
            opts=self._child(),
        )
        integration = apigatewayv2.Integration(
            "gateway-integration",
            api_id=gateway.id,
            integration_type="AWS_PROXY",
            integration_uri=self.function.arn,
            payload_format_version="2.0",
            opts=self._child(),
        )
        self._routes(gateway, integration.id.apply(lambda integration_id: f"integrations/{integration_id}"))
        lambda_.Permission(
            "gateway-permission",
            action="lambda:InvokeFunction",
            function=self.function.name,
            qualifier=self.function.qualifier,
            principal="apigateway.amazonaws.com",
            source_arn=gateway.execution_arn.apply(lambda arn: f"{arn}/*/*"),
            opts=self._child(),
        )
        return gateway

    def _routes(self, gateway: apigatewayv2.Api, target: pulumi.Output[str]) -> None:
        route = partial(apigatewayv2.Route, api_id=gateway.id, opts=self._child())
        if not self._args.oidc.issuer:
            route("gateway-route", route_key="$default", target=target)
            return
        authorizer = self._authorizer(gateway)
        checked = {"authorization_type": "JWT", "authorizer_id": authorizer.id}
        route("gateway-route", route_key="$default", target=target, **checked)
        for key in OPEN_ROUTES:
            words = key.replace("/", " ").replace("{proxy+}", "any").replace(".", " ").lower().split()
            route("-".join(["gateway", *words]), route_key=key, target=target)
        if self._args.cors_origins:
            # Browsers ask beforehand, without a token:
            # docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
            route("gateway-preflight", route_key="OPTIONS /{proxy+}", target=target)

    def _authorizer(self, gateway: apigatewayv2.Api) -> apigatewayv2.Authorizer:
        return apigatewayv2.Authorizer(
            "gateway-authorizer",
            api_id=gateway.id,
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration={"issuer": self._args.oidc.issuer, "audiences": [self._args.oidc.audience]},
            opts=self._child(),
        )

    def _other_pages(self) -> apigatewayv2.ApiCorsConfigurationArgsDict | None:
        """Pages of other origins announce uploads here before they send them to the bucket."""
        if not self._args.cors_origins:
            return None
        return {
            "allow_origins": list(self._args.cors_origins),
            "allow_methods": ["GET", "POST", "DELETE"],
            "allow_headers": [
                "content-type",
                "idempotency-key",
                "if-none-match",
                "authorization" if self._args.oidc.issuer else "x-api-key",
            ],
            "expose_headers": list(EXPOSED_HEADERS),
            "max_age": 3_600,
        }

    def _domain(self, gateway: apigatewayv2.Api, stage: apigatewayv2.Stage) -> Domain:
        args = self._args
        own = DomainArgs(
            name=args.domain_name, certificate_arn=args.certificate_arn, api_id=gateway.id, stage=stage.name
        )
        return Domain("domain", own, self._child())

    def _access_log(self) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            "gateway-logs",
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.keys.own,
            opts=self._child(),
        )

    def _stage(self, gateway: apigatewayv2.Api, logs: cloudwatch.LogGroup) -> apigatewayv2.Stage:
        return apigatewayv2.Stage(
            "gateway-stage",
            api_id=gateway.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={
                "destination_arn": logs.arn,
                "format": pulumi.Output.json_dumps(ACCESS_LOG),
            },
            default_route_settings={
                "throttling_rate_limit": self._args.throttle_rate,
                "throttling_burst_limit": self._args.throttle_burst,
            },
            opts=self._child(),
        )

    def _browser_uploads(self, gateway: apigatewayv2.Api) -> None:
        # Here, not in Storage: the rule needs the API's address, and the API needs the bucket.
        args = self._args
        if args.adopted and not args.adopted.ours:
            return
        # The name that AWS gave works, too, and sooner than DNS does.
        names = [self.domain.url] if self.domain else []
        origins = gateway.api_endpoint.apply(lambda own: [*names, own, *args.cors_origins])
        allow_pages(args.incoming, origins, adopted=bool(args.adopted), opts=self._child())
