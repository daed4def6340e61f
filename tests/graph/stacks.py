"""The files of stacks that come with the project."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import yaml

from components.config import StackConfig, camel
from local.program import ROOT


def stack_file(name: str) -> dict[str, Any]:
    """The keys of a stack's file that are the project's; others must be the provider's."""
    keys = yaml.safe_load((ROOT / name).read_text())["config"]
    ours = {key.partition(":")[2]: value for key, value in keys.items() if key.startswith("silent-scalper:")}
    assert set(ours) <= {camel(item.name) for item in fields(StackConfig)}
    assert {key for key in keys if not key.startswith("silent-scalper:")} <= {
        "aws:region",
        "aws:allowedAccountIds",
    }
    return ours
