"""The stack's configuration, typed and checked; `Pulumi.yaml` and `docs/configuration.md` are made of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from components.config.intake import Files, Processing, Retention
from components.config.operations import CREATE, PROJECT, Alerts, HttpApi, Installation, Tokens
from components.config.reading import ConfigError, camel, read

if TYPE_CHECKING:
    import pulumi

__all__ = ["CEILINGS", "CREATE", "GROUPS", "PROJECT", "ConfigError", "StackConfig", "camel", "load"]


# The last of them comes first among the fields.
@dataclass(frozen=True, kw_only=True)
class StackConfig(Tokens, HttpApi, Alerts, Retention, Processing, Files, Installation):
    """Each field is a key of the same name in camelCase under `silent-scalper:`."""

    def label(self, stack: str) -> str:
        """The stack's name in metrics, alarms and mails: two installations in one account share none."""
        return stack if self.name == PROJECT else f"{self.name}-{stack}"

    def default_tags(self, stack: str) -> dict[str, str]:
        """The tags of every resource."""
        own = {"project": self.name, "stack": stack, "managed-by": "pulumi"}
        return own | {name: value for name, _, value in (tag.partition("=") for tag in self.tags)}


GROUPS = {
    "Alerts": Alerts,
    "Files": Files,
    "Processing": Processing,
    "Retention": Retention,
    "API": HttpApi,
    "Tokens": Tokens,
    "Installation": Installation,
}
"""The keys as the page shows them, those that most people set first."""

CEILINGS = tuple(item.name for item in fields(StackConfig) if item.metadata.get("ceiling"))
"""How much work one file may make: the processor has a setting of the same name for each."""


def load(config: pulumi.Config, aws: pulumi.Config) -> StackConfig:
    """The stack's configuration.

    Raises:
        ConfigError: lists every value that is not allowed.
    """
    return read(StackConfig, config, aws)
