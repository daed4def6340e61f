"""What GitHub's jobs may be in AWS: one role that previews, and for each environment one that deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import iam

from delivery import permissions, state, trust
from delivery.boundary import boundary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.policies import Document
    from delivery.sites import Site


@dataclass(frozen=True, kw_only=True)
class GitHubArgs:
    """
    Attributes:
        provider: the ARN of the account's identity provider for GitHub.
        sites: of the stacks that are deployed into this account.
    """

    provider: pulumi.Input[str]
    repository: trust.Repository
    state_bucket: str
    sites: Sequence[Site]


class GitHub(pulumi.ComponentResource):
    """The roles, their policies, and the bounds of the roles that deploying makes."""

    preview: pulumi.Output[str]
    deploy: dict[str, pulumi.Output[str]]
    boundaries: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: GitHubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:delivery:GitHub", name, None, opts)
        self._args = args
        self._identity_provider = pulumi.Output.from_input(args.provider)
        self.boundaries = {site.stack: self._boundary(site) for site in args.sites}
        self.preview = self._previewer()
        self.deploy = {site.stack: self._deployer(site) for site in args.sites}
        self.register_outputs({"preview": self.preview, "deploy": self.deploy, "boundaries": self.boundaries})

    def _boundary(self, site: Site) -> pulumi.Output[str]:
        told = f"The most that a role of the stack {site.stack} can do."
        return self._policy(f"boundary-{site.stack}", told, boundary(site)).arn

    def _previewer(self) -> pulumi.Output[str]:
        trusted = self._identity_provider.apply(
            lambda arn: trust.of_pull_requests(arn, self._args.repository)
        )
        role = self._role("preview", "Previews what a pull request would change.", trusted)
        self._attach("preview", "state", role, state.state_reading(self._args.state_bucket))
        for site in self._args.sites:
            needed = (
                permissions.storage(site),
                permissions.compute(site, boundary="none"),
                permissions.watching(site),
            )
            self._attach("preview", f"reading-{site.stack}", role, permissions.reading(*needed))
        return role.arn

    def _deployer(self, site: Site) -> pulumi.Output[str]:
        trusted = self._identity_provider.apply(
            lambda arn: trust.of_environment(arn, self._args.repository, site.stack)
        )
        name = f"deploy-{site.stack}"
        role = self._role(name, f"Deploys the stack {site.stack}.", trusted)
        bounded = self.boundaries[site.stack].apply(lambda arn: permissions.compute(site, arn))
        self._attach(name, "state", role, state.state(self._args.state_bucket, site.stack))
        self._attach(name, "storage", role, permissions.storage(site))
        self._attach(name, "compute", role, bounded)
        self._attach(name, "watching", role, permissions.watching(site))
        return role.arn

    def _role(self, name: str, told: str, trusted: pulumi.Output[Document]) -> iam.Role:
        return iam.Role(
            f"github-{name}",
            description=f"Silent Scalper: {told}",
            assume_role_policy=pulumi.Output.json_dumps(trusted),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _attach(self, role_name: str, name: str, role: iam.Role, allowed: pulumi.Input[Document]) -> None:
        policy = self._policy(f"{role_name}-{name}", f"Of the role github-{role_name}.", allowed)
        iam.RolePolicyAttachment(
            f"github-{role_name}-{name}-attached",
            role=role.name,
            policy_arn=policy.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _policy(self, name: str, told: str, allowed: pulumi.Input[Document]) -> iam.Policy:
        return iam.Policy(
            f"github-{name}",
            description=f"Silent Scalper: {told}",
            policy=pulumi.Output.json_dumps(allowed),
            opts=pulumi.ResourceOptions(parent=self),
        )
