"""Bounds every role of the stack, whichever component makes it."""

from __future__ import annotations

import pulumi

ROLE = "aws:iam/role:Role"


def bound_roles(policy_arn: str) -> None:
    """From here on no role is made without this permissions boundary; an empty ARN bounds none."""

    def bounded(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != ROLE:
            return None
        return pulumi.ResourceTransformationResult(
            {**args.props, "permissionsBoundary": policy_arn}, args.opts
        )

    if policy_arn:
        pulumi.runtime.register_stack_transformation(bounded)
