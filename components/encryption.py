"""The customer's key, where one encrypts data at rest: made by the stack, or there before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import kms, s3

from components import policies
from components.config import CREATE

# KMS allows 7 to 30 days in which a deleted key comes back. Without its key, data is gone.
DELETION_DAYS = 30
DISPOSABLE_DELETION_DAYS = 7
# A queue asks for a new data key so often; each time is a request that costs.
DATA_KEY_SECONDS = 3_600


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Which keys of KMS there are; None stands for those of AWS, which nobody needs permissions for.

    Attributes:
        own: encrypts all that the stack makes.
        incoming: what an incoming bucket that the stack did not make is encrypted with.
    """

    own: pulumi.Input[str] | None = None
    incoming: str | None = None

    def usable(self) -> list[pulumi.Input[str]]:
        """What roles must be allowed to use."""
        return [key for key in (self.own, self.incoming) if key is not None]

    def bucket_rule(self) -> s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
        """How a bucket encrypts; its bucket key saves nearly all requests to KMS."""
        if self.own is None:
            return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
        return {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": "aws:kms",
                "kms_master_key_id": self.own,
            },
            "bucket_key_enabled": True,
        }

    def table(self) -> dict[str, Any]:
        """A table's arguments."""
        return {"server_side_encryption": {"enabled": True, "kms_key_arn": self.own}} if self.own else {}

    def queue(self) -> dict[str, Any]:
        """A queue's arguments."""
        if self.own is None:
            return {"sqs_managed_sse_enabled": True}
        return {"kms_master_key_id": self.own, "kms_data_key_reuse_period_seconds": DATA_KEY_SECONDS}


@dataclass(frozen=True, kw_only=True)
class EncryptionArgs:
    """
    Attributes:
        key: `create`, the ARN of an existing key, or empty.
        incoming_key: the ARN of the key of an incoming bucket that the stack did not make, or empty.
        keep_data: keep the key, too, when the stack is destroyed.
    """

    stack: str
    account: pulumi.Input[str]
    region: str
    key: str
    incoming_key: str
    keep_data: bool


class Encryption(pulumi.ComponentResource):
    """What data at rest is encrypted with."""

    keys: Keys

    def __init__(self, name: str, args: EncryptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:encryption:Encryption", name, None, opts)
        self._args = args
        own = self._key().arn if args.key == CREATE else args.key or None
        self.keys = Keys(own=own, incoming=args.incoming_key or None)
        self.register_outputs({"key": own or ""})

    def _key(self) -> kms.Key:
        args = self._args
        policy = pulumi.Output.from_input(args.account).apply(
            lambda account: policies.data_key(account=account, region=args.region)
        )
        key = kms.Key(
            "data-key",
            description=f"Silent Scalper: data at rest of {args.stack}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS if args.keep_data else DISPOSABLE_DELETION_DAYS,
            policy=pulumi.Output.json_dumps(policy),
            opts=pulumi.ResourceOptions(parent=self, protect=args.keep_data, retain_on_delete=args.keep_data),
        )
        kms.Alias(
            "data-key-alias",
            # A stack's name may have dots, an alias none.
            name_prefix=f"alias/silent-scalper-{args.stack.replace('.', '-')}-",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.keep_data),
        )
        return key
