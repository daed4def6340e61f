"""Policy documents of AWS, as the rules read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENTS = ("policy", "assumeRolePolicy")


def statements(props: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The statements of all documents of a resource."""
    for name in DOCUMENTS:
        if props.get(name):
            yield from listed(json.loads(props[name])["Statement"])


def listed(value: Any) -> list[Any]:
    """IAM lets a list of one be written without its brackets."""
    return value if isinstance(value, list) else [value]


def actions(statement: Mapping[str, Any]) -> list[str]:
    """What a statement is about."""
    return [str(action) for action in listed(statement.get("Action", []))]


def for_everybody(statement: Mapping[str, Any]) -> bool:
    """Whether anybody at all is the principal."""
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, dict) else [principal]
    return any("*" in listed(value) for value in named)


def refuses_plain_http(statement: Mapping[str, Any]) -> bool:
    """Whether nobody gets through without TLS."""
    insecure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    everything = "s3:*" in actions(statement) or "*" in actions(statement)
    denied = statement["Effect"] == "Deny" and everything and for_everybody(statement)
    return denied and str(insecure).lower() == "false"
