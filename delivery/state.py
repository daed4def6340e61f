"""Pulumi's state in a bucket: who may read it, and who may change a stack's."""

from __future__ import annotations

from components.policies import Document, allow, document
from delivery.sites import PROJECT


def state(bucket: str, stack: str) -> Document:
    """The stack's state in Pulumi's bucket: reading it, changing it, and its lock."""
    paths = (
        f"stacks/{PROJECT}/{stack}.*",
        f"history/{PROJECT}/{stack}/*",
        f"backups/{PROJECT}/{stack}/*",
        f"locks/organization/{PROJECT}/{stack}/*",
    )
    own = [f"arn:aws:s3:::{bucket}/.pulumi/{path}" for path in paths]
    return document(*state_reading(bucket)["Statement"], allow(["s3:PutObject", "s3:DeleteObject"], *own))


def state_reading(bucket: str) -> Document:
    """The state of all stacks."""
    return document(
        allow(["s3:ListBucket", "s3:GetBucketLocation"], f"arn:aws:s3:::{bucket}"),
        allow(["s3:GetObject"], f"arn:aws:s3:::{bucket}/.pulumi/*"),
    )
