"""The API's own domain name, instead of the one that AWS gives it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import apigatewayv2


@dataclass(frozen=True, kw_only=True)
class DomainArgs:
    """
    Attributes:
        certificate_arn: of a certificate for that name, issued, in the stack's region.
        stage: what is reached by the name, without a path before it.
    """

    name: str
    certificate_arn: str
    api_id: pulumi.Input[str]
    stage: pulumi.Input[str]


class Domain(pulumi.ComponentResource):
    """A name that leads to the API as soon as a DNS record leads to its target.

    Attributes:
        target: where a CNAME record, or an alias of Route 53, must lead.
        zone: the hosted zone of the target, which an alias of Route 53 needs.
    """

    url: str
    target: pulumi.Output[str]
    zone: pulumi.Output[str]

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:domain:Domain", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        domain = apigatewayv2.DomainName(
            "gateway-domain",
            domain_name=args.name,
            domain_name_configuration={
                "certificate_arn": args.certificate_arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            opts=child,
        )
        apigatewayv2.ApiMapping(
            "gateway-mapping", api_id=args.api_id, domain_name=domain.id, stage=args.stage, opts=child
        )
        self.url = f"https://{args.name}"
        configuration = domain.domain_name_configuration
        self.target = configuration.target_domain_name.apply(str)
        self.zone = configuration.hosted_zone_id.apply(str)
        self.register_outputs({"target": self.target})
