"""Reads the stack's configuration, and tells of everything in it that is not allowed at once."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pulumi

from components.config.together import problems_together

if TYPE_CHECKING:
    from components.config import StackConfig

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class ConfigError(pulumi.RunError):
    """A value that the stack cannot be built with; the text says which and what is allowed."""


def camel(name: str) -> str:
    """`alert_emails` → `alertEmails`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def read(kind: type[StackConfig], config: pulumi.Config, aws: pulumi.Config) -> StackConfig:
    """The stack's configuration, from the keys of the project; those of `aws` are held against them.

    Raises:
        ConfigError: lists every value that is not allowed.
    """
    values: dict[str, Any] = {}
    problems = list(_region_problems(aws))
    for item in fields(kind):
        name = camel(item.name)
        text = config.get(name)
        if text is None:
            continue
        try:
            values[item.name] = _read(config, name, item.type, item.metadata)
        except (ValueError, TypeError, pulumi.errors.RunError) as error:
            problems.append(f"{config.name}:{name} is {text!r}: {error}")
    known = vars(kind()) | values
    problems += [f"{config.name}:{told}" for told in problems_together(known, aws.get("region") or "")]
    if problems:
        raise ConfigError("the stack's configuration is not valid:\n  " + "\n  ".join(problems))
    return kind(**values)


def _region_problems(aws: pulumi.Config) -> list[str]:
    region = aws.get("region")
    if not region:
        return ["aws:region is missing: pulumi config set aws:region eu-central-1"]
    return (
        [] if _REGION.fullmatch(region) else [f"aws:region is {region!r}: it is not of the form eu-central-1"]
    )


def _read(config: pulumi.Config, name: str, kind: Any, limits: Any) -> Any:
    if kind == "bool":
        return config.require_bool(name)
    if kind == "int":
        return _number(config.require_int(name), limits)
    if kind == "str":
        return _text(config.require(name), limits)
    return _texts(config.require_object(name), limits)


def _number(value: int, limits: Any) -> int:
    if "one_of" in limits:
        return int(_choice(value, limits))
    or_zero = limits.get("or_zero", False)
    if not (limits["least"] <= value <= limits["most"] or (or_zero and value == 0)):
        zero = "0 or " if or_zero else ""
        raise ValueError(f"it must be {zero}from {limits['least']:,} to {limits['most']:,}")
    return value


def _choice(value: Any, limits: Any) -> Any:
    if value not in limits["one_of"]:
        raise ValueError("it must be one of " + ", ".join(map(str, limits["one_of"])))
    return value


def _text(value: str, limits: Any) -> str:
    if "one_of" in limits:
        return str(_choice(value, limits))
    if value and value != limits.get("besides") and not limits["each"].fullmatch(value):
        raise ValueError(f"it is not of the form {limits['like']}")
    return value


def _texts(values: Any, limits: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("it must be a list of texts")
    for value in values:
        if not limits["each"].fullmatch(value):
            raise ValueError(f"{value!r} is not of the form {limits['like']}")
    if len(set(values)) < len(values):
        raise ValueError("the same text stands in it twice")
    return tuple(values)
