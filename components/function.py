"""What our three Lambdas have in common: a role, a log group, a bundle, traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from components import bundle, policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.encryption import Keys


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """
    Attributes:
        entry: the module of the package whose `handler` is called.
        statements: what its role may do besides writing its own logs and traces.
        environment: plain texts; numbers and booleans are written as texts.
        timeout_seconds, memory_mb: Lambda's own limits.
        storage_mb: of the function's local storage.
        keys: the first encrypts its environment and its logs; its role may use all.
        snap_start: each version starts from a snapshot, and callers come by an alias of the newest one.
        tracing: whether X-Ray records invocations that nobody before them has asked it to.
    """

    package: str
    entry: str = "handler"
    description: str
    target: bundle.Target
    statements: pulumi.Input[list[policies.Statement]]
    environment: Mapping[str, pulumi.Input[str]]
    timeout_seconds: int
    memory_mb: int
    storage_mb: int = 512
    log_retention_days: int
    keys: Keys
    tracing: bool
    snap_start: bool = False


class Function(pulumi.ComponentResource):
    """A Lambda made from one of our packages, whose entry is `<package>.<entry>.handler`.

    Attributes:
        arn: what callers invoke: the function, or its alias.
        qualifier: the alias's name, for permissions to invoke it.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    qualifier: pulumi.Output[str] | None = None
    log_group: pulumi.Output[str]

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:function:Function", name, None, opts)
        self._args = args
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.keys.own,
            opts=self._child(),
        )
        role = self._role(name, logs)
        self.function = self._function(name, role, logs)
        self.arn = self.function.arn
        self.name = self.function.name
        if args.snap_start:
            alias = self._alias(name)
            self.arn, self.qualifier = alias.arn, alias.name
        self.log_group = logs.name
        self.register_outputs({"arn": self.arn, "name": self.name})

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _role(self, name: str, logs: cloudwatch.LogGroup) -> iam.Role:
        role = iam.Role(
            f"{name}-role",
            description=f"Silent Scalper: {self._args.description}",
            assume_role_policy=pulumi.Output.json_dumps(policies.lambda_trust()),
            opts=self._child(),
        )
        statements = pulumi.Output.all(logs.arn, self._args.statements, *self._args.keys.usable())
        permissions = statements.apply(
            lambda a: policies.document(*policies.lambda_basics(a[0]), *a[1], *policies.key_use(*a[2:]))
        )
        iam.RolePolicy(
            f"{name}-policy",
            role=role.id,
            policy=pulumi.Output.json_dumps(permissions),
            opts=self._child(),
        )
        return role

    def _function(self, name: str, role: iam.Role, logs: cloudwatch.LogGroup) -> lambda_.Function:
        built = bundle.build(self._args.package, self._args.target)
        return lambda_.Function(
            name,
            description=f"Silent Scalper: {self._args.description}",
            runtime=self._args.target.runtime,
            architectures=[self._args.target.architecture],
            handler=f"{self._args.package}.{self._args.entry}.handler",
            code=pulumi.FileArchive(str(built.path)),
            role=role.arn,
            timeout=self._args.timeout_seconds,
            memory_size=self._args.memory_mb,
            ephemeral_storage={"size": self._args.storage_mb},
            environment={"variables": dict(self._args.environment)},
            kms_key_arn=self._args.keys.own,
            logging_config={"log_format": "JSON", "log_group": logs.name},
            tracing_config={"mode": "Active" if self._args.tracing else "PassThrough"},
            # Only versions start from snapshots; each deployment of other code or settings publishes one.
            publish=True if self._args.snap_start else None,
            snap_start={"apply_on": "PublishedVersions"} if self._args.snap_start else None,
            opts=self._child(),
        )

    def _alias(self, name: str) -> lambda_.Alias:
        return lambda_.Alias(
            f"{name}-live",
            name="live",
            description="Silent Scalper: the newest version",
            function_name=self.name,
            function_version=self.function.version,
            opts=self._child(),
        )
