"""Where a stack lies, and the words that its policies are written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.policies import allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.policies import Statement

PROJECT = "silent-scalper"


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a stack lies.

    Attributes:
        buckets: of the stack, by names that it did not give: an incoming bucket that was there before.
    """

    account: str
    region: str
    stack: str
    buckets: Sequence[str] = ()

    @property
    def prefix(self) -> str:
        return f"{PROJECT}-{self.stack}-"

    def arn(self, service: str, kind: str = "", *, region: bool = True, account: bool = True) -> str:
        """Of every resource of a kind that belongs to the stack."""
        where = self.region if region else ""
        return f"arn:aws:{service}:{where}:{self.account if account else ''}:{kind}{self.prefix}*"

    def bucket_arns(self) -> list[str]:
        own = [f"arn:aws:s3:::{name}" for name in self.buckets]
        return [self.arn("s3", region=False, account=False), *own]

    @property
    def tags(self) -> dict[str, str]:
        """What `default_tags` puts on everything: by it AWS knows what has no name."""
        return {"project": PROJECT, "stack": self.stack}


def actions(service: str, names: str) -> list[str]:
    """`actions("sqs", "SendMessage DeleteMessage")`: each with its service."""
    return [f"{service}:{name}" for name in names.split()]


def grant(service: str, names: str, *resources: str) -> Statement:
    """A statement that allows a service's actions on resources."""
    return allow(actions(service, names), *resources)


def only(statement: Statement, operator: str, **values: Any) -> Statement:
    """The statement under a condition; in names of keys, `__` stands for the colon."""
    condition = {key.replace("__", ":"): value for key, value in values.items()}
    return {**statement, "Condition": {operator: condition}}


def only_tagged(statement: Statement, site: Site, where: str) -> Statement:
    """For what has the stack's tags: `aws:ResourceTag`, or gets them now: `aws:RequestTag`."""
    tags = {f"{where}/{name}": value for name, value in site.tags.items()}
    return {**statement, "Condition": {"StringEquals": tags}}
