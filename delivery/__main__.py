"""Who may preview and deploy from GitHub: config → identity provider, roles, the state's bucket."""

import sys
from pathlib import Path

# Pulumi starts this in its own folder; its modules are those of the repository.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pulumi
import pulumi_aws as aws

from delivery.bucket import StateBucket
from delivery.github import GitHub, GitHubArgs
from delivery.sites import Site
from delivery.trust import AUDIENCE, ISSUER, Repository

config = pulumi.Config()
region = pulumi.Config("aws").require("region")
environments = config.get_object("environments", ["dev", "prod"])
state_bucket = config.require("stateBucket")

provider = aws.Provider(
    "aws",
    region=region,
    default_tags={"tags": {"project": "silent-scalper-delivery", "managed-by": "pulumi"}},
)
on_aws = pulumi.ResourceOptions(providers={"aws": provider})
account = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id

identity_provider = config.get("identityProviderArn") or (
    aws.iam.OpenIdConnectProvider(
        "github",
        url=f"https://{ISSUER}",
        client_id_lists=[AUDIENCE],
        opts=pulumi.ResourceOptions(provider=provider),
    ).arn
)

StateBucket("state", state_bucket, on_aws)

github = GitHub(
    "github",
    GitHubArgs(
        provider=identity_provider,
        repository=Repository(
            config.require("repository"), config.require_int("repositoryId"), config.require_int("ownerId")
        ),
        state_bucket=state_bucket,
        sites=[
            Site(
                account=account,
                region=region,
                stack=environment,
                buckets=config.get_object("incomingBuckets", []),
            )
            for environment in environments
        ],
    ),
    on_aws,
)

pulumi.export("stateUrl", f"s3://{state_bucket}?region={region}")
pulumi.export("region", region)
pulumi.export("previewRole", github.preview)
pulumi.export("deployRoles", github.deploy)
pulumi.export("permissionsBoundaries", github.boundaries)
